"""A mail domain that inboxes can be made at: the deployment's, an admin's, or an account's."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from mayfly.domains.models import Claim
from mayfly.errors import DomainUnfit


class Status(StrEnum):
    """How far a domain is; those of the deployment and of admins are always active."""

    PENDING = "pending"  # somebody says that it is theirs, and has not shown it
    ACTIVE = "active"  # the token was found in its DNS
    SUSPENDED = "suspended"  # the token was there, and is gone
    EXPIRED = "expired"  # nobody has shown within a week that it is theirs


class Cause(StrEnum):
    """What makes a domain's status another one."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    LOST = "records-lost"
    LAPSED = "lapsed"


PROVEN = frozenset({Status.ACTIVE, Status.SUSPENDED})
"""Whose account has shown that it is theirs, and of which SES may know: these are few."""

TRANSITIONS: Mapping[Status, Mapping[Cause, Status]] = {
    Status.PENDING: {Cause.VERIFIED: Status.ACTIVE, Cause.LAPSED: Status.EXPIRED},
    Status.ACTIVE: {Cause.LOST: Status.SUSPENDED},
    Status.SUSPENDED: {Cause.VERIFIED: Status.ACTIVE},
    Status.EXPIRED: {Cause.CLAIMED: Status.PENDING},
}
"""All there are. From every status a domain can be deleted."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where a domain's mail could be fetched with POP3 (document 003); kept, and not used yet."""

    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class MailDomain:
    """A domain; while it is not active no inbox is made there.

    `is_on` is false once an admin has switched it off. `is_deployed` says that the deployment's
    settings name it: it can be made inactive and not removed. `name` is in its one spelling
    (`domain.address.normal_domain`). When a deployment began to name a domain is not known: it has
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
