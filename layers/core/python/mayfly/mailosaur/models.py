"""What Mailosaur's words stand for here: a server is an inbox, and criteria are a filter."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from mayfly.errors import InvalidAddress, InvalidInput, MessageNotFound
from mayfly.filters.models import Candidate, Filter, Words
from mayfly.filters.patterns import folded
from mayfly.inboxes.ids import InboxId, MessageId
from mayfly.inboxes.models import Inbox
from mayfly.mail.address import Address

SERVER_CHARS = 8
"""Of a server's id: the clients refuse every other length."""
_ID_BYTES = 5  # 8 characters in base32
_MESSAGE_ID_CHARS = 40
_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{6}[a-z0-9]")
_LATE = timedelta(hours=1)
"""Mail is listed by when it came in here; by when it was received it may be so much behind."""


class BadField(InvalidInput):
    """A field or parameter cannot be; Mailosaur's errors name it."""

    def __init__(self, field: str, message: str) -> None:
        """Keep the field's name."""
        super().__init__(message)
        self.field = field


def server_ids(inboxes: Sequence[Inbox]) -> Mapping[str, Inbox]:
    """All that one key opens, by the ids that they have as servers.

    A name of eight characters that can be a label of a domain is the id, so that whoever chooses a
    mailbox's name chooses it. Of other names, and where two domains have the same, it is a hash.
    """
    names = Counter(each.shown_address.local for each in inboxes)
    return {
        local if _LABEL.fullmatch(local) and names[local] == 1 else _derived(each.id): each
        for each in inboxes
        for local in (each.shown_address.local,)
    }


def _derived(inbox: InboxId) -> str:
    digest = hashlib.sha256(str(inbox).encode()).digest()[:_ID_BYTES]
    return base64.b32encode(digest).decode("ascii").lower()


def in_server(address: Address) -> Address | None:
    """The address that `anything@{server}.domain` stands for: `{server}+anything@domain`.

    None for one that has no server's id there, or would be too long.
    """
    server, _, domain = address.domain.partition(".")
    if not domain or not _LABEL.fullmatch(server):
        return None
    try:
        return Address.parse(str(Address(f"{server}+{address.local}", domain)))
    except InvalidAddress:
        return None


def is_of(inbox: Inbox, text: str) -> bool:
    """Whether the inbox gets what is sent to the address, tagged or in a domain of its own."""
    try:
        address = Address.parse(text)
    except InvalidAddress:
        return False
    also = in_server(address)
    spelled = {address, address.untagged} | ({also.untagged} if also else set())
    return inbox.shown_address in spelled


def hidden_recipients(inbox: Inbox, named: Sequence[str]) -> list[str]:
    """The inbox's address, if To and Cc do not name it: it got a blind copy."""
    return [] if any(is_of(inbox, each) for each in named) else [str(inbox.shown_address)]


@dataclass(frozen=True, slots=True)
class FileId:
    """An attachment's id: the message's, and the part's in it."""

    message: MessageId
    part: str

    @classmethod
    def parse(cls, text: str) -> "FileId":
        """Read one as `str()` writes it; what is none raises MessageNotFound."""
        message, part = text[:_MESSAGE_ID_CHARS], text[_MESSAGE_ID_CHARS:]
        if len(part) < 2 or not part.startswith("."):
            raise MessageNotFound("no such attachment")
        return cls(MessageId.parse(message), part[1:])

    def __str__(self) -> str:
        """Safe in a URL."""
        return f"{self.message}.{self.part}"


@dataclass(frozen=True, slots=True)
class Criteria(Filter):
    """Which messages a search means: all of what is asked, or `any_of` it.

    Addresses have to be the same as a whole, subject and body have the text somewhere; case makes
    no difference. `inbox` is the one that is searched.
    """

    inbox: Inbox | None = None
    sent_to: str = ""
    sent_from: str = ""
    subject: str = ""
    body: str = ""
    any_of: bool = False
    received_after: datetime | None = None

    def matches(self, message: Candidate) -> bool:
        """Whether the message is meant; the mail itself is read only if it must be."""
        if self.received_after and message.received_at < self.received_after:
            return False
        found = self._findings(message)
        asked = self.sent_to or self.sent_from or self.subject or self.body
        return not asked or (any(found) if self.any_of else all(found))

    def is_past(self, received_at: datetime) -> bool:
        """Whether what came in before a message of this time cannot be meant any more."""
        return self.received_after is not None and received_at < self.received_after - _LATE

    def _findings(self, message: Candidate) -> Iterator[bool]:
        words = cache(message.words)
        if self.sent_from:
            yield folded(message.from_address) == folded(self.sent_from)
        if self.subject:
            yield folded(self.subject) in folded(message.subject)
        if self.sent_to:
            yield folded(self.sent_to) in self._recipients(words())
        if self.body:
            yield folded(self.body) in folded(words().text)

    def _recipients(self, words: Words) -> list[str]:
        named = [address for _, address in words.recipients]
        hidden = hidden_recipients(self.inbox, named) if self.inbox else []
        return list(map(folded, [*named, *hidden]))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a list is wanted: `page` counts from 0."""

    page: int
    items: int

    @property
    def start(self) -> int:
        """How many messages come before it."""
        return self.page * self.items

    @property
    def end(self) -> int:
        """How many there are with it."""
        return self.start + self.items


def delays(fetches: int, window: timedelta) -> str:
    """`x-ms-delay`: milliseconds between one poll and the next, the last one again and again.

    Slow enough that one client stays below so many fetches in a window; 0 is no limit.
    """
    each = window.total_seconds() * 1000 / fetches if fetches else 0.0
    slowest = max(_SLOWEST_WITHOUT_LIMIT, round(each * 1.5))
    return ",".join(map(str, [*(step for step in _STEPS if step < slowest), slowest]))


_STEPS = (250, 500, 1000, 1000, 2000)
_SLOWEST_WITHOUT_LIMIT = 1000
