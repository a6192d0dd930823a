"""What the hourly sweep takes: it lists all raw mails, and looks at those of some hours."""

from dataclasses import dataclass
from datetime import timedelta

from bench.cost_assumptions import LIST_MS, SWEEPS_A_DAY
from bench.cost_inputs import Taken
from mayfly.blueprint import functions, limits

LISTED = 1000  # objects of one LIST


@dataclass(frozen=True, slots=True)
class Sweep:
    """`look` is what one look at one mail takes."""

    look: Taken
    raw_days: float

    @property
    def looks(self) -> float:
        """At each mail, in all."""
        windows = limits.SWEEP_WINDOW * (SWEEPS_A_DAY - 1) + limits.LONG_SWEEP_WINDOW
        return windows / timedelta(days=1)

    @property
    def lists(self) -> float:
        """LIST requests, for each mail in all its days."""
        return self.raw_days * SWEEPS_A_DAY / LISTED

    @property
    def read_units(self) -> float:
        """For each mail."""
        return self.looks * self.look.read_units

    @property
    def seconds(self) -> float:
        """Of the function, for each mail."""
        return self.looks * self.look.seconds(functions.SWEEP) + self.lists * LIST_MS / 1000

    @property
    def seconds_of_one(self) -> float:
        """How long an ordinary sweep takes for each mail a second that comes."""
        looking = limits.SWEEP_WINDOW.total_seconds() * self.look.seconds(functions.SWEEP)
        return looking + self.raw_days * 86400 / LISTED * LIST_MS / 1000
