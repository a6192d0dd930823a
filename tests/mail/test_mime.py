"""Whole mails: what of them is body, and what is a part."""

from datetime import UTC, datetime

import pytest

from mayfly.limits import MIME
from mayfly.mail.mime import parser as mime
from mayfly.mail.mime.parser import Mailbox, holds_mail
from tests.mail.own_mails import content, read


def test_plain_mail_is_read_field_by_field() -> None:
    mail = read("plain")

    assert mail.subject == "Plain"
    assert mail.from_ == (Mailbox("Ada Field", "ada@example.org"),)
    assert mail.to == (Mailbox("Ben Stone", "ben@example.net"),)
    assert mail.date == datetime(2026, 11, 21, 12, 27, 1, tzinfo=UTC)
    assert mail.message_id == "<m1@example.org>"
    assert mail.text == "Hello Ben,\n\nit is done.\n"
    assert mail.html == ""
    assert mail.preview == "Hello Ben, it is done."
    assert mail.parts == ()
    assert mail.defects == ()
    assert mail.headers[0] == ("From", "Ada Field <ada@example.org>")
    assert [name for name, _ in mail.headers][-1] == "Content-Type"


def test_mail_without_mime_is_text() -> None:
    mail = read("no-mime")

    assert (mail.subject, mail.text) == ("Old style", "No MIME at all.\n")
    assert mail.sender == mail.reply_to == mail.to == mail.cc == ()
    assert mail.date is None


def test_alternatives_are_text_and_html_of_one_mail() -> None:
    mail = read("alternative")

    assert mail.text == "plain words"
    assert mail.html == "<p>html <b>words</b></p>"
    assert mail.preview == "plain words"
    assert mail.parts == ()


def test_attachment_is_named_measured_and_left_in_the_raw_mail() -> None:
    mail = read("mixed-with-attachment")

    (part,) = mail.parts
    assert (part.id, part.filename, part.content_type) == ("1", "report.pdf", "application/pdf")
    assert part.inline is False
    assert content("mixed-with-attachment", part) == b"%PDF-1.4 not really a document\n"
    assert part.size == len(b"%PDF-1.4 not really a document\n")


def test_text_after_an_attachment_is_appended_to_the_body() -> None:
    assert read("mixed-with-attachment").text == "See attached.\nSent from a tray."


def test_inline_picture_is_found_by_its_content_id() -> None:
    mail = read("related-with-inline-picture")

    (part,) = mail.parts
    assert part.content_id == "pic1@example.org"
    assert f"cid:{part.content_id}" in mail.html
    assert part.inline is True
    assert part.filename == "part-1.png"


def test_boundary_that_starts_like_another_is_not_that_other() -> None:
    mail = read("prefix-boundaries")

    assert mail.text == "inner text\nouter text"
    assert mail.html == (
        '<i>inner html</i>\n<div dir="auto" style="white-space:pre-wrap">outer text</div>'
    )


def test_mail_that_ends_too_early_gives_what_there_is() -> None:
    mail = read("close-missing")

    assert mail.text == "first\nlast words"
    assert mail.defects == ("missing-close-boundary",)


def test_boundary_that_no_header_names_is_found_in_the_body() -> None:
    mail = read("boundary-missing")

    assert mail.text == "found anyway"
    assert mail.defects == ("missing-boundary",)


def test_multipart_without_its_boundary_is_shown_as_text() -> None:
    mail = read("boundary-never-appears")

    assert mail.text == "just text\n"
    assert mail.defects == ("boundary-not-found",)


def test_parts_of_a_digest_are_mails() -> None:
    first, second = read("digest").parts

    assert holds_mail(first) and holds_mail(second)
    assert mime.read(content("digest", second), MIME).subject == "second of two"


@pytest.mark.parametrize("name", ["nested-mail", "nested-mail-in-base64"])
def test_nested_mail_is_an_attachment_that_can_be_read(name: str) -> None:
    mail = read(name)

    (part,) = mail.parts
    inner = mime.read(content(name, part), MIME)
    assert holds_mail(part)
    assert "inner body" not in mail.text
    assert (inner.subject, inner.text.strip()) == ("The inner mail", "inner body")


def test_unnamed_nested_mail_is_a_file_that_mail_programs_open() -> None:
    assert [part.filename for part in read("nested-mail").parts] == ["message.eml"]


def test_unnamed_parts_are_listed_under_names_that_tell_their_type() -> None:
    names = [part.filename for part in read("unnamed-parts").parts]

    assert names == ["part-1.pdf", "part-2.ics", "part-3.bin"]


def test_same_mail_gives_the_same_parts_again() -> None:
    assert read("unnamed-parts").parts == read("unnamed-parts").parts


def test_text_with_a_name_or_attachment_disposition_is_an_attachment() -> None:
    mail = read("named-text")

    assert mail.text == "the body"
    assert mail.html == ""
    assert [part.filename for part in mail.parts] == ["notes.txt", "page.html"]


def test_text_file_that_wants_to_be_seen_is_shown_and_listed() -> None:
    mail = read("named-inline-text")

    assert mail.text == "roses are red"
    assert [part.filename for part in mail.parts] == ["poem.txt"]


@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_text_that_says_it_is_an_attachment_is_one_even_without_a_name(subtype: str) -> None:
    part = f"Content-Type: text/{subtype}\r\nContent-Disposition: Attachment\r\n\r\nwords"

    mail = mime.read(part.encode(), MIME)

    assert (mail.text, mail.html) == ("", "")
    assert [part.content_type for part in mail.parts] == [f"text/{subtype}"]


def test_rfc_2231_names_are_joined_decoded_and_preferred() -> None:
    names = [part.filename for part in read("parameters-continued").parts]

    assert names == ["€ prices.txt", "fifty €.txt", "über.bin", "two words.bin"]


def test_hostile_file_names_become_harmless_ones() -> None:
    names = [part.filename for part in read("filenames-hostile").parts]

    assert names[0] == "etc_passwd"
    assert names[1] == "C:_temp_evil.exe"
    assert names[2] == "invoicefdp.exe"
    assert len(names[3]) <= MIME.filename_chars and names[3].endswith(".pdf")
    assert names[4] == "part-5.bin"


def test_delivery_report_shows_its_text_and_lists_the_rest() -> None:
    mail = read("delivery-report")

    assert mail.text == "It did not arrive."
    assert mail.from_ == (Mailbox("Mail Delivery System", "MAILER-DAEMON"),)
    assert [part.content_type for part in mail.parts] == [
        "message/delivery-status",
        "text/rfc822-headers",
    ]


def test_preview_of_html_shows_what_a_reader_would_see() -> None:
    assert read("html-only").preview == "Big news & more Dear Ben words"
