"""One message of a batch: what is asked for, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mayfly.errors import UNAVAILABLE, MayflyError
from mayfly.sending.draft import Draft
from mayfly.sending.models import OutgoingMail, State
from mayfly.sending.ports import IdempotencyKey


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """One message to be accepted: whom it is for, as the request has it, and how it is written."""

    recipient: str = field(repr=False)
    write: Callable[[], Draft] = field(repr=False)
    key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What came of one: the message and the state it was accepted in, or why it was not."""

    entry: BatchEntry
    mail: OutgoingMail | None = None
    state: State | None = None
    error: Exception | None = None


class NotBegun(MayflyError):
    """Nothing was done for a message of a batch; it can be asked for again."""

    kind = UNAVAILABLE
