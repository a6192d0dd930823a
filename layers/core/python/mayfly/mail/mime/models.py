"""What parsing needs and what it gives: limits in, a parsed mail out."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MimeLimits:
    """How much of a mail is read; what lies beyond stays in the raw mail and becomes a defect.

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
# frozen takes three times as long for each field, and every mail has some of them.
@dataclass(slots=True, unsafe_hash=True)
class Mailbox:
    """One mailbox of RFC 5322, section 3.4: a display name and an address, either may be empty."""

    name: str
    address: str


@dataclass(slots=True)
class Part:
    """An attachment or an inline part. Its bytes stay in the raw mail, at `raw[start:end]`."""

    id: str
    """"1", "2", … in order of appearance: the same mail always gives the same ids."""
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
    """A mail as far as it can be read. No string holds NUL or a lone surrogate."""

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
            shown = "".join(c for c in detail[:60] if c.isascii() and c.isprintable())
            self._names[f"{name}:{shown}" if shown else name] = None

    def names(self) -> tuple[str, ...]:
        """What was noted, in the order in which it was found."""
        return tuple(self._names)
