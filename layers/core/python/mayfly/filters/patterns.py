"""What a text is compared with: a part that it has, or a glob that it is as a whole.

Case, Unicode's ways to write the same (NFKC, Unicode Standard Annex 15) and the number of blanks
make no difference. Both take time in proportion to the text, times the pattern's length at worst.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from mayfly import limits
from mayfly.errors import InvalidInput

GLOB = "~"
"""What a pattern begins with that is a glob."""
_BLANKS = re.compile(r"\s+")
_MARKS = 30  # UAX 15, section 12.2: no writing system needs more on one character
_GLOB_PIECE = re.compile(r"\\(?P<literal>.)|(?P<wild>[*?])|(?P<plain>[^\\*?]+)|\\", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text to look for; `~` before it makes it a glob, which the whole text has to be.

    In a glob `*` is any text, `?` one character, and `\\` takes the special meaning from what
    follows it.
    """

    text: str

    @classmethod
    def read(cls, name: str, text: object) -> "Pattern":
        """The pattern; InvalidInput names the parameter, and where in it the mistake is."""
        if not isinstance(text, str):
            raise InvalidInput(f"{name} must be a string")
        if not 1 <= len(text) <= limits.FILTER_CHARS:
            raise InvalidInput(f"{name} must have 1 to {limits.FILTER_CHARS} characters")
        if any("\ud800" <= each <= "\udfff" for each in text):
            raise InvalidInput(f"{name} must be Unicode text")
        if text.startswith(GLOB):
            _compiled(text, name)
        elif not folded(text):
            raise InvalidInput(f"{name} must have more than blanks")
        return cls(text)

    def is_in(self, texts: Iterable[str]) -> bool:
        """Whether one of these texts, which are `folded`, has it."""
        if self.text.startswith(GLOB):
            glob = _compiled(self.text)
            return any(glob.fullmatch(each) is not None for each in texts)
        part = _part(self.text)
        return any(part in each for each in texts)


def literally(text: str) -> str:
    """What a pattern is read from that looks for this text, also where it begins with `~`."""
    if not text.startswith(GLOB):
        return text
    escaped = re.sub(r"([\\*?])", r"\\\1", text)
    return f"{GLOB}*{escaped}*"


def folded(text: str) -> str:
    """The text as it is compared."""
    return " ".join(_folded(text).split())


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    once = unicodedata.normalize("NFKC", _with_bounded_marks(text)).casefold()
    return unicodedata.normalize("NFKC", once)


def _with_bounded_marks(text: str) -> str:
    """Without the marks beyond so many on one character: sorting them takes quadratic time."""
    kept, marks = [], 0
    for each in text:
        marks = marks + 1 if unicodedata.combining(each) else 0
        if marks <= _MARKS:
            kept.append(each)
    return "".join(kept)


@lru_cache(maxsize=1024)
def _part(text: str) -> str:
    return folded(text)


@lru_cache(maxsize=1024)
def _compiled(text: str, name: str = "") -> re.Pattern[str]:
    """The glob as an expression that looks for each piece once: what was found is not given back.

    The first place that has a piece leaves the most for the others, so no other is ever needed.
    """
    pieces = _pieces(text, name)
    first, rest = pieces[0], pieces[1:]
    if not rest:
        return re.compile(first, re.DOTALL)
    between = "".join(f"(?>.*?{each})" for each in rest[:-1] if each)
    return re.compile(f"{first}{between}.*{rest[-1]}", re.DOTALL)


def _pieces(text: str, name: str) -> list[str]:
    """The expressions between the stars."""
    pieces, literal = [""], ""
    for found in _GLOB_PIECE.finditer(text, len(GLOB)):
        if found[0] == "\\":
            raise InvalidInput(
                f"{name} ends in \\ (character {found.start() + 1}): nothing follows"
            )
        if found["wild"] is None:
            literal += found["literal"] or found["plain"]
            continue
        pieces[-1] += _expression(literal) + ("." if found["wild"] == "?" else "")
        literal = ""
        if found["wild"] == "*":
            pieces.append("")
    pieces[-1] += _expression(literal)
    return pieces


def _expression(literal: str) -> str:
    return re.escape(_BLANKS.sub(" ", _folded(literal)))
