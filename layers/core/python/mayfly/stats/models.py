"""What is counted by day, and how counts are put together. Days are those of UTC."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from mayfly.inboxes.models import Access

DROPPED = "dropped:"
"""What the outcome of a dropped delivery begins with; its reason follows."""
MEASURES: Mapping[str, str] = {
    "received": "Deliveries: one mail at one recipient. `stored` + `dropped`",
    "stored": "Deliveries that became messages",
    "dropped": "Deliveries that were dropped; `groupBy=outcome` has them by their reasons",
    "spam": "Of the stored ones, those that SES took for spam",
    "sent": "Mails that were handed over to SES or a relay",
    "delivered": "Mails that all their recipients' servers took",
    "bounced": "Mails that came back from a recipient at least",
    "complained": "Mails that a recipient complained of",
    "failed": "Mails that could not be sent",
    "webhooksDelivered": "Events that the receiver of a webhook took",
    "webhooksFailed": "Events that were given up, whatever the reason",
}
"""What each line counts, and what that is. One line more is one measure more: whoever counts it
hands an outcome of this name to `stats.rows.noted`.
"""
ELSEWHERE = "other"
"""The domain of deliveries to nobody at a domain that is none of ours, and of what has none."""
_SPAM = "FAIL"
VERDICTS = frozenset({"PASS", _SPAM, "GRAY", "PROCESSING_FAILED"})
"""SES's; whatever else it may say some day counts as no verdict."""
UNJUDGED = "none"
"""The verdict where nobody judged."""


class Kind(StrEnum):
    """What kind of inbox a delivery was for, or what else was counted."""

    PUBLIC = "public"
    PRIVATE = "private"
    MAILBOX = "mailbox"
    NONE = "none"  # there is no such inbox
    SENDING = "sending"  # mails that go out
    WEBHOOK = "webhook"  # events that programs are told of

    @classmethod
    def of(cls, access: Access) -> "Kind":
        """The kind of an inbox."""
        return _KINDS[access]


_KINDS = {Access.ADDRESS: Kind.PUBLIC, Access.TOKEN: Kind.PRIVATE, Access.OWNER: Kind.MAILBOX}


class GroupBy(StrEnum):
    """What the lines of an answer are about."""

    DAY = "day"
    DOMAIN = "domain"
    VERDICT = "verdict"
    OUTCOME = "outcome"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What happened once: its outcomes, and what they are counted by.

    `owner` is the account that may see it, "" for none. `verdict` is SES's on spam.
    """

    day: date
    domain: str
    kind: Kind
    outcomes: tuple[str, ...]
    verdict: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An occasion as a counter row told of it: the `serial`-th one there, without a gap."""

    source: str
    serial: int
    occasion: Occasion


@dataclass(frozen=True, slots=True)
class Cell:
    """What one number of a rollup counts."""

    kind: str
    outcome: str
    verdict: str


Cells = Mapping[Cell, int]


@dataclass(frozen=True, slots=True)
class Rollup:
    """What happened on one day at one domain, or a part of that."""

    day: date
    domain: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included; days are those of UTC."""

    first: date
    last: date


@dataclass(slots=True)
class Line:
    """One line of an answer: what it is about, and its measures."""

    key: str
    counts: Counter[str] = field(default_factory=Counter)


def lines(rollups: Iterable[Rollup], by: GroupBy) -> list[Line]:
    """The rollups by what is asked for, in the order of the keys."""
    found: dict[str, Line] = {}
    for rollup in rollups:
        for cell, number in rollup.cells.items():
            key = _key(rollup, cell, by)
            line = found.setdefault(key, Line(key))
            for measure in measures_of(cell):
                line.counts[measure] += number
    return [found[key] for key in sorted(found)]


def measures_of(cell: Cell) -> list[str]:
    """The measures that what is counted here counts for."""
    if cell.outcome.startswith(DROPPED):
        return ["received", "dropped"]
    if cell.outcome == "stored":
        return ["received", "stored", *(["spam"] if cell.verdict == _SPAM else [])]
    return [cell.outcome]


def _key(rollup: Rollup, cell: Cell, by: GroupBy) -> str:
    match by:
        case GroupBy.DAY:
            return rollup.day.isoformat()
        case GroupBy.DOMAIN:
            return rollup.domain
        case GroupBy.VERDICT:
            return cell.verdict or UNJUDGED
        case GroupBy.OUTCOME:
            return cell.outcome
    return cell.kind
