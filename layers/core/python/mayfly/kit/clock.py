"""What every machine has: a clock, random bytes, and patience."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""Now, in UTC."""
Entropy = Callable[[int], bytes]
"""That many random bytes, fit for secrets."""
Pause = Callable[[float], None]
"""Wait that many seconds."""
