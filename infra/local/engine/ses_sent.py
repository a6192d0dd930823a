"""What SES took and nobody has carried yet, in the store."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from infra.local.engine.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS ses_sent (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    recipients TEXT NOT NULL, raw BLOB NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
    tags TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that SES took: `raw`, or else the subject and the text of the service's own."""

    id: str
    source: str
    recipients: tuple[str, ...]
    raw: bytes = b""
    subject: str = ""
    text: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


class SentMails:
    """The messages, oldest first. Who carries one and removes it does so in one `writing` block."""

    def __init__(self, store: Store) -> None:
        """Those of the store."""
        self._store = store
        self._calls: list[Callable[[], None]] = []

    def when_added(self, call: Callable[[], None]) -> None:
        """Call this whenever there is one more and it is safe; now if one waits."""
        self._calls.append(call)
        if self.all(1):
            call()

    def all(self, most: int = -1) -> list[Sent]:
        """All of them, or so many."""
        with self._store.reading() as file:
            rows = file.execute(
                "SELECT id, source, recipients, raw, subject, text, tags FROM ses_sent"
                " ORDER BY number LIMIT ?",
                (most,),
            ).fetchall()
        return [
            Sent(id, source, tuple(json.loads(recipients)), raw, subject, text, json.loads(tags))
            for id, source, recipients, raw, subject, text, tags in rows
        ]

    def add(self, mail: Sent) -> None:
        """One more."""
        recipients, tags = json.dumps(mail.recipients), json.dumps(dict(mail.tags))
        with self._store.writing() as file:
            file.execute(
                "INSERT INTO ses_sent (id, source, recipients, raw, subject, text, tags)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (mail.id, mail.source, recipients, mail.raw, mail.subject, mail.text, tags),
            )
            for call in self._calls:
                self._store.afterwards(call)

    def remove(self, id: str) -> None:
        """It was carried."""
        with self._store.writing() as file:
            file.execute("DELETE FROM ses_sent WHERE id = ?", (id,))
