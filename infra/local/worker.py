"""A thread that does one thing again and again: at once while there is work, slowly otherwise."""

import logging
import threading
from collections.abc import Callable

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

    def start(self) -> None:
        """Begin; the first step comes at once."""
        self._thread.start()

    def wake(self) -> None:
        """Make the next step come now. Callable from any thread, and cheap."""
        self._woken.set()

    def stop(self, patience: float) -> bool:
        """Let the step under way end, for so many seconds at most; whether it did."""
        self._stopping.set()
        self._woken.set()
        if self._thread.ident is not None:
            self._thread.join(patience)
        return not self._thread.is_alive()

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
