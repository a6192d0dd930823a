"""Accounts: each is one person, with sessions, mailboxes, and the approval to send."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from mayfly.errors import CONFLICT, AccountNotFound, MayflyError, NotPermitted
from mayfly.inboxes.ids import GENERATION_BYTES, Generation, InboxId
from mayfly.mail.address import Address


class ApprovalStatus(StrEnum):
    """How an account stands; only one that is approved, or needs to ask nobody, sends."""

    NOT_NEEDED = "not-needed"
    NOT_ASKED = "not-asked"
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Approval:
    """What an account has asked for and what was decided; `purpose` is in its own words."""

    account: str
    status: ApprovalStatus
    purpose: str = field(default="", repr=False)
    asked_at: datetime | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountId(Generation):
    """One generation of the account of one e-mail address, made as an inbox id is.

    So the row is found by the address and by the id alike, and an id of an account that was
    deleted and registered anew opens nothing.
    """

    @classmethod
    def make(cls, email: Address, entropy: bytes) -> "AccountId":
        """The id of a new account; `entropy` is 8 random bytes."""
        return cls.of(f"mayfly-account:{email.local}@{email.domain}", entropy)

    @classmethod
    def parse(cls, text: str) -> "AccountId":
        """Read an id as `str()` writes it; what is none raises AccountNotFound."""
        try:
            return cls.read(text)
        except ValueError as error:
            raise AccountNotFound("no such account") from error


def account_partition(email: Address) -> str:
    """Where the rows of the account with this address are, whatever its generation."""
    return AccountId.make(email, bytes(GENERATION_BYTES)).partition


@dataclass(frozen=True, slots=True)
class Account:
    """One account, written as a whole and only at the revision at which it was read.

    `sessions` says until when each of its tokens counts, by the token's `jti`. `mailboxes` are
    all that may still show something, active or expired, oldest first. `keys` are the ids of its
    API keys, oldest first: one that is not among them opens nothing.
    """

    id: AccountId
    email: Address = field(repr=False)
    full_name: str = field(repr=False)
    password_hash: str = field(repr=False)
    created_at: datetime
    is_verified: bool = True
    revision: int = 0
    sessions: Mapping[str, datetime] = field(default_factory=dict, repr=False)
    mailboxes: tuple[InboxId, ...] = ()
    keys: tuple[str, ...] = ()

    def has_session(self, session: str, now: datetime) -> bool:
        """Whether tokens of this session count."""
        return session in self.sessions and now < self.sessions[session]

    def with_session(
        self, session: str, expires_at: datetime, now: datetime, most: int
    ) -> "Account":
        """With one more session, of `most`: over that, those go that end first."""
        kept = {name: end for name, end in self.sessions.items() if now < end}
        in_order = sorted(kept.items(), key=lambda each: each[1])
        last = in_order[max(0, len(in_order) + 1 - most) :]
        return replace(self, sessions={**dict(last), session: expires_at})

    def without_session(self, session: str) -> "Account":
        """With that session ended."""
        kept = {name: end for name, end in self.sessions.items() if name != session}
        return replace(self, sessions=kept)

    def with_only_session(self, session: str) -> "Account":
        """With all other sessions ended."""
        kept = {name: end for name, end in self.sessions.items() if name == session}
        return replace(self, sessions=kept)

    def with_reset_password(self, password_hash: str) -> "Account":
        """With a password chosen by a reader of its mail: verified, and with all sessions ended.

        Of an account that was not verified, nothing stays of what its registration chose.
        """
        name = self.full_name if self.is_verified else ""
        return replace(
            self, password_hash=password_hash, is_verified=True, full_name=name, sessions={}
        )

    def without_mailbox(self, mailbox: InboxId) -> "Account":
        """With that mailbox off the list."""
        return replace(self, mailboxes=tuple(each for each in self.mailboxes if each != mailbox))

    def with_key(self, key_id: str, kept: Iterable[str]) -> "Account":
        """With this API key beside those that are kept."""
        return replace(self, keys=(*kept, key_id))

    def without_key(self, key_id: str) -> "Account":
        """With that API key off the list."""
        return replace(self, keys=tuple(each for each in self.keys if each != key_id))


@dataclass(frozen=True, slots=True)
class AccountTokenClaims:
    """What an account's token that we signed says: whose it is, and of which session."""

    account: AccountId
    session: str = field(repr=False)
    expires_at: datetime


class AccountTaken(MayflyError):
    """The e-mail address has an account already. Callers get the same answer as if it had none."""

    kind = CONFLICT


class NotApproved(NotPermitted):
    """An admin has not approved the account (yet); the message says how it stands."""
