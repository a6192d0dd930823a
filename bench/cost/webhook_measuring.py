"""Measures what an event takes that one webhook is told of: written down, and sent."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bench.cost.invocations import INBOUND_MAIL, TABLE_EVENTS, WEBHOOKS, TimedAssembly
from bench.cost.measuring import SIZES, change_of
from bench.cost.metering import MeteredAssembly, metered
from bench.cost.prices import Work
from bench.cost.taking import ASKED, Taker
from bench.letters import letter_of
from mayfly.inboxes.models import Inbox
from mayfly.kit.dynamodb.keys import message_key
from mayfly.kit.http.schemas import read
from mayfly.receiving.notice import write
from mayfly.webhooks.models import HookOwner, Kind
from mayfly.webhooks.ports import Wake
from mayfly.webhooks.schemas import WantedWebhook
from mayfly.webhooks.sqs import write_job
from tests.aws import client
from tests.webhooks.fakes import FakeReceivers

_WEBHOOK = {"url": "https://hooks.example/mayfly"}


def told() -> dict[str, Work]:
    """A message of 20 KB that comes to an inbox with a webhook, and its receiver takes it."""
    with metered(webhook_schedule_group="webhooks") as assembly:
        urls = [client("sqs").create_queue(QueueName=n)["QueueUrl"] for n in ("hooks", "slow")]
        settings = replace(
            assembly.settings, webhook_queue_url=urls[0], slow_webhook_queue_url=urls[1]
        )
        metering, plain = MeteredAssembly(settings), TimedAssembly(settings)
        for each in (metering, plain):
            vars(each.adapters)["receivers"] = FakeReceivers()
        return _Bench(metering, plain).works()


class _Bench:
    """Inboxes with a webhook and a message each."""

    def __init__(self, assembly: MeteredAssembly, plain: TimedAssembly) -> None:
        self._plain, self._taker = plain, Taker(assembly, plain)
        self._places = [self._inbox() for _ in range(ASKED)]
        self._records = [self._received(inbox) for inbox, _ in self._places]

    def works(self) -> dict[str, Work]:
        """The change of the message, and the wake that follows."""
        records, wakes = iter(self._records), iter(self._places)

        def changed() -> dict[str, Any]:
            return {"Records": [next(records)]}

        def woken() -> dict[str, Any]:
            inbox, webhook = next(wakes)
            job = write_job(Wake(HookOwner(Kind.INBOX, str(inbox.id)), webhook))
            return {"Records": [{"messageId": secrets.token_hex(8), "body": job}]}

        tell = self._taker.taken(TABLE_EVENTS, changed)
        return {"tell a webhook": tell, "webhook": self._taker.taken(WEBHOOKS, woken)}

    def _inbox(self) -> tuple[Inbox, str]:
        inbox = self._plain.inboxes.service.make().inbox
        wanted = read(_WEBHOOK, WantedWebhook).wanted()
        owner = HookOwner(Kind.INBOX, str(inbox.id))
        return inbox, self._plain.webhooks.service.make(owner, wanted)[0].id

    def _received(self, inbox: Inbox) -> dict[str, Any]:
        raw = letter_of(SIZES["20 KB"], str(inbox.address))
        notice = self._plain.accepted(secrets.token_hex(8), str(inbox.address), raw)
        INBOUND_MAIL.call({"Records": [{"messageId": "1", "body": write(notice)}]}, self._plain)
        found = next(self._messages(inbox))
        key = message_key(found.id.inbox, found.id.sequence)
        return change_of(self._plain.adapters.table.get(key))

    def _messages(self, inbox: Inbox) -> Iterator[Any]:
        return iter(self._plain.messages.reader.page(str(inbox.address), 1).messages)
