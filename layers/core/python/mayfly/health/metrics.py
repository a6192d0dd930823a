"""Measuring: what all gauges show, of requests and of how full everything is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mayfly import limits
from mayfly.domains.service import DomainService
from mayfly.health.models import RequestMetrics
from mayfly.health.ports import Depth, Queues, RequestTally
from mayfly.health.requests import by_operation
from mayfly.kit.cache import Cached
from mayfly.kit.clock import Clock
from mayfly.messages.ports import Deliveries
from mayfly.receiving.models import Tally
from mayfly.sending.models import OutgoingTally
from mayfly.sending.ports import OutgoingMails
from mayfly.subscriptions.ports import Subscriptions


@dataclass(frozen=True, slots=True)
class Readings:
    """What all gauges show. `queues` is None if they did not answer."""

    requests: Mapping[str, RequestMetrics]
    deliveries: Tally
    connections: int
    outgoing: OutgoingTally
    domains: Mapping[str, int]
    queues: Mapping[str, Depth] | None
    read_at: datetime


@dataclass(frozen=True, slots=True)
class MetricsService:
    """Reads what there is to know of the whole deployment, from what all processes have stored."""

    requests: RequestTally
    deliveries: Deliveries
    watching: Subscriptions
    outbox: OutgoingMails
    host: DomainService
    queues: Queues
    now: Clock
    _known_domains: Cached[Mapping[str, int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read nothing yet."""
        age = limits.DOMAINS_COUNTED_EVERY
        known = Cached(self._domains_by_status, age, self.now)
        object.__setattr__(self, "_known_domains", known)

    def read(self) -> Readings:
        """All of them; without the table there are none, and what it raises is raised."""
        now = self.now()
        return Readings(
            by_operation(self.requests.total()),
            self.deliveries.tally(),
            self.watching.connections(now),
            self.outbox.tally(),
            self._known_domains.get(),
            self._depths(),
            now,
        )

    def _domains_by_status(self) -> Mapping[str, int]:
        return self.host.standing(limits.DOMAINS_COUNTED)

    def _depths(self) -> Mapping[str, Depth] | None:
        try:
            return self.queues.depths()
        except Exception:  # whatever it is: the rest is worth showing
            return None
