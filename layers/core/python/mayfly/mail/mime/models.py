"""What parsing needs and what it gives: limits in, a parsed mail out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MimeLimits:
    """How much of an email is read; what lies beyond stays in the raw message and becomes a defect.

    Every field is a cost that a hostile sender could otherwise choose.
    """

    header_block_bytes: int
    """The mail's own header block; later header lines are not read, the body still is."""
    header_bytes: int
    """One header, before decoding."""
    headers: int
    """Headers of the mail."""
    addresses: int
    """Mailboxes in one address header."""
    message_ids: int
    """Identifiers in In-Reply-To or References, links in List-Unsubscribe."""
    parts: int
    """Parts of the mail, multiparts included."""
    depth: int
    """Multiparts within multiparts."""
    passes: int
    """How often the mail's bytes may be searched for boundaries, all multiparts together."""
    part_header_bytes: int
    """The header block of one part."""
    part_headers: int
    """Headers of one part."""
    parameters: int
    """Parameters of one Content-Type or Content-Disposition."""
    boundary_bytes: int
    """A boundary; RFC 2046 allows 70."""
    text_bytes: int
    """The text body, and the html body, after transfer decoding."""
    filename_chars: int
    """A file name, its ending included."""
    preview_chars: int
    """The preview."""
    preview_source_chars: int
    """How far into a body the preview looks for words."""
    defects: int
    """Defects that are named; more are not listed."""


# Nothing changes a `Mailbox`, a `Part` or a `ParsedMail`, but they are not frozen: to make what is
# frozen takes three times as long for each field, and every message has some of them.
@dataclass(slots=True, unsafe_hash=True)
class Mailbox:
    """One mailbox of RFC 5322, section 3.4: a display name and an address, either may be empty."""

    name: str
    address: str


@dataclass(slots=True)
class Part:
    """An attachment or an inline part. Its bytes stay in the raw message, at `raw[start:end]`."""

    id: str
    """"1", "2", … in order of appearance: the same message always gives the same ids."""
    filename: str
    """Safe to show and to save under; never empty."""
    content_type: str
    charset: str
    size: int
    """Exact number of bytes after transfer decoding."""
    content_id: str
    """Without angle brackets, empty if the part has none."""
    inline: bool
    """Whether it belongs into the HTML: a picture that the HTML shows."""
    start: int
    end: int
    encoding: str
    """What `part_bytes` needs: base64, quoted-printable, uuencode, or binary for as it is."""
    location: str = ""
    """What the HTML calls the part by, if it does so by Content-Location (RFC 2557)."""
    picture: str = ""
    """The type of a picture that browsers show, by its bytes; empty if it is none."""


@dataclass(slots=True)
class ParsedMail:
    """A message as far as it can be read. No string holds NUL or a lone surrogate."""

    headers: tuple[tuple[str, str], ...]
    """Name as written and decoded value, in order."""
    subject: str
    from_: tuple[Mailbox, ...]
    sender: tuple[Mailbox, ...]
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    date: datetime | None
    """What the sender claims, in UTC."""
    message_id: str
    """With its angle brackets, as are the next two."""
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    list_unsubscribe: tuple[str, ...]
    """The links of RFC 2369, without angle brackets."""
    text: str
    html: str
    """Lines of both bodies end in LF."""
    preview: str
    parts: tuple[Part, ...]
    defects: tuple[str, ...]
    """What is wrong with the mail or was cut: names of `mime_defects`, some with `:detail`."""


class Defects:
    """Collects the names of what is wrong, each once, up to a limit."""

    __slots__ = ("_limit", "_names")

    def __init__(self, limit: int) -> None:
        self._names: dict[str, None] = {}
        self._limit = limit

    def add(self, name: str, detail: str = "") -> None:
        """Note a defect; the detail is cut to what can be shown safely."""
        if len(self._names) < self._limit:
            printable = "".join(c for c in detail[:60] if c.isascii() and c.isprintable())
            self._names[f"{name}:{printable}" if printable else name] = None

    def names(self) -> tuple[str, ...]:
        """What was noted, in the order in which it was found."""
        return tuple(self._names)


DEFECTS: Mapping[str, str] = {
    "raw-only": "Nothing could be read: a fault of Mayfly. The raw mail is kept",
    "bad-header-line": "Lines among the headers that are none; they are left out",
    "missing-blank-line": "The body begins without an empty line after the headers",
    "too-many-headers": "Headers beyond the limit are left out",
    "header-block-too-long": "Headers beyond the limit are left out; the body is read",
    "header-too-long": "A header is cut; which one follows",
    "repeated-header": "A header stands there again that may not; the first counts. Which follows",
    "too-many-addresses": "Addresses beyond the limit are left out; which header follows",
    "too-many-entries": "Entries beyond the limit are left out; which header follows",
    "bad-date": "The Date names no moment",
    "unknown-zone": "The zone of the Date is missing or not known: it is taken for UTC",
    "part-bad-header-line": "The same as above, in the headers of a part",
    "part-missing-blank-line": "The same as above, in the headers of a part",
    "part-too-many-headers": "The same as above, in the headers of a part",
    "part-header-block-too-long": "The same as above, in the headers of a part",
    "missing-boundary": "A multipart names no boundary that can be one; what looks so is taken",
    "boundary-not-found": "The boundary of a multipart does not stand in it: it is one text",
    "missing-close-boundary": "A multipart has no end",
    "text-with-boundary": "A text names a boundary and has it: it is read as a multipart",
    "too-deep": "Multiparts within multiparts beyond the limit are one file",
    "too-many-parts": "Parts beyond the limit are left out",
    "unknown-encoding": "An unknown transfer encoding; the bytes stay as they are",
    "bad-base64": "Base64 is damaged; what can be read is given. The part follows",
    "bad-uuencode": "Uuencoded text has no beginning; the bytes stay as they are",
    "unknown-charset": "A charset that nobody knows; it is guessed. Its name follows",
    "wrong-charset": "The bytes are not of their charset; it is guessed. Its name follows",
    "text-cut": "The text is longer than the limit",
    "html-cut": "The HTML is longer than the limit",
}
"""By name. After some a colon follows, and what it is about: `unknown-charset:klingon`."""
