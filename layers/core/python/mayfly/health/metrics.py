"""Measuring: how requests are answered, and how full everything is."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.domains.service import DomainService
from mayfly.health.models import RequestMetrics, Unit, by_operation, counters_of
from mayfly.health.ports import Depth, Queues, RequestTally
from mayfly.kit.cache import Cached
from mayfly.kit.clock import Clock
from mayfly.messages.ports import Deliveries
from mayfly.receiving.models import Tally
from mayfly.sending.models import OutgoingTally
from mayfly.sending.ports import OutgoingMails
from mayfly.subscriptions.ports import Subscriptions


class RequestMeter:
    """Counts answers in this process, and adds what it counted to the counters of all.

    It does so at once when nothing was added for ten seconds, else with the twentieth answer: so a
    process that ends takes at most 19 answers along, all of its last ten seconds. What could not
    be added is not tried again, so that nothing is counted twice.
    """

    def __init__(self, tally: RequestTally, now: Clock) -> None:
        """Count nothing yet."""
        self._tally = tally
        self._now = now
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()
        self._answers = 0
        self._added_at: datetime | None = None

    def note(self, operation: str, status: int, time: timedelta, sent_bytes: int = 0) -> None:
        """One answer; raises what kept it and those before from being added."""
        size = {Unit.SENT_BYTES.value: sent_bytes} if sent_bytes else {}
        self._add(counters_of(operation, status, time) | size)

    def count(self, units: Mapping[Unit, int]) -> None:
        """So much of what is no answer; raises as `note` does, and is added as one answer is."""
        self._add({unit.value: more for unit, more in units.items()})

    def _add(self, counters: Mapping[str, int]) -> None:
        due = self._noted(counters)
        if due:
            self._tally.add(due)

    def _noted(self, counters: Mapping[str, int]) -> Mapping[str, int]:
        """What has to be added now, by whoever gets it."""
        with self._lock:
            self._counted.update(counters)
            self._answers += 1
            now = self._now()
            is_late = self._added_at is None or not (
                timedelta(0) <= now - self._added_at < limits.REQUESTS_NOTED_EVERY
            )
            if not is_late and self._answers < limits.REQUESTS_NOTED_TOGETHER:
                return {}
            due, self._counted = self._counted, Counter()
            self._answers, self._added_at = 0, now
            return due


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
        return self.host.count_by_status(limits.DOMAINS_COUNTED)

    def _depths(self) -> Mapping[str, Depth] | None:
        try:
            return self.queues.depths()
        except Exception:  # whatever it is: the rest is worth showing
            return None
