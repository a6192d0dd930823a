"""Raw messages taken apart as MailHog's clients expect it, and no deeper than is bounded."""

from dataclasses import replace

import pytest

from mayfly import limits
from mayfly.mailhog.contents import Piece, Splitter


def split(raw: str) -> Piece:
    return Splitter(limits.MIME).split(raw)


def multipart(boundary: str, *parts: str, more: str = "") -> str:
    body = "".join(f"--{boundary}\r\n{each}\r\n" for each in parts)
    head = f'Content-Type: multipart/mixed;{more} boundary="{boundary}"'
    return f"{head}\r\n\r\npreamble\r\n{body}--{boundary}--\r\n"


def test_headers_are_by_name_as_they_are_written_and_unfolded() -> None:
    piece = split("Subject: one\r\n two\r\nX: 1\r\nX: 2\r\nno header\r\nEmpty:\r\n\r\nBody.\r\n")

    assert piece.headers == {"Subject": ["one two"], "X": ["1", "2"], "Empty": [""]}
    assert (piece.body, piece.pieces) == ("Body.\r\n", None)


def test_a_message_without_headers_is_all_body() -> None:
    assert split("Only text").body == "Only text"
    assert split("Only text").headers == {}


def test_a_multipart_has_its_parts_undecoded() -> None:
    text = "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nSGk="
    inner = multipart("in", "Content-Type: text/html\r\n\r\n<p>", "X: y\r\n\r\nz")

    piece = split(multipart("out", text, inner.strip(), more=' type="a;b";'))

    assert piece.pieces is not None
    first, second = piece.pieces
    assert (first.headers["Content-Transfer-Encoding"], first.body) == (["base64"], "SGk=")
    assert second.pieces is not None
    assert [each.body for each in second.pieces] == ["<p>", "z"]


@pytest.mark.parametrize(
    "header",
    [
        "multipart/mixed",
        "multipart/mixed; boundary=",
        "text/plain; boundary=b",
        'multipart/mixed; x="boundary=b',
        "multipart/mixed; " + "a" * 5000 + "; boundary=b",
    ],
)
def test_what_names_no_boundary_has_no_parts(header: str) -> None:
    assert split(f"Content-Type: {header}\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n").pieces is None


def test_a_boundary_that_never_comes_gives_no_parts() -> None:
    assert split("Content-Type: multipart/mixed; boundary=b\r\n\r\ntext\r\n").pieces == []


def test_a_part_that_is_not_ended_is_there() -> None:
    piece = split("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nA: b\r\n\r\ntext\r\n")

    assert piece.pieces is not None
    assert [each.body for each in piece.pieces] == ["text"]


def depth_of(piece: Piece) -> int:
    return 1 + max(map(depth_of, piece.pieces)) if piece.pieces else 0


def count_of(piece: Piece) -> int:
    return sum(1 + count_of(each) for each in piece.pieces or [])


def test_depth_and_number_of_parts_are_bounded() -> None:
    nested = "A: b\r\n\r\ntext"
    for each in range(100):
        nested = multipart(f"b{each}x", nested).strip()
    few = Splitter(replace(limits.MIME, parts=7)).split(multipart("b", *["A: b\r\n\r\nx"] * 50))

    assert depth_of(split(nested)) == limits.MIME.passes
    assert count_of(split(multipart("b", *["A: b\r\n\r\nx"] * 5000))) == limits.MIME.parts
    assert count_of(few) == 7
