"""Statistics: what the counters tell is added up by day, and read by those whom it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from mayfly import limits
from mayfly.kit.clock import Cached, Clock
from mayfly.stats.models import ELSEWHERE, Entry, GroupBy, Kind, Line, Period, lines
from mayfly.stats.ports import Rollups


@dataclass(frozen=True, slots=True)
class StatsService:
    """Counts by day. `names` are the domains whose mail is ours."""

    rollups: Rollups
    names: Callable[[], set[str]]
    now: Clock
    _known: Cached[set[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Ask for no names yet."""
        known = Cached(self.names, limits.STATS_DOMAINS_AGE, self.now)
        object.__setattr__(self, "_known", known)

    def count(self, entries: Sequence[Entry]) -> None:
        """Add these to their days; safe to repeat with any of them."""
        self.rollups.add([self._placed(each) for each in entries])

    def history(self, owner: str, period: Period, by: GroupBy) -> tuple[list[Line], Line]:
        """The lines, and what they add up to; `owner` is an account, "" for the deployment."""
        found = self.rollups.read(owner, period.first, period.last, limits.STATS_ROLLUPS)
        grouped = lines(found, by)
        total = Line("")
        for line in grouped:
            total.counts += line.counts
        return grouped, total

    def today(self) -> date:
        """The day that is counted now."""
        return self.now().date()

    def usual(self) -> Period:
        """The days that an answer is about where nobody says which."""
        today = self.today()
        return Period(today - timedelta(days=limits.STATS_DAYS - 1), today)

    def _placed(self, entry: Entry) -> Entry:
        """Who writes to made-up names below our domains gets no row for each of them."""
        occasion = entry.occasion
        if occasion.kind is not Kind.NONE or occasion.domain in self._known.get():
            return entry
        return replace(entry, occasion=replace(occasion, domain=ELSEWHERE))
