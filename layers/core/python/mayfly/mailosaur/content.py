"""What Mailosaur finds in a mail besides its text: links, codes and images of each body."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mayfly import limits
from mayfly.mail.html.balance import balanced, unescaped
from mayfly.mail.html.text import visible
from mayfly.mail.mime.models import ParsedMail

_BOUNDS = limits.CONFIRMATION
_MOST_CODES = 20
_LOOKS_SO = re.compile(
    r"(?<![\w.,:/#-])(?:\d{4,8}|(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{4,10})(?![\w/-]|[.,:]\d)"
)
# The tags of `balanced`, with these attributes, and the text between them.
_ATTRIBUTES = frozenset({"href", "src", "alt"})
_PIECE = re.compile(
    r'<(?P<name>/?[a-z0-9]+)(?: (?:href="(?P<href>[^"]*+)"|src="(?P<src>[^"]*+)"'
    r'|alt="(?P<alt>[^"]*+)"))*+>|(?P<text>[^<]++)'
)


@dataclass(frozen=True, slots=True)
class Link:
    """Where to, and the words that show it; None of one that shows none."""

    href: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Image:
    """Where it is, and what it shows."""

    src: str
    alt: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """What is in one body, each in the order in which it stands there."""

    links: list[Link]
    codes: list[str]
    images: list[Image]


def in_html(mail: ParsedMail) -> Found:
    """What is in the HTML, as far as codes are looked for."""
    markup = mail.html[: _BOUNDS.html_chars]
    links, images = _seen(markup)
    codes = _codes(mail.subject, "", markup, visible(markup).lines)
    return Found(links[: _BOUNDS.links], codes, images[: _BOUNDS.links])


def in_text(mail: ParsedMail) -> Found:
    """What is in the plain text, likewise; the words of its links are the links."""
    from mayfly.mail.codes.links import places_of_text

    text = mail.text[: _BOUNDS.text_chars]
    lines = text.splitlines()
    links = [Link(each.url, each.url) for each in places_of_text(lines, _BOUNDS.links)]
    return Found(links, _codes(mail.subject, text, "", lines), [])


def _codes(subject: str, text: str, markup: str, lines: Sequence[str]) -> list[str]:
    """First the code that the body clearly gives, then all that looks like one."""
    from mayfly.mail.codes.find import confirmation

    clear = confirmation(subject, text, markup, _BOUNDS).code if lines else None
    return _first([*([clear] if clear else []), *_alike(lines)])


def _alike(lines: Iterable[str]) -> Iterator[str]:
    from mayfly.mail.codes.labels import is_year
    from mayfly.mail.codes.shapes import LINE_CHARS, without_addresses

    for line in lines:
        for found in _LOOKS_SO.finditer(without_addresses(line[:LINE_CHARS])):
            if not is_year(found[0]):
                yield found[0]


def _first(codes: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for each in codes:
        found[each] = None
        if len(found) == _MOST_CODES:
            break
    return list(found)


def _seen(markup: str) -> tuple[list[Link], list[Image]]:
    """Links by the text in them, and images; of pictures in a link the text is none."""
    links: list[Link] = []
    images: list[Image] = []
    href, words = "", []
    for piece in _PIECE.finditer(balanced(markup, _ATTRIBUTES)):
        if piece["text"] is not None:
            words.append(unescaped(piece["text"]))
        elif piece["name"] in ("a", "/a"):
            if href:
                links.append(Link(href, " ".join("".join(words).split()) or None))
            href, words = unescaped(piece["href"] or "").strip(), []
        elif piece["name"] == "img" and piece["src"]:
            alt = piece["alt"]
            images.append(Image(unescaped(piece["src"]), None if alt is None else unescaped(alt)))
    return links, images
