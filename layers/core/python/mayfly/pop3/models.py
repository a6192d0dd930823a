"""POP3 mailboxes elsewhere (RFC 1939): where they are, what opens them, what is known of them."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from mayfly import limits
from mayfly.domains.models import MailServer
from mayfly.errors import Kind, MayflyError, NotFound
from mayfly.inboxes.ids import InboxId

PORTS = (110, 995)
"""The ports that POP3 servers listen on (RFC 1939, RFC 8314): on others there is something else."""
STLS_PORT = 110
POP3_ERROR = Kind(502, "POP3_ERROR")
_NAME_BYTES = 8
_FETCHED = re.compile(r"(?:^|/)pop3-[0-9a-f-]{36}/([A-Za-z0-9_-]+)~[0-9a-f]+$")
_UIDL_CHARS = 255
"""RFC 1939 section 7 has 70; what is longer is still a name, and is hashed."""
_UIDL = re.compile(rb"([0-9]{1,10}) +([\x21-\x7e]{1,%d}) *" % _UIDL_CHARS)


class Stage(StrEnum):
    """How far a dialogue with a POP3 server came."""

    NAME = "name"
    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    UIDL = "uidl"
    RETRIEVE = "retrieve"
    SERVICE = "service"
    """It is not the server: this service has no key, or no room."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where a fetch ended, and why, in words fit for an answer.

    `code` is the server's response code (RFC 2449 section 8, RFC 3206), "" without one.
    """

    stage: Stage
    words: str
    code: str = ""

    @property
    def is_wrong_password(self) -> bool:
        """Whether the server took the name or the password for wrong, and was not only busy."""
        return self.stage is Stage.LOGIN and self.code in ("", "AUTH")


class Pop3Failed(MayflyError):
    """A POP3 server could not be read; the message says at which stage, and what it said."""

    kind: ClassVar[Kind] = POP3_ERROR

    def __init__(self, trouble: Trouble) -> None:
        """Keep where and why."""
        code = f" [{trouble.code}]" if trouble.code else ""
        super().__init__(f"the POP3 server failed at {trouble.stage}: {trouble.words}{code}")
        self.trouble = trouble
        self.details = [f"stage: {trouble.stage}", *([f"code: {trouble.code}"] if code else [])]


class MailTooLarge(Exception):
    """A message has more bytes than may be fetched, whatever the server said; that ends it all."""


class NoPop3Mailbox(NotFound):
    """The inbox shows no POP3 mailbox: its mail comes by itself."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens a POP3 mailbox."""

    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An external inbox that somebody asks for."""

    address: str
    server: MailServer | None
    credentials: Credentials
    deletes: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of a POP3 mailbox: its number in this session, and its name in all of them."""

    number: int
    uidl: str

    @property
    def name(self) -> bytes:
        """Eight bytes that stand for the UIDL."""
        return hashlib.sha256(self.uidl.encode()).digest()[:_NAME_BYTES]


def entries_of(block: bytes, newest: int) -> list[Entry]:
    """The last `newest` of a UIDL answer, oldest first; ValueError for what is none.

    Messages of one UIDL are one message (RFC 1939 section 7): the last of them.
    """
    lines = block.split(b"\r\n")[:-1]
    by_uidl: dict[str, Entry] = {}
    for line in reversed(lines):
        found = _UIDL.fullmatch(line)
        if found is None:
            raise ValueError("no UIDL line")
        uidl = found[2].decode("ascii")
        by_uidl.setdefault(uidl, Entry(int(found[1]), uidl))
        if len(by_uidl) == newest:
            break
    return sorted(by_uidl.values(), key=lambda each: each.number)


def fetched_key(prefix: str, inbox: InboxId, uidl: str, attempt: str) -> str:
    """Where to put the raw message: an object for each attempt, and one mail of them all.

    So nothing overwrites what a message is read from, and what came to nothing can go.
    """
    name = base64.urlsafe_b64encode(uidl.encode()).rstrip(b"=").decode("ascii")
    return f"{prefix}{FETCHED_PREFIX}{inbox}/{name}~{attempt}"


FETCHED_PREFIX = "pop3-"
"""How the keys of such messages go on after the prefix of raw messages; SES names none so."""


def uidl_of(object_key: str) -> str | None:
    """The server's name for a message that was fetched; None for mail that came by itself."""
    found = _FETCHED.search(object_key)
    if found is None:
        return None
    text = found[1]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii", "replace")


@dataclass(frozen=True, slots=True)
class Pop3Account:
    """What is kept of an inbox's POP3 mailbox.

    `sealed` are its `Credentials`, as only the inbox's key can open them; b"" of a generated inbox,
    whose password is its own. Without `server`, it is the one of the address's domain. `next_at` is
    when it may be logged in to again, and the version of what is kept here: each fetch begins with
    a later one; at `busy_until` even one that died is over. `seen` are the names (`Entry.name`) of
    what was fetched or left out, in one string.
    `stuck` is the name of a message that ended the last fetch, and how many before it.
    """

    inbox: InboxId
    expires_at: datetime
    next_at: datetime
    server: MailServer | None = None
    sealed: bytes = field(default=b"", repr=False)
    deletes: bool = False
    every_seconds: int = int(limits.POP3_EVERY.total_seconds())
    busy_until: datetime | None = None
    failures: int = 0
    trouble: Trouble | None = None
    seen: bytes = field(default=b"", repr=False)
    stuck: bytes = b""
    stuck_times: int = 0

    @property
    def has_stopped(self) -> bool:
        """Whether it is left alone until its credentials are changed."""
        return self.failures >= limits.POP3_AUTH_FAILURES

    def turn(self, now: datetime) -> "Pop3Account":
        """As it is once a fetch has begun now."""
        next_at = now + timedelta(seconds=self.every_seconds)
        return replace(
            self,
            next_at=max(next_at, self.next_at + timedelta(milliseconds=1)),
            busy_until=now + limits.POP3_BUSY,
        )

    def names(self) -> set[bytes]:
        """What was seen."""
        ends = range(0, len(self.seen), _NAME_BYTES)
        return {self.seen[at : at + _NAME_BYTES] for at in ends}

    def failed(self, trouble: Trouble) -> "Pop3Account":
        """After a fetch that came to nothing."""
        failures = self.failures + 1 if trouble.is_wrong_password else self.failures
        after = replace(self, trouble=trouble, failures=failures, busy_until=None)
        return after.resting(2 * self.every_seconds) if trouble.code == "LOGIN-DELAY" else after

    def after(self, seen: Sequence[Entry], trouble: Trouble | None) -> "Pop3Account":
        """After a login, with what of the mailbox's messages is known now."""
        names = b"".join(each.name for each in seen)
        return replace(self, seen=names, trouble=trouble, failures=0, busy_until=None)

    def resting(self, seconds: float) -> "Pop3Account":
        """With at least so long between logins, from the last one on."""
        least, most = limits.POP3_EVERY.total_seconds(), limits.POP3_LONGEST_DELAY.total_seconds()
        every = int(min(max(seconds, least), most))
        longer = timedelta(seconds=max(0, every - self.every_seconds))
        return replace(self, every_seconds=every, next_at=self.next_at + longer)
