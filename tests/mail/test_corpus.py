"""Over a corpus of real and test mails beside the checkout, and what their projects expect.

The corpus is no part of this project: without it these tests are skipped. Its attachments may be
live malware; nothing here runs or unpacks them.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mayfly.limits import MIME
from mayfly.mail.diagnostics import diagnose
from mayfly.mail.mime import parser as mime
from mayfly.messages.service import content_of
from mayfly.storage.dynamodb import pack, unpack
from tests.mail.test_mime_properties import promised

CORPUS = Path(__file__).parents[3] / "shared" / "mails"
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="no corpus of mails beside the checkout (../shared/mails)"
)

NESTED = "a nested mail is an attachment here, and is read by opening it"
UNNAMED = "parts without a name are listed here, under stable names"
REWRITTEN = "the golden's html had its meta charset rewritten; html is returned here as it came"
DISAGREEMENTS = {
    ("m0020", "names"): UNNAMED,
    ("attachment_long_filename.eml", "names_subset"): "the golden is the Content-Type's name; "
    "Content-Disposition's filename differs, and RFC 2183 prefers it",
    ("example_bounce.eml", "names_subset"): "the golden's names are made up by its library",
    ("imap_mime_header_decode_returns_false.eml", "subject"): "the bytes in the word are no UTF-8; "
    "the golden shows the word, here it is shown as far as it decodes",
    ("attachment_2_base64.eml", "text"): NESTED,
    ("attachment_7bit.eml", "text"): NESTED,
    ("attachment_7bit.eml", "html"): NESTED,
    ("attachment_8bit.eml", "text"): NESTED,
    ("attachment_8bit.eml", "html"): NESTED,
    ("attachment_message_rfc822.eml", "text"): NESTED,
    ("attachment_message_rfc822.eml", "names"): NESTED,
    ("forwarded_message.eml", "text"): NESTED,
    ("forwarded_message.eml", "html"): NESTED,
    ("forwarded_message.eml", "names"): NESTED,
    ("multipart_report_multiple_status.eml", "text"): NESTED,
    ("multipart_report_multiple_status.eml", "html"): NESTED,
    ("multipart_report_multiple_status.eml", "names"): UNNAMED,
    ("report_530.eml", "names"): UNNAMED,
    ("attachment_content_location.eml", "names"): UNNAMED,
    ("attachment_inline2.eml", "html"): REWRITTEN,
    ("base.eml", "html"): REWRITTEN,
    ("raw_email_with_illegal_boundary.eml", "html"): REWRITTEN,
    ("raw_email_with_quoted_illegal_boundary.eml", "html"): REWRITTEN,
    ("raw_email_with_at_display_name.eml", "frm"): "From has two mailboxes; the golden has one",
    ("example14.eml", "subject"): "white space between text and an encoded word is text "
    "(RFC 2047, section 6.2)",
}


def corpus() -> Iterator[tuple[str, bytes]]:
    with (CORPUS / "index.csv").open(encoding="utf-8", newline="") as index:
        for row in csv.DictReader(index):
            yield row["file"], (CORPUS / row["file"]).read_bytes()


def folded(text: str) -> str:
    return " ".join(text.split())


def differences(golden: dict[str, Any]) -> Iterator[str]:
    """The fields in which our reading of the mail differs from the golden, white space apart."""
    mail = mime.read((CORPUS / golden["file"]).read_bytes(), MIME)
    names = [part.filename for part in mail.parts]
    ours: dict[str, object] = {
        "subject": folded(mail.subject),
        "frm": [[mailbox.name, mailbox.address] for mailbox in mail.from_],
        "text": folded(mail.text),
        "html": folded(mail.html),
        "names": names,
        "sizes": [part.size for part in mail.parts],
    }
    theirs: dict[str, object] = {
        "subject": folded(golden.get("subject", "")),
        "frm": [[name or "", address] for name, address in golden.get("frm", ())],
        "text": folded("\n".join(golden.get("text", ()))),
        "html": folded("\n".join(golden.get("html", ()))),
        "names": golden.get("names"),
        "sizes": golden.get("sizes"),
    }
    yield from (field for field in ours if field in golden and ours[field] != theirs[field])
    for field, body in (("text_count", mail.text), ("html_count", mail.html)):
        if field in golden and golden[field][1] not in body:
            yield field
    if set(golden.get("names_subset", ())) - set(names):
        yield "names_subset"


def test_every_mail_keeps_what_parsing_promises() -> None:
    read = 0

    for file, raw in corpus():
        assert promised(raw) is not None, file
        read += 1

    assert read > 1000


def test_every_mail_is_kept_as_it_is_read_anew() -> None:
    for file, raw in corpus():
        content = content_of(raw, f"raw/{file}")

        assert unpack(pack(content)) == content, file


def test_every_mail_gets_through_the_guarded_parser_as_it_does_without() -> None:
    for file, raw in corpus():
        assert "raw-only" not in mime.parse(raw, MIME).defects, file


def test_every_mail_has_diagnostics() -> None:
    failed = [
        file
        for file, raw in corpus()
        if any(defect.startswith("diagnostics-failed") for defect in diagnose(raw).defects)
    ]

    assert failed == []


def test_mails_are_read_as_their_projects_expect_or_differ_for_a_reason() -> None:
    found = set()

    with (CORPUS / "goldens.jsonl").open(encoding="utf-8") as goldens:
        for golden in map(json.loads, goldens):
            name = Path(golden["file"]).name
            found |= {(name, field) for field in differences(golden)}

    assert found == set(DISAGREEMENTS)


def test_hardly_any_mail_reaches_a_limit() -> None:
    cut = {"text-cut", "html-cut", "too-many-parts", "too-deep", "too-many-headers"}
    limited = [file for file, raw in corpus() if cut & set(mime.read(raw, MIME).defects)]

    assert len(limited) <= 5
