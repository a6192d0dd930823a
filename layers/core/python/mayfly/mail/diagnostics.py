"""What a message's headers say about its journey: the Received hops, and mail-parser's findings.

mail-parser reads headers well and bodies at a price, so it is given headers only, and only when
somebody looks. It may fail on real mail; then that is the finding.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mayfly.mail.mime.header_block import read_block
from mayfly.mail.mime.words import one_line

if TYPE_CHECKING:
    from mailparser import MailParser

MAX_BLOCK_BYTES = 65_536
MAX_HEADERS = 200
MAX_HEADER_BYTES = 4_096
MAX_HOPS = 50
MAX_DEFECTS = 50
MAX_CHARS = 300
"""Of one value or one defect: what is longer is no host name and no finding."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One Received header (RFC 5321, section 4.4); values as the servers wrote them."""

    from_: str
    by: str
    with_: str
    date: datetime | None
    """When the server says it took the mail, in UTC."""
    delay_seconds: float
    """Since the hop before, 0 for the first; negative if the clocks disagree."""


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """The hops from the sender to us, and what is wrong with the headers."""

    hops: tuple[Hop, ...]
    defects: tuple[str, ...]


def diagnose(header_block: bytes) -> Diagnostics:
    """Read the journey of a message off its first bytes; a body among them is ignored.

    Never raises, and costs a bounded time whatever the bytes are.
    """
    try:
        mail = _mail_parser(_headers_only(header_block))
        hops = tuple(map(_hop, mail.received[-MAX_HOPS:]))
        return Diagnostics(hops, tuple(_findings(mail.defects)))
    except Exception as error:  # mail-parser lets errors of any kind escape on real mail
        return Diagnostics((), (f"diagnostics-failed:{type(error).__name__}",))


def _headers_only(header_block: bytes) -> bytes:
    """The headers of the journey, without those that announce a body's structure."""
    block = read_block(header_block, 0, len(header_block), MAX_BLOCK_BYTES, MAX_HEADERS)
    lines = [
        f"{name}: {value[:MAX_HEADER_BYTES]}\r\n"
        for name, value in block.fields
        if not name.lower().startswith(("content-", "mime-version"))
    ]
    return "".join([*lines, "\r\n"]).encode("latin-1")


def _mail_parser(headers: bytes) -> "MailParser":
    import mailparser  # as long to import as the rest of a handler: only where it is asked for

    # It logs what it cannot decode, and headers are none of the log's business.
    log = logging.getLogger("mailparser")
    log.propagate = False
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    return mailparser.parse_from_bytes(headers)


def _hop(received: dict[str, Any]) -> Hop:
    date = received.get("date_utc")
    moment = datetime.fromisoformat(date) if isinstance(date, str) else None
    delay = received.get("delay")
    return Hop(
        from_=_printable(received.get("from")),
        by=_printable(received.get("by")),
        with_=_printable(received.get("with")),
        date=moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC)),
        delay_seconds=float(delay) if isinstance(delay, int | float) else 0.0,
    )


def _findings(defects: list[dict[str, list[str]]]) -> list[str]:
    found = [_printable(text) for group in defects for texts in group.values() for text in texts]
    return list(dict.fromkeys(found))[:MAX_DEFECTS]


def _printable(value: object) -> str:
    """A value of a foreign library as text that can be stored: no controls, no surrogates."""
    text = value if isinstance(value, str) else ""
    return one_line(text[:MAX_CHARS].encode("utf-8", "replace").decode("utf-8"))
