"""What is measured, what Mayfly wants of it, and how it is shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MEMORY, DURABLE = "mayfly", "mayfly-data"
BOTH = (MEMORY, DURABLE)
VISIBLE = "mails a second"
LIST, READ = "lists of 20 a second", "reads of one a second"
FRAME, FRAME_P95 = "DATA to frame, median ms", "DATA to frame, p95 ms"
START = "start to first answer, s"
RSS_START, RSS_FULL = "memory at start, MB", "memory after {} mails, MB"
SENDERS = 8


def visible(size: str, senders: int, stored: bool = False) -> str:
    """The name of a rate."""
    return f"{size}, {senders} sender{'s' * (senders > 1)}{', stored' * stored}: {VISIBLE}"


def cpu(size: str, senders: int, stored: bool = False) -> str:
    """The name of what the server's processes take for a mail."""
    return visible(size, senders, stored).replace(VISIBLE, "CPU ms a mail")


SMALL, BIG = "3.3 KB", "1 MB"


@dataclass(frozen=True, slots=True)
class Goal:
    """At least (or at most) `factor`, or that much of a peer's same figure, or of another own."""

    figure: str
    servers: tuple[str, ...]
    factor: float
    peer: str = ""
    at_most: bool = False
    of: str = ""

    def __str__(self) -> str:
        return f"{'<=' if self.at_most else '>='} {self.factor:g}" + f" x {self._peer}" * bool(
            self._peer
        )

    @property
    def _peer(self) -> str:
        return self.peer or ("empty" if self.of else "")

    def met(self, server: str, figures: "Figures") -> bool | None:
        """None if there is nothing to compare it with."""
        value = figures.get(self.figure, server)
        unit = figures.get(self.of or self.figure, self.peer or server) if self._peer else 1.0
        if value is None or unit is None:
            return None
        wanted = self.factor * unit
        return value <= wanted if self.at_most else value >= wanted


_EIGHT = visible(SMALL, SENDERS)
GOALS = (
    Goal(_EIGHT, (MEMORY,), 0.30, "noop"),
    Goal(_EIGHT, (DURABLE,), 0.25, "noop"),
    Goal(_EIGHT, BOTH, 2, "sendria"),
    Goal(_EIGHT, BOTH, 1, "maildev"),
    Goal(visible(SMALL, 1), (DURABLE,), 320),
    Goal(visible(BIG, SENDERS), (DURABLE,), 70),
    Goal(LIST, BOTH, 1000),
    Goal(LIST, BOTH, 1, "maildev"),
    Goal(FRAME, (MEMORY,), 3.4, at_most=True),
    Goal(START, BOTH, 1.5, at_most=True),
    Goal(RSS_START, BOTH, 95, at_most=True),
    Goal(RSS_FULL.format(10_000), BOTH, 130, at_most=True),
    Goal(visible(SMALL, SENDERS, stored=True), BOTH, round(1 / 1.1, 2), of=_EIGHT),
    Goal(f"{LIST}, stored", BOTH, round(1 / 1.1, 2), of=LIST),
)


@dataclass(slots=True)
class Figures:
    """By figure and server, in the order in which they came."""

    _values: dict[str, dict[str, float]] = field(default_factory=dict)

    def get(self, figure: str, server: str) -> float | None:
        """None if it was not measured."""
        return self._values.get(figure, {}).get(server)

    def add(self, figure: str, server: str, value: float, **more: object) -> dict[str, object]:
        """Keep it; the line that tells of it, with the goals that it has."""
        self._values.setdefault(figure, {})[server] = value
        line: dict[str, object] = {"figure": figure, "server": server, "value": _short(value)}
        goals = {str(goal): _word(goal.met(server, self)) for goal in _goals(figure, server)}
        return line | more | ({"goals": goals} if goals else {})

    def table(self, servers: Sequence[str]) -> Iterator[str]:
        """A line for each figure, a column for each server; then the goals."""
        widest = max((len(figure) for figure in self._values), default=0)
        yield " " * widest + "".join(f"{server:>13}" for server in servers)
        for figure, values in self._values.items():
            cells = (f"{_short(values[each]) if each in values else '-':>13}" for each in servers)
            yield f"{figure:<{widest}}" + "".join(cells)
        yield ""
        for figure, values in self._values.items():
            for server in values:
                for goal in _goals(figure, server):
                    met = _word(goal.met(server, self))
                    yield f"{met:<8} {server:<12} {figure:<{widest}} {goal}"


def _goals(figure: str, server: str) -> list[Goal]:
    return [goal for goal in GOALS if goal.figure == figure and server in goal.servers]


def _word(met: bool | None) -> str:
    return {True: "met", False: "missed", None: "unknown"}[met]


def _short(value: float) -> float | int:
    return round(value) if value >= 100 else round(value, 2)
