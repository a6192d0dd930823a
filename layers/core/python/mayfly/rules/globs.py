"""Compare texts as Sieve does: `is`, `contains` and `matches` with `*` and `?`, at a known price.

No pattern is a regular expression of its writer's: pieces between two `*` are found from left to
right, each once, so no pattern makes a long text cost more than its length times one piece's.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase

from mayfly.rules.models import Match

_FOLD = str.maketrans(ascii_uppercase, ascii_lowercase)
_PIECE = re.compile(r"\\(.)|([*?])|([^*?\\]+|\\\Z)", re.DOTALL)


def folded(text: str) -> str:
    """The text as the comparator `i;ascii-casemap` sees it (RFC 4790 section 9.2)."""
    return text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What stands between two `*`: a plain text, or one with `?` in it."""

    text: str
    wild: re.Pattern[str] | None
    width: int

    def found(self, text: str, start: int) -> int:
        """Where it ends in the text from `start` on, or -1."""
        if self.wild is None:
            at = text.find(self.text, start)
            return at + self.width if at >= 0 else -1
        match = self.wild.search(text, start)
        return match.end() if match else -1

    def begins(self, text: str, at: int) -> bool:
        """Whether the text has it there."""
        if self.wild is None:
            return text.startswith(self.text, at)
        return self.wild.match(text, at) is not None


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern with `*` and `?`, in which a backslash makes the next character itself."""

    pieces: tuple[_Piece, ...]

    @property
    def price(self) -> int:
        """How many times the characters of a text may be looked at."""
        return max([1, *(each.width for each in self.pieces if each.wild)])

    def covers(self, text: str) -> bool:
        """Whether the pattern is the whole of the text; letters are folded already."""
        first, *rest = self.pieces
        if not first.begins(text, 0):
            return False
        if not rest:
            return len(text) == first.width
        *middle, last = rest
        at = first.width
        for each in middle:
            at = each.found(text, at)
            if at < 0:
                return False
        end = len(text) - last.width
        return end >= at and last.begins(text, end)


@lru_cache(maxsize=1024)
def glob(pattern: str) -> Glob:
    """The pattern, read."""
    pieces: list[list[str | None]] = [[]]
    for escaped, special, plain in _PIECE.findall(folded(pattern)):
        if special == "*":
            pieces.append([])
        elif special == "?":
            pieces[-1].append(None)
        else:
            pieces[-1] += list(escaped or plain)
    return Glob(tuple(map(_piece, pieces)))


def _piece(characters: list[str | None]) -> _Piece:
    if None not in characters:
        text = "".join(each for each in characters if each is not None)
        return _Piece(text, None, len(text))
    wild = "".join("." if each is None else re.escape(each) for each in characters)
    return _Piece("", re.compile(wild, re.DOTALL), len(characters))


class Spent(Exception):
    """The comparisons of these rules would cost more than they may."""


class Work:
    """What comparing may still cost, in characters."""

    def __init__(self, characters: int) -> None:
        """With so many to begin with."""
        self.left = characters

    def spend(self, characters: int) -> None:
        """Take so many; Spent if there are not as many."""
        self.left -= characters
        if self.left < 0:
            raise Spent

    def any(self, match: Match, values: Iterable[str], texts: Iterable[str]) -> bool:
        """Whether one of the texts compares with one of the values."""
        wanted = [folded(value) for value in values]
        for text in map(folded, texts):
            for value in wanted:
                self.spend((len(text) + 1) * (glob(value).price if match is Match.MATCHES else 1))
                if _COMPARED[match](text, value):
                    return True
        return False


_COMPARED: dict[Match, Callable[[str, str], bool]] = {
    Match.IS: str.__eq__,
    Match.CONTAINS: str.__contains__,
    Match.MATCHES: lambda text, value: glob(value).covers(text),
}
