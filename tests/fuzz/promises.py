"""What holds for every mail, whatever is in it: the property that the fuzzer tries to break."""

import email
import email.policy
import hashlib
import tracemalloc
from email.message import Message

from mayfly.limits import CONFIRMATION, MIME
from mayfly.mail.codes.find import confirmation
from mayfly.mail.diagnostics import diagnose
from mayfly.mail.html.balance import MAX_SAFE_CHARS
from mayfly.mail.html.sanitize import sanitise
from mayfly.mail.mime import parser as mime
from tests.mail.test_mime_properties import promised

MEMORY_TIMES = 8
MEMORY_FOR_NOTHING = 4_000_000
_AGREEING = ("us-ascii", "utf-8", "iso-8859-15", "koi8-r")


def keeps_its_promises(octets: bytes) -> None:
    """AssertionError, or whatever was raised, if the mail breaks one of them."""
    before = hashlib.sha256(octets).digest()
    mail = promised(octets)
    assert hashlib.sha256(octets).digest() == before
    assert len(mail.parts) <= MIME.parts
    assert len(mail.defects) <= MIME.defects
    assert len(mail.headers) <= MIME.headers
    assert len(mail.text) <= MIME.text_bytes + 1
    assert "raw-only" not in mime.parse(octets, MIME).defects
    assert mime.parse(octets, MIME) == mail
    diagnose(octets[: MIME.header_block_bytes])
    safe = sanitise(mail.html, {})
    assert len(safe.html) <= 3 * MAX_SAFE_CHARS
    found = confirmation(mail.subject, mail.text, mail.html, CONFIRMATION)
    assert found.code is None or (found.code.isascii() and len(found.code) <= 20)
    assert found.link is None or found.link.lower().startswith(("https://", "http://"))


def costs_little_memory(octets: bytes) -> None:
    """AssertionError if parsing it takes more than a few times its size."""
    tracemalloc.start()
    try:
        mime.read(octets, MIME)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= MEMORY_TIMES * len(octets) + MEMORY_FOR_NOTHING, peak


def agrees_with_the_standard_library(octets: bytes) -> bool:
    """Whether it is well formed enough to be compared; AssertionError if the texts differ.

    Compared is one text part, in a charset and an encoding about which nobody disagrees, of a mail
    in which the standard library finds no defect.
    """
    theirs = email.message_from_bytes(octets, policy=email.policy.compat32)
    if b"\r" in octets.replace(b"\r\n", b""):  # what a lone CR is, is a matter of taste
        return False
    if theirs.defects or theirs.is_multipart() or theirs.get_content_type() != "text/plain":
        return False
    if str(theirs.get_param("format", "")).lower() == "flowed":  # the library joins no lines
        return False
    if not _plainly_encoded(theirs) or any(len(theirs.get_all(n, [])) > 1 for n in _SINGLE):
        return False
    content = theirs.get_payload(decode=True)
    try:
        text = content.decode(theirs.get_content_charset("us-ascii"))  # type: ignore[union-attr]
    except UnicodeDecodeError:
        return False
    ours = mime.read(octets, MIME)
    if theirs.defects or ours.defects or ours.parts or "\0" in text:
        return False
    if "\x1b" in text:  # ISO-2022 that does not say so is read as what it is
        return False
    assert _lines(ours.text) == _lines(text)
    return True


_SINGLE = ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition")


def _plainly_encoded(mail: Message) -> bool:
    encoding = str(mail.get("Content-Transfer-Encoding", "7bit")).strip().lower()
    try:
        charset = mail.get_content_charset("us-ascii")
        nameless = mail.get("Content-Disposition") is None and mail.get_filename() is None
    except ValueError:  # the library gives up on a parameter (RFC 2231) in a charset with a NUL
        return False
    return nameless and encoding in ("7bit", "8bit", "base64") and charset in _AGREEING


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
