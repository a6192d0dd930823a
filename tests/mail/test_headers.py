"""Header blocks: where they end, and which lines are headers."""

import pytest

from mayfly.mail.mime.header_block import HeaderBlock, read_block


def block(raw: bytes, max_bytes: int = 10_000, max_fields: int = 100) -> HeaderBlock:
    return read_block(raw, 0, len(raw), max_bytes, max_fields)


@pytest.mark.parametrize("newline", [b"\r\n", b"\n", b"\r", b"\r\r\n"])
def test_block_ends_at_the_first_empty_line(newline: bytes) -> None:
    raw = newline.join([b"A: 1", b"B: 2", b"", b"C: 3", b"", b"body"])

    found = block(raw)

    assert found.fields == [("A", "1"), ("B", "2")]
    assert raw[found.body :].startswith(b"C: 3")


def test_block_with_mixed_line_ends_ends_at_the_first_empty_line() -> None:
    raw = b"A: 1\r\nB: 2\n\nC: 3\r\n\r\nbody"

    found = block(raw)

    assert found.fields == [("A", "1"), ("B", "2")]
    assert raw[found.body :] == b"C: 3\r\n\r\nbody"


@pytest.mark.parametrize("raw", [b"\r\nbody", b"\nbody", b"\rbody"])
def test_mail_that_starts_with_an_empty_line_has_no_headers(raw: bytes) -> None:
    found = block(raw)

    assert found.fields == []
    assert raw[found.body :] == b"body"


def test_mail_without_an_empty_line_is_all_headers() -> None:
    found = block(b"A: 1\r\nB: 2")

    assert found.fields == [("A", "1"), ("B", "2")]
    assert found.body == len(b"A: 1\r\nB: 2")


def test_folded_lines_are_joined_by_one_blank() -> None:
    assert block(b"A: one\r\n\ttwo\r\n three\r\n\r\n").fields == [("A", "one two three")]


def test_values_keep_bytes_that_only_look_like_white_space() -> None:
    found = block("A: à\r\n\r\n".encode())

    assert found.first["a"].encode("latin-1").decode() == "à"


def test_blanks_before_the_colon_do_not_belong_to_the_name() -> None:
    assert block(b"Subject : x\r\n\r\n").fields == [("Subject", "x")]


def test_first_value_that_is_not_empty_counts() -> None:
    found = block(b"A:\r\na: second\r\nA: third\r\n\r\n")

    assert found.first == {"a": "second"}
    assert found.every("a") == ["second", "third"]


def test_line_without_colon_ends_the_block_unless_a_header_follows() -> None:
    ended = block(b"A: 1\r\nno header\r\nno header either\r\n\r\n")
    skipped = block(b"A: 1\r\nno header\r\nB: 2\r\n\r\nbody")

    assert ended.fields == [("A", "1")]
    assert ended.body == len(b"A: 1\r\n")
    assert ended.defects == ["missing-blank-line"]
    assert skipped.fields == [("A", "1"), ("B", "2")]
    assert skipped.defects == ["bad-header-line"]


def test_continuation_before_any_header_is_dropped() -> None:
    found = block(b" stray\r\nA: 1\r\n\r\n")

    assert found.fields == [("A", "1")]
    assert found.defects == ["bad-header-line"]


def test_envelope_line_is_dropped_but_not_a_header_that_starts_like_it() -> None:
    assert block(b"From a@x.org Sat\r\nFrom : b@x.org\r\n\r\n").fields == [("From", "b@x.org")]
    assert block(b"From : b@x.org\r\nA: 1\r\n\r\n").first == {"from": "b@x.org", "a": "1"}


def test_only_blocks_of_printable_ascii_without_encoded_words_are_plain() -> None:
    assert block(b"A: 1\r\n\t2\r\n\r\n").plain
    assert not block(b"A: =?utf-8?q?x?=\r\n\r\n").plain
    assert not block("A: ü\r\n\r\n".encode()).plain
    assert not block(b"A: \x1b$B\r\n\r\n").plain


def test_fields_over_the_limit_are_left_out_and_the_body_is_found() -> None:
    raw = b"A: 1\r\n" * 20 + b"\r\nbody"

    found = block(raw, max_fields=5)

    assert len(found.fields) == 5
    assert raw[found.body :] == b"body"
    assert found.defects == ["too-many-headers"]


def test_as_many_fields_as_allowed_are_no_defect() -> None:
    assert block(b"A: 1\r\n" * 5 + b"\r\n", max_fields=5).defects == []


@pytest.mark.parametrize("newline", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("max_bytes", range(20, 60))
def test_body_of_a_block_over_the_limit_is_found(newline: bytes, max_bytes: int) -> None:
    raw = newline.join([b"Abc: 123"] * 8 + [b"", b"body"])

    found = block(raw, max_bytes=max_bytes)

    assert raw[found.body :] == b"body"
    assert 0 < len(found.fields) < 8
    assert "header-block-too-long" in found.defects
