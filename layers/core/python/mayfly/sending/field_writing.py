"""Header fields written: RFC 5322, with RFC 2047 and RFC 2231 for what is beyond ASCII.

Text is written so that reading it gives the text, whatever it looks like: what has the form of an
encoded word is encoded once more, and never decoded here. Every step takes time in proportion to
its input.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

LINE_CHARS = 78  # RFC 5322 section 2.1.1
# Of one encoded word: behind `Reply-To:` it ends a line of 76 characters, RFC 2047 section 2.
_WORD_BYTES = 39
_PLAIN = re.compile(r"[!-~]++(?: ++[!-~]++)*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*")
_FOLD = re.compile(r"(?<=[!-~]) (?=[!-~])")
_UNQUOTED = re.compile(r'["\\]')
_SECTION_CHARS = 60


def field(name: str, pieces: Iterable[str]) -> bytes:
    """The field, with its line ends; `pieces` have a blank, or a fold, between them.

    The first one is on the line of the name: some readers take a fold there for a blank.
    """
    lines = [f"{name}:"]
    for number, piece in enumerate(pieces):
        if number and len(lines[-1]) + 1 + len(piece) > LINE_CHARS:
            lines.append("")
        lines[-1] += f" {piece}"
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def text_field(name: str, text: str) -> bytes:
    """A field of text (RFC 5322 section 3.6.5), as it is if it is plain ASCII."""
    return field(name, _FOLD.split(text) if is_plain(text) else _words(text))


def address_field(name: str, whom: Sequence[tuple[str, str]]) -> bytes:
    """A field of mailboxes: display names, which may be empty, and addresses of ASCII."""
    pieces: list[str] = []
    for display, address in whom:
        pieces += [*_phrase(display), f"<{address}>"] if display else [address]
        pieces[-1] += ","
    return field(name, [*pieces[:-1], pieces[-1].removesuffix(",")])


def disposition_field(kind: str, filename: str) -> bytes:
    """Content-Disposition (RFC 2183) of a file."""
    return field("Content-Disposition", [f"{kind};", *_parameter("filename", filename)])


def is_plain(text: str) -> bool:
    """Whether it is printable ASCII that everybody reads as it is: no encoded word, nor blanks at
    its ends, which are lost on the way.
    """
    return text == "" or (_PLAIN.fullmatch(text) is not None and "=?" not in text)


def _phrase(name: str) -> Iterable[str]:
    """Words, a quoted string, or encoded words: RFC 5322 section 3.2.5."""
    if not is_plain(name):
        return _words(name)
    if _ATOMS.fullmatch(name):
        return name.split(" ")
    return ['"' + _UNQUOTED.sub(r"\\\g<0>", name) + '"']


def _words(text: str) -> Iterator[str]:
    """Encoded words, none of which ends within a character."""
    for octets in _chunks((letter.encode() for letter in text), _WORD_BYTES):
        yield f"=?utf-8?b?{base64.b64encode(octets).decode('ascii')}?="


def _parameter(name: str, value: str) -> Iterator[str]:
    """RFC 2045 section 5.1, or in sections of RFC 2231, each of whole characters."""
    if is_plain(value) and not _UNQUOTED.search(value):
        yield f'{name}="{value}"'
        return
    escaped = (quote(letter, safe="").encode("ascii") for letter in value)
    sections = [each.decode("ascii") for each in _chunks(escaped, _SECTION_CHARS)]
    if len(sections) == 1:
        yield f"{name}*=utf-8''{sections[0]}"
        return
    for number, section in enumerate(sections):
        charset = "" if number else "utf-8''"
        end = "" if number == len(sections) - 1 else ";"
        yield f"{name}*{number}*={charset}{section}{end}"


def _chunks(letters: Iterable[bytes], most: int) -> Iterator[bytes]:
    """Letters put together, as many as fit."""
    chunk = bytearray()
    for letter in letters:
        if len(chunk) + len(letter) > most:
            yield bytes(chunk)
            chunk.clear()
        chunk += letter
    if chunk:
        yield bytes(chunk)
