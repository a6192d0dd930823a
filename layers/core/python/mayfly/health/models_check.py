"""What is found when somebody looks after the things that the service needs."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Condition(StrEnum):
    """How something is that the service needs."""

    UP = "up"
    DOWN = "down"  # it answered with a failure, or could not be reached
    LATE = "late"  # it has not answered in time


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a check, and how long that took; of one that is late, how long it had."""

    condition: Condition
    time: timedelta
