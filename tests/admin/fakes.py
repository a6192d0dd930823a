"""What admins keep, in memory."""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime

from mayfly.admin.models import Counted, Headcount, InboxLine
from mayfly.domains.models import DomainTaken, MailDomain
from mayfly.errors import Contended, DomainNotFound
from mayfly.inboxes.models import Inbox


class FakeAdminKeys:
    """One hash, or none."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def hashes(self) -> Sequence[str]:
        return tuple(self.kept)

    def replace(self, key_hash: str, now: datetime) -> None:
        self.kept = [key_hash]


class FakeAdminSecret:
    """The keys that were put there, the current one last."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def keep(self, key: str) -> None:
        self.keys.append(key)


class FakeDomains:
    """Domains in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, MailDomain] = {}
        self.reads = 0
        self.lock = threading.RLock()
        self.holders: dict[str, str] = {}

    def all(self) -> list[MailDomain]:
        self.reads += 1
        return sorted(self.kept.values(), key=lambda domain: domain.name)

    def add(self, domain: MailDomain) -> None:
        with self.lock:
            if domain.id in self.kept:
                raise DomainTaken(domain.name)
            self._hold(domain)
            self.kept[domain.id] = domain

    def change(self, domain: MailDomain, seen: datetime | None) -> None:
        with self.lock:
            there = self.kept.get(domain.id)
            if (there is not None, there and there.updated_at) != (seen is not None, seen):
                raise Contended(domain.name)
            if not domain.is_deployed:
                self._hold(domain)
            self.kept[domain.id] = domain

    def remove(self, domain_id: str) -> None:
        with self.lock:
            if domain_id not in self.kept:
                raise DomainNotFound("no such mail domain")
            self.holders.pop(self.kept.pop(domain_id).name, None)

    def _hold(self, domain: MailDomain) -> None:
        if self.holders.setdefault(domain.name, domain.id) != domain.id:
            raise DomainTaken(domain.name)


class FakeCensus:
    """Counts the inboxes of a dict."""

    def __init__(self, inboxes: Mapping[str, Inbox]) -> None:
        self.inboxes = inboxes
        self.is_complete = True
        self.counts = 0

    def count(self, now: datetime) -> Counted:
        self.counts += 1
        each = [Headcount.of(_line(inbox), now) for inbox in list(self.inboxes.values())]
        return Counted(sum(each, Headcount()), self.is_complete)


def _line(inbox: Inbox) -> InboxLine:
    return InboxLine(
        inbox.access,
        inbox.expires_at,
        inbox.message_lifetime,
        inbox.deleted_at is not None,
        inbox.held_messages,
        inbox.token_version,
    )
