"""Each limit to the unit: one less and exactly so much is read whole, one more is cut and told."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from mayfly.limits import MIME
from mayfly.mail.mime import parser as mime
from mayfly.mail.mime.parser import ParsedMail

MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Bomb:
    """`build` makes a mail of so many units, `kept` counts what was read of them."""

    limit: int
    build: Callable[[int], bytes]
    kept: Callable[[ParsedMail], int]
    defect: str
    over: int
    """What is kept of one unit too many; a block too long by its empty line loses no header."""


def padded_block(size: int) -> bytes:
    """A header block of so many bytes with its empty line; its last header is a Date."""
    size -= 2
    date = b"Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
    filler = b"".join(b"X-%03d: %s\r\n" % (n, b"y" * 1000) for n in range(300))
    lines = filler[: (size - len(date)) // 1009 * 1009]
    rest = size - len(date) - len(lines)
    return lines + b"X: " + b"z" * (rest - 5) + b"\r\n" + date


def padded_part(size: int) -> bytes:
    named = b"Content-Disposition: attachment; filename=last.bin\r\n"
    size -= 2
    return (
        MIXED
        + b"--b\r\nX: "
        + b"z" * (size - len(named) - 5)
        + b"\r\n"
        + named
        + b"\r\nx\r\n--b--\r\n"
    )


def nested(depth: int) -> bytes:
    heads = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )
    ends = b"".join(b"\r\n--b%d--\r\n" % n for n in reversed(range(depth)))
    return heads + b"Content-Type: text/plain\r\n\r\nwords" + ends


def named_last(mail: ParsedMail) -> int:
    return int(any(part.filename == "last.bin" for part in mail.parts))


BOMBS = {
    "header_bytes": Bomb(
        MIME.header_bytes,
        lambda n: b"Subject: " + b"a" * n + b"\r\n\r\n",
        lambda mail: len(mail.subject),
        "header-too-long:subject",
        MIME.header_bytes,
    ),
    "headers": Bomb(
        MIME.headers,
        lambda n: b"".join(b"X-%d: y\r\n" % each for each in range(n)) + b"\r\n",
        lambda mail: len(mail.headers),
        "too-many-headers",
        MIME.headers,
    ),
    "addresses": Bomb(
        MIME.addresses,
        lambda n: (
            b"To: " + b", ".join(b"u%d@example.org" % each for each in range(n)) + b"\r\n\r\n"
        ),
        lambda mail: len(mail.to),
        "too-many-addresses:to",
        MIME.addresses,
    ),
    "message_ids": Bomb(
        MIME.message_ids,
        lambda n: b"References: " + b" ".join(b"<%d@x>" % each for each in range(n)) + b"\r\n\r\n",
        lambda mail: len(mail.references),
        "too-many-entries:references",
        MIME.message_ids,
    ),
    "parts": Bomb(
        MIME.parts,
        lambda n: MIXED + b"--b\r\nContent-Type: a/b\r\n\r\nx\r\n" * (n - 1) + b"--b--\r\n",
        lambda mail: len(mail.parts) + 1,
        "too-many-parts",
        MIME.parts,
    ),
    "depth": Bomb(
        MIME.depth,
        nested,
        lambda mail: int(mail.text == "words"),
        "too-deep",
        0,
    ),
    "boundary_bytes": Bomb(
        MIME.boundary_bytes,
        lambda n: (
            MIXED.replace(b"=b", b"=" + b"b" * n)
            + b"--"
            + b"b" * n
            + b"\r\nContent-Type: a/b; name=last.bin\r\n\r\nx\r\n--"
            + b"b" * n
            + b"--\r\n"
        ),
        named_last,
        "missing-boundary",
        0,
    ),
    "text_bytes": Bomb(
        MIME.text_bytes,
        lambda n: (
            b"Content-Type: text/plain\r\n\r\n"
            + (b"a" * 62 + b"\r\n") * (n // 64)
            + b"a" * (n % 64)
        ),
        lambda mail: len(mail.text.encode()) + mail.text.count("\n"),
        "text-cut",
        MIME.text_bytes,
    ),
    "part_headers": Bomb(
        MIME.part_headers,
        lambda n: (
            MIXED
            + b"--b\r\n"
            + b"X: y\r\n" * (n - 1)
            + b"Content-Disposition: attachment; filename=last.bin\r\n\r\nx\r\n--b--\r\n"
        ),
        named_last,
        "part-too-many-headers",
        0,
    ),
    "part_header_bytes": Bomb(
        MIME.part_header_bytes, padded_part, named_last, "part-header-block-too-long", 1
    ),
    "parameters": Bomb(
        MIME.parameters,
        lambda n: (
            b"Content-Type: a/b"
            + b"".join(b"; p%d=x" % each for each in range(n - 1))
            + b"; name=last.bin\r\n\r\nx"
        ),
        named_last,
        "",
        0,
    ),
    "header_block_bytes": Bomb(
        MIME.header_block_bytes,
        lambda n: padded_block(n) + b"\r\nbody",
        lambda mail: int(mail.date is not None),
        "header-block-too-long",
        1,
    ),
    "filename_chars": Bomb(
        MIME.filename_chars,
        lambda n: b"Content-Type: a/b; name=" + b"f" * (n - 4) + b".bin\r\n\r\nx",
        lambda mail: len(mail.parts[0].filename),
        "",
        MIME.filename_chars,
    ),
    "preview_chars": Bomb(
        MIME.preview_chars,
        lambda n: b"\r\n" + b"w" * n,
        lambda mail: len(mail.preview),
        "",
        MIME.preview_chars,
    ),
}

FLAGS = {"depth", "boundary_bytes", "part_headers", "part_header_bytes", "parameters"}
FLAGS |= {"header_block_bytes"}
"""What is kept there is one thing, or not."""


@pytest.mark.parametrize("name", BOMBS)
def test_up_to_its_limit_everything_is_read_and_nothing_is_told(name: str) -> None:
    bomb = BOMBS[name]

    for units in (bomb.limit - 1, bomb.limit):
        mail = mime.read(bomb.build(units), MIME)

        assert mail.defects == ()
        assert bomb.kept(mail) == (1 if name in FLAGS else units)


@pytest.mark.parametrize("name", BOMBS)
def test_one_more_is_cut_and_told(name: str) -> None:
    bomb = BOMBS[name]

    mail = mime.read(bomb.build(bomb.limit + 1), MIME)

    assert bomb.kept(mail) == bomb.over
    assert mail.defects == ((bomb.defect,) if bomb.defect else ())


def test_defects_are_listed_up_to_their_limit() -> None:
    part = b"--b\r\nContent-Type: multipart/mixed\r\n\r\n--b\r\n"
    part += b"Content-Transfer-Encoding: x-%d\r\n\r\nx\r\n"

    def told(count: int) -> int:
        parts = b"".join(part % number for number in range(count))
        return len(mime.read(MIXED + parts + b"--b--\r\n", MIME).defects)

    assert told(2) > 2
    assert told(MIME.parts // 3) <= MIME.defects


def test_boundaries_are_searched_for_a_bounded_number_of_times() -> None:
    wide = nested(40).replace(b"words", b"words\r\n" * 200_000)

    mail = mime.read(wide, MIME)

    assert "too-deep" in mail.defects
    assert mime.read(nested(40), MIME).defects == ()
