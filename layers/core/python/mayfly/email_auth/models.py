"""What a domain says of its mail in DNS, beside what it should: keys, senders, policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from mayfly.domains.dns_plan import State
from mayfly.domains.models import MailDomain, MailIdentity
from mayfly.email_auth.dkim import DkimKey
from mayfly.kit.dns.records import Record

Texts = tuple[str, ...] | None
"""What DNS has, None where it did not answer."""


@dataclass(frozen=True, slots=True)
class Published:
    """A record to publish, what DNS has in its place, and how the two compare."""

    record: Record
    found: Texts
    state: State

    @classmethod
    def of(cls, record: Record, found: Texts, is_right: bool) -> Self:
        """The comparison; `is_right` says whether what was found will do."""
        if found is None:
            return cls(record, found, State.UNKNOWN)
        wrong = State.DIFFERENT if found else State.MISSING
        return cls(record, found, State.OK if is_right else wrong)


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key, and whether its record is published."""

    key: DkimKey
    published: Published


@dataclass(frozen=True, slots=True)
class Signing:
    """What signs a domain's mail now: own keys where it has a relay, SES otherwise."""

    domain: MailDomain
    by_relay: bool
    keys: Sequence[PublishedKey]
    identity: MailIdentity | None
    tokens: Sequence[Published]


@dataclass(frozen=True, slots=True)
class SpfRequest:
    """Other senders, beside SES where there is no relay: others' records, and addresses.

    `ending` says what to think of everybody else, "" for what is published.
    """

    includes: Sequence[str] = ()
    networks: Sequence[str] = ()
    ending: str = ""


@dataclass(frozen=True, slots=True)
class SpfCost:
    """Questions that a receiver asks at most, and those without an answer.

    Not complete if DNS did not answer, or a question depends on the message: there may be more.
    """

    lookups: int = 0
    voids: int = 0
    is_complete: bool = True
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpfAdvice:
    """The record to publish, what is there, and what the record costs."""

    domain: MailDomain
    published: Published
    cost: SpfCost
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reporter:
    """A domain that reports go to, and the record by which it says that it takes them."""

    domain: str
    published: Published


@dataclass(frozen=True, slots=True)
class DmarcAdvice:
    """The record to publish, and what is there; `inherited` is a parent's, which holds without."""

    domain: MailDomain
    published: Published
    inherited: Record | None
    reporters: tuple[Reporter, ...]
    problems: tuple[str, ...]
