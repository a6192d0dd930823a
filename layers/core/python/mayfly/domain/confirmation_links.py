"""The link of a mail that confirms something: an address, a registration, a new password, a login.

It counts by its own words, those around it and what its address looks like. What only leads
somewhere, and what has a rival with as good a claim, is none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from mayfly.domain.confirmation_link_words import (
    CONFIRM,
    CONFIRM_PATH,
    GO,
    GO_IN,
    LOGIN_PATH,
    NOT_CONFIRM,
    NOT_PATH,
    NOT_YOURS,
    SOCIAL,
)
from mayfly.domain.confirmation_words import folded
from mayfly.domain.link_targets import host_of
from mayfly.domain.visible import Link

NEAR_LINES = 3
NEAR_CHARS = 300
URL_CHARS = 2_000
ENOUGH = 5

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
_EDGES = " .!:…→›»>«‹<|*-–—"
_TRAILING = ".,;:!?)]}>*_'\""
_SEPARATORS = re.compile(r"[/?=&]")
_DIGIT = re.compile(r"\d")
SECRET_CHARS = 16
SECRET_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A link, the words that show it, and those around it."""

    url: str
    words: str
    above: str
    before: str


def link_in(subject: str, places: Sequence[Place]) -> str | None:
    """The link that clearly confirms something; None without one or with two."""
    if not places:
        return None
    about = folded(subject[:NEAR_CHARS])
    asked = 1 if CONFIRM.search(about) or GO_IN.match(about) else 0
    around = _Around()
    scores: dict[str, int] = {}
    for place in places:
        score = _score(place, asked, around)
        scores[place.url] = max(score, scores.get(place.url, 0))
    best = max(scores.values(), default=0)
    found = [url for url, score in scores.items() if score == best]
    return found[0] if best >= ENOUGH and len(found) == 1 else None


def places_of_html(lines: Sequence[str], links: Sequence[Link], most: int) -> list[Place]:
    """The links of HTML into the web."""
    places = []
    for link in links[:most]:
        url = _web(link.href)
        if url:
            above = _joined(lines[max(0, link.line - NEAR_LINES) : link.line])
            places.append(Place(url, link.text[:NEAR_CHARS], above, link.before))
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
                yield Place(url, "", above, before)


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


def _score(place: Place, asked: int, around: "_Around") -> int:
    try:
        parts = urlsplit(place.url)
    except ValueError:
        return 0
    words = folded(place.words).strip(_EDGES)
    where = f"{parts.path}?{parts.query}"
    if not parts.hostname or SOCIAL.search(parts.hostname) or NOT_PATH.search(where.lower()):
        return 0
    is_url = "://" in words
    if not is_url and (NOT_CONFIRM.search(words) or NOT_YOURS.search(words)):
        return 0
    says = not is_url and bool(CONFIRM.search(words))
    near = around.speak_of(CONFIRM, place.above) or around.speak_of(CONFIRM, place.before)
    goes_in = bool(GO_IN.match(words))
    path = 2 if CONFIRM_PATH.search(folded(unquote(where))) else 0
    path = path or (1 if LOGIN_PATH.search(where.lower()) else 0)
    near = near or (asked > 0 and (goes_in or (path > 0 and words in GO)))
    if not says and not (near and (is_url or not words or words in GO or goes_in)):
        return 0
    if around.speak_of(NOT_YOURS, place.before or _question(place.above)):
        return 0
    secret = 1 if any(map(_is_secret, _SEPARATORS.split(where))) else 0
    if not (secret or path):
        return 0
    return asked + (4 if says else 0) + (2 if near else 0) + path + secret


def _is_secret(piece: str) -> bool:
    """Whether a piece of an address is too random to be guessed, or a number."""
    digits = len(_DIGIT.findall(piece))
    return digits > 0 and (len(piece) >= SECRET_CHARS or len(piece) == digits >= SECRET_DIGITS)


def _question(above: str) -> str:
    last = above.rpartition("\n")[2].strip()
    return last if last[-1:] in "?？:：" else ""


class _Around:
    """What the lines around links say: many links have the same lines."""

    def __init__(self) -> None:
        self._known: dict[tuple[re.Pattern[str], str], bool] = {}

    def speak_of(self, words: re.Pattern[str], text: str) -> bool:
        """Whether the words are in the text."""
        key = (words, text)
        if key not in self._known:
            self._known[key] = bool(words.search(folded(text)))
        return self._known[key]
