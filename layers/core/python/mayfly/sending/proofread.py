"""Composed emails are read back: none is handed over that says anything but its draft.

They are read as received mail is, by the same code.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.mail.mime.addresses import display_name
from mayfly.mail.mime.fields import MailFields
from mayfly.mail.mime.header_block import HeaderBlock, read_block
from mayfly.mail.mime.models import Defects, Mailbox
from mayfly.mail.mime.structure import Leaf, Structure
from mayfly.mail.mime.transfer import part_bytes
from mayfly.sending.draft import Correspondent, Draft, File
from mayfly.sending.mime import canonical


def proofread(raw: bytes, draft: Draft, names: Sequence[str]) -> None:
    """InvalidInput, naming the field, unless this is the draft's mail to the last byte.

    It has header fields of these names, in this order, and of these values, and no others; its
    bodies and files are the draft's; and every host on the way can take its lines.
    """
    _check_lines(raw)
    mime = limits.MIME
    block = read_block(raw, 0, len(raw), mime.header_block_bytes, mime.headers)
    if _names(raw) != list(names) or [name for name, _ in block.fields] != list(names):
        raise _mismatch("one of the header fields")
    _check_fields(block, draft)
    defects = Defects(mime.defects)
    leaves = Structure(raw, mime, defects).leaves(block)
    parts = list(_expected_parts(draft))
    if len(leaves) != len(parts) or defects.names() or block.defects:
        raise _mismatch("text, html or attachments")
    for leaf, each in zip(leaves, parts, strict=True):
        each.check(leaf, part_bytes(raw[leaf.start : leaf.end], leaf.encoding))


@dataclass(frozen=True, slots=True)
class _ExpectedPart:
    """A part that the message must have in its place; `field` is the one it comes from."""

    field: str
    content_type: str
    content: bytes
    file: File | None = None

    def check(self, leaf: Leaf, content: bytes) -> None:
        if (leaf.content_type, content) != (self.content_type, self.content):
            raise _mismatch(self.field)
        name = leaf.disposition_parameters.get("filename", "").encode("latin-1")
        kind, content_id = leaf.disposition, leaf.content_id
        if self.file is None:
            expected = ("", b"", "")
        else:
            way = "inline" if self.file.content_id else "attachment"
            expected_id = f"<{self.file.content_id}>" if self.file.content_id else ""
            expected = (way, self.file.filename.encode(), expected_id)
        if (kind, name, content_id) != expected:
            raise _mismatch("filename or contentId of an attachment")


def _expected_parts(draft: Draft) -> Iterator[_ExpectedPart]:
    """The parts in their order."""
    if draft.text is not None:
        yield _ExpectedPart("text", "text/plain", canonical(draft.text))
    if draft.html is not None:
        yield _ExpectedPart("html", "text/html", canonical(draft.html))
    for each in sorted(draft.files, key=lambda file: not file.content_id):
        yield _ExpectedPart("content of an attachment", each.content_type, each.content, each)


def _check_lines(raw: bytes) -> None:
    """ASCII without NUL, in lines that end in CR LF and are as long as SMTP takes them."""
    most = limits.SENT_LINE_BYTES + len(b"\r\n")
    ends = raw.count(b"\r\n")
    is_whole = raw.count(b"\r") == raw.count(b"\n") == ends and raw.endswith(b"\r\n")
    if not is_whole or not raw.isascii() or b"\0" in raw:
        raise _mismatch("one of the fields")
    if any(len(line) > most for line in io.BytesIO(raw)):
        raise InvalidInput(f"one of the fields makes a line of over {limits.SENT_LINE_BYTES} bytes")


def _names(raw: bytes) -> list[str]:
    """Those of the header's lines, read as simply as can be."""
    lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    begun = [each for each in lines if not each.startswith((b" ", b"\t"))]
    return [each.partition(b":")[0].decode("ascii") for each in begun]


def _check_fields(block: HeaderBlock, draft: Draft) -> None:
    defects = Defects(limits.MIME.defects)
    fields = MailFields(block, limits.MIME, defects, str)
    several = {
        "from": ("from", (draft.sender,)),
        "to": ("to", draft.to),
        "cc": ("cc", draft.cc),
        "reply-to": ("replyTo", draft.reply_to),
    }
    for header, (field, correspondents) in several.items():
        if list(fields.mailboxes(header)) != [
            Mailbox(display_name(each.name), each.address) for each in correspondents
        ]:
            raise _mismatch(field)
    if fields.text("subject") != draft.subject:
        raise _mismatch("subject")
    how = draft.unsubscribing
    links = [] if how is None else _links(how.url, how.mailto)
    if list(fields.links("list-unsubscribe")) != links:
        raise _mismatch("unsubscribe")
    read = dict(fields.decoded())
    for name, value in draft.headers.items():
        if read[name] != value:
            raise _mismatch(f"headers.{name}")
    if defects.names():
        raise _mismatch("one of the header fields")


def _links(url: str, mailto: str) -> list[str]:
    address = f"mailto:{Correspondent.parse(mailto).address}" if mailto else ""
    return [each for each in (url, address) if each]


def _mismatch(field: str) -> InvalidInput:
    return InvalidInput(f"{field} cannot be written into a mail so that it reads as it was given")
