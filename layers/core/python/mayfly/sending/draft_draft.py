"""A mail that somebody wants to be sent, as they wrote it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mayfly.errors import InvalidAddress
from mayfly.mail.address import MAX_DOMAIN_BYTES, MAX_LOCAL_BYTES, normal_domain
from mayfly.sending.field_rules import has_control_characters

_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"')
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_MOST_CHARS = MAX_LOCAL_BYTES + 1 + MAX_DOMAIN_BYTES
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody that a mail is from or for.

    The local part is ASCII, as SES takes no other, and spelled as it was given: what its case
    means, the receiving host decides (RFC 5321 section 2.4). It is not quoted, and has no `=?`,
    which readers of mail may take for an encoded word. The domain is in lower-case ASCII.
    """

    name: str = field(repr=False)
    local: str = field(repr=False)
    domain: str

    @classmethod
    def parse(cls, text: str) -> "Correspondent":
        """Read `local@domain` or `Name <local@domain>`; InvalidAddress for anything else."""
        if has_control_characters(text):
            raise InvalidAddress("an address cannot have line breaks or control characters")
        name, address = _cut(text.strip())
        local, at, domain = address.rpartition("@")
        is_local = _LOCAL.fullmatch(local) and len(local) <= MAX_LOCAL_BYTES and "=?" not in local
        if not at or not is_local or len(address) > _MOST_CHARS:
            raise InvalidAddress(f"no address that mail can be sent to: {text[:_SHOWN_CHARS]!r}")
        normal = normal_domain(domain)
        if "." not in normal or normal.rpartition(".")[2].isdigit():
            raise InvalidAddress(f"not a mail domain: {domain[:_SHOWN_CHARS]!r}")
        return cls(name, local, normal)

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


def _cut(text: str) -> tuple[str, str]:
    """The display name and the address; InvalidAddress if a name is not written as one."""
    before, opened, address = text.removesuffix(">").rpartition("<")
    if not opened or not text.endswith(">"):
        return "", text
    name = before.strip()
    quoted = _QUOTED.fullmatch(name)
    if quoted:
        name = re.sub(r"\\(.)", r"\1", quoted[1])
    elif set(name) & set('<>"'):
        raise InvalidAddress("a name with quotes or angle brackets must be in quotes as a whole")
    return " ".join(name.split()), address.strip()


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
