"""A thread that does one thing again and again: at once while there is work, slowly otherwise."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)


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
