"""Surveying: how much of everything there is, for whoever runs the deployment."""

from dataclasses import dataclass, field

from mayfly import limits
from mayfly.admin.models import Survey
from mayfly.domains.service import DomainService
from mayfly.inboxes.ports import Census
from mayfly.kit.clock import Cached, Clock
from mayfly.messages.ports import Deliveries


@dataclass(frozen=True, slots=True)
class StatsService:
    """Counts, and keeps the result for some seconds: who asks again and again costs one count."""

    census: Census
    deliveries: Deliveries
    domains: DomainService
    now: Clock
    _known: Cached[Survey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Count nothing yet."""
        known = Cached(self._counted, limits.SURVEY_AGE, self.now)
        object.__setattr__(self, "_known", known)

    def survey(self) -> Survey:
        """What there is, up to ten seconds old."""
        return self._known.get()

    def _counted(self) -> Survey:
        now = self.now()
        domains = self.domains.all()
        return Survey(
            inboxes=self.census.count(now),
            deliveries=self.deliveries.tally(),
            domains=len(domains),
            active_domains=sum(each.is_active for each in domains),
            counted_at=now,
        )
