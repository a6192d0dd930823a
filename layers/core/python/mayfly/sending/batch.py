"""Several messages of one request: each is accepted, or refused, by itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from mayfly import limits
from mayfly.errors import UNAVAILABLE, MayflyError
from mayfly.kit.clock import Clock
from mayfly.sending.draft import Draft
from mayfly.sending.errors import SendsSpent
from mayfly.sending.models import OutgoingMail, State
from mayfly.sending.ports import IdempotencyKey
from mayfly.sending.service import SendingService


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


@dataclass(frozen=True, slots=True)
class BatchSender:
    """Accepts messages one after the other, through the same door as single ones."""

    service: SendingService
    now: Clock

    def submit(self, account: str, entries: Sequence[BatchEntry]) -> Iterator[BatchResult]:
        """One result for each, in their order.

        None is begun any more once the day's share is spent, once something has failed that is
        nobody's mistake, or so late that the answer would not arrive: the same request with the
        same key goes on there.
        """
        end = self.now() + timedelta(seconds=limits.BATCH_SECONDS)
        stop: Exception | None = None
        for entry in entries:
            if stop is None and self.now() >= end:
                stop = NotBegun("the batch took too long: nothing was done for this recipient")
            if stop is not None:
                yield BatchResult(entry, error=stop)
                continue
            try:
                mail, state = self.service.submit(account, entry.write, entry.key)
            except SendsSpent as error:
                stop = error
                yield BatchResult(entry, error=error)
            except MayflyError as error:
                yield BatchResult(entry, error=error)
            except Exception as error:
                stop = NotBegun("the batch was not finished: nothing was done for this recipient")
                yield BatchResult(entry, error=error)
            else:
                yield BatchResult(entry, mail, state)


class NotBegun(MayflyError):
    """Nothing was done for a message of a batch; it can be asked for again."""

    kind = UNAVAILABLE
