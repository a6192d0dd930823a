"""Mail parsing: bytes in, a parsed mail out, within limits and whatever the bytes are.

The raw message is never copied or decoded as a whole: boundaries are searched in it, bodies are
decoded from slices of it, and attachments are only measured.
"""

from mayfly.mail.mime.bodies import Bodies
from mayfly.mail.mime.dates import dated
from mayfly.mail.mime.fields import MailFields
from mayfly.mail.mime.filenames import safe_filename
from mayfly.mail.mime.header_block import read_block
from mayfly.mail.mime.models import Defects, Mailbox, MimeLimits, ParsedMail, Part
from mayfly.mail.mime.preview import preview
from mayfly.mail.mime.structure import Structure
from mayfly.mail.mime.transfer import part_bytes

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
