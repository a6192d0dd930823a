"""Which parts are pictures, by their bytes, and which the HTML names."""

from collections.abc import Container, Iterator, Sequence
from itertools import islice
from urllib.parse import unquote, urljoin

from mayfly.mail.html.images import base_of, image_sources
from mayfly.mail.mime.models import Part

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
_UNTOLD = (
    "image/",
    "application/octet-stream",
    "application/binary",
    "application/unk",
    "application/x-octet-stream",
    "application/x-unk",
    "binary/",
    "unknown/",
)
# How files begin that are no pictures, whatever they are called.
_OTHER_FILES = (
    b"%PDF",
    b"MZ",
    b"PK\x03\x04",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"<",
)
_MAX_REFERENCES = 1000


def may_be_picture(content_type: str) -> bool:
    """Whether its bytes are to be asked."""
    return content_type.startswith(_UNTOLD)


def picture_type(content_type: str, head: bytes) -> str:
    """The type of a picture that every browser shows; "" for what is none.

    `head` is how the part begins: it decides where the type is none or another name for one.
    """
    named = _OTHER_NAMES.get(content_type, content_type)
    known = named in _PICTURES and not head.startswith(_OTHER_FILES)
    if known and named == content_type:
        return named
    if content_type in _OTHER_NAMES or content_type.startswith(_UNTOLD):
        return _by_bytes(head) or (named if known else "")
    return ""


def _by_bytes(head: bytes) -> str:
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


class References:
    """What the images of HTML name of the mail's own parts (RFC 2392, RFC 2557)."""

    def __init__(self, html: str, base: str) -> None:
        """`base` is the HTML's own Content-Location."""
        self._base = base
        self._inner = _whole(base, base_of(html))
        self._written = dict.fromkeys(islice(image_sources(html), _MAX_REFERENCES))
        self._sources: dict[str, str] | None = None

    def of_location(self, location: str) -> str:
        """How the HTML writes what leads to this Content-Location; "" if it does not."""
        if self._sources is None:
            self._sources = {_whole(self._inner, each): each for each in self._written}
        if location in self._written:
            return location
        return self._sources.get(_whole(self._base, location), "")

    def displayed(self, names: Container[str]) -> Iterator[str]:
        """Which of these names of pictures, `cid:` and Content-ID or what of_location says, show"""
        for each in self._written:
            if each in names:
                yield each
            elif each[:4].lower() == "cid:":
                yield f"cid:{unquote(each[4:])}"


def _whole(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def picture_names(parts: Sequence[Part]) -> dict[str, Part]:
    """The parts that are pictures, by what HTML calls them: each name shows one of them."""
    pictures = [part for part in parts if part.picture]
    names = {part.location: part for part in pictures if part.location}
    return names | {f"cid:{part.content_id}": part for part in pictures if part.content_id}
