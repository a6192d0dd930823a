"""Links of safe HTML that say one place and lead to another, marked with where they lead.

Hosts are read as browsers read them (WHATWG URL, section 4.4), so that no spelling hides one.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from mayfly.errors import InvalidAddress
from mayfly.mail.address import normal_domain
from mayfly.mail.html.balance import INLINE, unescaped

TARGET = "data-mayfly-target"
"""The attribute that names the host; no message can bring it, because nh3 leaves it out."""
MAX_HOST_CHARS = 253
MAX_NAMES = 100
"""So many names of one message are put into ASCII; of those beyond, none is believed."""
_MAX_WRITTEN_CHARS = 1000  # of a host in a URL: escapes and invisible characters make it longer

# As nh3 writes tags: attributes in double quotes, which are escaped within.
_PIECE = re.compile(
    r'<(?P<name>/?[a-z0-9]+)(?P<attributes>(?: [a-z-]+="[^"]*+")*+)>|(?P<text>[^<]++|<)'
)
_HREF = re.compile(r' href="([^"]*+)"')
_SAID = re.compile(r' (?:alt|title)="([^"]*+)"')
_HTTP = re.compile(r"https?:[/\\]*+", re.IGNORECASE)
_NAMED = re.compile(r"https?:[/\\]++|www\.", re.IGNORECASE)
_AUTHORITY = re.compile(r"[^/\\?#]*+")
_PORT = re.compile(r":\d*+$")
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\u2066-\u206f\ufeff]+")
_REVERSED = re.compile("[\u202a-\u202e\u2066-\u2069]")
_DOTS = re.compile("[\u3002\uff0e\uff61]")
_EDGES = "\"'`()[]{}<>«»“”‘’„‚「」『』【】（）.,;:!?…*_|→›»"  # noqa: RUF001
_DOMAIN = re.compile(r"(?:[\w-]++\.)+(?P<top>xn--[\w-]++|[^\W\d_]{2,24}+)(?=[:/?#]|$)")
_TOP_NAMES = (
    "com org net edu gov mil int info biz name pro mobi app dev shop store online site xyz club top"
    " live world bank cloud page link click blog news tech space website email support"
)
_TOPS = frozenset(_TOP_NAMES.split())
"""What ends a word with a dot in it that is a place for sure, even among others."""
_FILE_NAMES = (
    "pdf doc docx xls xlsx ppt pptx odt txt csv rtf jpg jpeg png gif webp svg mp3 mp4 mov avi zip"
    " rar gz tar js ts css html htm php asp aspx jsp json xml ics eml exe dmg md py rs sh pl"
)
_FILES = frozenset(_FILE_NAMES.split())


def marked(clean: str) -> str:
    """The HTML, as nh3 gives it, with `data-mayfly-target` on links that need it.

    Those are links whose words, title or picture name another host than they lead to, that hide it
    behind a user name or reversed words, or whose host is not in ASCII. In time in proportion to
    the length: after `MAX_NAMES` hosts that are not in ASCII all such links are marked, with their
    host as it is written.
    """
    marking = _Marking()
    for piece in _PIECE.finditer(clean):
        marking.take(piece)
    return "".join(marking.pieces)


def host_of(url: str) -> str:
    """The host that a browser would ask, in ASCII; empty if the URL is not http or https."""
    found = _HTTP.match(url)
    return _Names().host(url[found.end() :])[0] if found else ""


@dataclass(slots=True)
class _Names:
    """Hosts in ASCII; of those that are written otherwise, so many as one message may have."""

    known: dict[str, str] = field(default_factory=dict)

    def host(self, rest: str) -> tuple[str, bool]:
        """The host of what follows `https://`, and whether a user name stands before it."""
        rest = rest.translate({9: None, 10: None, 13: None})
        authority = (_AUTHORITY.match(rest) or [""])[0]
        user, at, place = authority.rpartition("@")
        return self.ascii(_PORT.sub("", place)), bool(at and user)

    def ascii(self, host: str) -> str:
        """The host as DNS has it; what cannot be one has a backslash for each strange character."""
        if len(host) > _MAX_WRITTEN_CHARS:
            return _escaped(host[:MAX_HOST_CHARS] + "…")
        if "%" in host:
            host = unquote(host)
        if host.isascii():
            return host.lower().rstrip(".")
        if host not in self.known:
            if len(self.known) >= MAX_NAMES:
                return _escaped(host)
            self.known[host] = _ascii(host)
        return self.known[host]


@dataclass(slots=True)
class _Marking:
    pieces: list[str] = field(default_factory=list)
    opened: int | None = None
    words: list[str] = field(default_factory=list)
    reversals: int = 0
    was_reversed: bool = False
    names: _Names = field(default_factory=_Names)

    def take(self, piece: re.Match[str]) -> None:
        self.pieces.append(piece[0])
        name = piece["name"]
        if name is None:
            if self.opened is not None:
                self.words.append(unescaped(piece["text"]))
            return
        if name in ("bdo", "/bdo"):
            self.reversals += 1 if name == "bdo" else -1
        self.was_reversed = self.was_reversed or self.reversals > 0
        if name == "a":
            self.opened, self.words = len(self.pieces) - 1, []
            self.was_reversed = self.reversals > 0
        texts = [unescaped(each) for each in _SAID.findall(piece["attributes"])]
        if name == "/a":
            self._close()
        elif self.opened is None:
            return
        elif texts:
            self.words += [f" {each} " for each in texts]
        elif name.lstrip("/") not in INLINE or "style=" in piece["attributes"]:
            self.words.append(" ")

    def _close(self) -> None:
        if self.opened is None:
            return
        tag, words = self.pieces[self.opened], "".join(self.words)
        href = _HREF.search(tag)
        target = self._target(unescaped(href[1]) if href else "", words)
        if target:
            label = html.escape(target[:MAX_HOST_CHARS])
            self.pieces[self.opened] = f'<a {TARGET}="{label}"{tag[len("<a") :]}'
        self.opened = None

    def _target(self, url: str, words: str) -> str:
        """The host to be named, if it has to be."""
        found = _HTTP.match(url.strip())
        if found is None:
            return ""
        host, has_user = self.names.host(url.strip()[found.end() :])
        is_foreign = "\\" in host or any(each.startswith("xn--") for each in host.split("."))
        lies = (
            self.was_reversed
            or _REVERSED.search(words)
            or any(not _same(each, host) for each in self._named(words))
        )
        return host if has_user or is_foreign or lies else ""

    def _named(self, words: str) -> Iterator[str]:
        """The hosts that the words name."""
        tokens = _INVISIBLE.sub("", words).split()
        for token in tokens:
            found = _NAMED.search(token)
            if found and token.endswith(("…", "...")) and "/" not in token[found.end() :]:
                continue  # it is cut within the host
            if found:
                rest = token[found.end() :] if ":" in found[0] else token[found.start() :]
                named = self.names.host(rest.strip(_EDGES))[0]
            else:
                named = self.names.ascii(_domain(token.strip(_EDGES), is_all=len(tokens) == 1))
            if "." in named:
                yield named


def _ascii(host: str) -> str:
    try:
        bare = _INVISIBLE.sub("", host)
        # A label in other characters is short; normalising a long run of marks takes long.
        if any(len(each) > MAX_HOST_CHARS for each in bare.split(".")):
            return _escaped(bare)
        return normal_domain(_DOTS.sub(".", unicodedata.normalize("NFKC", bare)).lower())
    except InvalidAddress:
        return _escaped(bare)


def _escaped(host: str) -> str:
    return host.lower().encode("ascii", "backslashreplace").decode("ascii")


def _domain(token: str, is_all: bool) -> str:
    """The domain that the token is or begins with; empty if it is none, or hardly one."""
    found = _DOMAIN.match(token) if "@" not in token else None
    if found is None:
        return ""
    top = found["top"].lower()
    is_place = top in _TOPS or len(top) == 2 or not top.isascii() or is_all
    return found[0] if is_place and top not in _FILES else ""


def _same(named: str, host: str) -> bool:
    """Whether the one is the other's, or within it."""
    named, host = named.removeprefix("www."), host.removeprefix("www.")
    return named == host or host.endswith(f".{named}") or named.endswith(f".{host}")
