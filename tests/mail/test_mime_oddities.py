"""Mails that break a rule each, and are read all the same."""

import pytest

from mayfly.mail.mime.parser import Mailbox
from tests.mail.own_mails import content, read


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
    assert mail.defects == ("bad-base64:1", "bad-base64:2")


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
