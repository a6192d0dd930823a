"""What every machine has: a clock, random bytes, and patience."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Now, in UTC."""
Entropy = Callable[[int], bytes]
"""That many random bytes, fit for secrets."""
Pause = Callable[[float], None]
"""Wait that many seconds."""


def to_the_millisecond(now: datetime) -> datetime:
    """The instant in whole milliseconds, as rows have it: what is written is what is read."""
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
