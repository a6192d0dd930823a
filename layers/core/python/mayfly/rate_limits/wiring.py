"""Rate limits, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.rate_limits.budget import DailyBudget, DailyLimits
from mayfly.rate_limits.frames import FrameLimiter, FrameLimits
from mayfly.rate_limits.service import RateLimiter, RateLimits


class RateLimitWiring(Wiring):
    """How often one client may ask, and what the whole deployment takes on in a day."""

    @cached_property
    def limiter(self) -> RateLimiter:
        return RateLimiter(self.adapters.request_counts, RateLimits.of(self.settings), self.now)

    @cached_property
    def frames(self) -> FrameLimiter:
        return FrameLimiter(self.adapters.request_counts, FrameLimits.of(self.settings), self.now)

    @cached_property
    def budget(self) -> DailyBudget:
        ports = self.adapters
        return DailyBudget(ports.budgets, ports.deliveries, DailyLimits.of(self.settings), self.now)
