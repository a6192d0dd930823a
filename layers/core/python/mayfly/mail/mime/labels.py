"""Charset labels of a mail's parts: in their headers, and in the HTML itself."""

import re
from collections.abc import Sequence
from functools import lru_cache

from mayfly.mail.mime.charsets import codec_name
from mayfly.mail.mime.structure import Leaf

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
