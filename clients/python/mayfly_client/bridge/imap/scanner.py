"""What clients send, taken apart (RFC 3501 section 9)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

_Found = TypeVar("_Found")
_ATOM = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\\]]+")
_ASTRING = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\]+")
_LIST_MAILBOX = re.compile(rb"[^\x00-\x20\x7f-\xff(){\"\\]+")
_QUOTED = re.compile(rb"\"((?:[^\"\\\r\n\x00]|\\[\"\\])*)\"")
_LITERAL = re.compile(rb"\{(\d{1,10})\+?\}\r\n")
_NUMBER = re.compile(rb"\d{1,10}")
_SET = re.compile(
    rb"(?:\*|\d{1,10})(?::(?:\*|\d{1,10}))?(?:,(?:\*|\d{1,10})(?::(?:\*|\d{1,10}))?)*"
)
_FLAG = re.compile(rb"\\?[^\x00-\x20\x7f-\xff(){%*\"\\\]]+")
_DATE = re.compile(rb"(\"?)(\d{1,2})-([A-Za-z]{3})-(\d{4})\1")
_MONTHS = b"jan feb mar apr may jun jul aug sep oct nov dec".split()
_MOST = 2**32 - 1


class Malformed(Exception):
    """The command cannot be read; the message says where."""


@dataclass(frozen=True, slots=True)
class NumberSet:
    """A set as it was written; `*` is None."""

    spans: tuple[tuple[int | None, int | None], ...]

    def within(self, last: int) -> list[tuple[int, int]]:
        """From where to where they go, `*` being the last number; in their order, and apart."""
        bounds = [[last if each is None else each for each in span] for span in self.spans]
        found: list[tuple[int, int]] = []
        for start, end in sorted((min(each), max(each)) for each in bounds):
            if found and start <= found[-1][1] + 1:
                found[-1] = found[-1][0], max(end, found[-1][1])
            else:
                found.append((start, end))
        return found


class Scanner:
    """Reads a command from left to right; Malformed at what cannot be there."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.at = 0

    def _take(self, pattern: re.Pattern[bytes], what: str) -> re.Match[bytes]:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise Malformed(f"{what} is expected at position {self.at}")
        self.at = found.end()
        return found

    def sees(self, text: bytes) -> bool:
        """Whether this comes next."""
        return self.text.startswith(text, self.at)

    def skip(self, text: bytes) -> bool:
        """Go past this if it comes next."""
        if self.sees(text):
            self.at += len(text)
            return True
        return False

    def expect(self, text: bytes) -> None:
        """Go past this."""
        if not self.skip(text):
            raise Malformed(f"{text.decode('latin-1')!r} is expected at position {self.at}")

    def space(self) -> None:
        """Go past a blank; clients that send two are forgiven."""
        self.expect(b" ")
        while self.skip(b" "):
            pass

    def end(self) -> None:
        """Nothing may follow."""
        while self.skip(b" "):
            pass
        if self.at < len(self.text):
            raise Malformed(f"nothing is expected at position {self.at}")

    @property
    def is_at_end(self) -> bool:
        """Whether nothing follows."""
        return self.at >= len(self.text)

    def atom(self) -> bytes:
        """An atom."""
        return self._take(_ATOM, "a word")[0]

    def word(self) -> bytes:
        """An atom in upper case."""
        return self.atom().upper()

    def string(self) -> bytes:
        """A quoted string or a literal."""
        if self.sees(b"{"):
            size = int(self._take(_LITERAL, "a literal")[1])
            found = self.text[self.at : self.at + size]
            if len(found) < size:
                raise Malformed("the literal is too short")
            self.at += size
            return found
        return self._take(_QUOTED, "a string")[1].replace(b'\\"', b'"').replace(b"\\\\", b"\\")

    def astring(self) -> bytes:
        """A string, or a word without quotes."""
        if self.sees(b'"') or self.sees(b"{"):
            return self.string()
        return self._take(_ASTRING, "a string")[0]

    def list_mailbox(self) -> bytes:
        """A name with wildcards."""
        if self.sees(b'"') or self.sees(b"{"):
            return self.string()
        return self._take(_LIST_MAILBOX, "a name")[0]

    def number(self) -> int:
        """A number of 32 bits."""
        found = int(self._take(_NUMBER, "a number")[0])
        if found > _MOST:
            raise Malformed("the number is too large")
        return found

    def sets_ahead(self) -> bool:
        """Whether a set of numbers comes next."""
        return _SET.match(self.text, self.at) is not None

    def number_set(self) -> NumberSet:
        """A set of numbers; none of them is 0."""
        spans = []
        for each in self._take(_SET, "a set of numbers")[0].split(b","):
            ends = [None if one == b"*" else int(one) for one in each.split(b":")]
            if any(end is not None and not 0 < end <= _MOST for end in ends):
                raise Malformed("a number in the set cannot be")
            spans.append((ends[0], ends[-1]))
        return NumberSet(tuple(spans))

    def flag(self) -> bytes:
        """A flag."""
        return self._take(_FLAG, "a flag")[0]

    def date(self) -> date:
        """A date as in 1-Jan-2026."""
        found = self._take(_DATE, "a date")
        try:
            month = _MONTHS.index(found[3].lower()) + 1
            return date(int(found[4]), month, int(found[2]))
        except ValueError as error:
            raise Malformed("the date is none") from error

    def listed(self, one: Callable[[], _Found]) -> list[_Found]:
        """What is in parentheses, with blanks between."""
        self.expect(b"(")
        found: list[_Found] = []
        while not self.skip(b")"):
            if found:
                self.space()
                if self.skip(b")"):
                    break
            found.append(one())
        return found
