"""All parts of the laptop, started in their order and ended in the reverse."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from infra.local.announcement import Addresses, bucket_door, own_names
from infra.local.apigateway.own_names import HOST
from infra.local.apigateway.page import page_of
from infra.local.apigateway.rest import CONCURRENCY, HttpGateway
from infra.local.apigateway.websocket import SocketGateway
from infra.local.configuration import Configuration, Deployment
from infra.local.connections import Bounds
from infra.local.data.persistence import Persistence, make_password_key
from infra.local.data.private_file import (
    ADMIN_KEY,
    PASSWORD_KEY,
    TOKEN_KEY,
    kept_key,
    private_folder,
)
from infra.local.data.sqlite import Store
from infra.local.dns.forward import names_served
from infra.local.dynamodb.long_poll import Arrivals, woken
from infra.local.dynamodb.stream import TableStream
from infra.local.dynamodb.stream_records import Changes
from infra.local.dynamodb.ttl import Expiry
from infra.local.lambda_.invoke import Handlers, imported_handlers, invoke
from infra.local.lambda_.triggers import NoticeQueue, Schedule, waiting_inside
from infra.local.listeners import Listeners, port_of
from infra.local.moto.guard import observed
from infra.local.moto.in_process import answering
from infra.local.moto.server import EVENT_QUEUE, ORDER_QUEUE, Cloud, client, outgoing_rows_inside
from infra.local.s3.signatures import AccessKey
from infra.local.ses.accept import Acceptance
from infra.local.ses.deliver import HandOver, outbox, set_again
from infra.local.smtp.policy import Recipients
from infra.local.smtp.server import MailServer
from infra.local.threads import outside_the_loop, pool
from mayfly import functions
from mayfly.kit.tokens.models import key_hash

logger = logging.getLogger("mayfly.laptop")

_THREADS = 64  # for SMTP: looking up and storing
_SOCKET_THREADS = 32
_DRAIN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Laptop:
    """The whole service in this process. Without `handlers`, the functions of the blueprint."""

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
            cloud = parts.enter_context(self._cloud())
            changes = parts.enter_context(self._changes())
            handlers = self._deployed(cloud, name_server)
            _wake_readers(changes)
            admin_key = self._admin_key()
            sent = parts.enter_context(outbox(self.configuration.data)) if self._sends() else None
            await self._gateways(parts, handlers)
            door = bucket_door(self.configuration, self.listeners, cloud, access_key)
            await parts.enter_async_context(door.serving(self.listeners.bucket))
            await self._pumps(parts, handlers, cloud, changes)
            if sent is not None and self.configuration.functions.sending:
                await self._sending(parts, handlers, cloud, sent)
            mail_server = self._mail_server(cloud)
            await parts.enter_async_context(mail_server.intake.counting(waiting_inside))
            await parts.enter_async_context(mail_server.serving(self.listeners.smtp))
            yield Addresses.of(self.configuration, self.listeners, admin_key, sent, name_server)
            logger.info("ending: no more mail is taken, what was taken is finished")

    @contextmanager
    def _cloud(self) -> Iterator[Cloud]:
        # Signed links lead there; all else that is asked of AWS stays in the process.
        endpoint = f"http://{HOST}:{port_of(self.listeners.bucket)}"
        with answering(endpoint):
            chosen = self.configuration.laptop.jwt_secret
            key = chosen or kept_key(self.configuration.data, TOKEN_KEY)
            settings, data = self.configuration.functions, self.configuration.data
            cloud = Cloud.make(endpoint, settings, key)
            kms = client("kms", endpoint)
            make_password_key(kms, settings.password_key, kept_key(data, PASSWORD_KEY))
            yield cloud

    @contextmanager
    def _changes(self) -> Iterator[Changes]:
        """The table's changes, collected after each call and kept if there is a folder for it."""
        settings = self.configuration.functions
        changes = Changes(settings.table_name)
        if self.configuration.data is None:
            with observed(lambda: (changes.collect(), None)[1]):
                yield changes
            return
        with closing(Store(self.configuration.data)) as store:
            persistence = Persistence(store, settings, changes)
            persistence.restore()
            with persistence.keeping():
                yield changes

    def _deployed(self, cloud: Cloud, name_server: str) -> Handlers:
        """Tell the functions where everything is; they read it when they are imported."""
        socket_port = port_of(self.listeners.websocket)
        http_port = port_of(self.listeners.http)
        names = own_names(self.configuration, self.listeners)
        deployment = Deployment(
            cloud.endpoint, cloud.queue_url, socket_port, name_server, names.cors_origins, http_port
        )
        os.environ |= deployment.environment(self.configuration.functions)
        return imported_handlers() if self.handlers is None else self.handlers

    def _admin_key(self) -> str:
        """What admins send; its hash is written where the functions look for it."""
        from mayfly.assembly import here

        chosen = self.configuration.laptop.admin_key
        key = chosen or kept_key(self.configuration.data, ADMIN_KEY)
        here().adapters.admin_keys.replace(key_hash(key), here().now())
        return key

    async def _gateways(self, parts: AsyncExitStack, handlers: Handlers) -> None:
        names = own_names(self.configuration, self.listeners)
        bounds = Bounds(share=self.configuration.laptop.peer_share)
        concurrency = CONCURRENCY + self.configuration.functions.waits_at_once
        http_threads = parts.enter_context(pool("http", concurrency))
        http = HttpGateway(
            partial(invoke, handlers, functions.HTTP_API.name),
            http_threads,
            names,
            page_of(self.listeners, self.configuration.functions.socket_url),
            concurrency=concurrency,
            bounds=bounds,
        )
        socket_threads = parts.enter_context(pool("socket", _SOCKET_THREADS))
        sockets = SocketGateway(
            partial(invoke, handlers, functions.WEBSOCKET.name),
            socket_threads,
            names,
            bounds=bounds,
        )
        await parts.enter_async_context(sockets.serving(self.listeners.websocket))
        await parts.enter_async_context(http.serving(self.listeners.http))

    async def _pumps(
        self, parts: AsyncExitStack, handlers: Handlers, cloud: Cloud, changes: Changes
    ) -> None:
        settings = self.configuration.functions
        notices = NoticeQueue(partial(invoke, handlers, functions.INBOUND_MAIL.name))
        stream = TableStream(changes, partial(invoke, handlers, functions.TABLE_EVENTS.name))
        for part in (
            stream.working(),
            notices.working(),
            Expiry(settings.table_name, cloud, time.time).working(),
            *(
                Schedule(each, partial(invoke, handlers, each.name)).working()
                for each in (functions.SWEEP, functions.DOMAIN_CHECK)
            ),
        ):
            await parts.enter_async_context(outside_the_loop(part))
        parts.push_async_callback(_finished, lambda: notices.waiting() + len(changes))

    async def _sending(
        self, parts: AsyncExitStack, handlers: Handlers, cloud: Cloud, folder: Path
    ) -> None:
        from mayfly.assembly import here

        for queue, function, batch in (
            (ORDER_QUEUE, functions.SEND_MAIL, functions.ORDER_BATCH),
            (EVENT_QUEUE, functions.MAIL_EVENTS, functions.EVENT_BATCH),
        ):
            handle = partial(invoke, handlers, function.name)
            pump = NoticeQueue(handle, queue=queue, function=function, batch=batch)
            await parts.enter_async_context(outside_the_loop(pump.working()))
        if self.configuration.data is not None:
            table = self.configuration.functions.table_name
            set_again(outgoing_rows_inside(table), here().sending.store.schedules)
        carrier = HandOver(
            folder,
            lambda name: name in here().domains.service.names(),
            Recipients(here().domains.addressees.find, here().now).is_known,
            self._acceptance(cloud).accept,
        )
        await parts.enter_async_context(outside_the_loop(carrier.working()))

    def _acceptance(self, cloud: Cloud) -> Acceptance:
        settings = self.configuration.functions
        return Acceptance(
            client("s3", cloud.endpoint),
            client("sns", cloud.endpoint),
            settings.mail_bucket,
            settings.raw_prefix,
            cloud.topic_arn,
            lambda: datetime.now(UTC),
        )

    def _mail_server(self, cloud: Cloud) -> MailServer:
        # Read the environment only now: it has just been set.
        from mayfly.assembly import here

        settings, laptop = self.configuration.functions, self.configuration.laptop
        return MailServer(
            settings.domains,
            Recipients(here().domains.addressees.find, here().now).is_known,
            self._acceptance(cloud).accept,
            settings.max_mail_bytes,
            laptop.smtp_server_banner,
            self.configuration.tls,
            share=laptop.peer_share,
        )

    def _sends(self) -> bool:
        settings = self.configuration.functions
        return bool(settings.sender_address) or settings.sending


def _forget_other_accounts(access_key: AccessKey) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    os.environ |= access_key.environment


def _wake_readers(changes: Changes) -> None:
    """Tell the flow that waits for mail what changes, where it would ask again and again."""
    from mayfly.assembly import here

    arrivals = Arrivals()
    changes.when_changed(arrivals.note)
    here().messages.reader = woken(here().messages.reader, here().adapters.table, arrivals)


async def _finished(left: Callable[[], int]) -> None:
    """Wait until nothing is left, for some seconds at most."""
    ends_at = time.monotonic() + _DRAIN_SECONDS
    while await asyncio.to_thread(left) and time.monotonic() < ends_at:
        await asyncio.sleep(0.02)
    rest = await asyncio.to_thread(left)
    if rest:
        logger.warning("%d notices and changes were not handled", rest)
