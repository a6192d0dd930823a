"""How much work something is: the process's own CPU time, compared within one run only."""

import time
from collections.abc import Callable

TIMES = 16
MARGIN = 4  # a quadratic cost grows TIMES times as much as a linear one, a cubic one more


def cpu_seconds(work: Callable[[], object]) -> float:
    """The least of several tries: others on the machine make it more, never less."""
    tries = []
    for _ in range(3):
        began = time.process_time()
        work()
        tries.append(time.process_time() - began)
    return min(tries)


def grows_with_its_input(work: Callable[[str], object], piece: str, length: int) -> bool:
    """Whether so much of this costs no more, for its length, than a text of `TIMES` the length."""
    text = piece * (length // len(piece))
    once = cpu_seconds(lambda: [work(text) for _ in range(TIMES)]) / TIMES
    more = cpu_seconds(lambda: work(text * TIMES))
    return more <= once * TIMES * MARGIN
