"""Messages that are built to cost time or memory: each named by what it has too much of."""

from collections.abc import Callable

MIB = 1 << 20
_HEAD = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n"
_MIXED = _HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'


def _header(name: bytes, value: bytes) -> bytes:
    return name + b": " + value + b"\r\n" + _HEAD + b"\r\nbody\r\n"


def _folded(name: bytes, line: bytes, size: int) -> bytes:
    """The same, in lines that a mail server would accept."""
    return _header(name, b"\r\n ".join([line] * (size // (len(line) + 3))))


def _body(content: bytes, *more: bytes) -> bytes:
    return _HEAD + b"".join(line + b"\r\n" for line in more) + b"\r\n" + content


def _nested(depth: int, head: Callable[[int], bytes]) -> bytes:
    return b"".join(map(head, range(depth))) + b"x"


def _multipart(level: int) -> bytes:
    name = b"b%d" % level
    return b"Content-Type: multipart/mixed; boundary=" + name + b"\r\n\r\n--" + name + b"\r\n"


def _same_boundary(level: int) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"


def _same_boundary_large() -> bytes:
    return _nested(40, _multipart) + b"\r\n--x" * (2 * MIB)


def _continuations(count: int) -> bytes:
    sections = b"".join(b";\r\n filename*%d*=%%41b" % number for number in range(count))
    return _body(b"x", b"Content-Disposition: attachment" + sections)


def _spread_header_blocks() -> bytes:
    part = b"--b\r\n" + b"a:\r\n" * 5000 + b"\r\n\r\n"
    return _MIXED + part * 480


def _broken_header_blocks() -> bytes:
    part = b"--b\r\n" + b"a\nb:\n" * 6000 + b"\n\n"
    return _MIXED.replace(b"\r\n", b"\n") + part * 300


HOSTILE: dict[str, Callable[[], bytes]] = {
    "content-type-parameters-1mb": lambda: _folded(b"Content-Type", b"text/plain; a=b; c=d;", MIB),
    "content-type-parameters-unfolded": lambda: _header(
        b"Content-Type", b"text/plain" + b'; a="\\"' * (MIB // 8)
    ),
    "semicolons-500kb": lambda: _header(b"Content-Type", b"text/plain" + b";" * (MIB // 2)),
    "spaces-500kb": lambda: _header(b"Content-Type", b"text/plain;" + b" " * (MIB // 2) + b"x"),
    "one-parameter-name-500kb": lambda: _header(b"Content-Type", b"a/b;" + b"a" * (MIB // 2)),
    "quotes-500kb": lambda: _header(b"Content-Type", b'a/b; n="' + b"\\" * (MIB // 2)),
    "from-of-commas-1mb": lambda: _header(b"From", b"," * MIB),
    "from-of-addresses-1mb": lambda: _folded(b"From", b"a@b.c,", MIB),
    "to-of-parentheses-1mb": lambda: _header(b"To", b"(" * MIB),
    "to-of-comments-1mb": lambda: _header(b"To", b"()" * (MIB // 2)),
    "to-of-angles-1mb": lambda: _header(b"To", b"<" * MIB),
    "to-of-quotes-1mb": lambda: _header(b"To", b'"' * MIB),
    "to-of-backslashes-1mb": lambda: _header(b"To", b'"' + b"\\" * MIB),
    "to-of-names-1mb": lambda: _header(b"To", b"a " * (MIB // 2)),
    "to-of-left-over-names": lambda: _header(b"To", b"a b," * (MIB // 4)),
    "to-of-groups-1mb": lambda: _header(b"To", b"a:" * (MIB // 2)),
    "to-of-word-heads-1mb": lambda: _header(b"To", b"=?a?q?" * (MIB // 6)),
    "subject-of-word-starts-1mb": lambda: _header(b"Subject", b"=?" * (MIB // 2)),
    "subject-of-word-heads-1mb": lambda: _header(b"Subject", b"=?a?q?x" * (MIB // 7)),
    "subject-of-words-1mb": lambda: _folded(b"Subject", b"=?utf-8?B?YWFh?=", MIB),
    "subject-of-20000-words": lambda: _folded(b"Subject", b"=?u?q?a?=", 240_000),
    "every-header-of-words": lambda: (
        b"".join(b"X-%d: =?utf-8?q?=C3=BC?= =?l1?q?=FC?=\r\n" % n for n in range(10_000)) + _HEAD
    ),
    "unknown-charsets": lambda: _header(
        b"Subject", b" ".join(b"=?x-%d?q?=FC?=" % number for number in range(60_000))
    ),
    "continuations-20000": lambda: _continuations(20_000),
    "headers-100000": lambda: b"a: b\r\n" * 100_000 + b"\r\nbody",
    "header-line-1mb": lambda: _header(b"X", b"a" * MIB),
    "header-name-1mb": lambda: b"a" * MIB + b": b\r\n\r\nbody",
    "header-block-10mb": lambda: b"a: b\r\n" * (10 * MIB // 6),
    "folded-header-10mb": lambda: b"a: b\r\n" + b" c\r\n" * (10 * MIB // 4),
    "not-headers-10mb": lambda: b"a\nb:\n" * (2 * MIB),
    "references-1mb": lambda: _folded(b"References", b"<a@b>", MIB),
    "open-references-1mb": lambda: _header(b"References", b"<" * MIB),
    "dates-1mb": lambda: _header(b"Date", b"1 " * (MIB // 2)),
    "multiparts-3000": lambda: _nested(3000, _multipart),
    "same-boundary-3000": lambda: _nested(3000, _same_boundary),
    "deep-and-large": _same_boundary_large,
    "nested-mails-3000": lambda: _nested(3000, lambda _: b"Content-Type: message/rfc822\r\n\r\n"),
    "empty-parts-100000": lambda: _MIXED + b"--b\r\n\r\n" * 100_000,
    "header-blocks-in-parts": _spread_header_blocks,
    "broken-header-blocks-in-parts": _broken_header_blocks,
    "line-ends-10mb": lambda: b"\r\n" * (5 * MIB),
    "text-of-line-ends-10mb": lambda: _body(b"\r\n" * (5 * MIB)),
    "bare-cr-10mb": lambda: b"\r" * (10 * MIB),
    "parts-in-bare-cr": lambda: (_MIXED + b"--b\r\n\r\nx\r\n" * 100_000).replace(b"\n", b""),
    "hyphens-10mb": lambda: _MIXED + b"-" * (10 * MIB),
    "lines-of-hyphens-10mb": lambda: _MIXED + b"--\r\n" * (10 * MIB // 4),
    "boundary-prefixes-10mb": lambda: _MIXED + b"--bx\n" * (2 * MIB),
    "boundary-blanks-10mb": lambda: _MIXED + (b"--b" + b" " * 1000 + b"x\r\n") * 10_000,
    "boundary-missing-10mb": lambda: (
        _HEAD + b"Content-Type: multipart/mixed\r\n\r\n" + b"--a\r\n" * (2 * MIB)
    ),
    "long-boundary-of-hyphens": lambda: (
        _HEAD
        + b"Content-Type: multipart/mixed; boundary="
        + b"-" * 200
        + b"\r\n\r\n"
        + b"-" * (10 * MIB)
    ),
    "base64-of-single-letters": lambda: _body(
        b"Q\r\n" * (3 * MIB), b"Content-Type: application/x", b"Content-Transfer-Encoding: base64"
    ),
    "base64-of-padding": lambda: _body(
        b"A=" * (5 * MIB), b"Content-Type: application/x", b"Content-Transfer-Encoding: base64"
    ),
    "quoted-printable-of-escapes": lambda: _body(
        b"=" * (10 * MIB),
        b"Content-Type: application/x",
        b"Content-Transfer-Encoding: quoted-printable",
    ),
    "uuencode-of-short-lines": lambda: _body(
        b"begin 644 x\n" + b"!!!\n" * (2 * MIB),
        b"Content-Type: application/x",
        b"Content-Transfer-Encoding: x-uuencode",
    ),
    "uuencode-of-line-ends": lambda: _body(
        b"begin 644 x\n" + b"\n" * (10 * MIB),
        b"Content-Type: application/x",
        b"Content-Transfer-Encoding: x-uuencode",
    ),
    "html-of-angles-5mb": lambda: _body(b"<" * (5 * MIB), b"Content-Type: text/html"),
    "html-of-comments": lambda: _body(b"<!--" * MIB, b"Content-Type: text/html"),
    "html-of-style": lambda: _body(b"<style></style" * (MIB // 2), b"Content-Type: text/html"),
    "html-of-tags": lambda: _body(b"<b>" * MIB, b"Content-Type: text/html"),
    "html-of-meta": lambda: _body(b"<meta charset" * MIB + b"\xff", b"Content-Type: text/html"),
    "html-of-entities": lambda: _body(b"&#1" * MIB, b"Content-Type: text/html"),
    "html-of-one-number": lambda: _body(b"&#" + b"1" * MIB, b"Content-Type: text/html"),
    "text-of-blanks-10mb": lambda: _body(b" " * (10 * MIB)),
    "text-of-escapes-iso-2022": lambda: _body(
        b"\x1b$B\x1b(B" * MIB, b"Content-Type: text/plain; charset=iso-2022-jp"
    ),
    "text-in-punycode": lambda: _body(b"a-" * MIB, b"Content-Type: text/plain; charset=punycode"),
    "text-in-utf-7": lambda: _body(b"+2AA-" * MIB, b"Content-Type: text/plain; charset=utf-7"),
    "nul-10mb": lambda: b"\0" * (10 * MIB),
    "high-bytes-10mb": lambda: _body(b"\xff" * (10 * MIB)),
}
