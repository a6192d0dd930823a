"""AWS as moto plays it, behind boto3: slow, in memory only, and nobody's code but theirs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from itertools import islice
from typing import Any

from infra.local.cloud import settled_at_once
from infra.local.engine.scheduler import Order
from infra.local.engine.ses_sent import Sent
from infra.local.moto import server
from infra.local.moto.changes import Changes
from infra.local.moto.guard import alone, observed
from infra.local.moto.links import read_object
from mayfly.kit.aws import Clients
from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE
from mayfly.settings import Settings

_AT_ONCE = 100  # rows removed before others may use the table again
_PRINCIPAL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


class MotoCloud:
    """See `infra.local.cloud.Cloud`. Each call is made in a thread."""

    inline_bytes: int | None = None
    settled = staticmethod(settled_at_once)

    def __init__(self, settings: Settings, endpoint: str) -> None:
        """What `server.make` has made, seen after each call."""
        self.changes = Changes(settings.table_name)
        self._settings = settings
        self._endpoint = endpoint
        self._clients = Clients(settings)
        self._made: dict[str, Any] = {}
        self._queued: dict[str, Callable[[], None]] = {}
        self._sent: list[Sent] = []
        self._wake: Callable[[], None] = lambda: None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """See what each call has changed, until the block ends."""
        with observed(self._look):
            yield

    def client(self, service: str, **options: Any) -> Any:
        """boto3's, for this endpoint."""
        options.pop("lasting", None)
        if options:
            return self._clients.client(service, endpoint_url=self._endpoint, **options)
        if service not in self._made:
            self._made[service] = self._clients.client(service, endpoint_url=self._endpoint)
        return self._made[service]

    def size(self, key: str) -> int | None:
        """By a look at moto's bucket."""
        with alone():
            found = server.buckets_inside().buckets[self._settings.mail_bucket].keys.get(key)
            return None if found is None else int(found.size)

    def waiting(self, queue: str) -> int:
        """By a look at moto's queue."""
        return len(server.queues_inside().queues[queue]._messages)

    def when_queued(self, queue: str, call: Callable[[], None]) -> None:
        """After each call while there is something in the queue."""
        self._queued[queue] = call

    def sent(self, most: int) -> Sequence[Sent]:
        """From memory."""
        return self._sent[:most]

    def carried(self, mail: Sent) -> None:
        """Forget it."""
        self._sent.remove(mail)

    def when_sent(self, call: Callable[[], None]) -> None:
        """After the call that hands it over."""
        self._wake = call

    def together(self) -> AbstractContextManager[object]:
        """In moto each call stands alone."""
        return nullcontext()

    def when_undone(self, call: Callable[[], None]) -> None:
        """Never: each call is for good."""

    def due(self, now: datetime) -> Sequence[Order]:
        """By a look at moto's schedules."""
        due_at = f"at({now:%Y-%m-%dT%H:%M:%S})"
        found: list[Order] = []
        with alone():
            for schedules in server.schedules_inside():
                names = [n for n, each in schedules.items() if each.schedule_expression <= due_at]
                for name in names:
                    target = schedules.pop(name).target
                    found.append(Order(name, target["Arn"], target["Input"]))
        return found

    def expire(self, now: float) -> int:
        """By a walk over the whole table."""
        with alone():
            table = server.table_inside(self._settings.table_name)
            rows = [row for partition in table.items.values() for row in partition.values()]
            expired = list(islice((row for row in rows if _is_over(row, now)), _AT_ONCE))
            for row in expired:
                table.delete_item(row.hash_key, row.range_key)
                table.stream_shard.items[-1].record["userIdentity"] = _PRINCIPAL
            return len(expired)

    def object_answer(
        self, method: str, target: str, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """moto's own."""
        status, told, body = read_object(method, target, headers)
        content = body.encode() if isinstance(body, str) else bytes(body or b"")
        return status, {name: str(value) for name, value in told.items()}, content

    def _look(self) -> None:
        self.changes.collect()
        for queue, call in self._queued.items():
            if self.waiting(queue):
                call()
        mails = server.mails_inside()
        while mails:
            self._sent.append(_sent(mails.pop(0)))
            self._wake()


def _is_over(row: Any, now: float) -> bool:
    ttl = row.attrs.get(TTL_ATTRIBUTE)
    return ttl is not None and ttl.type == "N" and float(ttl.value) < now


def _sent(mail: Any) -> Sent:
    if hasattr(mail, "raw_data"):
        raw = mail.raw_data.encode()
        return Sent(mail.id, mail.source, tuple(mail.destinations), raw, tags=mail.tags)
    recipients = tuple(mail.destinations["ToAddresses"])
    return Sent(mail.id, mail.source, recipients, subject=mail.subject, text=mail.body)
