"""Header fields (RFC 5322, and RFC 2047 and RFC 2231 beyond ASCII) and parts (RFC 2045, RFC 2046).

A part that is no multipart is quoted-printable or base64. So no line of it is long, none has other
than ASCII, and none can be a boundary: `=_` is in neither of the two (RFC 2045 section 6.7).

Text is written so that reading it gives the text, whatever it looks like: what has the form of an
encoded word is encoded once more, and never decoded here. Every step takes time in proportion to
its input.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from mayfly.sending.draft import File

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


def address_field(name: str, mailboxes: Sequence[tuple[str, str]]) -> bytes:
    """A field of mailboxes: display names, which may be empty, and addresses of ASCII."""
    pieces: list[str] = []
    for display, address in mailboxes:
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


@dataclass(frozen=True, slots=True)
class Part:
    """Its header fields with their line ends, and its body in pieces."""

    fields: tuple[bytes, ...]
    body: tuple[bytes, ...]

    @property
    def pieces(self) -> tuple[bytes, ...]:
        """All of it."""
        return (*self.fields, b"\r\n", *self.body)


def canonical(text: str) -> bytes:
    """The bytes of a text body: lines that end in CR LF, the last one too."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = lines if lines.endswith("\n") else f"{lines}\n"
    return whole.replace("\n", "\r\n").encode()


def text_part(subtype: str, text: str) -> Part:
    """A text in UTF-8."""
    octets = canonical(text)
    printable, letters = binascii.b2a_qp(octets), _base64(octets)
    is_printable = len(printable) <= len(letters)
    encoding = "quoted-printable" if is_printable else "base64"
    fields = (
        field("Content-Type", [f"text/{subtype};", 'charset="utf-8"']),
        field("Content-Transfer-Encoding", [encoding]),
    )
    return Part(fields, (printable if is_printable else letters,))


def file_part(file: File) -> Part:
    """A file; inline if the HTML shows it."""
    fields = [
        field("Content-Type", [file.content_type]),
        field("Content-Transfer-Encoding", ["base64"]),
        disposition_field("inline" if file.content_id else "attachment", file.filename),
    ]
    if file.content_id:
        fields.append(field("Content-ID", [f"<{file.content_id}>"]))
    return Part(tuple(fields), (_base64(file.content),))


def multipart(kind: str, parts: Sequence[Part], id: str) -> Part:
    """These parts in one; a message has one of each kind, so that no boundary begins another."""
    boundary = f"=_{kind}_{id}"
    body: list[bytes] = []
    for each in parts:
        body += (f"--{boundary}\r\n".encode("ascii"), *each.pieces, b"\r\n")
    body.append(f"--{boundary}--\r\n".encode("ascii"))
    return Part(
        (field("Content-Type", [f"multipart/{kind};", f'boundary="{boundary}"']),), tuple(body)
    )


def _base64(octets: bytes) -> bytes:
    return base64.encodebytes(octets).replace(b"\n", b"\r\n")
