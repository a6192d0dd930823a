"""Threads beside the event loop, for what blocks."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager


@contextmanager
def pool(name: str, count: int) -> Iterator[Executor]:
    """Threads that are not waited for at the end: a long poll may hold one for half a minute."""
    threads = ThreadPoolExecutor(count, thread_name_prefix=name)
    try:
        yield threads
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def outside_the_loop(part: AbstractContextManager[None]) -> AsyncIterator[None]:
    """Begin and end it in a thread: its handlers may need the event loop to finish."""
    await asyncio.to_thread(part.__enter__)
    try:
        yield
    finally:
        await asyncio.to_thread(part.__exit__, None, None, None)
