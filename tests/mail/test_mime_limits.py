"""What lies beyond a limit stays in the raw mail and becomes a defect."""

from dataclasses import replace

from mayfly.limits import MIME
from mayfly.mail.mime import parser as mime
from mayfly.mail.mime.parser import parse


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
    assert parse(memoryview(whole)[::-1], MIME).text != mail.text


def test_empty_mail_is_a_mail() -> None:
    mail = mime.read(b"", MIME)

    assert (mail.headers, mail.text, mail.parts) == ((), "", ())


def test_fault_of_the_parser_costs_no_mail() -> None:
    faulty = replace(MIME, parts="many")  # type: ignore[arg-type]

    mail = parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx", faulty)

    assert mail.defects == ("raw-only",)
