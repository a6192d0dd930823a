"""What changes lead to: what has to be read for some is read ahead, for several at a time.

Most of a change's time is waiting for the table. Lambda itself could hand over several batches of a
shard at a time, but then it keeps the order of a row only, and pushes would overtake each other.
Here all is done in the order of the stream; only reading is not.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

WIDTH = 16
"""How many are read for at the same time; boto3 keeps 32 connections."""

Act = Callable[[], None]


@dataclass(slots=True)
class Task:
    """What follows a change of a partition; `read` gives it, and nobody hears of that yet.

    `moves` says that it changes what others of its partition read.
    """

    read: Callable[[], Act]
    partition: str = ""
    moves: bool = True

    def run(self) -> None:
        """Do it."""
        self.read()()


NOTHING = Task(lambda: lambda: None, moves=False)
"""For a change that asks for nothing."""


def read_ahead(tasks: Sequence[Task], width: int) -> None:
    """Read for those that read nothing another one of them changes.

    What fails then, fails when its turn comes.
    """
    moved = {each.partition for each in tasks if each.moves}
    still = [each for each in tasks if each.partition and each.partition not in moved]
    if width > 1 and len(still) > 1:
        for each in still:
            each.read = _pool(width).submit(each.read).result


@cache
def _pool(width: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(width, thread_name_prefix="ahead")
