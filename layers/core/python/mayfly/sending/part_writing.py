"""Parts of a mail written: RFC 2045 and RFC 2046.

All that is not a multipart is quoted-printable or base64. So no line of it is long, none has other
than ASCII, and none can be a boundary: `=_` is in neither of the two (RFC 2045 section 6.7).
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from mayfly.sending.draft import File
from mayfly.sending.field_writing import disposition_field, field


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
    """These parts in one; a mail has one of each kind, so that no boundary begins another."""
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
