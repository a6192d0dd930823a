"""Mail domains, the claims of accounts on them, and what proves a claim."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from mayfly.errors import CONFLICT, UNAVAILABLE, InvalidInput, MayflyError
from mayfly.kit.dns.records import Record

if TYPE_CHECKING:
    pass

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
    """SES does not take the domain for this deployment: its operator can say why."""


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
        """When it lapses without a proof."""
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


class Status(StrEnum):
    """How far a domain is; those of the deployment and of admins are always active."""

    PENDING = "pending"  # an account claims it, and has not proved it
    ACTIVE = "active"  # the token was found in its DNS
    SUSPENDED = "suspended"  # the token was there, and is gone
    EXPIRED = "expired"  # nobody has proved it within a week


class Cause(StrEnum):
    """What makes a domain's status another one."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    LOST = "records-lost"
    LAPSED = "lapsed"


PROVEN = frozenset({Status.ACTIVE, Status.SUSPENDED})
"""Those that an account has proved, and of which SES may know: these are few."""

TRANSITIONS: Mapping[Status, Mapping[Cause, Status]] = {
    Status.PENDING: {Cause.VERIFIED: Status.ACTIVE, Cause.LAPSED: Status.EXPIRED},
    Status.ACTIVE: {Cause.LOST: Status.SUSPENDED},
    Status.SUSPENDED: {Cause.VERIFIED: Status.ACTIVE},
    Status.EXPIRED: {Cause.CLAIMED: Status.PENDING},
}
"""All there are. From every status a domain can be deleted."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is fetched with POP3 (document 003): a domain's, or one inbox's."""

    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class MailDomain:
    """A domain; while it is not active no inbox is made there.

    `is_on` is false once an admin has switched it off. `is_deployed` says that the deployment's
    settings name it: it can be made inactive and not removed. `name` is in its one spelling
    (`mail.address.normal_domain`). When a deployment began to name a domain is not known: it has
    no `created_at`, and no `updated_at` until an admin changes it. `owner` is the id of the account
    that claims it, "" for the deployment's and the admins', which need no `claim`.
    """

    name: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
    is_on: bool = True
    is_deployed: bool = False
    pop3: MailServer | None = None
    owner: str = ""
    status: Status = Status.ACTIVE
    claim: Claim = field(default_factory=Claim, repr=False)

    @property
    def id(self) -> str:
        """A UUID (RFC 9562 version 8) made of the name: a domain that comes back has the same.

        Each account's claim on a name has its own.
        """
        whose = f"{self.owner}:" if self.owner else ""
        digest = bytearray(
            hashlib.sha256(f"mayfly-domain:{whose}{self.name}".encode()).digest()[:16]
        )
        digest[6] = digest[6] & 0x0F | 0x80
        digest[8] = digest[8] & 0x3F | 0x80
        return str(uuid.UUID(bytes=bytes(digest)))

    @property
    def is_active(self) -> bool:
        """Whether inboxes may be made there, and mail be sent from there."""
        return self.is_on and self.status is Status.ACTIVE

    def after(self, cause: Cause, now: datetime) -> "MailDomain":
        """In the status that this leads to, with the change in its history.

        DomainUnfit where `TRANSITIONS` has no way.
        """
        status = TRANSITIONS[self.status].get(cause)
        if status is None:
            raise DomainUnfit(f"a domain that is {self.status} cannot be {cause}")
        return replace(self, status=status, claim=self.claim.noted(str(cause), now))

    def seen_at(self, now: datetime) -> "MailDomain":
        """As it is at this time: a claim lapses by itself, whenever that is written down."""
        if self.status is Status.PENDING and self.claim.has_lapsed(now):
            return self.after(Cause.LAPSED, now)
        return self


class DomainTaken(MayflyError):
    """The mail domain is there already."""

    kind = CONFLICT


class DomainDeployed(MayflyError):
    """The deployment's settings name this mail domain: it can be made inactive, and not removed."""

    kind = CONFLICT


class DomainUnfit(MayflyError):
    """The mail domain's status has no way to what is asked for; the message says which it is."""

    kind = CONFLICT


class IdentitiesUnavailable(MayflyError):
    """SES could neither make nor show nor remove a domain's identity just now."""

    kind = UNAVAILABLE


class UnknownDomain(InvalidInput):
    """No domain of ours has this name or id, or no inbox may be made at it."""
