"""Which parts are pictures, by their bytes, and which the HTML names."""

import re
from html import unescape
from urllib.parse import unquote, urljoin

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_OTHER_NAMES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/jfif": "image/jpeg",
    "image/x-jpeg": "image/jpeg",
    "image/x-jpg": "image/jpeg",
    "image/x-citrix-jpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/x-citrix-png": "image/png",
    "image/apng": "image/png",
    "image/vnd.mozilla.apng": "image/png",
    "image/x-gif": "image/gif",
    "image/x-citrix-gif": "image/gif",
    "image/x-webp": "image/webp",
}
_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# What says nothing of the bytes: these are asked.
_UNTOLD = frozenset({"application/octet-stream", "application/binary", "application/unknown"})

_CONTENT_ID = re.compile(r"cid:([^\"'<>\s)]{1,1000}+)", re.IGNORECASE)
_SOURCE = re.compile(
    r"(?:src|background)\s{0,9}=\s{0,9}(?:\"([^\"]{1,1000}+)\"|'([^']{1,1000}+)'|([^\s\"'<>]{1,1000}+))",
    re.IGNORECASE,
)
_MAX_REFERENCES = 1000


def picture_type(content_type: str, head: bytes) -> str:
    """The type of a picture that every browser shows; "" for what is none.

    `head` is how the part begins: it decides where the type is none or another name for one.
    """
    named = _OTHER_NAMES.get(content_type, content_type)
    if content_type in _PICTURES:
        return content_type
    if content_type in _OTHER_NAMES or content_type in _UNTOLD:
        return _by_bytes(head) or (named if named in _PICTURES else "")
    return ""


def _by_bytes(head: bytes) -> str:
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


class References:
    """What HTML names of the mail's own parts (RFC 2392, RFC 2557), up to a thousand of each."""

    def __init__(self, html: str, base: str) -> None:
        """`base` is the HTML's own Content-Location."""
        self._html = html
        self._base = base
        self._ids: set[str] | None = None
        self._sources: dict[str, str] | None = None

    def has_content_id(self, content_id: str) -> bool:
        """Whether the HTML has a `cid:` of this part."""
        if not content_id:
            return False
        if self._ids is None:
            found = _first(_CONTENT_ID, self._html)
            self._ids = {unquote(unescape(each)) for each in found}
        return content_id in self._ids

    def of_location(self, location: str) -> str:
        """How the HTML writes what leads to this Content-Location; "" if it does not."""
        if self._sources is None:
            sources = map(unescape, _first(_SOURCE, self._html))
            self._sources = {self._whole(each.strip()): each.strip() for each in sources}
        return self._sources.get(self._whole(location), "")

    def _whole(self, url: str) -> str:
        try:
            return urljoin(self._base, url)
        except ValueError:
            return url


def _first(pattern: re.Pattern[str], html: str) -> list[str]:
    found: list[str] = []
    for match in pattern.finditer(html):
        found.append(next(group for group in match.groups() if group is not None))
        if len(found) == _MAX_REFERENCES:
            break
    return found
