"""Several messages of one request: each is accepted, or refused, by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from mayfly import limits
from mayfly.errors import MayflyError
from mayfly.kit.clock import Clock
from mayfly.sending.batch_models import BatchEntry, BatchResult, NotBegun
from mayfly.sending.errors import SendsSpent
from mayfly.sending.service import SendingService


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
