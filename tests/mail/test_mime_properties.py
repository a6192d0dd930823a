"""What holds for every mail, tried on bytes at random and on damaged mails of our own."""

import dataclasses
import random
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from mayfly.limits import MIME
from mayfly.mail.mime import parser as mime
from mayfly.mail.mime.parser import ParsedMail, part_bytes
from tests.mail.own_mails import MAILS, raw

OWN_MAILS = [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))]
LABELS = (b"utf-7", b"utf-16", b"hz", b"iso-2022-jp", b"big5", b"johab", b"utf-32", b"x-none")
TOKENS = (
    *(b"\n", b"\r", b"\r\n", b"\0", b";", b'"', b"=?", b"?=", b"--", b":", b"\x1b$B", b"+2AA-"),
    *(b"=", b"\xff", b"<", b"(", b",", b"*0*=utf-8''%ff", b"Content-Type: multipart/mixed\r\n"),
)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from strings(each)
    elif dataclasses.is_dataclass(value):
        for each in dataclasses.fields(value):
            yield from strings(getattr(value, each.name))


def promised(octets: bytes) -> ParsedMail:
    """The parsed mail, after everything that `ParsedMail` promises was checked."""
    mail = mime.read(octets, MIME)
    for text in strings(mail):
        assert "\0" not in text
        text.encode("utf-8")
    assert len(mail.preview) <= MIME.preview_chars
    assert len({part.id for part in mail.parts}) == len(mail.parts)
    for part in mail.parts:
        assert 0 <= part.start <= part.end <= len(octets)
        assert part.size == len(part_bytes(octets[part.start : part.end], part.encoding))
        assert 0 < len(part.filename) <= MIME.filename_chars
        assert not {"/", "\\", "\n"} & set(part.filename)
    return mail


def damaged(mail: bytes, chance: random.Random) -> bytes:
    """The mail with a few bytes lost, moved, repeated or put in."""
    octets = bytearray(mail)
    for _ in range(chance.choice((1, 3, 10, 30))):
        at = chance.randrange(len(octets) + 1)
        match chance.randrange(4):
            case 0:
                del octets[at : at + chance.choice((1, 5, 50))]
            case 1:
                octets[at:at] = chance.choice(TOKENS)
            case 2:
                source = chance.choice((bytes(octets), *OWN_MAILS))
                start = chance.randrange(len(source) + 1)
                octets[at:at] = source[start : start + chance.choice((10, 100, 1000))]
            case 3:
                octets = octets.replace(b"utf-8", chance.choice(LABELS))
    return bytes(octets)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=40)), max_size=40))
def test_any_bytes_are_a_mail(pieces: list[bytes]) -> None:
    promised(b"".join(pieces))


@settings(max_examples=600, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(OWN_MAILS), st.integers(min_value=0, max_value=1 << 32))
def test_any_damage_leaves_a_mail(mail: bytes, seed: int) -> None:
    promised(damaged(mail, random.Random(seed)))


def test_every_beginning_of_a_mail_is_a_mail() -> None:
    whole = raw("parameters-continued")

    for end in range(len(whole)):
        promised(whole[:end])


def test_view_of_a_mail_is_parsed_as_the_mail() -> None:
    whole = raw("plain")

    assert mime.parse(memoryview(whole), MIME) == mime.parse(whole, MIME)
