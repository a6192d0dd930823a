"""The images that the HTML of a message shows, found without balancing it."""

import re
from collections.abc import Iterator

from mayfly.mail.html.balance import (
    ATTRIBUTES,
    DROPPED_END,
    MAX_SAFE_CHARS,
    TOKEN,
    unescaped,
    values_of,
)

IMAGE_SCHEMES = frozenset({"http", "https", "cid", "data", "file", "thismessage"})
"""Where the `src` of an image may lead that is shown, if only by a picture of the mail."""
_SCHEME = re.compile(r"[\x00-\x20]*+([a-z][a-z0-9+.-]*+):", re.IGNORECASE)
_WITH_HOST = re.compile(
    r"https?:[/\\]*+[^\s/?#\\|^%<>\[\]@:]++(?::[0-9]{1,4})?+(?:[/?#\\]|\Z)", re.IGNORECASE
)
_NOT_SEEN = str.maketrans("", "", "\t\r\n")
_SRC = frozenset({"src"})
# Everything up to the next image, or to what hides images. Nothing follows that could make it go
# back; Python before 3.11.3 loses its place in a possessive group that is repeated.
_NO_IMAGE = re.compile(
    r"(?:[^<]++|<!--(?:>|->|.*?(?:--!?>|\Z))|<(?:[!?]|/[^a-zA-Z])[^>]*+>?"
    rf"|<(?!(?:img|{'|'.join(DROPPED_END)})[\s/>])/?[a-zA-Z][^\s/>]*+{ATTRIBUTES}|<(?![/a-zA-Z]))*",
    re.DOTALL | re.IGNORECASE,
)
_BASE = re.compile(r"<base\s[^<>]{0,1000}?href\s{0,9}=\s{0,9}[\"']?([^\"'<>\s]{1,1000}+)", re.I)


def image_sources(html: str) -> Iterator[str]:
    """Where the images are that the balanced HTML has, in their order: each `src` as it is meant.

    None for HTML that is too long to be shown, nor what a comment or another tag hides.
    """
    at = 0 if len(html) <= MAX_SAFE_CHARS else len(html)
    while at < len(html):
        before = _NO_IMAGE.match(html, at)
        token = TOKEN.match(html, before.end() if before else at)
        if token is None or not token["name"]:  # the end, or a tag that never ends
            return
        at, name = token.end(), token["name"].lower()
        if name == "img":
            source = unescaped(values_of(token["attributes"], _SRC).get("src", "")).strip()
            if _is_displayable(source):
                yield source
        elif name in DROPPED_END:
            end = DROPPED_END[name].search(html, at)
            at = end.end() if end else len(html)


def _is_displayable(source: str) -> bool:
    """Whether the safe HTML keeps it: no other schemes, and no address that is none."""
    scheme = _SCHEME.match(source.translate(_NOT_SEEN))
    if scheme is None:
        return True
    is_web = scheme[1].lower() in ("http", "https")
    return bool(_WITH_HOST.match(source)) if is_web else scheme[1].lower() in IMAGE_SCHEMES


def base_of(html: str) -> str:
    """What the HTML says that its relative links begin with; "" if it does not."""
    found = _BASE.search(html)
    return unescaped(found[1]) if found else ""
