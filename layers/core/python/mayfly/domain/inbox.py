"""The inbox: one model for every kind of owner."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mayfly.domain.address import Address
from mayfly.domain.delivery import DropReason
from mayfly.domain.identity import InboxId

CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of SES and of our functions may be apart."""


class Access(StrEnum):
    """Who may read an inbox."""

    ADDRESS = "address"  # whoever knows the address: its local part is the key
    TOKEN = "token"  # whoever holds a token for it
    OWNER = "owner"  # the account it belongs to


@dataclass(frozen=True, slots=True)
class Quota:
    """How much one inbox may hold."""

    messages: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """One generation of an address, from its creation to the end of its cool-down.

    `sequence` is the number of the newest message; `held_messages` and `held_bytes` count what is
    there now. All of them change only in the transaction that adds or removes a message.
    `token_hash` is of a public address's token, or of a private inbox's password; tokens of a
    private inbox are signed, and count while they have its `token_version`. `owner` is the id of
    the account it belongs to, "" for the other kinds; `domain_id` the account's domain that it was
    made at, "" at the deployment's and the admins'. `is_heir` says that somebody else had the
    address minutes before it, without ever getting mail there.
    """

    id: InboxId
    address: Address
    access: Access
    created_at: datetime
    expires_at: datetime
    message_lifetime: timedelta
    token_hash: str
    sequence: int = 0
    held_messages: int = 0
    held_bytes: int = 0
    deleted_at: datetime | None = None
    token_version: int = 0
    owner: str = ""
    domain_id: str = ""
    is_heir: bool = False

    def is_active(self, now: datetime) -> bool:
        """True while mail may come in: neither deleted nor expired."""
        return self.closed(now) is None

    def closed(self, now: datetime) -> DropReason | None:
        """Why no mail at all can come in now, or None when it can."""
        if self.deleted_at is not None:
            return DropReason.DELETED_RECIPIENT
        return None if now < self.expires_at else DropReason.EXPIRED_RECIPIENT

    def refusal(self, now: datetime, size_bytes: int, quota: Quota) -> DropReason | None:
        """Why a mail of this size cannot come in now, or None when it can."""
        closed = self.closed(now)
        if closed is not None:
            return closed
        full = self.held_messages >= quota.messages
        if full or self.held_bytes + size_bytes > quota.size_bytes:
            return DropReason.INBOX_FULL
        return None

    def is_free_again(self, now: datetime, cooldown: timedelta) -> bool:
        """True once the address may be given to somebody else: at once if it never had mail."""
        return now >= self.ended_at + (cooldown if self.sequence else timedelta())

    @property
    def ended_at(self) -> datetime:
        """When it was deleted, or is to expire."""
        return self.deleted_at or self.expires_at

    def after(self, former: "Inbox", now: datetime) -> "Inbox":
        """This inbox, at an address that another had before."""
        return replace(self, is_heir=now < former.ended_at + CLOCK_SKEW)

    def is_meant(self, received_at: datetime) -> bool:
        """Whether mail that came in then can be for it, and not for whoever had the address before.

        A clock may be behind, so what came in minutes before counts, too; but not to an heir.
        """
        return received_at >= self.created_at - (timedelta() if self.is_heir else CLOCK_SKEW)

    def opens_with(self, token: str) -> bool:
        """Whether this is the inbox's access token, compared in constant time."""
        return hmac.compare_digest(self.token_hash, token_hash(token))


def token_hash(token: str) -> str:
    """What is kept of an access token or a password: 256 or 144 random bits, a plain hash will do.

    ASVS 5.0 requirement 6.5.2 asks for a slow hash only below 112 bits.
    """
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
