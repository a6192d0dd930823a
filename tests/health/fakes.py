"""What is measured, in memory."""

from collections import Counter
from collections.abc import Mapping

from mayfly.health.ports import Depth


class FakeRequestTally:
    """Counters; with `failing` set, adding raises it. `writes` are how many there were."""

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()
        self.writes = 0
        self.failing: Exception | None = None

    def add(self, counters: Mapping[str, int]) -> None:
        self.writes += 1
        if self.failing is not None:
            raise self.failing
        self.counters.update(counters)

    def total(self) -> Mapping[str, int]:
        return dict(self.counters)


class FakeQueues:
    """Depths as a test sets them; with `failing` set, asking raises it."""

    def __init__(self) -> None:
        self.held: dict[str, Depth] = {"notices": Depth(0, 0, 0)}
        self.failing: Exception | None = None

    def depths(self) -> Mapping[str, Depth]:
        if self.failing is not None:
            raise self.failing
        return dict(self.held)
