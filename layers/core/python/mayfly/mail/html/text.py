"""What of HTML a reader sees: its text in lines, pictures by their `alt`, and its links.

Written for what a program looks for in a message, not for showing it.
"""

import re
from dataclasses import dataclass

from mayfly.mail.html.balance import INLINE, balanced, unescaped

BEFORE_CHARS = 300
BEFORE_PIECES = 20

# The tags of `balanced`: known, closed, and with these attributes.
_PIECE = re.compile(
    r'<(?P<name>/?[a-z0-9]+)(?: (?:href="(?P<href>[^"]*+)"|alt="(?P<alt>[^"]*+)"))*+>'
    r"|(?P<text>[^<]++)"
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link: where to, by what words, in which of the lines they begin, and after what in it."""

    href: str
    text: str
    line: int
    before: str


@dataclass(frozen=True, slots=True)
class Visible:
    """Lines in their order, without blank ones; each cell of a table is one."""

    lines: list[str]
    links: list[Link]


def visible(markup: str) -> Visible:
    """What is seen of the HTML, in time in proportion to its length."""
    reading = _Reading()
    for piece in _PIECE.finditer(balanced(markup, frozenset({"href", "alt"}))):
        if piece["text"] is not None:
            reading.add(unescaped(piece["text"]))
        elif piece["name"] == "a":
            reading.open(unescaped(piece["href"] or ""))
        elif piece["name"] == "img":
            if piece["alt"]:
                reading.add(f" {unescaped(piece['alt'])} ")
        elif piece["name"] == "/a":
            reading.close()
        elif piece["name"].lstrip("/") not in INLINE:
            reading.end_line()
    reading.close()
    reading.end_line()
    return Visible(reading.lines, reading.links)


class _Reading:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.links: list[Link] = []
        self._words: list[str] = []
        self._linked = 0  # how many of them the line's last link ends
        self._href: str | None = None
        self._link_words: list[str] = []
        self._place = (0, "")

    def add(self, text: str) -> None:
        self._words.append(text)
        if self._href is not None:
            self._link_words.append(text)

    def end_line(self) -> None:
        line = " ".join("".join(self._words).split())
        self._words, self._linked = [], 0
        if line:
            self.lines.append(line)
        if self._href is not None:
            self._link_words.append(" ")

    def open(self, href: str) -> None:
        self.close()
        words = self._words[self._linked :][-BEFORE_PIECES:]
        before = "".join(each[-BEFORE_CHARS:] for each in words)
        self._href, self._link_words = href, []
        self._place = (len(self.lines), before[-BEFORE_CHARS:])

    def close(self) -> None:
        if self._href is not None:
            words = " ".join("".join(self._link_words).split())
            self._linked = len(self._words)
            self.links.append(Link(self._href.strip(), words, *self._place))
        self._href = None
