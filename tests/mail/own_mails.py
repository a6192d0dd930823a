"""The mails in `tests/mails`, by name."""

from pathlib import Path

from mayfly.limits import MIME
from mayfly.mail.mime import parser as mime
from mayfly.mail.mime.parser import ParsedMail, Part, part_bytes

MAILS = Path(__file__).parents[1] / "mails"


def raw(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


def read(name: str) -> ParsedMail:
    return mime.read(raw(name), MIME)


def content(name: str, part: Part) -> bytes:
    return part_bytes(raw(name)[part.start : part.end], part.encoding)
