"""Health, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.health.requests import RequestMeter
from mayfly.health.service import HealthChecks, MetricsService


class HealthWiring(Wiring):
    """How the service is, and what is measured of it."""

    @cached_property
    def metrics(self) -> RequestMeter:
        return RequestMeter(self.adapters.request_tally, self.now)

    @cached_property
    def gauges(self) -> MetricsService:
        ports = self.adapters
        return MetricsService(
            ports.request_tally,
            ports.deliveries,
            ports.watching,
            ports.outbox,
            self.flows.domains.service,
            ports.queues,
            self.now,
        )

    @cached_property
    def checks(self) -> HealthChecks:
        token_keys = self.flows.private_inboxes.tokens.check_keys
        return HealthChecks({**self.adapters.checks, "token_keys": token_keys})
