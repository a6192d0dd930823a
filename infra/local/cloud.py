"""What the laptop's parts ask of the AWS that is played here, whatever plays it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from infra.local.dynamodb.stream import Changes
from infra.local.engine.scheduler import Order
from infra.local.engine.ses_sent import Sent


async def settled_at_once() -> None:
    """Nothing has to be waited for."""


class TableChanges(Changes, Protocol):
    """The records for `table_events`, and a word of every change."""

    def when_changed(self, call: Callable[[str], None]) -> None:
        """Call this with the partition of each row that changed, once that can be read."""
        ...


class Cloud(Protocol):
    """AWS for one laptop. Clients have boto3's interface; all else is what boto3 cannot give."""

    @property
    def inline_bytes(self) -> int | None:
        """Mails of up to so many bytes are handled in the event loop, and short requests as well.

        None if every call has to be made in a thread.
        """
        ...

    @property
    def changes(self) -> TableChanges:
        """What waits for `table_events`."""
        ...

    def client(self, service: str, **options: Any) -> Any:
        """The client of a service."""
        ...

    def size(self, key: str) -> int | None:
        """How many bytes the object of the mail bucket has; None if there is none. No waiting."""
        ...

    def waiting(self, queue: str) -> int:
        """How many messages the queue has that are not done. No waiting."""
        ...

    def when_queued(self, queue: str, call: Callable[[], None]) -> None:
        """Call this whenever a message came into the queue for good."""
        ...

    def sent(self, most: int) -> Sequence[Sent]:
        """The oldest messages that SES was handed and that nobody has carried yet."""
        ...

    def carried(self, mail: Sent) -> None:
        """Somebody has."""
        ...

    def when_sent(self, call: Callable[[], None]) -> None:
        """Call this whenever there is one more, for good."""
        ...

    def together(self) -> AbstractContextManager[object]:
        """What is written in the block is kept as a whole, or not at all."""
        ...

    def due(self, now: datetime) -> Sequence[Order]:
        """What the schedules give whose time has come; they are forgotten with that."""
        ...

    def expire(self, now: float) -> int:
        """Remove some of the rows past their TTL (epoch seconds); how many."""
        ...

    def object_answer(
        self, method: str, target: str, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """What S3 answers to a signed GET or HEAD: status, headers and body."""
        ...

    def when_undone(self, call: Callable[[], None]) -> None:
        """Call this whenever something that was written is not kept, in any thread."""
        ...

    def settled(self) -> Awaitable[None]:
        """Wait until all that was written so far is kept; `engine.store.NotKept` if it is not."""
        ...
