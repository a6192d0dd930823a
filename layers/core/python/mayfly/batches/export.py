"""Export generated inboxes with their passwords, which are derived anew: a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mayfly import limits
from mayfly.batches.models import Batch, Entry, Member, Place, Status, password_of
from mayfly.domains.register import DomainRegister
from mayfly.inboxes.models import Inbox
from mayfly.inboxes.ports import Batches, Inboxes
from mayfly.kit.clock import Clock
from mayfly.kit.tokens.ports import PasswordKeys


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Which generated inboxes to export: active ones or all, at one domain or at any."""

    active_only: bool = True
    domain_id: str | None = None

    def takes(self, batch: Batch, now: datetime) -> bool:
        """Whether any inbox of the batch can be in it."""
        return not self.active_only or now < batch.expires_at


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Part of an export, in the order of generation; `cursor` goes on, None at the end.

    It may have fewer entries than were asked for, or none, and still go on.
    """

    entries: list[Entry]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Exporter:
    """Lists what was generated, for admins only."""

    batches: Batches
    keys: PasswordKeys
    inboxes: Inboxes
    domains: DomainRegister
    now: Clock

    def page(self, wanted: ExportFilter, limit: int, cursor: str | None = None) -> ExportPage:
        """Up to `limit` entries, from the beginning or from where the cursor says.

        Looks at `limit` inboxes and `limits.EXPORTED_BATCHES` batches at most. UnknownDomain if
        the domain is none of ours.
        """
        now = self.now()
        start = Place() if cursor is None else Place.parse(cursor)
        found, end = self._found(wanted, limit, start, now)
        there = self.inboxes.find([member.address for _, member in found])
        secrets: dict[str, bytes] = {}
        entries = []
        for batch, member in found:
            status = _status(there.get(member.address), batch, member, now)
            if wanted.active_only and status is not Status.ACTIVE:
                continue
            if batch.id not in secrets:
                secrets[batch.id] = self.keys.open(batch.id, batch.sealed)
            password = password_of(secrets[batch.id], member.inbox)
            entries.append(Entry(member.inbox, member.address, password, status, batch.created_at))
        return ExportPage(entries, None if end is None else str(end))

    def _found(
        self, wanted: ExportFilter, limit: int, start: Place, now: datetime
    ) -> tuple[list[tuple[Batch, Member]], Place | None]:
        """Members to look at, and the place of the next one if there may be any."""
        domain = None if wanted.domain_id is None else self.domains.named(wanted.domain_id).name
        found: list[tuple[Batch, Member]] = []
        for seen, batch in enumerate(self.batches.all(start.rank)):
            if seen == limits.EXPORTED_BATCHES:
                return found, Place(batch.rank)
            for place, member in self._members(batch, start) if wanted.takes(batch, now) else ():
                if domain not in (None, member.address.domain):
                    continue
                if len(found) == limit:
                    return found, place
                found.append((batch, member))
        return found, None

    def _members(self, batch: Batch, start: Place) -> Iterator[tuple[Place, Member]]:
        first = start if start.rank == batch.rank else Place(batch.rank)
        for each in self.batches.members(batch.id, first.number):
            begin = first.index if each.number == first.number else 0
            for index, member in enumerate(each.members[begin:], start=begin):
                yield Place(batch.rank, each.number, index), member


def _status(inbox: Inbox | None, batch: Batch, member: Member, now: datetime) -> Status:
    """Of an inbox whose row is gone or somebody else's now, only its end is known."""
    if inbox is None or inbox.id != member.inbox:
        return Status.EXPIRED if now >= batch.expires_at else Status.DELETED
    if inbox.deleted_at is not None:
        return Status.DELETED
    return Status.ACTIVE if inbox.is_active(now) else Status.EXPIRED
