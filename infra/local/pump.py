"""What does one thing again and again beside everything else, in the event loop."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

logger = logging.getLogger(__name__)
_REST_SECONDS = 0.5


class Pump:
    """Calls `step`, which says whether there was work: then it is called again at once.

    Otherwise it waits for `wake` or for the interval (seconds) to pass. A step that raises is
    logged and counts as one without work.
    """

    def __init__(self, name: str, step: Callable[[], Awaitable[bool]], interval: float) -> None:
        self._name = name
        self._step = step
        self._interval = interval
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._stopping = False
        self._rests = False

    @asynccontextmanager
    async def working(self, patience: float) -> AsyncIterator[None]:
        """Work until the block ends; the step under way has so many seconds then.

        The first step comes at once.
        """
        self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        task = asyncio.create_task(self._work(), name=self._name)
        try:
            yield
        finally:
            self._stopping = True
            self._woken.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(task, patience)

    def wake(self) -> None:
        """Make the next step come now. Callable from any thread, and cheap."""
        if self._loop is None or threading.get_ident() == self._thread:
            self._woken.set()
        else:
            self._loop.call_soon_threadsafe(self._woken.set)

    def rest(self) -> None:
        """What was done is undone: do not go on at once. Callable from any thread."""
        self._rests = True

    async def _work(self) -> None:
        while not self._stopping:
            self._woken.clear()
            if await self._worked():
                await asyncio.sleep(0)  # others have their turn
                if not self._rests:
                    continue
            seconds = min(self._interval, _REST_SECONDS) if self._rests else self._interval
            self._rests = False
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._woken.wait()

    async def _worked(self) -> bool:
        try:
            return await self._step()
        except Exception:
            logger.exception("%s failed; it goes on", self._name)
            return False
