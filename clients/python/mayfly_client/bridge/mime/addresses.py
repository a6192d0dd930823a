"""The addresses of a field (RFC 5322 section 3.4), as IMAP's envelope has them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mayfly_client.bridge import limits

_TOKENS = re.compile(
    rb'"((?:[^"\\]|\\.)*)"?'  # a quoted string
    rb"|(\[[^\]]*\]?)"  # a domain literal
    rb"|([<>,;:@])"
    rb"|([^\s\"\[<>,;:@()]+)"  # an atom, and dots
    rb"|(\()",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
_ROUTE_TOKENS = 50
_QUOTED, _LITERAL, _SIGN, _ATOM, _COMMENT = range(1, 6)


class Address(NamedTuple):
    """Name, mailbox and host. A group begins with one without a host and ends with one of None."""

    name: bytes | None
    mailbox: bytes | None
    host: bytes | None


class _Token(NamedTuple):
    kind: int
    text: bytes
    space: bool  # before it


def _tokens(value: bytes) -> Iterator[_Token]:
    at = last = 0
    while found := _TOKENS.search(value, at):
        kind, at = found.lastindex or _ATOM, found.end()
        text, space = found[kind], found.start() > last
        if kind == _COMMENT:
            start = at
            at = _after_comment(value, at)
            text = value[start : max(start, at - 1)]
        elif kind == _QUOTED:
            text = _ESCAPE.sub(rb"\1", text)
        last = at
        yield _Token(kind, text, space)


def _after_comment(value: bytes, at: int) -> int:
    depth = 1
    for found in _PARENTHESIS.finditer(value, at):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return len(value)


def addresses(value: bytes) -> list[Address]:
    """All there are; what makes no sense is taken for the name of a mailbox."""
    found: list[Address] = []
    words: list[_Token] = []
    in_group = False
    for each in _tokens(value):
        sign = each.text if each.kind == _SIGN else b""
        if sign == b":" and not in_group and not any(one.text == b"<" for one in words):
            found.append(Address(None, _text(words), None))
            words, in_group = [], True
        elif sign in (b",", b";") and not _is_open(words):
            found += _address(words)
            words = []
            if sign == b";" and in_group:
                found.append(Address(None, None, None))
                in_group = False
        else:
            words.append(each)
        if len(found) >= limits.ADDRESSES:
            return found
    found += _address(words)
    return [*found, Address(None, None, None)] if in_group else found


def _is_open(words: list[_Token]) -> bool:
    """Whether this is inside a route, as in <@a.example,@b.example:me@c.example>."""
    signs = [each.text for each in words[:_ROUTE_TOKENS] if each.kind == _SIGN]
    return signs[:2] == [b"<", b"@"] and not {b":", b">"} & {*signs} and len(words) < _ROUTE_TOKENS


def _address(words: list[_Token]) -> list[Address]:
    comments = [each.text for each in words if each.kind == _COMMENT]
    plain = [each for each in words if each.kind != _COMMENT]
    if not plain:
        return []
    signs = [each.text if each.kind == _SIGN else b"" for each in plain]
    if b"<" in signs:
        at = signs.index(b"<")
        end = signs.index(b">", at) if b">" in signs[at:] else len(plain)
        name, inside = _text(plain[:at]), plain[at + 1 : end]
        if b":" in signs[at:end]:  # a route, which nobody has used since 1982
            inside = plain[signs.index(b":", at) + 1 : end]
    else:
        name, inside = (comments[0].strip() if comments else b""), plain
    mailbox, host = _split(inside)
    if not mailbox and not host and not name:
        return []
    return [Address(name or None, mailbox, host)]


def _split(words: list[_Token]) -> tuple[bytes, bytes]:
    places = [at for at, each in enumerate(words) if (each.kind, each.text) == (_SIGN, b"@")]
    if not places:
        return _text(words), b""
    at = places[-1]
    mailbox = b"".join(each.text for each in words[:at])
    return mailbox, b"".join(each.text for each in words[at + 1 :])


def _text(words: list[_Token]) -> bytes:
    """The words with single blanks where there were any."""
    text = b"".join((b" " if each.space else b"") + each.text for each in words)
    return b" ".join(text.split())
