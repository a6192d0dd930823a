"""Batches of generated inboxes in memory, and the secrets of their passwords."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mayfly.batches.models import Batch, BatchSecret, Member, Members
from mayfly.errors import PasswordKeyUnavailable
from mayfly.inboxes.models import Inbox
from mayfly.mail.address import Address

if TYPE_CHECKING:
    from tests.memory import Rows


class FakePasswordKeys:
    """Secrets in a dict; none can be had while `is_down`."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, bytes], bytes] = {}
        self.is_down = False
        self.opened: list[str] = []

    def make(self, batch: str) -> BatchSecret:
        self._check()
        number = str(len(self.secrets))
        secret = BatchSecret(_hash(f"plain {number}"), _hash(f"sealed {number}"))
        self.secrets[batch, secret.sealed] = secret.plain
        return secret

    def open(self, batch: str, sealed: bytes) -> bytes:
        self._check()
        self.opened.append(batch)
        if (batch, sealed) not in self.secrets:
            raise PasswordKeyUnavailable("this is no secret of the batch")
        return self.secrets[batch, sealed]

    def _check(self) -> None:
        if self.is_down:
            raise PasswordKeyUnavailable("no key")


class FakeBatches:
    """Batches in dicts, one lock for the transactions."""

    def get(self, rank: str) -> Batch:
        for each in self.all(rank):
            if each.rank == rank:
                return each
        raise PasswordKeyUnavailable("the batch of this inbox is gone")

    def __init__(self, rows: Rows, cooldown: timedelta) -> None:
        self.rows = rows
        self.cooldown = cooldown
        self.batches: dict[str, Batch] = {}
        self.placed: dict[tuple[str, int], Members] = {}

    def add(self, batch: Batch) -> None:
        self.batches[batch.rank] = batch

    def place(
        self, batch: Batch, number: int, inboxes: Sequence[Inbox], now: datetime
    ) -> Sequence[Address]:
        with self.rows.lock:
            taken = [each.address for each in inboxes if self._is_taken(each, now)]
            if not taken:
                members = tuple(Member(each.id, each.address) for each in inboxes)
                self.placed[batch.id, number] = Members(number, members)
                self.rows.inboxes |= {each.id.partition: each for each in inboxes}
            return taken

    def all(self, since: str = "") -> Iterator[Batch]:
        for rank in sorted(self.batches):
            if rank >= since:
                yield self.batches[rank]

    def members(self, batch: str, first: int = 0) -> Iterator[Members]:
        for key in sorted(self.placed):
            if key[0] == batch and key[1] >= first:
                yield self.placed[key]

    def _is_taken(self, inbox: Inbox, now: datetime) -> bool:
        there = self.rows.inboxes.get(inbox.id.partition)
        return there is not None and now < there.ended_at + self.cooldown


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
