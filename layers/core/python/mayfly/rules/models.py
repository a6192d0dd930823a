"""What rules decide of an email, where they belong, and what is wrong with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from mayfly.inboxes.ids import InboxId
from mayfly.mail.mime.models import ParsedMail
from mayfly.messages.models import Filing
from mayfly.receiving.models import DropReason

if TYPE_CHECKING:
    from mayfly.rules.schemas import Rule


@dataclass(frozen=True, slots=True)
class RulePlace:
    """Whose rules they are: a mailbox's, or those of an account's domain by its id."""

    mailbox: InboxId | None = None
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an email came with: MAIL FROM ("" for the null sender, None where it is not known), and
    those of its RCPT TO that are this inbox's, plus tags included.
    """

    sender: str | None = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class TriedMail:
    """What rules look at."""

    mail: ParsedMail = field(repr=False)
    envelope: Envelope
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Checked:
    """One test that was looked at: its place in the rules, and whether it held."""

    at: str
    held: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one rule. `trouble` says why it could not run: then the email is kept."""

    rule: str
    matched: bool
    actions: tuple[str, ...] = ()
    checked: tuple[Checked, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of an email: filed so, or dropped for a reason. `steps` say how it came."""

    filing: Filing = field(default_factory=Filing)
    dropped: DropReason | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was wrong with a rule when it last could not run, and how often that was noted."""

    what: str
    at: datetime
    count: int = 1


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one place. `rejected` are senders whose mail a mailbox takes no more, oldest
    first, in lower case; `troubles` say what was wrong with rules, by their names.
    """

    place: RulePlace
    rules: "tuple[Rule, ...]" = ()
    rejected: tuple[str, ...] = field(default=(), repr=False)
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    updated_at: datetime | None = None


class Flag(StrEnum):
    """What a rule can mark a message with (RFC 5232 calls them \\Seen and \\Flagged)."""

    SEEN = "seen"
    FLAGGED = "flagged"


class Match(StrEnum):
    """How a text is compared (RFC 5228 section 2.7.1); letters A to Z count as a to z."""

    IS = "is"
    CONTAINS = "contains"
    MATCHES = "matches"


class AddressPart(StrEnum):
    """What of an address is compared (RFC 5228 section 2.7.4)."""

    ALL = "all"
    LOCAL = "localpart"
    DOMAIN = "domain"


class EnvelopePart(StrEnum):
    """Which of the envelope's addresses is compared (RFC 5228 section 5.4)."""

    FROM = "from"
    TO = "to"


def names_of(steps: Sequence[Step]) -> tuple[str, ...]:
    """The rules that matched, in their order."""
    return tuple(each.rule for each in steps if each.matched)
