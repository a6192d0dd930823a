"""What a domain says of its mail in DNS, beside what it should: keys, senders, policy."""

from collections.abc import Sequence
from dataclasses import dataclass

from mayfly.domains.dns_plan import State
from mayfly.domains.models import MailDomain, MailIdentity
from mayfly.email_auth import dmarc
from mayfly.email_auth.dkim import DkimKey
from mayfly.kit.dns.records import Record

Texts = tuple[str, ...] | None
"""What DNS has, None where it did not answer."""


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key, its record, and what DNS has in its place."""

    key: DkimKey
    record: Record
    found: Texts

    @property
    def state(self) -> State:
        """Whether it is published."""
        return compared(self.found, any(map(self.key.is_said_by, self.found or ())))


@dataclass(frozen=True, slots=True)
class PublishedToken:
    """One of the CNAME records by which SES signs, and what DNS has in its place."""

    record: Record
    found: Texts

    @property
    def state(self) -> State:
        """Whether it is published."""
        said = [each.rstrip(".").lower() for each in self.found or ()]
        return compared(self.found, self.record.value.lower() in said)


@dataclass(frozen=True, slots=True)
class Signing:
    """What signs a domain's mail now: own keys where it has a relay, SES otherwise."""

    domain: MailDomain
    by_relay: bool
    keys: Sequence[PublishedKey]
    identity: MailIdentity | None
    tokens: Sequence[PublishedToken]


@dataclass(frozen=True, slots=True)
class SpfRequest:
    """Who sends, beside SES where there is no relay: others' records, and addresses.

    `ending` says what to think of everybody else, "" for what is published.
    """

    includes: Sequence[str] = ()
    networks: Sequence[str] = ()
    ending: str = ""


@dataclass(frozen=True, slots=True)
class SpfCost:
    """Questions that a receiver asks at most, and those without an answer.

    Not complete if DNS did not answer, or a question depends on the mail: there may be more.
    """

    lookups: int = 0
    voids: int = 0
    is_complete: bool = True
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SpfAdvice:
    """The record to publish, what is there, and what the record costs."""

    domain: MailDomain
    record: Record
    found: Texts
    state: State
    cost: SpfCost
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reporter:
    """A domain that reports go to, and the record by which it says that it takes them."""

    domain: str
    record: Record
    found: Texts

    @property
    def state(self) -> State:
        """Whether it says so (RFC 7489 section 7.1)."""
        return compared(self.found, any(map(dmarc.is_record, self.found or ())))


@dataclass(frozen=True, slots=True)
class DmarcAdvice:
    """The record to publish, and what is there; `inherited` is a parent's, which holds without."""

    domain: MailDomain
    record: Record
    found: Texts
    state: State
    inherited: Record | None
    reporters: tuple[Reporter, ...]
    problems: tuple[str, ...]


def compared(found: Texts, is_right: bool) -> State:
    """How what was found compares with what is wanted."""
    if found is None:
        return State.UNKNOWN
    return State.OK if is_right else State.DIFFERENT if found else State.MISSING
