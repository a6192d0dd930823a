"""SEARCH (RFC 3501 section 6.4.4): its keys, and whether a message fits."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date
from email.utils import parsedate_to_datetime

from mayfly_client.bridge import limits
from mayfly_client.bridge.boxes import Line
from mayfly_client.bridge.imap.scanner import Malformed, NumberSet, Scanner
from mayfly_client.bridge.mime.structure import Part
from mayfly_client.bridge.mime.texts import decoded, headers, texts


class BadCharset(Exception):
    """The charset of a search is none that we know."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message as a search sees it. `message` is there once it is needed."""

    place: int
    line: Line
    flags: frozenset[bytes]
    message: Part | None = None


class NeedsMessage(Exception):
    """The key cannot be judged without the message."""


Test = Callable[[Candidate], bool]


@dataclass(frozen=True, slots=True)
class Ends:
    """The highest place and the highest number, which `*` stands for."""

    place: int
    number: int


def _flag(name: bytes, *, is_set: bool = True) -> Test:
    return lambda found: (name in found.flags) is is_set


_FLAGS: dict[str, Test] = {
    "ALL": lambda found: True,
    "NEW": lambda found: b"\\Recent" in found.flags and b"\\Seen" not in found.flags,
    "OLD": _flag(b"\\Recent", is_set=False),
    "RECENT": _flag(b"\\Recent"),
    **{
        prefix + name: _flag(b"\\" + name.title().encode(), is_set=not prefix)
        for name in ("ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN")
        for prefix in ("", "UN")
    },
}
_LISTED = {"SUBJECT": lambda line: line.subject, "FROM": lambda line: line.sender}
_HEADERS = frozenset({"BCC", "CC", "TO"})


def search_key(scanner: Scanner, ends: Ends) -> Test:
    """The keys of a whole search, all of which have to fit."""
    charset = "utf-8"
    if scanner.text[scanner.at : scanner.at + 8].upper() == b"CHARSET ":
        scanner.at += 8
        charset = scanner.astring().decode("ascii", "replace").lower()
        if charset not in ("utf-8", "us-ascii"):
            raise BadCharset
        scanner.space()
    found = _Keys(scanner, ends).all()
    scanner.end()
    return found


@dataclass(slots=True)
class _Keys:
    scanner: Scanner
    ends: Ends
    depth: int = field(default=0)
    count: int = field(default=0)

    def all(self) -> Test:
        tests = [self._key()]
        while not self.scanner.is_at_end and not self.scanner.sees(b")"):
            self.scanner.space()
            if not self.scanner.is_at_end:
                tests.append(self._key())
        return _every(tests)

    def _key(self) -> Test:
        self.depth += 1
        self.count += 1
        if self.count > limits.SEARCH_KEYS:
            raise Malformed(f"a SEARCH may have {limits.SEARCH_KEYS} keys")
        if self.depth > limits.SEARCH_DEPTH:
            raise Malformed(f"keys may be {limits.SEARCH_DEPTH} deep")
        found = self._any_key()
        self.depth -= 1
        return found

    def _any_key(self) -> Test:
        scanner = self.scanner
        if scanner.skip(b"("):
            inside = self.all()
            scanner.expect(b")")
            return inside
        if scanner.sets_ahead():
            return _among(scanner.number_set(), self.ends.place, lambda found: found.place)
        name = scanner.word().decode("ascii")
        if name in _FLAGS:
            return _FLAGS[name]
        scanner.space()
        if name == "NOT":
            return _negated(self._key())
        if name == "OR":
            first = self._key()
            scanner.space()
            return _either(first, self._key())
        if name == "UID":
            numbers = scanner.number_set()
            return _among(numbers, self.ends.number, lambda found: found.line.number)
        return self._with_value(name)

    def _with_value(self, name: str) -> Test:
        scanner = self.scanner
        if name in ("KEYWORD", "UNKEYWORD"):
            return _flag(scanner.flag(), is_set=name == "KEYWORD")
        if name in ("LARGER", "SMALLER"):
            return _sized(name, scanner.number())
        if name in _DATES:
            return _dated(name, scanner.date())
        if name == "HEADER":
            header = scanner.astring().lower()
            scanner.space()
            return _in_header(header, self._text())
        if name in _LISTED:
            return _in_line(name, self._text())
        if name in _HEADERS:
            return _in_header(name.lower().encode(), self._text())
        if name in ("BODY", "TEXT"):
            return _in_texts(name, self._text())
        raise Malformed(f"there is no key {name[:20]!r}")

    def _text(self) -> str:
        return self.scanner.astring().decode("utf-8", "replace").casefold()


def _every(tests: list[Test]) -> Test:
    """All of them; a message is read only if what is known without it does not say no."""

    def test(found: Candidate) -> bool:
        is_open = False
        for each in tests:
            try:
                if not each(found):
                    return False
            except NeedsMessage:
                is_open = True
        if is_open:
            raise NeedsMessage
        return True

    return test if len(tests) > 1 else tests[0]


def _either(first: Test, second: Test) -> Test:
    def test(found: Candidate) -> bool:
        try:
            if first(found):
                return True
        except NeedsMessage:
            if second(found):
                return True
            raise
        return second(found)

    return test


def _negated(key: Test) -> Test:
    return lambda found: not key(found)


def _among(numbers: NumberSet, last: int, number_of: Callable[[Candidate], int]) -> Test:
    spans = numbers.within(last)
    starts = [start for start, _ in spans]

    def test(found: Candidate) -> bool:
        number = number_of(found)
        at = bisect_right(starts, number) - 1
        return at >= 0 and number <= spans[at][1]

    return test


def _sized(name: str, size: int) -> Test:
    if name == "LARGER":
        return lambda found: found.line.size > size
    return lambda found: found.line.size < size


_COMPARED: dict[str, Callable[[date, date], bool]] = {
    "BEFORE": lambda found, wanted: found < wanted,
    "ON": lambda found, wanted: found == wanted,
    "SINCE": lambda found, wanted: found >= wanted,
}
_DATES = frozenset(prefix + name for name in _COMPARED for prefix in ("", "SENT"))


def _dated(name: str, wanted: date) -> Test:
    compared = _COMPARED[name.removeprefix("SENT")]
    if not name.startswith("SENT"):
        return lambda found: compared(found.line.received_at.astimezone(UTC).date(), wanted)

    def test(found: Candidate) -> bool:
        sent = _sent(_needed(found))
        return sent is not None and compared(sent, wanted)

    return test


def _sent(message: Part) -> date | None:
    try:
        return parsedate_to_datetime((message.field(b"date") or b"").decode("latin-1")).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _in_line(name: str, wanted: str) -> Test:
    return lambda found: wanted in _LISTED[name](found.line).casefold()


def _in_header(name: bytes, wanted: str) -> Test:
    def test(found: Candidate) -> bool:
        return any(
            wanted in decoded(each.value).casefold()
            for each in _needed(found).fields
            if each.name == name
        )

    return test


def _in_texts(name: str, wanted: str) -> Test:
    def test(found: Candidate) -> bool:
        message = _needed(found)
        if name == "TEXT" and wanted in headers(message).casefold():
            return True
        return any(wanted in each.casefold() for each in texts(message))

    return test


def _needed(found: Candidate) -> Part:
    if found.message is None:
        raise NeedsMessage
    return found.message
