"""Leaves of a message turned into what a reader sees: text, html, and the parts beside them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from mayfly.mail.mime.charsets import codec_name, decode_text
from mayfly.mail.mime.filenames import safe_filename, unnamed_filename
from mayfly.mail.mime.models import Defects, MimeLimits, Part
from mayfly.mail.mime.pictures import References, may_be_picture, picture_names, picture_type
from mayfly.mail.mime.sequence import Body, Shown, in_order, unflowed
from mayfly.mail.mime.structure import HTML, PLAIN, Leaf, Roles
from mayfly.mail.mime.transfer import decoded_size, part_bytes
from mayfly.mail.mime.words import decode_words

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,4}=\s{0,4}[\"']?([\w.:-]{1,40})", re.I)
_META_WITHIN_BYTES = 4096
_HEAD_BYTES = 8192
_MAX_LABEL_BYTES = 60


def label_of(leaf: Leaf) -> str:
    """The charset parameter as one printable word; comments and rubbish after it are dropped."""
    written = leaf.parameters.get("charset", "")
    return _one_word(written[:_MAX_LABEL_BYTES]) if written else ""


def first_charset(raw: bytes, leaves: Sequence[Leaf]) -> str:
    """The label of the first text that has one which means something; "" if none has."""
    for leaf in leaves:
        if leaf.content_type.startswith("text/"):
            label = label_of(leaf)
            if codec_name(label):
                return label
            if leaf.content_type == "text/html":
                label = meta_charset(raw[leaf.start : min(leaf.end, leaf.start + _HEAD_BYTES)])
                if codec_name(label):
                    return label
    return ""


def meta_charset(octets: bytes) -> str:
    """What HTML calls its own charset near its beginning; "" if it does not say."""
    meta = _META_CHARSET.search(octets, 0, _META_WITHIN_BYTES)
    return meta[1].decode("ascii") if meta else ""


@lru_cache(maxsize=256)
def _one_word(octets: str) -> str:
    words = octets.split(None, 1)
    label = words[0].strip("\"',").lower() if words else ""
    return label if label.isprintable() else ""


# Encoded bytes for one decoded byte, at most: quoted-printable escapes every one of them.
_EXPANSION = {"binary": 1.0, "base64": 1.5, "uuencode": 1.5, "quoted-printable": 3.1}
_PICTURE_BYTES = 64
_BLANK_CHARS = 1000
_TAG = re.compile(r"<[^<>]++>")


class Bodies:
    """Reads the leaves of one message, in their order."""

    def __init__(
        self, raw: bytes, limits: MimeLimits, defects: Defects, leaves: Sequence[Leaf]
    ) -> None:
        self._raw = raw
        self._limits = limits
        self._defects = defects
        self._bytes_left = dict.fromkeys((PLAIN, HTML), limits.text_bytes)
        self._bodies: list[Body] = []
        self._roles = Roles(leaves)
        self._base = ""
        self._located: dict[int, str] = {}
        self._leaves = leaves
        self._charset: str | None = None
        self._parts: list[Part] = []
        for leaf in leaves:
            self._add(leaf)

    def charset(self) -> str:
        """The charset of the first text that names one: what else of the mail is written in it."""
        if self._charset is None:
            self._charset = first_charset(self._raw, self._leaves)
        return self._charset

    def readable(self) -> Shown:
        """What there is to read."""
        return in_order(self._bodies)

    def parts(self, html: str) -> tuple[Part, ...]:
        """The parts beside the bodies; the pictures that the HTML shows are inline."""
        if html and any(
            each.picture and (each.content_id or at in self._located)
            for at, each in enumerate(self._parts)
        ):
            self._place(References(html, self._base))
        return tuple(self._parts)

    def _place(self, references: References) -> None:
        for at, location in self._located.items():
            if self._parts[at].picture:
                called = references.of_location(location)
                self._parts[at] = replace(self._parts[at], location=called)
        names = picture_names(self._parts)
        inline = {names[each].id for each in references.displayed(names) if each in names}
        self._parts = [
            replace(each, inline=True) if each.id in inline else each for each in self._parts
        ]

    def _add(self, leaf: Leaf) -> None:
        """Take a leaf as a body or as a part, as both, or leave it out as an alternative."""
        filename = self._filename(leaf)
        is_body, is_part = self._roles.of(leaf, filename)
        if is_body:
            self._add_body(leaf)
        if is_part:
            self._add_part(leaf, filename)

    def _filename(self, leaf: Leaf) -> str:
        value = leaf.disposition_parameters.get("filename") or leaf.parameters.get("name")
        if not value:
            return ""
        if len(value) > 2 and value[0] == value[-1] == "'":  # quotes that RFC 2045 does not know
            value = value[1:-1]
        return safe_filename(
            decode_words(value, "" if value.isascii() else self.charset()),
            self._limits.filename_chars,
        )

    def _add_body(self, leaf: Leaf) -> None:
        is_html = leaf.content_type == HTML
        if is_html and leaf.location and not self._base:
            self._base = _location(leaf)
        text = self._text(leaf, is_html)
        if not is_html and leaf.parameters.get("format", "").lower() == "flowed":
            text = unflowed(text, leaf.parameters.get("delsp", "").lower() == "yes")
        self._roles.showed(leaf, _is_blank(text))
        self._bodies.append(Body(leaf, is_html, text))

    def _text(self, leaf: Leaf, is_html: bool) -> str:
        budget = HTML if is_html else PLAIN
        left, end = self._bytes_left[budget], leaf.end
        if end - leaf.start > left:
            end = min(end, leaf.start + int(left * _EXPANSION[leaf.encoding]) + 1)
        encoded = self._raw[leaf.start : end]
        decoded = part_bytes(encoded, leaf.encoding)
        if len(decoded) > left or end < leaf.end:
            self._defects.add("html-cut" if is_html else "text-cut")
            # At a line end: a character of several bytes must not be cut in two.
            decoded = decoded[: decoded.rfind(b"\n", left - left // 8, left) + 1 or left]
        elif leaf.encoding == "base64" and not _is_whole(encoded, decoded):
            self._defects.add("bad-base64", "html" if is_html else "text")
        self._bytes_left[budget] = left - len(decoded)
        label = label_of(leaf)
        if is_html and not decoded.isascii() and not codec_name(label):
            label = meta_charset(decoded) or label
        text, defect = decode_text(decoded, label, "" if decoded.isascii() else self.charset())
        if defect:
            self._defects.add(*defect.split(":", 1))
        return _with_lf(text.removeprefix("\ufeff"))

    def _add_part(self, leaf: Leaf, filename: str) -> None:
        part_id = str(len(self._parts) + 1)
        size, sound = decoded_size(self._raw, leaf.start, leaf.end, leaf.encoding)
        if not sound:
            self._defects.add(f"bad-{leaf.encoding}", part_id)
        content_id = decode_words(leaf.content_id).strip(" <>") if leaf.content_id else ""
        picture = ""
        if may_be_picture(leaf.content_type):
            head = self._raw[leaf.start : min(leaf.end, leaf.start + _PICTURE_BYTES)]
            picture = picture_type(leaf.content_type, part_bytes(head, leaf.encoding))
        if leaf.location:
            self._located[len(self._parts)] = _location(leaf)
        self._parts.append(
            Part(
                id=part_id,
                filename=filename or unnamed_filename(part_id, leaf.content_type),
                content_type=leaf.content_type,
                charset=label_of(leaf),
                size=size,
                content_id=content_id,
                inline=False,
                start=leaf.start,
                end=leaf.end,
                encoding=leaf.encoding,
                picture=picture,
            )
        )


def _is_blank(text: str) -> bool:
    """Whether there is nothing to see; of what is long that is not asked."""
    if len(text) > _BLANK_CHARS or text[:1].isalnum():
        return False
    text_only = _TAG.sub(lambda tag: "x" if tag[0][:4].lower() == "<img" else "", text)
    return not text_only.replace("&nbsp;", " ").strip()


def _is_whole(encoded: bytes, decoded: bytes) -> bool:
    # Line ends take little of it: only what is shorter may have lost something.
    if len(decoded) >= len(encoded) * 5 // 8:
        return True
    return decoded_size(encoded, 0, len(encoded), "base64")[1]


def _location(leaf: Leaf) -> str:
    """Content-Location as one URL: folding may have put blanks in it (RFC 2557, section 4.4.1)."""
    return "".join(decode_words(leaf.location).split())


def _with_lf(text: str) -> str:
    if "\r" not in text:
        return text
    # CRCRLF is one line end that text mode wrote twice.
    if "\r\r" in text:
        text = text.replace("\r\r\n", "\n")
    return text.replace("\r\n", "\n").replace("\r", "\n")
