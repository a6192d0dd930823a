"""Multiparts cut at their boundaries."""

import pytest

from mayfly.mail.mime.structure import split


def segments(body: bytes, boundary: bytes = b"b", most: int = 10) -> tuple[list[bytes], str]:
    raw = b"\n" + body
    slices, defect = split(raw, 1, len(raw), boundary, most)
    return [raw[start:end] for start, end in slices], defect


@pytest.mark.parametrize(
    ("body", "found", "defect"),
    [
        (b"--b\none\n--b\ntwo\n--b--\n", [b"one", b"two"], ""),
        (b"--b\r\none\r\n--b\r\ntwo\r\n--b--", [b"one", b"two"], ""),
        (b"preamble\n--b \t\none\n--b--\nepilogue", [b"one"], ""),
        (b"--b\none\n--bc\n--b--", [b"one\n--bc"], ""),
        (b"--b\none\n--b-\n--b--", [b"one\n--b-"], ""),
        (b"--b\none --b\n--b--", [b"one --b"], ""),
        (b"--b\none\n--b---\n", [b"one"], ""),
        (b"--b\n--b\n--b--", [b"", b""], ""),
        (b"--b\n\n--b--", [b""], ""),
        (b"--b\none", [b"one"], "missing-close-boundary"),
        (b"--b\none\n--b--\n--b\nlate\n--b--", [b"one", b"late"], ""),
        (b"nothing", [], "boundary-not-found"),
        (b"--b--\n", [], ""),
    ],
)
def test_body_is_cut_into_segments(body: bytes, found: list[bytes], defect: str) -> None:
    assert segments(body) == (found, defect)


def test_segments_over_the_limit_are_left_out() -> None:
    assert segments(b"--b\nx\n" * 50, most=3) == ([b"x"] * 3, "too-many-parts")


def test_lines_that_only_start_like_a_boundary_are_counted_too() -> None:
    found, defect = segments(b"--b\nx\n" + b"--bb\n" * 50 + b"--b--", most=3)

    assert defect == "too-many-parts"
    assert found == []
