"""What statistics need of the world."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from mayfly.stats.models import Entry, Rollup


class Rollups(Protocol):
    """The counts of each day, for the deployment and for each account."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Count these, each once however often it comes; those of a source in their order.

        If it fails, some may be counted: to be called again with all of them.
        """

    def read(self, owner: str, first: date, last: date, most: int) -> Sequence[Rollup]:
        """What happened from the first day to the last, both included, in any order.

        `owner` is an account, "" for the deployment. TooManyRollups over `most`.
        """
