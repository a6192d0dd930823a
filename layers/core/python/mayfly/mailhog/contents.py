"""A raw message as MailHog takes it apart: headers and bodies as they are, nothing is decoded.

Its clients decode transfer encodings and headers themselves. How deep and how many parts there may
be is bounded as where mails are parsed; what is beyond stays in the body of the part around it.
"""

import re
from dataclasses import dataclass, field

from mayfly.mail.mime.models import MimeLimits

_BOUNDARY = re.compile(
    r'multipart/[^;]{1,100};(?:[^"]|"[^"]*"){0,500}?\bboundary\s*=\s*(?:"([^"]+)"|([^\s";]+))',
    re.IGNORECASE,
)
_CONTENT_TYPE = "content-type"


@dataclass(slots=True)
class Piece:
    """A message or one part of it; `pieces` are its own parts, None of what is no multipart."""

    headers: dict[str, list[str]]
    body: str
    size: int
    pieces: "list[Piece] | None" = None


@dataclass(slots=True)
class Splitter:
    """Takes one message apart."""

    limits: MimeLimits
    _left: int = field(init=False)

    def __post_init__(self) -> None:
        """Count the parts that there may be."""
        self._left = self.limits.parts

    def split(self, raw: str, depth: int = 0) -> Piece:
        """The message or part with its own parts."""
        head, _, body = raw.partition("\r\n\r\n") if "\r\n\r\n" in raw else ("", "", raw)
        piece = Piece(self._headers(head), body, len(raw))
        boundary = self._boundary(piece)
        if boundary and depth < self.limits.passes:
            piece.pieces = self._pieces(body, boundary, depth)
        return piece

    def _headers(self, head: str) -> dict[str, list[str]]:
        """By their names as written; each continued line belongs to the one before, unfolded."""
        found: dict[str, list[str]] = {}
        values: list[str] = []
        for line in head[: self.limits.header_block_bytes].split("\r\n"):
            if values and line[:1] in (" ", "\t"):
                values[-1] += line
                continue
            name, colon, value = line.partition(":")
            if not colon or not name or " " in name:
                continue
            values = found.setdefault(name, [])
            values.append(value.lstrip(" \t"))
        return found

    def _boundary(self, piece: Piece) -> str:
        types = next((v for n, v in piece.headers.items() if n.lower() == _CONTENT_TYPE), None)
        found = _BOUNDARY.match(types[0][:1000]) if types else None
        return "" if found is None else (found[1] or found[2])[: self.limits.boundary_bytes]

    def _pieces(self, body: str, boundary: str, depth: int) -> list[Piece]:
        begun = f"--{boundary}"
        found = body.split(begun, self._left + 1)[1:]
        if found and found[-1].startswith("--"):
            found.pop()
        pieces = []
        for each in found:
            if self._left == 0:
                break
            self._left -= 1
            pieces.append(self.split(each.strip("\r\n"), depth + 1))
        return pieces
