"""A forward: a new email of this service's, with what the original says and holds.

It is not the original sent on: receiving hosts would believe neither its sender nor its signature,
and this service would be blamed for it. So it comes from the mailbox, and answers go to who wrote.
"""

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from mayfly import limits
from mayfly.errors import BodyTooLarge, InvalidAddress, InvalidInput
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import stamp
from mayfly.mail.mime.models import Mailbox, ParsedMail, Part
from mayfly.mail.mime.transfer import part_bytes
from mayfly.messages.models import Message
from mayfly.sending.draft import Correspondent, Draft, File
from mayfly.sending.field_rules import check_file, check_text

_FROM_CHARS = limits.SENT_NAME_CHARS - len(" via Mayfly")
_REPLY_TO = 5
_FOOT = (
    "Forwarded from {inbox}, where it came in at {at} from {sender}. You get this as a reader of"
    " this address confirmed it; the mail that asked says how to end it."
)
_LEFT_OUT = "Attachments that are too large or of a refused kind stay in {inbox}."


def draft_of(
    message: Message, mail: ParsedMail, raw: bytes, inbox: Inbox, to: str, most_file_bytes: int
) -> Draft:
    """The forward of a message to this address; InvalidAddress if the inbox's cannot send."""
    files = list(_files(mail, raw, most_file_bytes))
    foot = _foot(message, inbox, len(files) < len(mail.parts))
    sender = Correspondent.parse(str(inbox.address))
    return Draft(
        sender=replace(sender, name=f"{_shown_name(message)} via Mayfly"),
        to=(Correspondent.parse(to),),
        reply_to=tuple(_answered(mail.reply_to or mail.from_)),
        subject=_line(message.summary.subject, limits.SENT_SUBJECT_CHARS),
        text=f"{mail.text}\n\n-- \n{foot}\n" if mail.text or not mail.html else None,
        html=f"{mail.html}\n<hr><p>{escape(foot)}</p>\n" if mail.html else None,
        files=tuple(files),
        loop_mark="1",
    )


def _foot(message: Message, inbox: Inbox, is_short: bool) -> str:
    summary = message.summary
    foot = _FOOT.format(
        inbox=inbox.address, at=stamp(summary.received_at), sender=_line(summary.from_address, 320)
    )
    return f"{foot} {_LEFT_OUT.format(inbox=inbox.address)}" if is_short else foot


def _shown_name(message: Message) -> str:
    name = message.summary.from_name or message.summary.from_address
    return _line(name, _FROM_CHARS) or "Somebody"


def _line(text: str, most_chars: int) -> str:
    """The text on one line, without what a header field cannot have."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    line = line[:most_chars].rstrip()
    try:
        check_text("text", line, most_chars)
    except InvalidInput:  # encoded words that hold more than one line
        return line.replace("=?", "= ?")
    return line


def _answered(mailboxes: tuple[Mailbox, ...]) -> Iterator[Correspondent]:
    seen: set[str] = set()
    for each in mailboxes[:_REPLY_TO]:
        try:
            found = Correspondent.parse(each.address)
        except InvalidAddress:
            continue
        if found.key not in seen:
            seen.add(found.key)
            yield replace(found, name=_line(each.name, limits.SENT_NAME_CHARS))


def _files(mail: ParsedMail, raw: bytes, most_bytes: int) -> Iterator[File]:
    """The parts that may be sent, as far as there is room for them."""
    left = most_bytes
    for part in mail.parts[: limits.SENT_FILES]:
        file = _file(part, raw) if part.size <= left else None
        if file is not None:
            left -= part.size
            yield file


def _file(part: Part, raw: bytes) -> File | None:
    content = part_bytes(raw[part.start : part.end], part.encoding)
    for content_type in (part.content_type, "application/octet-stream"):
        try:
            check_file(part.filename, content_type)
        except InvalidInput:
            continue
        return File(part.filename, content_type, content, _content_id(part, content_type))
    return None


def _content_id(part: Part, content_type: str) -> str:
    """What the HTML calls a picture, if we may write that."""
    name = part.content_id
    is_plain = name.isascii() and all(each.isalnum() or each in "._+-@" for each in name)
    local, _, host = name.partition("@")
    fits = local and len(local) <= 64 and len(host) <= 64 and name.count("@") <= 1
    return name if part.inline and is_plain and fits and not name.endswith("@") else ""


def without_files(draft: Draft) -> Draft:
    """The same as text alone, for what cannot be written otherwise."""
    text = draft.text or "This message has no plain text; its mailbox shows it.\n"
    return replace(draft, html=None, files=(), text=text)


UNFIT = (InvalidInput, BodyTooLarge)
"""What composing says of what cannot be sent."""
