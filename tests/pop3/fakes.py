"""POP3 mailboxes in memory, and what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mayfly.domains.models import MailServer
from mayfly.errors import AddressTaken
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Inbox
from mayfly.pop3.models import (
    Credentials,
    Entry,
    MailTooLarge,
    Pop3Account,
    Pop3Failed,
    Stage,
    Trouble,
)
from tests.relays.fakes import FakeDomainSecrets

if TYPE_CHECKING:
    from tests.memory import FakeRawMails, Memory, Rows

CREDENTIALS = {"pop3_username": "victim", "pop3_password": "secret"}
"""What opens the mailbox of `give_pop3_mailbox`."""


def give_pop3_mailbox(memory: Memory, inbox: InboxId) -> Mailbox:
    """Have an inbox that was made otherwise show a mailbox elsewhere, too."""
    there, now = memory.inboxes.get(inbox), memory.clock()
    memory.rows.inboxes[inbox.partition] = replace(there, batch="a batch")
    server = MailServer("pop.example.com", 995, True)
    memory.pop3_accounts.kept[inbox] = Pop3Account(inbox, there.expires_at, now, server, b"sealed")
    return memory.pop3_servers.given(server.host, "victim")


class FakePop3Accounts:
    """What is kept, in a dict."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.kept: dict[InboxId, Pop3Account] = {}

    def place(self, inbox: Inbox, account: Pop3Account, now: datetime) -> None:
        with self.rows.lock:
            if inbox.id.partition in self.rows.inboxes:
                raise AddressTaken("this address is taken")
            self.rows.inboxes[inbox.id.partition] = inbox
            self.kept[inbox.id] = account

    def get(self, inbox: InboxId) -> Pop3Account | None:
        return self.kept.get(inbox)

    def put(self, account: Pop3Account, seen: datetime | None) -> bool:
        with self.rows.lock:
            there = self.kept.get(account.inbox)
            if (there.next_at if there else None) != seen:
                return False
            self.kept[account.inbox] = account
            return True

    def remove(self, inbox: InboxId) -> None:
        self.kept.pop(inbox, None)


class FakeInboxSecrets(FakeDomainSecrets):
    """Secrets in a dict."""


class FakeFetchedMails:
    """They lie among the raw mails."""

    def __init__(self, raw_mails: FakeRawMails) -> None:
        self.raw_mails = raw_mails

    def put(self, object_key: str, raw: bytes) -> None:
        self.raw_mails.put(object_key, raw)


@dataclass
class Mailbox:
    """What lies at the server: raw messages by UIDL, in their order.

    `broken` are steps at which the connection is lost, and how often: "list", or a UIDL.
    """

    password: str = "secret"
    mails: dict[str, bytes] = field(default_factory=dict)
    delay: timedelta = timedelta()
    refusal: Trouble | None = None
    broken: dict[str, int] = field(default_factory=dict)
    logins: int = 0
    retrieved: list[str] = field(default_factory=list)


class FakePop3Servers:
    """Servers in a dict: the mailboxes of each host, by user."""

    def __init__(self) -> None:
        self.mailboxes: dict[tuple[str, str], Mailbox] = {}
        self.asked: list[MailServer] = []

    def given(self, host: str, username: str, **mailbox: object) -> Mailbox:
        """A new mailbox there."""
        made = Mailbox(**mailbox)  # type: ignore[arg-type]
        self.mailboxes[host, username] = made
        return made

    @contextmanager
    def open(self, server: MailServer, credentials: Credentials) -> Iterator[FakeSession]:
        self.asked.append(server)
        hosts = {host for host, _ in self.mailboxes}
        if server.host not in hosts:
            raise Pop3Failed(Trouble(Stage.NAME, "there is no such name, or it has no address"))
        mailbox = self.mailboxes.get((server.host, credentials.username), Mailbox("\0"))
        mailbox.logins += 1
        if mailbox.refusal is not None:
            raise Pop3Failed(mailbox.refusal)
        if mailbox.password != credentials.password:
            raise Pop3Failed(Trouble(Stage.LOGIN, "no", "AUTH"))
        yield FakeSession(mailbox)


class FakeSession:
    """A session of one mailbox, which changes as it ends."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.there = dict(enumerate(mailbox.mails, start=1))
        self.deleted: list[str] = []
        self.login_delay = mailbox.delay

    def listing(self, newest: int) -> Sequence[Entry]:
        self._check("list", Stage.UIDL)
        return [Entry(number, uidl) for number, uidl in self.there.items()][-newest:]

    def size(self, entry: Entry) -> int:
        return len(self.mailbox.mails[self.there[entry.number]])

    def retrieve(self, entry: Entry, most_bytes: int, seconds: float) -> bytes:
        uidl = self.there[entry.number]
        self._check(uidl, Stage.RETRIEVE)
        self.mailbox.retrieved.append(uidl)
        raw = self.mailbox.mails[uidl]
        if len(raw) > most_bytes:
            raise MailTooLarge
        return raw

    def delete(self, entry: Entry) -> None:
        self.deleted.append(self.there[entry.number])

    def quit(self) -> None:
        self._check("quit", Stage.RETRIEVE)
        for each in self.deleted:
            self.mailbox.mails.pop(each, None)

    def _check(self, step: str, stage: Stage) -> None:
        if self.mailbox.broken.get(step, 0) > 0:
            self.mailbox.broken[step] -= 1
            raise Pop3Failed(Trouble(stage, "the server closed the connection"))
