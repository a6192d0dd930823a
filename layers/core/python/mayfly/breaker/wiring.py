"""The breaker, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.breaker.service import Breaker, Intakes


class BreakerWiring(Wiring):
    """What ends a flood that costs too much."""

    @cached_property
    def service(self) -> Breaker:
        ports = self.adapters
        return Breaker(
            ports.budgets,
            ports.deliveries,
            ports.request_tally,
            Intakes([ports.receipt_rule, ports.api_throttle]),
            self.settings.daily_budget_usd,
            self.now,
        )
