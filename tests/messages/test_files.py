"""Raw mails and attachments, directly or through a link."""

import base64
import hashlib
from dataclasses import replace

import pytest

from mayfly import limits
from mayfly.errors import MessageNotFound, RawMailMissing
from mayfly.inboxes.models import Access
from mayfly.mail.mime.parser import parse
from mayfly.messages.files import Download, Link, MessageFiles
from mayfly.messages.models import Content, PartNotFound
from mayfly.receiving.models import Accepted
from tests import samples
from tests.memory import Memory

PDF = bytes(range(256)) * 8
RAW = (
    b"Subject: Your\r\n =?utf-8?q?_invoice_=E2=82=AC_a/b?=\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p><img src=cid:logo>\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: attachment; filename="invoice.pdf"\r\n\r\n'
    + base64.encodebytes(PDF).replace(b"\n", b"\r\n")
    + b"--b\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\n"
    b'Content-Disposition: inline; filename="logo.png"\r\n\r\nPNG\r\n'
    b'--b\r\nContent-Type: text/html; name="page.html"\r\n'
    b"Content-Disposition: attachment\r\n\r\n<script>1</script>\r\n--b--\r\n"
)


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def originals(memory: Memory) -> MessageFiles:
    return MessageFiles(
        memory.messages, memory.loader, memory.raw_mails, memory.part_files, memory.clock
    )


def given_mail(memory: Memory, access: Access = Access.ADDRESS, **changes: int) -> str:
    """A delivered mail; `size_bytes` and `part_bytes` make it look larger than it is."""
    inbox = samples.inbox(access=access)
    memory.inboxes.create(inbox, memory.clock())
    mail: Accepted = samples.accepted()
    memory.raw_mails.put(mail.object_key, RAW)
    parsed = parse(RAW, limits.MIME)
    if "part_bytes" in changes:
        parts = tuple(replace(part, size=changes["part_bytes"]) for part in parsed.parts)
        parsed = replace(parsed, parts=parts)
    size = changes.get("size_bytes", len(RAW))
    content = Content(parsed, mail.object_key, size, hashlib.sha256(RAW).hexdigest())
    memory.contents.put(mail.mail, content, memory.clock() + inbox.message_lifetime)
    summary = samples.summary(subject=parsed.subject, size_bytes=size)
    memory.deliveries.deliver(mail, summary, inbox, memory.clock())
    (message,) = memory.messages.after(inbox.id, 0, 1, memory.clock())
    return str(message.id)


def test_the_raw_mail_is_what_came_in_byte_for_byte(
    memory: Memory, originals: MessageFiles
) -> None:
    found = originals.raw(given_mail(memory))

    assert isinstance(found, Download)
    assert found.content == RAW
    assert found.content_type == "message/rfc822"
    assert found.filename == "Your invoice € a_b.eml"


def test_a_large_raw_mail_is_linked_and_not_read(memory: Memory, originals: MessageFiles) -> None:
    message_id = given_mail(memory, size_bytes=limits.MAX_ANSWER_BYTES + 1)

    found = originals.raw(message_id)

    assert isinstance(found, Link)
    assert "raw/mail-1" in found.url
    assert memory.raw_mails.reads == []


def test_whoever_wants_a_link_has_one_whatever_the_size(
    memory: Memory, originals: MessageFiles
) -> None:
    message_id = given_mail(memory)

    found = [
        originals.raw(message_id, linked=True),
        originals.attachment(message_id, "1", linked=True),
    ]

    assert all(isinstance(each, Link) for each in found)


def test_an_attachment_is_decoded_from_its_own_bytes_alone(
    memory: Memory, originals: MessageFiles
) -> None:
    found = originals.attachment(given_mail(memory), "1")

    assert found == Download("invoice.pdf", "application/pdf", False, PDF)
    ((_, start, end),) = memory.raw_mails.reads
    assert end - start < len(PDF) * 1.5


def test_a_picture_of_the_html_is_shown_in_place(memory: Memory, originals: MessageFiles) -> None:
    found = originals.attachment(given_mail(memory), "2")

    assert found == Download("logo.png", "image/png", True, b"PNG")


def test_a_page_in_the_mail_is_no_page_of_ours(memory: Memory, originals: MessageFiles) -> None:
    found = originals.attachment(given_mail(memory), "3")

    assert isinstance(found, Download)
    assert (found.content_type, found.inline) == ("application/octet-stream", False)


def test_a_large_attachment_is_unpacked_once_and_linked(
    memory: Memory, originals: MessageFiles
) -> None:
    message_id = given_mail(memory, part_bytes=limits.MAX_ANSWER_BYTES + 1)

    first = originals.attachment(message_id, "1")
    second = originals.attachment(message_id, "1")

    assert isinstance(first, Link)
    assert first == second
    assert list(memory.part_files.files.values()) == [PDF]
    assert len(memory.raw_mails.reads) == 1


def test_a_part_that_is_not_there_is_not_found(memory: Memory, originals: MessageFiles) -> None:
    message_id = given_mail(memory)

    for part_id in ("9", "", "../1"):
        with pytest.raises(PartNotFound):
            originals.attachment(message_id, part_id)


def test_nothing_of_a_private_or_expired_message_is_given(
    memory: Memory, originals: MessageFiles
) -> None:
    message_id = given_mail(memory, Access.TOKEN)

    for attempt in (originals.raw, originals.header_block):
        with pytest.raises(MessageNotFound):
            attempt(message_id)
    with pytest.raises(MessageNotFound):
        originals.attachment(message_id, "1")


def test_a_raw_mail_that_is_gone_is_said_so(memory: Memory, originals: MessageFiles) -> None:
    message_id = given_mail(memory)
    memory.raw_mails.delete(["raw/mail-1"])

    with pytest.raises(RawMailMissing):
        originals.raw(message_id)


def test_the_header_block_is_bounded(memory: Memory, originals: MessageFiles) -> None:
    message_id = given_mail(memory, size_bytes=40_000_000)

    originals.header_block(message_id)

    ((_, start, end),) = memory.raw_mails.reads
    assert (start, end) == (0, limits.MIME.header_block_bytes)
