"""The links of a message into the web, with the words that show them and those around.

They are given as programs write them: in ASCII, and without what only ends a sentence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from mayfly.mail.html.link_targets import host_of
from mayfly.mail.html.text import Link

NEAR_LINES = 3
NEAR_CHARS = 300
URL_CHARS = 2_000

# Letters of scripts that put blanks between words may stand in a path (RFC 3987); the others begin
# the rest of the sentence there, and stand only in a host.
_LETTERS = (
    "\u00c0-\u024f\u0370-\u0588\u05d0-\u05ea\u0620-\u064a\u0660-\u0669\u0671-\u06d3\u0900-\u0963"
)
_URL = re.compile(rf"https?://(?:[\w.-]{{1,253}}(?=[/:?#]))?[\x21-\x7e{_LETTERS}]++", re.IGNORECASE)
_AUTHORITY = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9.-]+")
_PORT = re.compile(r":\d+$")
_OUTSIDE = "<>\"'`{}|\\^"
_TRAILING = ".,;:!?)]}>*_'\""
_UNSEEN = {9: None, 10: None, 13: None}


@dataclass(frozen=True, slots=True)
class Place:
    """A link, the words that show it, and those around it."""

    url: str
    words: str
    above: str
    before: str
    after: str = ""


def places_of_html(lines: Sequence[str], links: Sequence[Link], most: int) -> list[Place]:
    """The links of HTML into the web."""
    places = []
    for link in links[:most]:
        url = _web(_as_browsers_read(link.href))
        if url:
            above = _joined(lines[max(0, link.line - NEAR_LINES) : link.line])
            after = _after(lines[link.line], link) if link.line < len(lines) else ""
            places.append(Place(url, link.text[:NEAR_CHARS], above, link.before, after))
    return places


def places_of_text(lines: Sequence[str], most: int) -> list[Place]:
    """The links into the web that stand in a text."""
    return list(_in_text(lines, most))


def _in_text(lines: Sequence[str], most: int) -> Iterator[Place]:
    for at, line in enumerate(lines):
        for found in _URL.finditer(line):
            most -= 1
            if most < 0:
                return
            url = _web(_whole(found[0].split(">")[0]))
            if url:
                before = line[max(0, found.start() - NEAR_CHARS) : found.start()]
                is_alone = len(before.strip()) < 3
                above = _joined(lines[max(0, at - NEAR_LINES) : at]) if is_alone else ""
                after = line[found.end() : found.end() + NEAR_CHARS]
                yield Place(url, "", above, before, after)


def _after(line: str, link: Link) -> str:
    """What the line says after the link, as far as it is looked at."""
    before = " ".join(link.before.split()) + (" " if link.before[-1:].isspace() else "")
    written = f"{before[-NEAR_CHARS:].lstrip()}{link.text}"
    start = line[: 4 * NEAR_CHARS].find(written) if link.text else -1
    return line[start + len(written) :][:NEAR_CHARS] if start >= 0 else ""


def _as_browsers_read(href: str) -> str:
    """The URL without tabs and ends of lines, its blanks escaped (WHATWG URL, section 4.4)."""
    return href[: 2 * URL_CHARS].translate(_UNSEEN).strip().replace(" ", "%20")


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(each[-NEAR_CHARS:] for each in lines)


def _whole(url: str) -> str:
    """The address without what ends a sentence or a remark; its own brackets stay."""
    url = url[: 2 * URL_CHARS]
    surplus = {end: url.count(end) - url.count(start) for start, end in ("()", "[]", "{}")}
    end = len(url)
    while end and url[end - 1] in _TRAILING:
        last = url[end - 1]
        if last in surplus:
            if surplus[last] <= 0:
                break
            surplus[last] -= 1
        end -= 1
    return url[:end]


def _web(url: str) -> str:
    """The link, if it is one that a reader can be given: of the web, with a host, not too long."""
    is_one = url[:8].lower().startswith(("https://", "http://")) and len(url) <= URL_CHARS
    if not is_one or any(each in url for each in _OUTSIDE):
        return ""
    return url if url.isascii() else _in_ascii(url)


def _in_ascii(url: str) -> str:
    """The URI of an IRI (RFC 3987, section 3.1); empty if its host is none, or hidden."""
    authority = _AUTHORITY.match(url)
    host = host_of(url)
    if authority is None or not host or not _HOST.fullmatch(host) or "@" in authority[1]:
        return ""
    port = _PORT.search(authority[1])
    path = "".join(each if each.isascii() else quote(each) for each in url[authority.end() :])
    return f"{url[: authority.start(1)]}{host}{port[0] if port else ''}{path}"
