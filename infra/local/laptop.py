"""All parts of the laptop, started in their order and ended in the reverse."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from infra.local.account import (
    EVENT_QUEUE,
    EXPORT_QUEUE,
    FAILED_CHANGES,
    NOTICE_QUEUE,
    ORDER_QUEUE,
    SLOW_WEBHOOK_QUEUE,
    WEBHOOK_QUEUE,
    queue_url,
    topic_arn,
)
from infra.local.adapters import LaptopAdapters
from infra.local.announcement import Addresses, bucket_door, own_names
from infra.local.apigateway.connections import Connections, LoopSockets
from infra.local.apigateway.own_names import HOST
from infra.local.apigateway.page import page_of
from infra.local.apigateway.proxy import Proxies
from infra.local.apigateway.rest import CONCURRENCY, HttpGateway, SecondName
from infra.local.apigateway.rest_event import RouteTable
from infra.local.apigateway.short import is_short
from infra.local.apigateway.websocket import SocketGateway
from infra.local.cloud import Cloud
from infra.local.configuration import Configuration, Deployment
from infra.local.connections import Bounds
from infra.local.data.private_file import ADMIN_KEY, kept_key, private_folder
from infra.local.dns.forward import names_served
from infra.local.dynamodb.long_poll import Arrivals, woken
from infra.local.dynamodb.stream import TableStream, for_both
from infra.local.dynamodb.ttl import expiry
from infra.local.engines import cloud_of
from infra.local.https import over_tls, secured
from infra.local.lambda_.invoke import Handlers, imported_handlers, invoke
from infra.local.lambda_.triggers import (
    POLL_SECONDS,
    DueSchedules,
    QueueTrigger,
    Schedule,
    never,
    small_mails,
)
from infra.local.listeners import Listeners, port_of
from infra.local.mail_clients import bridge
from infra.local.profile import authority, is_server
from infra.local.pump import Pump
from infra.local.s3.server import BucketDoor
from infra.local.s3.signatures import AccessKey
from infra.local.ses.accept import Acceptance
from infra.local.ses.backpressure import Intake
from infra.local.ses.deliver import HandOver, outbox
from infra.local.smtp.policy import Post, Recipients, no_other
from infra.local.smtp.server import MailServer
from infra.local.threads import pool
from mayfly import functions
from mayfly.api import ROUTES
from mayfly.assembly import stand_on
from mayfly.facades.facade import facade_routes
from mayfly.functions import Function
from mayfly.kit.tokens.models import key_hash
from mayfly.mailosaur.models import in_server

logger = logging.getLogger("mayfly.laptop")

_THREADS = 64  # for what blocks, but HTTP and WebSocket calls
_SOCKET_THREADS = 32
_DRAIN_SECONDS = 10.0
_WEBHOOK_PUMPS = 2
_WEBHOOK_PATIENCE = 5.0  # seconds; what is under way then is sent again at the next start
_INLINE_NOTICES = 8  # handled in one go by the event loop


@dataclass(frozen=True, slots=True)
class Laptop:
    """The whole service in this process. Without `handlers`, the functions of the template."""

    configuration: Configuration
    listeners: Listeners
    handlers: Handlers | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Addresses]:
        """Start everything; at the end of the block, finish what was accepted and stop."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
        async with AsyncExitStack() as parts:
            parts.callback(self.listeners.close)
            if self.configuration.data is not None:
                private_folder(self.configuration.data)
            access_key = AccessKey.random()
            _forget_other_accounts(access_key)
            name_server = parts.enter_context(names_served(self.configuration))
            here = f"http://{HOST}:{port_of(self.listeners.bucket)}"
            endpoint = self.configuration.laptop.files_url or here
            cloud = parts.enter_context(cloud_of(self.configuration, endpoint, access_key))
            sockets = Connections()
            handlers = self._deployed(cloud, sockets, name_server)
            _wake_readers(cloud)
            admin_key = self._admin_key()
            sent = parts.enter_context(outbox(self.configuration.data)) if self._sends() else None
            door = bucket_door(self.configuration, self.listeners, cloud, access_key)
            http = await self._gateways(parts, handlers, cloud, sockets, door)
            trust = await self._within_tls(parts, http, door)
            if endpoint == here:
                await parts.enter_async_context(door.serving(self.listeners.bucket))
            intake = Intake(partial(cloud.waiting, NOTICE_QUEUE))
            await self._pumps(parts, handlers, cloud, intake)
            if sent is not None and self.configuration.functions.sending:
                await self._sending(parts, handlers, cloud, sent)
            mail_server = self._mail_server(cloud, intake)
            await parts.enter_async_context(mail_server.serving(self.listeners.smtp))
            await parts.enter_async_context(self._mail_clients())
            yield Addresses.of(
                self.configuration, self.listeners, admin_key, sent, name_server, trust
            )
            logger.info("ending: no more mail is taken, what was taken is finished")

    def _deployed(self, cloud: Cloud, sockets: Connections, name_server: str) -> Handlers:
        """Tell the functions where everything is; they read it when they are imported."""
        socket_port = port_of(self.listeners.websocket)
        http_port = port_of(self.listeners.http)
        names = own_names(self.configuration, self.listeners)
        deployment = Deployment(socket_port, name_server, names.cors_origins, http_port)
        os.environ |= deployment.environment(self.configuration.functions)
        reached = LoopSockets(sockets, asyncio.get_running_loop())
        stand_on(lambda settings: LaptopAdapters(settings, cloud, reached))
        return imported_handlers() if self.handlers is None else self.handlers

    def _admin_key(self) -> str:
        """What admins send; its hash is written where the functions look for it."""
        from mayfly.assembly import here

        chosen = self.configuration.laptop.admin_key
        key = chosen or kept_key(self.configuration.data, ADMIN_KEY)
        here().adapters.admin_keys.replace(key_hash(key), here().now())
        return key

    async def _gateways(
        self,
        parts: AsyncExitStack,
        handlers: Handlers,
        cloud: Cloud,
        sockets: Connections,
        door: BucketDoor,
    ) -> HttpGateway:
        names = own_names(self.configuration, self.listeners)
        laptop, page_url = self.configuration.laptop, self.configuration.functions.page_url
        bounds = Bounds(share=laptop.peer_share)
        proxies = Proxies(laptop.proxy, page_url)
        concurrency = CONCURRENCY + self.configuration.functions.waits_at_once
        http_threads = parts.enter_context(pool("http", concurrency))
        inline = cloud.inline_bytes is not None
        http = HttpGateway(
            partial(invoke, handlers, functions.HTTP_API.name),
            http_threads,
            is_short if inline else never,
            cloud.settled,
            names=names,
            page=page_of(self.listeners, self.configuration.functions.socket_url, laptop.files_url),
            concurrency=concurrency,
            bounds=bounds,
            routes=RouteTable.of(
                route.path
                for route in (*ROUTES, *facade_routes(self.configuration.functions.facades))
            ),
            proxies=proxies,
            elsewhere=self._second_name(door),
        )
        socket_threads = parts.enter_context(pool("socket", _SOCKET_THREADS))
        websocket = SocketGateway(
            partial(invoke, handlers, functions.WEBSOCKET.name),
            socket_threads,
            inline,
            cloud.settled,
            names=names,
            bounds=bounds,
            connections=sockets,
            proxies=proxies,
        )
        await parts.enter_async_context(websocket.serving(self.listeners.websocket))
        await parts.enter_async_context(http.serving(self.listeners.http))
        return http

    async def _within_tls(
        self, parts: AsyncExitStack, http: HttpGateway, door: BucketDoor
    ) -> Path | None:
        """Serve the same at HTTPS_PORT; the file that clients trust, if one had to be made."""
        https, bucket = self.listeners.https, self.listeners.https_bucket
        if https is None:
            return None
        tls = parts.enter_context(secured(self.configuration))
        same = replace(
            http,
            handle=over_tls(http.handle, port_of(bucket) if bucket else None),
            threads=parts.enter_context(pool("https", http.concurrency)),
            page=http.page and replace(http.page, port=port_of(https), scheme="https"),
        )
        if bucket is not None:
            await parts.enter_async_context(door.serving(bucket, tls.context))
        await parts.enter_async_context(same.serving(https, tls=tls.context))
        return tls.trust

    def _second_name(self, door: BucketDoor) -> SecondName | None:
        url = self.configuration.laptop.files_url
        answer = door.answering(port_of(self.listeners.http), url)
        return SecondName(authority(url), answer) if url else None

    async def _pumps(
        self, parts: AsyncExitStack, handlers: Handlers, cloud: Cloud, intake: Intake
    ) -> None:
        sqs, most = cloud.client("sqs"), cloud.inline_bytes
        notices = QueueTrigger(
            sqs,
            queue_url(NOTICE_QUEUE),
            functions.INBOUND_MAIL,
            functions.NOTICE_BATCH if most is None else _INLINE_NOTICES,
            partial(invoke, handlers, functions.INBOUND_MAIL.name),
            never if most is None else small_mails(cloud.size, most),
        )

        async def handle_notices() -> bool:
            found = await notices.step()
            if found:
                intake.admit()
            return found

        stream = TableStream(
            cloud.changes,
            for_both(
                partial(invoke, handlers, functions.TABLE_EVENTS.name),
                partial(invoke, handlers, functions.SWEEP.name),
            ),
            lambda text: sqs.send_message(QueueUrl=queue_url(FAILED_CHANGES), MessageBody=text),
        )
        following = stream.pump(inline=most is not None)
        cloud.when_undone(following.rest)
        await parts.enter_async_context(following.working(_patience(functions.TABLE_EVENTS)))
        await self._emptied(parts, cloud, NOTICE_QUEUE, notices, handle_notices)
        exports = QueueTrigger(
            sqs,
            queue_url(EXPORT_QUEUE),
            functions.EXPORT_MAIL,
            functions.EXPORT_BATCH,
            partial(invoke, handlers, functions.EXPORT_MAIL.name),
        )
        await self._emptied(parts, cloud, EXPORT_QUEUE, exports, exports.step)
        await parts.enter_async_context(expiry(cloud, time.time))
        await self._webhooks(parts, handlers, cloud)
        for each in (functions.SWEEP, functions.DOMAIN_CHECK):
            schedule = Schedule(each, partial(invoke, handlers, each.name))
            await parts.enter_async_context(schedule.working())
        parts.push_async_callback(
            _finished, lambda: cloud.waiting(NOTICE_QUEUE) + len(cloud.changes)
        )

    async def _emptied(
        self,
        parts: AsyncExitStack,
        cloud: Cloud,
        queue: str,
        trigger: QueueTrigger,
        step: Callable[[], Awaitable[bool]],
    ) -> None:
        """Have the queue emptied from now on."""
        pump = Pump(queue, step, POLL_SECONDS)
        cloud.when_queued(queue, pump.wake)
        cloud.when_undone(pump.rest)
        await parts.enter_async_context(pump.working(_patience(trigger.function)))

    async def _webhooks(self, parts: AsyncExitStack, handlers: Handlers, cloud: Cloud) -> None:
        """Several at a time from each queue: a receiver that is slow holds up its pump alone."""
        sqs, function = cloud.client("sqs"), functions.WEBHOOKS
        handle = partial(invoke, handlers, function.name)
        for queue in (WEBHOOK_QUEUE, SLOW_WEBHOOK_QUEUE):
            trigger = QueueTrigger(sqs, queue_url(queue), function, functions.WEBHOOK_BATCH, handle)
            pumps = [Pump(queue, trigger.step, POLL_SECONDS) for _ in range(_WEBHOOK_PUMPS)]
            cloud.when_queued(queue, partial(_wake_all, pumps))
            for pump in pumps:
                cloud.when_undone(pump.rest)
                await parts.enter_async_context(pump.working(_WEBHOOK_PATIENCE))
        await parts.enter_async_context(DueSchedules(cloud).working())

    async def _sending(
        self, parts: AsyncExitStack, handlers: Handlers, cloud: Cloud, folder: Path
    ) -> None:
        from mayfly.assembly import here

        sqs = cloud.client("sqs")
        for queue, function, batch in (
            (ORDER_QUEUE, functions.SEND_MAIL, functions.ORDER_BATCH),
            (EVENT_QUEUE, functions.MAIL_EVENTS, functions.EVENT_BATCH),
        ):
            handle = partial(invoke, handlers, function.name)
            trigger = QueueTrigger(sqs, queue_url(queue), function, batch, handle)
            await self._emptied(parts, cloud, queue, trigger, trigger.step)
        carrier = HandOver(
            cloud,
            folder,
            lambda name: name in here().domains.service.names(),
            Recipients(here().domains.addressees.find, here().now).is_known,
            self._acceptance(cloud).accept,
        )
        await parts.enter_async_context(carrier.working())

    def _acceptance(self, cloud: Cloud) -> Acceptance:
        settings = self.configuration.functions
        return Acceptance(
            cloud.client("s3"),
            cloud.client("sns"),
            settings.mail_bucket,
            settings.raw_prefix,
            topic_arn(),
            lambda: datetime.now(UTC),
            cloud.together,
            plays_verdicts=not is_server(self.configuration.laptop),
        )

    def _mail_server(self, cloud: Cloud, intake: Intake) -> MailServer:
        from mayfly.assembly import here

        settings, laptop = self.configuration.functions, self.configuration.laptop
        return MailServer(
            settings.domains,
            Post(
                Recipients(here().domains.addressees.find, here().now).is_known,
                self._acceptance(cloud).accept,
                cloud.inline_bytes,
                cloud.settled,
                in_server if "mailosaur" in settings.facades else no_other,
            ),
            settings.max_mail_bytes,
            laptop.smtp_server_banner,
            self.configuration.tls,
            intake,
            share=laptop.peer_share,
            name=laptop.smtp_server_name,
        )

    def _mail_clients(self) -> AbstractAsyncContextManager[None]:
        """IMAP and POP3, as clients of the ports that are open by now."""
        http, socket = port_of(self.listeners.http), port_of(self.listeners.websocket)
        made = bridge(self.configuration, f"http://{HOST}:{http}", f"ws://{HOST}:{socket}")
        return made.serving(list(self.listeners.mail_clients))

    def _sends(self) -> bool:
        settings = self.configuration.functions
        return bool(settings.sender_address) or settings.sending


def _forget_other_accounts(access_key: AccessKey) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    os.environ |= access_key.environment


def _wake_all(pumps: Sequence[Pump]) -> None:
    for each in pumps:
        each.wake()


def _wake_readers(cloud: Cloud) -> None:
    """Tell the flow that waits for mail what changes, where it would ask again and again."""
    from mayfly.assembly import here

    arrivals = Arrivals()
    cloud.changes.when_changed(arrivals.note)
    here().messages.reader = woken(here().messages.reader, here().adapters.table, arrivals)


def _patience(function: Function) -> float:
    return function.timeout.total_seconds()


async def _finished(left: Callable[[], int]) -> None:
    """Wait until nothing is left, for some seconds at most."""
    ends_at = time.monotonic() + _DRAIN_SECONDS
    while left() and time.monotonic() < ends_at:
        await asyncio.sleep(0.02)
    rest = left()
    if rest:
        logger.warning("%d notices and changes were not handled", rest)
