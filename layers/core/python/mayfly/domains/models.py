"""An account's claim on a domain: what shows that the domain is theirs, and what became of it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mayfly.kit.dns.records import Record

TOKEN_BYTES = 16
PROOF = "mayfly-verify="
"""What the TXT record at the domain begins with; the token follows."""
CLAIM_LIFETIME = timedelta(days=7)
"""How long a claim may stay unproven."""
GRACE = timedelta(hours=72)
"""How long the proof may be missing; SES gives missing DKIM records as long."""
EVENTS_KEPT = 20
STACK_TAG = "mayfly:stack"
"""The tag of SES identities that a deployment has made for accounts; its value names the stack."""


@dataclass(frozen=True, slots=True)
class ClaimLimits:
    """How many claims there may be: of one account, unproven ones of these, proven ones of all."""

    each: int
    pending: int
    proven: int


class IdentityStatus(StrEnum):
    """What SES says of a domain: it takes mail for it and sends from it once it is verified."""

    PENDING = "pending"
    VERIFIED = "verified"
    FAILED = "failed"
    REFUSED = "refused"
    """SES does not take the domain for this deployment: whoever runs it can say why."""


@dataclass(frozen=True, slots=True)
class MailIdentity:
    """A domain as SES knows it: `tokens` are of its DKIM records, `zone` is where they point.

    There are none of one that is refused.
    """

    tokens: tuple[str, ...]
    zone: str
    status: IdentityStatus = IdentityStatus.PENDING


REFUSED = MailIdentity((), "", IdentityStatus.REFUSED)
"""The same whatever the reason is: what else the AWS account has is nobody's business."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a domain's history."""

    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of the claim. `identity` is None until SES has made one,
    which it is asked for once the domain is proven.

    `missing_since` is when the proof was first not found, None while it is there. `records` are
    the owner's own, `zone` the hosted zone that has them ("" for none), and `published` the names
    and types of those that may be in it.
    """

    token: str = field(default="", repr=False)
    claimed_at: datetime | None = None
    verified_at: datetime | None = None
    checked_at: datetime | None = None
    missing_since: datetime | None = None
    identity: MailIdentity | None = None
    records: tuple[Record, ...] = ()
    zone: str = ""
    published: tuple[tuple[str, str], ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def proof(self) -> str:
        """The TXT record's value."""
        return PROOF + self.token

    @property
    def expires_at(self) -> datetime | None:
        """When it lapses if nothing is shown by then."""
        return None if self.claimed_at is None else self.claimed_at + CLAIM_LIFETIME

    def has_lapsed(self, now: datetime) -> bool:
        """Whether the time to show that the domain is theirs is over."""
        return self.expires_at is not None and now >= self.expires_at

    def noted(self, what: str, now: datetime) -> "Claim":
        """With one more event, of the newest that are kept."""
        return replace(self, events=(*self.events, Event(now, what))[-EVENTS_KEPT:])

    def found(self, now: datetime) -> "Claim":
        """The proof was there."""
        return replace(self, checked_at=now, missing_since=None)

    def missed(self, now: datetime) -> "Claim":
        """The proof was not there; noted when it is the first time."""
        checked = replace(self, checked_at=now)
        if self.missing_since is not None:
            return checked
        return replace(checked, missing_since=now).noted("records-missing", now)

    def is_lost(self, now: datetime) -> bool:
        """Whether the proof has been missing for longer than the grace."""
        return self.missing_since is not None and now >= self.missing_since + GRACE
