"""Where SQS keeps its messages, of all queues. Times are in milliseconds."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

from infra.local.account import ACCOUNT
from infra.local.engine.errors import refused
from infra.local.engine.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS sqs_messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, queue TEXT NOT NULL,
    sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL,
    received INTEGER NOT NULL DEFAULT 0, received_at INTEGER, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sqs_visible ON sqs_messages (queue, visible_at, number);
"""
ANY = "SELECT 1 FROM sqs_messages WHERE queue = ? AND visible_at <= ? AND sent_at > ? LIMIT 1"
RECEIVE = """
UPDATE sqs_messages
SET visible_at = ?, received = received + 1, received_at = coalesce(received_at, ?)
WHERE number IN (
    SELECT number FROM sqs_messages
    WHERE queue = ? AND visible_at <= ? AND sent_at > ? ORDER BY visible_at, number LIMIT ?)
RETURNING number, id, body, sent_at, received, received_at
"""
_NAMED = "number IN (SELECT value FROM json_each(?))"


class Received(NamedTuple):
    """A message that was given out; `received` counts how often."""

    number: int
    id: str
    body: str
    sent_at: int
    received: int
    received_at: int

    @property
    def told(self) -> dict[str, Any]:
        """As `receive_message` answers."""
        return {
            "MessageId": self.id,
            "ReceiptHandle": f"{self.number}-{self.received}",
            "MD5OfBody": md5(self.body.encode()),
            "Body": self.body,
            "Attributes": {
                "SenderId": ACCOUNT,
                "SentTimestamp": str(self.sent_at),
                "ApproximateReceiveCount": str(self.received),
                "ApproximateFirstReceiveTimestamp": str(self.received_at),
            },
        }


class Messages:
    """The messages, and who is told of them."""

    def __init__(self, store: Store, now: int) -> None:
        """Give out again at once what a process that is gone had received."""
        self._store = store
        self._calls: dict[str, list[Callable[[], None]]] = {}
        with store.writing() as file:
            file.execute(
                "UPDATE sqs_messages SET visible_at = ?1 WHERE visible_at > ?1 AND received > 0",
                (now,),
            )

    def when_arrived(self, queue: str, call: Callable[[], None]) -> None:
        """Call this whenever something can be received that could not before, but for waits."""
        self._calls.setdefault(queue, []).append(call)

    def add(self, queue: str, id: str, body: str, now: int, visible_at: int) -> None:
        """One message."""
        with self._store.writing() as file:
            file.execute(
                "INSERT INTO sqs_messages (id, queue, sent_at, visible_at, body)"
                " VALUES (?, ?, ?, ?, ?)",
                (id, queue, now, visible_at, body),
            )
            self._tell(queue)

    def receive(self, queue: str, now: int, oldest: int, until: int, most: int) -> list[Received]:
        """What is visible and not too old, oldest first: invisible until then."""
        with self._store.reading() as file:
            # Whoever asks an empty queue writes nothing.
            if file.execute(ANY, (queue, now, oldest)).fetchone() is None:
                return []
        with self._store.writing() as file:
            rows = file.execute(RECEIVE, (until, now, queue, now, oldest, most)).fetchall()
        return sorted(map(Received._make, rows))

    def move(self, numbers: list[int], queue: str, now: int) -> None:
        """Into another queue."""
        with self._store.writing() as file:
            file.execute(
                f"UPDATE sqs_messages SET queue = ?, visible_at = ? WHERE {_NAMED}",
                (queue, now, json.dumps(numbers)),
            )
            self._tell(queue)

    def delete(self, numbers: list[int]) -> None:
        """They are done."""
        with self._store.writing() as file:
            file.execute(f"DELETE FROM sqs_messages WHERE {_NAMED}", (json.dumps(numbers),))

    def postpone(self, queue: str, number: int, now: int, visible_at: int) -> bool:
        """Whether it was in flight, and comes again then."""
        with self._store.writing() as file:
            changed = file.execute(
                "UPDATE sqs_messages SET visible_at = ? WHERE number = ? AND visible_at > ?",
                (visible_at, number, now),
            ).rowcount
            if changed and visible_at <= now:
                self._tell(queue)
        return bool(changed)

    def forget(self, queue: str, until: int | None = None) -> None:
        """Those of the queue that were sent until then, or all."""
        with self._store.writing() as file:
            file.execute(
                "DELETE FROM sqs_messages WHERE queue = ?1 AND (?2 IS NULL OR sent_at <= ?2)",
                (queue, until),
            )

    def numbers(self, queue: str, now: int, oldest: int) -> tuple[int, int, int]:
        """How many can be received, are delayed and are in flight."""
        with self._store.reading() as file:
            found: tuple[int, int, int] = file.execute(
                "SELECT coalesce(sum(visible_at <= ?1), 0),"
                " coalesce(sum(visible_at > ?1 AND received = 0), 0),"
                " coalesce(sum(visible_at > ?1 AND received > 0), 0)"
                " FROM sqs_messages WHERE queue = ?2 AND sent_at > ?3",
                (now, queue, oldest),
            ).fetchone()
        return found

    def count(self, queue: str) -> int:
        """How many there are, from the index alone."""
        with self._store.reading() as file:
            found: tuple[int] = file.execute(
                "SELECT count(*) FROM sqs_messages WHERE queue = ?", (queue,)
            ).fetchone()
        return found[0]

    def next_visible(self, queue: str, oldest: int) -> int | None:
        """When something can be received."""
        with self._store.reading() as file:
            found: tuple[int | None] = file.execute(
                "SELECT min(visible_at) FROM sqs_messages WHERE queue = ? AND sent_at > ?",
                (queue, oldest),
            ).fetchone()
        return found[0]

    def _tell(self, queue: str) -> None:
        for call in self._calls.get(queue, ()):
            self._store.afterwards(call)


def number_of(receipt: str, operation: str) -> int:
    """Which message a receipt is of; an older one of it counts, too."""
    number = receipt.partition("-")[0]
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        raise refused("ReceiptHandleIsInvalid", "The input receipt handle is invalid.", operation)
    return int(number)


def md5(octets: bytes) -> str:
    """As SQS checks what is sent."""
    return hashlib.md5(octets, usedforsecurity=False).hexdigest()


def convert_v1(file: sqlite3.Connection, now: int) -> None:
    """Take over what waited in a file of version 1."""
    for statement in SCHEMA.split(";"):
        file.execute(statement)
    file.execute(
        "INSERT INTO sqs_messages (id, queue, sent_at, visible_at, body)"
        " SELECT id, queue, ?1, ?1, body FROM waiting ORDER BY rowid",
        (now,),
    )
    file.execute("DROP TABLE waiting")
