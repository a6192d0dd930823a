"""The parts of a message, as places in its bytes. Whatever is malformed is a part, too."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from mayfly_client.bridge import limits
from mayfly_client.bridge.mime import fields
from mayfly_client.bridge.mime.fields import Field, Parameters

_BOUNDARY_BYTES = 256
_TEXT = (b"text", b"plain")
_MESSAGE = (b"message", b"rfc822")
_UNKNOWN = (b"application", b"octet-stream")


class Span(NamedTuple):
    """From here up to there."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes."""
        return self.end - self.start


@dataclass(frozen=True)
class Part:
    """A part: its header with the empty line behind, its body, and what is inside.

    `parts` are those of a multipart; `message` is the one that a message/rfc822 carries.
    """

    raw: bytes
    header: Span
    body: Span
    type: tuple[bytes, bytes]
    parts: tuple["Part", ...] = ()
    message: "Part | None" = None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Of its header."""
        return tuple(fields.fields(self.raw, *self.header))

    def field(self, name: bytes) -> bytes | None:
        """The first of this name; None if there is none."""
        return next((each.value for each in self.fields if each.name == name), None)

    @property
    def is_multipart(self) -> bool:
        """Whether it has parts of its own."""
        return bool(self.parts)

    @property
    def parameters(self) -> Parameters:
        """Of its Content-Type, if that is the type that it is taken for."""
        value = self.field(b"content-type") or b""
        return fields.parameters(value) if fields.media_type(value) == self.type else ()

    @property
    def lines(self) -> int:
        """Of its body."""
        return self.raw.count(b"\n", *self.body)

    def at(self, numbers: tuple[int, ...]) -> "Part | None":
        """The part with these numbers in one another (RFC 3501 section 6.4.5); None without it."""
        found: Part | None = self
        for depth, number in enumerate(numbers):
            if found is None:
                return None
            inside = found.message if depth and found.message is not None else found
            if inside.is_multipart:
                found = inside.parts[number - 1] if number <= len(inside.parts) else None
            else:  # what has no parts is its own first one
                is_first = number == 1 and (depth == 0 or inside is not found)
                found = inside if is_first else None
        return found


class _Budget:
    """How many parts a message may still have."""

    def __init__(self) -> None:
        self.left = limits.PARTS

    def take(self, most: int) -> int:
        taken = min(most, self.left)
        self.left -= taken
        return taken


def structure(raw: bytes) -> Part:
    """The structure of a message; never fails."""
    return _part(raw, Span(0, len(raw)), _TEXT, 0, _Budget())


def _part(
    raw: bytes, span: Span, default: tuple[bytes, bytes], depth: int, budget: _Budget
) -> Part:
    middle = fields.header_end(raw, *span)
    header, body = Span(span.start, middle), Span(middle, span.end)
    found = Part(raw, header, body, default)
    value = found.field(b"content-type")
    kind = default if value is None else fields.media_type(value) or _TEXT
    if kind == _MESSAGE and depth < limits.DEPTH and budget.take(1):
        inside = _part(raw, body, _TEXT, depth + 1, budget)
        return Part(raw, header, body, kind, message=inside)
    if kind == _MESSAGE:
        return Part(raw, header, body, _UNKNOWN)
    if kind[0] != b"multipart":
        return Part(raw, header, body, kind)
    spans = _spans(raw, body, fields.parameters(value or b""), budget)
    if not spans or depth >= limits.DEPTH:
        return Part(raw, header, body, _UNKNOWN if spans else _TEXT)
    default = _MESSAGE if kind[1] == b"digest" else _TEXT
    parts = tuple(_part(raw, each, default, depth + 1, budget) for each in spans)
    return Part(raw, header, body, kind, parts)


def _spans(raw: bytes, body: Span, parameters: Parameters, budget: _Budget) -> list[Span]:
    """Where the parts of a multipart are; the line end before a boundary belongs to that."""
    boundary = dict(parameters).get(b"boundary", b"").rstrip()
    if not 0 < len(boundary) <= _BOUNDARY_BYTES:
        return []
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
    spans: list[Span] = []
    start = None
    for found in islice(line.finditer(raw, *body), budget.left + 1):
        if start is not None:
            spans.append(Span(start, _before(raw, start, found.start())))
        start = None if found[1] else found.end()
        if found[1]:
            break
    if start is not None:
        spans.append(Span(start, body.end))
    return spans[: budget.take(len(spans))]


def _before(raw: bytes, start: int, at: int) -> int:
    """Where the line ends that ends at this place."""
    if at > start and raw[at - 1 : at] == b"\n":
        at -= 1
        if at > start and raw[at - 1 : at] == b"\r":
            at -= 1
    return at
