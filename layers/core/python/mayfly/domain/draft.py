"""A mail that somebody wants to be sent, as they wrote it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mayfly.domain.address import MAX_LOCAL_BYTES, normal_domain
from mayfly.domain.errors import InvalidAddress

# Possessive: nothing is tried twice, however many blanks there are.
_NAMED = re.compile(r'\s*+(?:"((?:[^"\\]|\\.)*+)"|([^<>"]*+))\s*+<([^<>]*+)>\s*+')
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody that a mail is from or for.

    The local part is ASCII, as SES takes no other, and spelled as it was given: what its case
    means, the receiving host decides (RFC 5321 section 2.4). The domain is in lower-case ASCII.
    """

    name: str = field(repr=False)
    local: str = field(repr=False)
    domain: str

    @classmethod
    def parse(cls, text: str) -> "Correspondent":
        """Read `local@domain` or `Name <local@domain>`; InvalidAddress for anything else."""
        if has_control_characters(text):
            raise InvalidAddress("an address cannot have line breaks or control characters")
        named = _NAMED.fullmatch(text)
        name, address = "", text.strip()
        if named:
            name = re.sub(r"\\(.)", r"\1", named[1]) if named[1] is not None else named[2]
            address = named[3].strip()
        local, at, domain = address.rpartition("@")
        if not at or not _LOCAL.fullmatch(local) or len(local) > MAX_LOCAL_BYTES:
            raise InvalidAddress(f"no address that mail can be sent to: {text[:_SHOWN_CHARS]!r}")
        normal = normal_domain(domain)
        if "." not in normal or normal.rpartition(".")[2].isdigit():
            raise InvalidAddress(f"not a mail domain: {domain[:_SHOWN_CHARS]!r}")
        return cls(name.strip(), local, normal)

    @property
    def address(self) -> str:
        """What goes into the envelope."""
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """The address in the one spelling that it is compared in."""
        return self.address.lower()

    @property
    def shown(self) -> str:
        """As a person reads it."""
        return f"{self.name} <{self.address}>" if self.name else self.address


def has_control_characters(text: str) -> bool:
    """Whether there is something that could end a header line, or that no reader shows."""
    return _CONTROL.search(text) is not None


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. With a `content_id` the HTML shows it (`cid:`, RFC 2392)."""

    filename: str = field(repr=False)
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """An attachment that was uploaded before: the id of its upload. See `File.content_id`."""

    id: str
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """How a reader ends it: by one click at `url` (RFC 8058), or by a mail to `mailto`."""

    url: str = field(default="", repr=False)
    mailto: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything of a mail that its sender decides."""

    sender: Correspondent
    to: tuple[Correspondent, ...] = ()
    cc: tuple[Correspondent, ...] = ()
    bcc: tuple[Correspondent, ...] = field(default=(), repr=False)
    reply_to: tuple[Correspondent, ...] = ()
    subject: str = field(default="", repr=False)
    text: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)
    files: tuple[File, ...] = ()
    uploads: tuple[Uploaded, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    unsubscribing: Unsubscribing | None = None
    scheduled_at: datetime | None = None
