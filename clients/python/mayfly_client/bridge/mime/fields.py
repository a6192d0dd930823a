"""The fields of a header block, and their parameters (RFC 5322 section 2.2, RFC 2045)."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from mayfly_client.bridge import limits

_END = re.compile(rb"^\r?\n", re.MULTILINE)
_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)", re.MULTILINE)
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_TOKEN = re.compile(rb"[^\x00-\x20()<>@,;:\\\"/\[\]?=\x7f]+")
_PARAMETER = re.compile(
    rb";\s*([^\s=;\"]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"?|([^;\s(]*))", re.DOTALL
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_PARAMETERS = 50
_VALUE_BYTES = 32 * limits.KIB

Parameters = tuple[tuple[bytes, bytes], ...]


class Field(NamedTuple):
    """A field: its name in lower case, its value on one line, and where it stands."""

    name: bytes
    value: bytes
    start: int
    end: int


def header_end(raw: bytes, start: int, end: int) -> int:
    """Where the body begins: behind the first empty line, or at the end without one."""
    found = _END.search(raw, start, end)
    return end if found is None else found.end()


def fields(raw: bytes, start: int, end: int) -> Iterator[Field]:
    """The fields between, in their order; lines that are none are left out."""
    for found in islice(_FIELD.finditer(raw, start, end), limits.HEADER_FIELDS):
        name, value = found.groups()
        yield Field(name.lower(), unfolded(value), found.start(), found.end())


def unfolded(value: bytes) -> bytes:
    """The value on one line (RFC 5322 section 2.2.3)."""
    return _FOLD.sub(b"", value).strip(b" \t\r\n").replace(b"\x00", b"").replace(b"\r", b" ")


def media_type(value: bytes) -> tuple[bytes, bytes] | None:
    """Type and subtype in lower case; None for what is none."""
    kind, slash, rest = value.partition(b";")[0].partition(b"/")
    subtype = _TOKEN.match(rest.strip())
    if not slash or not _TOKEN.fullmatch(kind.strip()) or subtype is None:
        return None
    return kind.strip().lower(), subtype[0].lower()


def word(value: bytes) -> bytes:
    """The first token of it in lower case, "" without one."""
    found = _TOKEN.match(value.strip())
    return found[0].lower() if found else b""


def parameters(value: bytes) -> Parameters:
    """The parameters as they were written, quotes apart; names in lower case."""
    found = []
    for each in islice(_PARAMETER.finditer(value[:_VALUE_BYTES]), _PARAMETERS):
        name, quoted, plain = each.groups()
        text = plain if quoted is None else _ESCAPE.sub(rb"\1", quoted)
        found.append((name.lower(), text.replace(b"\n", b" ")))
    return tuple(found)
