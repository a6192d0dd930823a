"""Who waits, in a dict."""

import threading
from datetime import datetime

from mayfly.waits.models import Lease, WaitLimits


class FakeWaits:
    """Leases in a dict; with `failing` set, every call raises it."""

    def __init__(self) -> None:
        self.leases: dict[str, Lease] = {}
        self.calls = 0
        self.failing: Exception | None = None
        self._lock = threading.Lock()

    def begin(self, lease: Lease, limits: WaitLimits, now: datetime) -> bool:
        self._called()
        with self._lock:
            if not limits.has_place(lease.waiter, self.leases.values(), now):
                return False
            self.leases[lease.id] = lease
            return True

    def end(self, lease: Lease) -> None:
        self._called()
        with self._lock:
            self.leases.pop(lease.id, None)

    def _called(self) -> None:
        self.calls += 1
        if self.failing is not None:
            raise self.failing
