"""What can be sent: the rules that a draft has to meet before it is made into a message."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from mayfly import limits
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.mail.address import MAX_DOMAIN_BYTES, MAX_LOCAL_BYTES, normal_domain
from mayfly.sending.field_rules import check_file, check_room, check_text, has_control_characters

_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"')
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_MOST_CHARS = MAX_LOCAL_BYTES + 1 + MAX_DOMAIN_BYTES
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A sender or recipient of a message.

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
    def display(self) -> str:
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
class ListUnsubscribe:
    """How a reader ends it: by one click at `url` (RFC 8058), or by a message to `mailto`."""

    url: str = field(default="", repr=False)
    mailto: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything of a message that its sender decides."""

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
    unsubscribing: ListUnsubscribe | None = None
    scheduled_at: datetime | None = None
    loop_mark: str = ""
    """Of a forward: what says so, to those that it may come back to."""


_FIELD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,75}")
_CONTENT_ID = re.compile(r"[A-Za-z0-9._+-]{1,64}(?:@[A-Za-z0-9.-]{1,64})?")

RESERVED = frozenset(
    {
        *("from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id"),
        *("return-path", "received", "delivered-to", "errors-to", "authentication-results"),
        *("list-unsubscribe", "list-unsubscribe-post", "dkim-signature", "domainkey-signature"),
        *("mime-version", "bounces-to", "return-receipt-to", "auto-submitted"),
        *("apparently-to", "envelope-to", "x-original-to", "original-recipient"),
    }
)
"""Header fields that are made here, on the way, or by the receiving host."""
RESERVED_BEGINNINGS = ("content-", "resent-", "arc-", "received-", "x-ses-", "x-mayfly-")


def check(draft: Draft, most_file_bytes: int) -> None:
    """InvalidInput or BodyTooLarge if the draft cannot be sent; the message says why."""
    everybody = (*draft.to, *draft.cc, *draft.bcc)
    if not everybody:
        raise InvalidInput("a mail needs a recipient: to, cc or bcc")
    if len(everybody) > limits.SENT_RECIPIENTS:
        raise InvalidInput(f"a mail may have {limits.SENT_RECIPIENTS} recipients, all together")
    _no_repeats(each.key for each in everybody)
    if draft.text is None and draft.html is None:
        raise InvalidInput("a mail needs text or html")
    for name, body in (("text", draft.text), ("html", draft.html)):
        if not _is_text(body or ""):
            raise InvalidInput(f"{name} must be Unicode text")
    check_text("subject", draft.subject, limits.SENT_SUBJECT_CHARS)
    _check_names(draft)
    if draft.unsubscribing:
        _check_unsubscribing(draft.unsubscribing)
    _check_headers(draft)
    _check_files(draft, most_file_bytes)


def _is_text(given: str) -> bool:
    """Not so for half of a surrogate pair."""
    return given.isascii() or given.encode("utf-8", "ignore").decode() == given


def _check_names(draft: Draft) -> None:
    if len(draft.reply_to) > limits.SENT_RECIPIENTS:
        raise InvalidInput(f"replyTo may have {limits.SENT_RECIPIENTS} addresses")
    correspondents = {
        "from": (draft.sender,),
        "to": draft.to,
        "cc": draft.cc,
        "bcc": draft.bcc,
        "replyTo": draft.reply_to,
    }
    for name, several in correspondents.items():
        for each in several:
            check_text(f"a name in {name}", each.name, limits.SENT_NAME_CHARS)


def _check_unsubscribing(how: ListUnsubscribe) -> None:
    """RFC 2369 section 3.2 and RFC 8058 section 3.1, which wants https."""
    if not how.url and not how.mailto:
        raise InvalidInput("unsubscribe needs url or mailto")
    if how.url:
        check_text("unsubscribe.url", how.url, limits.SENT_HEADER_BYTES)
        if set(how.url) & set('<>, "') or "=?" in how.url:
            words = "spaces, quotes, commas, angle brackets or =?, unless percent-encoded"
            raise InvalidInput(f"unsubscribe.url cannot have {words}")
        if not _is_https(how.url):
            raise InvalidInput("unsubscribe.url must be an https address in ASCII")
    if how.mailto:
        try:
            Correspondent.parse(how.mailto)
        except InvalidAddress as error:
            raise InvalidAddress(f"unsubscribe.mailto: {error}") from error


def _is_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no address
        return False
    return parts.scheme == "https" and bool(parts.hostname) and url.isascii()


def _no_repeats(keys: Iterable[str]) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise InvalidInput("an address is there twice among to, cc and bcc")
        seen.add(key)


def _check_headers(draft: Draft) -> None:
    if len(draft.headers) > limits.SENT_HEADERS:
        raise InvalidInput(f"headers may have {limits.SENT_HEADERS} fields")
    names = [name.lower() for name in draft.headers]
    if len(set(names)) < len(names):
        raise InvalidInput("headers has a field twice")
    for name, value in draft.headers.items():
        if not _FIELD_NAME.fullmatch(name):
            raise InvalidInput(f"headers: not the name of a header field: {name[:40]!r}")
        if name.lower() in RESERVED or name.lower().startswith(RESERVED_BEGINNINGS):
            raise InvalidInput(f"headers: the field {name} is set by the service, not by headers")
        check_text(f"headers.{name}", value, limits.SENT_HEADER_BYTES)
        if len(value.encode()) > limits.SENT_HEADER_BYTES:
            raise InvalidInput(f"headers.{name} may have {limits.SENT_HEADER_BYTES} bytes")


def _check_files(draft: Draft, most_bytes: int) -> None:
    if len(draft.files) > limits.SENT_FILES:
        raise InvalidInput(f"a mail may have {limits.SENT_FILES} attachments")
    for each in draft.files:
        check_file(each.filename, each.content_type)
        if each.content_id and not _CONTENT_ID.fullmatch(each.content_id):
            raise InvalidInput(f"not a content id: {each.content_id[:80]!r}")
        if each.content_id and draft.html is None:
            raise InvalidInput("an attachment with contentId needs html that shows it")
    check_room(sum(len(each.content) for each in draft.files), most_bytes)
