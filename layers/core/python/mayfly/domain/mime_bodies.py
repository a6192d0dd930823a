"""Leaves of a mail turned into what a reader sees: text, html, and the parts beside them."""

import re

from mayfly.domain.charsets import decode_text
from mayfly.domain.mime_filenames import safe_filename, unnamed_filename
from mayfly.domain.mime_model import Defects, MimeLimits, Part
from mayfly.domain.mime_structure import Leaf
from mayfly.domain.mime_transfer import decoded_size, part_bytes
from mayfly.domain.mime_words import decode_words

# Encoded bytes for one decoded byte, at most: quoted-printable escapes every one of them.
_EXPANSION = {"binary": 1.0, "base64": 1.5, "uuencode": 1.5, "quoted-printable": 3.1}
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,4}=\s{0,4}[\"']?([\w.:-]{1,40})", re.I)
_META_WITHIN_BYTES = 4096
_MAX_LABEL_BYTES = 60
# Where senders name a body: a mail that is nothing but text, and alternatives.
_BODY_WITH_NAME = ("", "multipart/alternative")


class Bodies:
    """Collects the leaves of one mail in order."""

    def __init__(self, raw: bytes, limits: MimeLimits, defects: Defects) -> None:
        self._raw = raw
        self._limits = limits
        self._defects = defects
        self._texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
        self._bytes_left = dict.fromkeys(self._texts, limits.text_bytes)
        self.parts: list[Part] = []

    @property
    def text(self) -> str:
        """All text bodies, joined."""
        return _joined(self._texts["text/plain"])

    @property
    def html(self) -> str:
        """All html bodies, joined."""
        return _joined(self._texts["text/html"])

    def add(self, leaf: Leaf) -> None:
        """Take a leaf as a body or as a part."""
        filename = self._filename(leaf)
        texts = self._texts.get(leaf.content_type)
        if texts is None or leaf.disposition == "attachment":
            self._add_part(leaf, filename)
        elif not filename or leaf.parent in _BODY_WITH_NAME:
            texts.append(self._body(leaf))
        else:
            # A file that wants to be seen is both; two html documents do not make one.
            if leaf.disposition == "inline" and not (texts and leaf.content_type == "text/html"):
                texts.append(self._body(leaf))
            self._add_part(leaf, filename)

    def _filename(self, leaf: Leaf) -> str:
        value = leaf.disposition_parameters.get("filename") or leaf.parameters.get("name")
        return safe_filename(decode_words(value), self._limits.filename_chars) if value else ""

    def _body(self, leaf: Leaf) -> str:
        left = self._bytes_left[leaf.content_type]
        end = min(leaf.end, leaf.start + int(left * _EXPANSION[leaf.encoding]) + 1)
        decoded = part_bytes(self._raw[leaf.start : end], leaf.encoding)
        if len(decoded) > left or end < leaf.end:
            self._defects.add("html-cut" if leaf.content_type == "text/html" else "text-cut")
            # At a line end: a character of several bytes must not be cut in two.
            decoded = decoded[: decoded.rfind(b"\n", left - left // 8, left) + 1 or left]
        self._bytes_left[leaf.content_type] = left - len(decoded)
        label = _label(leaf)
        if not label and leaf.content_type == "text/html" and not decoded.isascii():
            meta = _META_CHARSET.search(decoded, 0, _META_WITHIN_BYTES)
            label = meta[1].decode("ascii") if meta else ""
        text, defect = decode_text(decoded, label)
        if defect:
            self._defects.add(*defect.split(":", 1))
        return _with_lf(text.removeprefix("\ufeff"))

    def _add_part(self, leaf: Leaf, filename: str) -> None:
        part_id = str(len(self.parts) + 1)
        size, sound = decoded_size(self._raw, leaf.start, leaf.end, leaf.encoding)
        if not sound:
            self._defects.add(f"bad-{leaf.encoding}", part_id)
        content_id = decode_words(leaf.content_id).strip(" <>")
        inline = leaf.disposition == "inline" or (
            leaf.disposition == "" and bool(content_id) and leaf.parent == "multipart/related"
        )
        self.parts.append(
            Part(
                id=part_id,
                filename=filename or unnamed_filename(part_id, leaf.content_type),
                content_type=leaf.content_type,
                charset=_label(leaf),
                size=size,
                content_id=content_id,
                inline=inline,
                start=leaf.start,
                end=leaf.end,
                encoding=leaf.encoding,
            )
        )


def _label(leaf: Leaf) -> str:
    """The charset parameter as one printable word; comments and rubbish after it are dropped."""
    words = leaf.parameters.get("charset", "")[:_MAX_LABEL_BYTES].split(None, 1)
    label = words[0].strip("\"'").lower() if words else ""
    return label if label.isprintable() else ""


def _with_lf(text: str) -> str:
    if "\r" not in text:
        return text
    # CRCRLF is one line end that text mode wrote twice.
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def _joined(texts: list[str]) -> str:
    return "\n".join(text for text in texts if text) if len(texts) > 1 else "".join(texts)
