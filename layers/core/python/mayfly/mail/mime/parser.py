"""Mail parsing: bytes in, a parsed mail out, within limits and whatever the bytes are.

The raw message is never copied or decoded as a whole: boundaries are searched in it, bodies are
decoded from slices of it, and attachments are only measured.
"""

import re
from collections.abc import Iterator

from mayfly.mail.mime.bodies import Bodies
from mayfly.mail.mime.dates import dated
from mayfly.mail.mime.fields import MailFields
from mayfly.mail.mime.filenames import safe_filename
from mayfly.mail.mime.header_block import read_block
from mayfly.mail.mime.models import Defects, Mailbox, MimeLimits, ParsedMail, Part
from mayfly.mail.mime.structure import Structure
from mayfly.mail.mime.transfer import part_bytes

# What senders put between the words they want to be seen and the rest: invisible characters.
_FILLER = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]+"
)
# Runs of tags and blanks, passed in one step; not those that hide what follows them.
_TAGS = re.compile(
    r"(?:<(?!script|style|svg|template|title|!--)/?[a-z!?][^<>]*+>|\s++)++", re.IGNORECASE
)
_WITHIN_WORD = re.compile(
    r"</?(?:a|b|big|em|font|i|mark|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?>", re.IGNORECASE
)
_HIDES = re.compile(r"<(script|style|svg|template|title)\b", re.IGNORECASE)
_SOURCE_PER_CHAR = 8


def preview(text: str, html: str, max_chars: int, max_source: int) -> str:
    """The first words of the text, or else of what the html shows, on one line."""
    reach = max_chars + max_chars // 4
    words = _folded(text[:reach]) if text else ""
    if len(words) < max_chars and len(text) > reach:
        words = _folded(text[:max_source])
    if not words and html:
        words = _folded("".join(_visible(html[:max_source], max_chars * _SOURCE_PER_CHAR)))
    return words[:max_chars].rstrip()


def _folded(text: str) -> str:
    words = " ".join(text.split())
    if words.isascii() and words.isprintable():
        return words
    return " ".join(_FILLER.sub("", words).split())


def _visible(html: str, enough: int) -> Iterator[str]:
    """Pieces of visible text, until there is enough."""
    from html import unescape  # a large table, needed only where an email has no text

    at = 0
    while at < len(html) and enough > 0:
        tags = _TAGS.match(html, at)
        if tags:
            yield "" if _WITHIN_WORD.fullmatch(html, at, tags.end()) else " "
            at = tags.end()
            continue
        if html[at] == "<":
            piece, after = _past_hidden(html, at)
        else:
            opened = html.find("<", at)
            after = opened if opened >= 0 else len(html)
            piece = html[at:after]
        # Cut first: unescape refuses numbers of thousands of digits.
        yield unescape(piece[:enough]) if "&" in piece else piece[:enough]
        enough -= len(piece)
        at = after


def _past_hidden(html: str, opened: int) -> tuple[str, int]:
    """What to show for a "<" that opens no plain tag, and where the text goes on."""
    if html.startswith("<!--", opened):
        end = html.find("-->", opened + 4)
        return "", end + 3 if end >= 0 else len(html)
    hides = _HIDES.match(html, opened)
    if hides is None:
        return "<", opened + 1
    end_tag = re.compile(f"</{hides[1]}[^<>]*+>", re.IGNORECASE).search(html, hides.end())
    return " ", end_tag.end() if end_tag else len(html)


__all__ = [
    "Mailbox",
    "MimeLimits",
    "ParsedMail",
    "Part",
    "holds_mail",
    "parse",
    "part_bytes",
    "safe_filename",
]


def parse(raw: bytes | memoryview, limits: MimeLimits) -> ParsedMail:
    """Everything that can be read of a message. Never raises: what is wrong is in `defects`."""
    try:
        return read(_octets(raw), limits)
    except Exception:  # a fault of ours must not cost a message; the tests call `read` and see it
        return _unread()


def holds_mail(part: Part) -> bool:
    """Whether the part is a message itself: then `parse(part_bytes(…), limits)` reads it."""
    return part.content_type in ("message/rfc822", "message/global", "message/news")


def read(raw: bytes, limits: MimeLimits) -> ParsedMail:
    """What `parse` promises, except that a fault in the parser raises."""
    defects = Defects(limits.defects)
    top = read_block(raw, 0, len(raw), limits.header_block_bytes, limits.headers)
    for defect in top.defects:
        defects.add(defect)
    leaves = Structure(raw, limits, defects).leaves(top)
    bodies = Bodies(raw, limits, defects, leaves)
    fields = MailFields(top, limits, defects, bodies.charset)
    seen = bodies.readable()
    written = fields.text("date")
    date = dated(written)
    if written and date.defect:
        defects.add(date.defect)
    return ParsedMail(
        headers=fields.decoded(),
        subject=fields.text("subject"),
        from_=fields.mailboxes("from"),
        sender=fields.mailboxes("sender"),
        reply_to=fields.mailboxes("reply-to"),
        to=fields.mailboxes("to"),
        cc=fields.mailboxes("cc"),
        date=date.moment,
        message_id=fields.message_id(),
        in_reply_to=fields.message_ids("in-reply-to"),
        references=fields.message_ids("references"),
        list_unsubscribe=fields.links("list-unsubscribe"),
        text=seen.text,
        html=seen.html,
        preview=preview(
            "" if seen.html_leads else seen.text,
            seen.html,
            limits.preview_chars,
            limits.preview_source_chars,
        ),
        parts=bodies.parts(seen.html),
        defects=defects.names(),
    )


def _octets(raw: bytes | memoryview) -> bytes:
    """The bytes of a view without a copy, if it shows a whole bytes object."""
    if isinstance(raw, bytes):
        return raw
    whole = raw.obj
    if isinstance(whole, bytes) and raw.c_contiguous and raw.nbytes == len(whole):
        return whole
    return raw.tobytes()


def _unread() -> ParsedMail:
    return ParsedMail(
        headers=(),
        subject="",
        from_=(),
        sender=(),
        reply_to=(),
        to=(),
        cc=(),
        date=None,
        message_id="",
        in_reply_to=(),
        references=(),
        list_unsubscribe=(),
        text="",
        html="",
        preview="",
        parts=(),
        defects=("raw-only",),
    )
