"""Asking DNS with an end: so many questions, and so long, whatever the answers lead to."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from mayfly.errors import DnsUnavailable
from mayfly.kit.clock import Clock
from mayfly.kit.dns.records import RecordType

QUESTIONS = 40
PATIENCE = timedelta(seconds=15)
"""API Gateway ends a request after 29 s, and the last question may take 3 s more."""

Ask = Callable[[str, RecordType], tuple[str, ...]]
"""`ports.dns.Resolver.ask`."""


class Found(NamedTuple):
    """What DNS said; it is not known if it did not answer, or was not asked any more."""

    values: tuple[str, ...]
    is_known: bool = True


class Inquiry:
    """The questions of one request; what was asked once is remembered."""

    def __init__(self, ask: Ask, now: Clock) -> None:
        """It begins now."""
        self._ask = ask
        self._now = now
        self._ends_at = now() + PATIENCE
        self._known: dict[tuple[str, RecordType], Found] = {}

    def find(self, name: str, kind: RecordType) -> Found:
        """The records of this type."""
        question = name.lower().rstrip("."), kind
        if question not in self._known:
            self._known[question] = self._found(*question)
        return self._known[question]

    def texts(self, name: str) -> Found:
        """The TXT records."""
        return self.find(name, RecordType.TXT)

    def _found(self, name: str, kind: RecordType) -> Found:
        if len(self._known) >= QUESTIONS or self._now() >= self._ends_at:
            return Found((), is_known=False)
        try:
            return Found(self._ask(name, kind))
        except DnsUnavailable:
            return Found((), is_known=False)
