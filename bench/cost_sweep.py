"""What the sweep takes: one look at each mail that the bucket tells of, and one of a round a week.

What S3's own words of a mail take of SQS is `ARRIVAL_REQUESTS`.
"""

from dataclasses import dataclass
from datetime import timedelta

from bench.cost_assumptions import SWEEPS_A_DAY
from bench.cost_inputs import Taken
from mayfly.blueprint import functions, limits

LATE = limits.SWEEP_BEHIND - limits.SWEEP_EVERY - limits.SWEEP_AFTER - limits.SWEEP_AGAIN
"""How long a round may take until the alarm rings: the next one would have begun meanwhile."""
ROUNDS_A_DAY = timedelta(days=1) / limits.SWEEP_EVERY


@dataclass(frozen=True, slots=True)
class Sweep:
    """`look` is what one look at one mail takes, `page` what listing so many of them."""

    look: Taken
    page: Taken
    raw_days: float

    @property
    def looks(self) -> float:
        """At each mail, in all: when the bucket has told of it, and by a round."""
        return 2

    @property
    def lists(self) -> float:
        """LIST requests, for each mail in all its days."""
        return self.raw_days * ROUNDS_A_DAY / limits.SWEEP_PORTION

    @property
    def read_units(self) -> float:
        """For each mail."""
        return self.looks * self.look.read_units

    @property
    def seconds(self) -> float:
        """Of the function, for each mail."""
        sweep = functions.SWEEP
        return self.looks * self.look.seconds(sweep) + self.lists * self.page.seconds(sweep)

    @property
    def seconds_of_a_round(self) -> float:
        """Of the function, for each mail a second that comes, when a round takes `LATE`."""
        sweep = functions.SWEEP
        there = self.raw_days * 86400 / limits.SWEEP_PORTION
        looked_at = limits.SWEEP_EVERY.total_seconds()
        return there * self.page.seconds(sweep) + looked_at * self.look.seconds(sweep)

    @property
    def seconds_there_are(self) -> float:
        """What its sweeps have for such a round, all together."""
        return LATE / timedelta(days=1) * SWEEPS_A_DAY * limits.SWEEP_TIME.total_seconds()
