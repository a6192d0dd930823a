"""Proofs that have been taken, in a dict."""

import threading
from datetime import datetime


class FakeSpentProofs:
    """Nonces with the ends of their challenges."""

    def __init__(self) -> None:
        self.spent: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def spend(self, nonce: str, ends_at: datetime) -> bool:
        with self._lock:
            is_new = nonce not in self.spent
            self.spent[nonce] = ends_at
            return is_new
