"""What is counted to be limited."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from mayfly.breaker.models import Spending
from mayfly.rate_limits.models import Window


class RequestCounts(Protocol):
    """How much each client asked for lately, by all processes together."""

    def count(
        self, who: str, window: Window, names: Sequence[str], by: int = 1
    ) -> Mapping[str, int]:
        """Raise these counters of the client in this window by `by`, each of them at once.

        All counters of the client in it, as they are then. Whatever keeps it from counting is
        raised as it comes, and soon: it is better not to count than to keep the request waiting.
        """

    def seen(self, who: str, window: Window) -> Mapping[str, int]:
        """All counters of the client in this window, as they are; raises as `count` does."""


class Budgets(Protocol):
    """What the whole deployment has made, and mailed, on each day (UTC)."""

    def spend(self, day: date, inboxes: int, most: int) -> bool:
        """Count so many new inboxes; False, and nothing is counted, if that is more than `most`."""

    def give_back(self, day: date, inboxes: int) -> None:
        """So many that were counted were not made."""

    def spend_mail(self, day: date, most: int) -> bool:
        """Count one more mail of our own; False, and nothing is counted, beyond `most`."""

    def baseline(self, day: date, accepted: int) -> int:
        """How many emails had been accepted when the day began: the first number given for it."""

    def spending(self) -> Spending | None:
        """What the day has cost, as it was kept last; None if it never was."""

    def keep_spending(self, spending: Spending) -> bool:
        """Keep that in the place of the one of the turn before; False if that is not the last."""
