"""Waits, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.waits.service import LongPolls, limits_of


class WaitWiring(Wiring):
    """How many may wait for mail at once."""

    @cached_property
    def service(self) -> LongPolls:
        return LongPolls(self.adapters.waits, limits_of(self.settings), self.now, self.entropy)
