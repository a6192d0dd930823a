"""Measuring how requests are answered and how full everything is, and checking what is needed."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.domains.service import DomainService
from mayfly.health.models import CheckResult, CheckStatus, RequestMetrics
from mayfly.health.ports import Depth, Queues, RequestTally
from mayfly.health.requests import by_operation
from mayfly.kit.clock import Cached, Clock
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
        return self.host.count_by_status(limits.DOMAINS_COUNTED)

    def _depths(self) -> Mapping[str, Depth] | None:
        try:
            return self.queues.depths()
        except Exception:  # whatever it is: the rest is worth showing
            return None


Check = Callable[[], object]
"""Asks for something; raises if it cannot be had."""


@dataclass(frozen=True, slots=True)
class HealthChecks:
    """Asks all that the service needs, at once."""

    checks: Mapping[str, Check]
    patience: timedelta = limits.CHECK_TIME

    def examine(self, *names: str) -> dict[str, CheckResult]:
        """How each of these is, or without names each there is; within `patience` in any case.

        A check that is late goes on in its thread: what it waits for has its own time.
        """
        wanted = {name: self.checks[name] for name in names or self.checks}
        threads = ThreadPoolExecutor(len(wanted), "check")
        try:
            asked = {name: threads.submit(_timed, check) for name, check in wanted.items()}
            wait(asked.values(), self.patience.total_seconds())
            return {name: self._finding(each) for name, each in asked.items()}
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    def _finding(self, asked: Future[CheckResult]) -> CheckResult:
        return asked.result() if asked.done() else CheckResult(CheckStatus.LATE, self.patience)


def _timed(check: Check) -> CheckResult:
    began = time.monotonic()
    try:
        check()
        condition = CheckStatus.UP
    except Exception:  # whatever it is: to say so is the purpose
        condition = CheckStatus.DOWN
    return CheckResult(condition, timedelta(seconds=time.monotonic() - began))
