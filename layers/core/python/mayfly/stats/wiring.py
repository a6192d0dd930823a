"""Statistics by day, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.stats.service import StatsService


class StatsWiring(Wiring):
    """What was counted by day."""

    @cached_property
    def service(self) -> StatsService:
        names = self.flows.domains.service.names
        return StatsService(self.adapters.rollups, names, self.now)
