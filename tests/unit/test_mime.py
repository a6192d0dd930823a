"""Whole mails, one oddity each: what a reader gets to see of them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mayfly.blueprint.limits import MIME
from mayfly.domain import mime
from mayfly.domain.mime import Mailbox, ParsedMail, Part, holds_mail, parse, part_bytes

MAILS = Path(__file__).parents[1] / "mails"


def raw(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


def read(name: str) -> ParsedMail:
    return mime.read(raw(name), MIME)


def content(name: str, part: Part) -> bytes:
    return part_bytes(raw(name)[part.start : part.end], part.encoding)


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
    assert mail.html == "<i>inner html</i>"


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


def test_addresses_in_every_form_that_mail_has() -> None:
    mail = read("addresses")

    assert mail.from_ == (Mailbox("Field, Ada", "ada@example.org"),)
    assert mail.sender == (Mailbox("Secretary", "sec@example.org"),)
    assert mail.reply_to == (Mailbox("Ada Field", ""),)
    assert mail.cc == ()
    assert mail.to == (
        Mailbox("Ben", "ben@example.net"),
        Mailbox("Carl Comment", "carl@example.net"),
        Mailbox("Doe, Jane", "jane@example.net"),
        Mailbox('quoted "nick"', "q@example.net"),
        Mailbox("Comma, Encoded", "e@example.net"),
        Mailbox("", "bare@example.net"),
        Mailbox("", '"odd local"@example.net'),
        Mailbox("eve@example.net", "eve@example.net"),
        Mailbox("", "second@example.net"),
    )


def test_of_two_senders_the_first_counts_and_the_other_is_a_defect() -> None:
    mail = read("from-twice")

    assert mail.from_ == (Mailbox("", "first@example.org"),)
    assert mail.subject == "one"
    assert mail.defects == ("repeated-header:from", "repeated-header:subject")


def test_folded_headers_are_one_line_each() -> None:
    mail = read("folded-headers")

    assert mail.subject == "a long subject in three lines"
    assert mail.references == ("<one@example.org>", "<two@example.org>", "<three@example.org>")
    assert mail.in_reply_to == ("<three@example.org>",)
    assert mail.list_unsubscribe == (
        "mailto:off@example.org?subject=off",
        "https://example.org/unsubscribe?id=1,2",
    )


def test_unreadable_date_is_a_defect_and_no_date() -> None:
    mail = read("date-unreadable")

    assert mail.date is None
    assert mail.defects == ("bad-date",)


def test_encoded_words_are_joined_across_lines_and_within_characters() -> None:
    assert read("encoded-words").subject == "Übergrößenträgüber € und weiter"
    assert read("encoded-word-split-in-character").subject == "漢字 文"


def test_encoded_names_keep_their_commas_and_quotes() -> None:
    mail = read("encoded-words")

    assert mail.from_ == (Mailbox('Jürgen "JJ" Köhler', "jk@example.org"),)
    assert mail.to == (Mailbox("François", "f@example.net"), Mailbox("山田", "y@example.net"))


def test_broken_encoded_words_are_shown_as_far_as_they_go() -> None:
    subject = read("encoded-words-broken").subject

    assert subject.startswith("=?utf-8?Q?never closed closedcafé =?utf-8?X?odd?=")
    assert subject.endswith("with blanks inabc")


def test_encoded_line_break_cannot_forge_a_header() -> None:
    headers = dict(read("encoded-words-broken").headers)

    assert headers["X-Injected"] == "a  Bcc: victim@example.org"


def test_8bit_headers_are_read_as_utf8_or_as_windows_text() -> None:
    mail = read("raw-8bit-headers")

    assert mail.subject == "café crème € 5"
    assert mail.from_[0].name == "Jörg"
    assert mail.to[0].name == "René"


def test_8bit_headers_that_are_not_utf8_are_read_in_the_charset_of_the_body() -> None:
    assert read("raw-8bit-headers-in-body-charset").subject == "Привет"


def test_internationalised_addresses_are_kept_as_they_are() -> None:
    mail = read("utf8-addresses")

    assert mail.from_ == (Mailbox("Δημήτρης", "δημήτρης@παράδειγμα.example"),)
    assert mail.to == (Mailbox("", "用户@例子.example"),)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("charset-gb2312-superset", "朱镕基 €\n"),
        ("charset-iso-2022-jp", "日本語のメール\n"),
        ("charset-latin1-means-windows", "“quoted” – 10 €\n"),  # noqa: RUF001
        ("charset-mislabelled", "naïve café\n"),
        ("charset-utf-16", "wide words ✓\n"),
        ("charset-utf-7", "Hi Mom ☺!\n"),
    ],
)
def test_text_is_read_whatever_its_label_means(name: str, text: str) -> None:
    mail = read(name)

    assert mail.text == text
    assert mail.defects == ()


def test_unknown_charset_is_guessed_and_named_as_a_defect() -> None:
    mail = read("charset-unknown")

    assert mail.text == "naïve café\n"
    assert mail.defects == ("unknown-charset:x-foo",)


def test_html_names_its_charset_if_no_header_does() -> None:
    assert "Привет" in read("charset-in-html-only").html


def test_damaged_base64_gives_what_it_holds_and_is_a_defect() -> None:
    mail = read("base64-damaged")

    first, second = mail.parts
    assert content("base64-damaged", first) == b"ABCDEFGH"
    assert content("base64-damaged", second) == b"ABCD"
    assert [part.size for part in mail.parts] == [8, 4]
    assert mail.defects == ("bad-base64:1",)


def test_quoted_printable_is_read_and_its_errors_are_left_as_they_are() -> None:
    assert read("quoted-printable").text == "soft break, café, bad =ZZ escape, lower é\n"


def test_uuencoded_part_is_read() -> None:
    (part,) = read("uuencode").parts

    assert part.size == 16
    assert content("uuencode", part) == b"hello from 1980\n"


def test_unknown_transfer_encoding_is_shown_as_it_is() -> None:
    mail = read("encoding-unknown")

    assert mail.text == "still readable\n"
    assert mail.defects == ("unknown-encoding:rot13",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("line-ends-lf", "lf text"),
        ("line-ends-cr", "cr text"),
        ("line-ends-crcrlf", "crcrlf text"),
    ],
)
def test_line_ends_of_every_kind_end_lines(name: str, text: str) -> None:
    mail = read(name)

    assert mail.from_ == (Mailbox("Ada Field", "ada@example.org"),)
    assert mail.text.strip() == text
    assert mail.defects == ()


def test_stray_cr_in_a_header_starts_no_new_header() -> None:
    mail = read("stray-cr-in-header")

    assert [name for name, _ in mail.headers] == ["From", "Subject", "X-After"]
    assert mail.subject == "one Bcc: victim@example.org"


def test_nul_bytes_become_replacement_characters() -> None:
    mail = read("nul-bytes")

    assert mail.subject == "a\ufffdb"
    assert mail.text == "body\ufffdwith\ufffdnul\n"


def test_body_without_a_blank_line_before_it_is_found() -> None:
    mail = read("blank-line-missing")

    assert mail.subject == "Straight to it"
    assert mail.text.startswith("This line is no header")
    assert mail.defects == ("missing-blank-line",)


def test_line_that_is_no_header_hides_none_after_it() -> None:
    mail = read("bad-header-line")

    assert (mail.subject, mail.text) == ("Found", "body\n")
    assert mail.defects == ("bad-header-line",)


def test_envelope_line_of_a_mailbox_file_is_no_header() -> None:
    mail = read("mbox-line")

    assert [name for name, _ in mail.headers] == ["From", "Subject"]
    assert mail.defects == ()


def test_content_type_without_sense_means_text() -> None:
    mail = read("content-type-malformed")

    assert (mail.text, mail.html) == ("<p>shown as text</p>\n", "")


def test_text_over_the_limit_is_cut_at_a_line() -> None:
    long_text = b"From: a@example.org\r\n\r\n" + b"line of text\r\n" * 1000

    mail = mime.read(long_text, replace(MIME, text_bytes=1000))

    assert 800 < len(mail.text) <= 1000
    assert mail.text.endswith("line of text\n")
    assert mail.defects == ("text-cut",)


def test_parts_over_the_limit_are_left_in_the_raw_mail() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    many = head + b"--b\r\nContent-Type: a/b\r\n\r\nx\r\n" * 50 + b"--b--\r\n"

    mail = mime.read(many, replace(MIME, parts=10))

    assert len(mail.parts) == 9
    assert mail.defects == ("too-many-parts",)


def test_multiparts_over_the_depth_are_one_attachment() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(9)
    )

    mail = mime.read(deep + b"\r\nwords", replace(MIME, depth=3))

    assert [part.content_type for part in mail.parts] == ["multipart/mixed"]
    assert "too-deep" in mail.defects


def test_header_over_the_limit_is_cut_before_it_is_decoded() -> None:
    long_subject = b"Subject: " + b"=?utf-8?q?=C3=BC?= " * 100 + b"\r\n\r\n"

    mail = mime.read(long_subject, replace(MIME, header_bytes=200))

    assert mail.subject == "ü" * 10
    assert mail.defects == ("header-too-long:subject",)


def test_addresses_over_the_limit_are_left_out() -> None:
    many = b"To: " + b", ".join(b"u%d@example.org" % n for n in range(50)) + b"\r\n\r\n"

    mail = mime.read(many, replace(MIME, addresses=10))

    assert [mailbox.address for mailbox in mail.to] == [f"u{n}@example.org" for n in range(10)]
    assert mail.defects == ("too-many-addresses:to",)


def test_header_block_over_the_limit_loses_headers_but_not_the_body() -> None:
    long_block = b"Subject: kept\r\n" + b"X: y\r\n" * 1000 + b"To: lost@example.org\r\n\r\nbody\r\n"

    mail = mime.read(long_block, replace(MIME, header_block_bytes=600))

    assert (mail.subject, mail.to, mail.text) == ("kept", (), "body\n")
    assert mail.defects == ("header-block-too-long",)


def test_part_of_a_larger_buffer_is_parsed_alone() -> None:
    whole = b"....From: a@example.org\r\n\r\nbody...."

    mail = parse(memoryview(whole)[4:-4], MIME)

    assert mail.text == "body"


def test_empty_mail_is_a_mail() -> None:
    mail = mime.read(b"", MIME)

    assert (mail.headers, mail.text, mail.parts) == ((), "", ())
