"""How the service is: what it has answered, and what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class RequestTally(Protocol):
    """Counters of answered requests, by all processes together, since the deployment began."""

    def add(self, counters: Mapping[str, int]) -> None:
        """Raise these counters, each by its number, all at once.

        Whatever keeps it from counting is raised as it comes, and soon; it is not tried again.
        """

    def total(self) -> Mapping[str, int]:
        """All counters."""


@dataclass(frozen=True, slots=True)
class Depth:
    """How many records a queue holds, about: to be had now, later, and being worked on."""

    waiting: int
    delayed: int
    in_flight: int


class Queues(Protocol):
    """The queues of the deployment, by what they hold."""

    def depths(self) -> Mapping[str, Depth]:
        """How full each is; whatever keeps one from answering is raised as it comes."""
