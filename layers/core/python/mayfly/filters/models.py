"""Filters: conditions that a message meets one and all, the cheap ones asked first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.filters.patterns import Pattern, folded
from mayfly.mail.mime.models import ParsedMail

MOST_BYTES = 2**53 - 1
"""The largest size that a filter may name: JSON's numbers are exact up to here."""


class Field(StrEnum):
    """What a condition is about, by the name of its parameter; what costs least is first."""

    HAS_ATTACHMENT = "hasAttachment"
    IS_READ = "isRead"
    SINCE = "since"
    BEFORE = "before"
    LARGER = "larger"
    SMALLER = "smaller"
    FROM = "from"
    SUBJECT = "subject"
    TO = "to"
    TEXT = "text"
    ANYWHERE = "anywhere"


FIELDS = tuple(Field)
FLAGS = frozenset({Field.HAS_ATTACHMENT, Field.IS_READ})
TIMES = frozenset({Field.SINCE, Field.BEFORE})
SIZES = frozenset({Field.LARGER, Field.SMALLER})
_IN_THE_MAIL = frozenset({Field.TO, Field.TEXT, Field.ANYWHERE})


@dataclass(frozen=True, slots=True)
class Words:
    """What of a message is in the mail itself, and not in its row."""

    recipients: tuple[tuple[str, str], ...]
    """Name and address of each that To and Cc name."""
    text: str
    """The plain text, then what is seen of the HTML."""

    @classmethod
    def of(cls, mail: ParsedMail) -> "Words":
        """The words of a mail, from the beginning of its bodies."""
        from mayfly.mail.html.text import visible

        named = tuple((each.name, each.address) for each in (*mail.to, *mail.cc))
        most = limits.FILTER_TEXT_CHARS
        seen = visible(mail.html[:most]).lines if mail.html else []
        return cls(named, "\n".join([mail.text[:most], *seen]))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message as a filter looks at it; `words` is called once at most, and only if it must be."""

    from_name: str
    from_address: str
    subject: str
    received_at: datetime
    size_bytes: int
    has_attachment: bool
    is_read: bool
    words: Callable[[], Words]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is asked of a message. Only those with a pattern can be negated.

    `since` and `before` are of the time it was received, the first one included; `larger` and
    `smaller` of the bytes of its raw mail.
    """

    field: Field
    value: Pattern | bool | datetime | int
    negated: bool = False

    @property
    def order(self) -> tuple[int, bool, str]:
        """Cheap ones first; then always the same."""
        return FIELDS.index(self.field), self.negated, str(self.value)

    def holds(self, message: Candidate, words: Callable[[], Words]) -> bool:
        """Whether the message is so."""
        if isinstance(self.value, Pattern):
            return self._is_found(self.value, message, words) is not self.negated
        return self._is_so(message)

    def _is_so(self, message: Candidate) -> bool:
        match self.field, self.value:
            case Field.HAS_ATTACHMENT, wanted:
                return message.has_attachment is wanted
            case Field.IS_READ, wanted:
                return message.is_read is wanted
            case Field.SINCE, datetime() as when:
                return message.received_at >= when
            case Field.BEFORE, datetime() as when:
                return message.received_at < when
            case Field.LARGER, int() as size:
                return message.size_bytes > size
            case Field.SMALLER, int() as size:
                return message.size_bytes < size
        raise AssertionError(self)

    def _is_found(self, pattern: Pattern, message: Candidate, words: Callable[[], Words]) -> bool:
        field = self.field
        is_anywhere = field is Field.ANYWHERE
        sender = (message.from_name, message.from_address)
        return (
            ((field is Field.FROM or is_anywhere) and pattern.is_in(_spellings(*sender)))
            or (
                (field is Field.SUBJECT or is_anywhere) and pattern.is_in([folded(message.subject)])
            )
            or (
                (field is Field.TO or is_anywhere)
                and any(pattern.is_in(_spellings(*each)) for each in words().recipients)
            )
            or ((field is Field.TEXT or is_anywhere) and pattern.is_in([folded(words().text)]))
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages are meant; without conditions, all. Two that ask the same are equal.

    It looks at the beginning of long texts: of a subject and a name as much as lists show, of the
    bodies `FILTER_TEXT_CHARS`.
    """

    conditions: tuple[Condition, ...] = ()

    @classmethod
    def of(cls, conditions: Iterable[Condition]) -> "Filter":
        """All of these; InvalidInput if they are too many."""
        found = sorted(set(conditions), key=lambda each: each.order)
        if len(found) > limits.FILTER_CONDITIONS:
            raise InvalidInput(f"a filter has up to {limits.FILTER_CONDITIONS} conditions")
        patterns = [each.value.text for each in found if isinstance(each.value, Pattern)]
        if sum(map(len, patterns)) > limits.FILTER_ALL_CHARS:
            raise InvalidInput(
                f"the texts of a filter have up to {limits.FILTER_ALL_CHARS} characters together"
            )
        return cls(tuple(found)) if found else EVERYTHING

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.conditions)

    @property
    def reads_mail(self) -> bool:
        """Whether it may have to read mails, and not their rows only."""
        return any(each.field in _IN_THE_MAIL for each in self.conditions)

    def matches(self, message: Candidate) -> bool:
        """Whether the message meets every condition."""
        words = cache(message.words)
        return all(each.holds(message, words) for each in self.conditions)


EVERYTHING = Filter()
"""What leaves nothing out."""


def _spellings(name: str, address: str) -> list[str]:
    """A name and an address, as people write them."""
    both = [f"{name} <{address}>"] if name else []
    return [folded(each) for each in (address, name, *both) if each]
