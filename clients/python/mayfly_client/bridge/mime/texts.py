"""Words of a message, decoded as far as they can be, to search in them."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator

from mayfly_client.bridge.mime import fields
from mayfly_client.bridge.mime.structure import Part

_WORD = re.compile(rb"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bqBQ])\?([^?\s]*)\?=")
_BETWEEN = re.compile(rb"(\?=)\s+(?==\?)")


def decoded(value: bytes) -> str:
    """A field's value with its encoded words (RFC 2047) decoded."""
    found, last = [], 0
    value = _BETWEEN.sub(rb"\1", value)
    for each in _WORD.finditer(value):
        found += [_text(value[last : each.start()], "utf-8"), _word(*each.groups())]
        last = each.end()
    return "".join([*found, _text(value[last:], "utf-8")])


def _word(charset: bytes, encoding: bytes, text: bytes) -> str:
    if encoding.lower() == b"q":
        octets = quopri.decodestring(text.replace(b"_", b"=20"))
    else:
        octets = _from_base64(text)
    return _text(octets, charset.decode("latin-1"))


def texts(part: Part) -> Iterator[str]:
    """The bodies of all parts that are text."""
    for each in part.parts:
        yield from texts(each)
    if part.message is not None:
        yield headers(part.message)
        yield from texts(part.message)
    elif not part.parts and part.type[0] == b"text":
        charset = dict(part.parameters).get(b"charset", b"utf-8").decode("latin-1")
        yield _text(_transfer_decoded(part), charset)


def headers(part: Part) -> str:
    """Its header, decoded."""
    return "\n".join(f"{_text(each.name, 'utf-8')}: {decoded(each.value)}" for each in part.fields)


def _transfer_decoded(part: Part) -> bytes:
    octets = part.raw[part.body.start : part.body.end]
    encoding = fields.word(part.field(b"content-transfer-encoding") or b"")
    if encoding == b"base64":
        return _from_base64(octets)
    return quopri.decodestring(octets) if encoding == b"quoted-printable" else octets


def _from_base64(text: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


def _text(octets: bytes, charset: str) -> str:
    try:
        return octets.decode(charset, "replace")
    except (LookupError, ValueError):
        return octets.decode("utf-8", "replace")
