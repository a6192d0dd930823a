"""How the cost of work grows with its input, in processor time of the thread that does it.

Time on a clock would tell of the neighbours. Growth is judged between measurements of one run, and
only where there is enough to measure; what looks bad is measured again, for the least counts.
"""

import time
from collections.abc import Callable

CHEAP = 0.05
"""Seconds: what is done within them at its largest may grow as it likes."""
STEP = 4
MOST_PER_STEP = 7.0
"""What four times the input may cost: a bit more than twice 2.6. Its square would be 16."""
TOO_MUCH = 4.0
_ROUNDS = 5
_SHORT = 10_000  # its square is bearable, too

Work = Callable[[int], Callable[[], object]]
"""Makes input of a size, and gives what is to be measured with it."""


def excess(work: Work, largest: int) -> str:
    """Where the work grows faster than its input, up to this size; empty if it nowhere does."""
    is_short = largest <= _SHORT or _cost(work(largest // STEP**2)) < TOO_MUCH / STEP**4
    if is_short and _cost(work(largest)) < CHEAP:
        return ""
    before = 0.0
    for size in (largest // STEP**2, largest // STEP, largest):
        run = work(size)
        now = _cost(run)
        rounds = 1
        while before > CHEAP / STEP and now > MOST_PER_STEP * before:
            if rounds == _ROUNDS or now > TOO_MUCH:
                return f"{now:.3f} s for {size}, {before:.3f} s for a quarter of it"
            before = max(before, _cost(work(size // STEP)))
            now, rounds = min(now, _cost(run)), rounds + 1
        before = now
    return _too_much(largest, before)


def _too_much(size: int, seconds: float) -> str:
    return f"{seconds:.3f} s for {size}" if seconds > TOO_MUCH else ""


def _cost(run: Callable[[], object]) -> float:
    began = time.thread_time()
    run()
    return time.thread_time() - began
