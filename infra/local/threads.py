"""Threads beside the event loop, for what blocks, and workers that do one thing again and again."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager

logger = logging.getLogger(__name__)


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


class Worker:
    """Calls `step`, which says whether there was work: then it is called again at once.

    Otherwise it waits for `wake` or for the interval (seconds) to pass. A step that raises is
    logged and counts as one without work.
    """

    def __init__(self, name: str, step: Callable[[], bool], interval: float) -> None:
        self._step = step
        self._interval = interval
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    @contextmanager
    def working(self, patience: float) -> Iterator[None]:
        """Work until the block ends; the step under way has so many seconds then.

        The first step comes at once.
        """
        self._thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._woken.set()
            self._thread.join(patience)

    def wake(self) -> None:
        """Make the next step come now. Callable from any thread, and cheap."""
        self._woken.set()

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            if not self._worked():
                self._woken.wait(self._interval)

    def _worked(self) -> bool:
        try:
            return self._step()
        except Exception:
            logger.exception("%s failed; it goes on", self._thread.name)
            return False
