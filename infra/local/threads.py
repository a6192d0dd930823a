"""Threads beside the event loop, for what blocks."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def pool(name: str, count: int) -> Iterator[Executor]:
    """Threads that are not waited for at the end: a long poll may hold one for half a minute."""
    threads = ThreadPoolExecutor(count, thread_name_prefix=name)
    try:
        yield threads
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
