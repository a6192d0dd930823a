"""The inbox: one model for every kind of owner."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from mayfly.inboxes.ids import InboxId
from mayfly.mail.address import Address
from mayfly.receiving.models import DropReason

if TYPE_CHECKING:
    from mayfly.messages.models import Message, Summary

CLOCK_SKEW = timedelta(minutes=5)
"""How far the clocks of SES and of our functions may be apart."""


class Access(StrEnum):
    """Who may read an inbox."""

    ADDRESS = "address"  # callers who know the address: its local part is the key
    TOKEN = "token"  # bearers of a token for it
    OWNER = "owner"  # the account it belongs to


class SpamPolicy(StrEnum):
    """What a mailbox does with spam, which lies in its folder `spam` in any case."""

    HIDE = "hide"  # lists, waits and pushes leave it out, unless they are asked for it
    FOLDER = "folder"  # they show it as all other mail
    REJECT = "reject"  # as HIDE, and what its sender sends from then on is dropped


SENDERS = 16
"""How many senders an inbox counts each by itself. Its row has to stay below 1 KB, for the cost."""
_SHARED_PLACES = 8


@dataclass(frozen=True, slots=True)
class Held:
    """What is there of one sender."""

    messages: int = 0
    size_bytes: int = 0

    def and_one(self, size_bytes: int, messages: int = 1) -> "Held":
        """With one more message of this size; with one less, and less bytes, for -1."""
        return Held(self.messages + messages, self.size_bytes + size_bytes)


@dataclass(frozen=True, slots=True)
class Quota:
    """How much one inbox may hold, and how many percent of that one sender may fill alone."""

    messages: int
    size_bytes: int
    sender_share: int = 100

    def is_shared_out(self, inbox: "Inbox", theirs: Held, size_bytes: int) -> bool:
        """Whether one more mail of this size is more than the sender's share.

        A sender may hold so many times what is still free: with a share of 80 percent, four times.
        Alone it gets to 80 percent, two get to 44 each, and however many fill the inbox, there is a
        rest that the next one gets most of. A sender with nothing there may always put one.
        """
        if not theirs.messages or self.sender_share >= 100:
            return False
        messages_left = self.messages - inbox.held_messages - 1
        bytes_left = self.size_bytes - inbox.held_bytes - size_bytes
        return self._is_over(theirs.messages + 1, messages_left) or self._is_over(
            theirs.size_bytes + size_bytes, bytes_left
        )

    def _is_over(self, theirs: int, left: int) -> bool:
        return theirs * (100 - self.sender_share) > left * self.sender_share


@dataclass(frozen=True, slots=True)
class Overflow:
    """Since when mail is dropped as the inbox, or its sender's share, is full, and how many emails.

    It is over when a reader has deleted a message.
    """

    since: datetime
    dropped: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """One generation of an address, from its creation to the end of its cool-down.

    `sequence` is the number of the newest message; `held_messages` and `held_bytes` count what is
    there now. All of them change only in the transaction that adds or removes a message.
    `token_hash` is of a public address's token, or of a private inbox's password (argon2id where
    that was chosen, see `mayfly.mailtm`); tokens of a private inbox are signed, and count while
    they have its `token_version`. `owner` is the id of the account it belongs to, "" for the other
    kinds; `domain_id` the account's domain that it was made at, "" at the deployment's and the
    admins'. `is_heir` says that somebody else had the address minutes before it, without ever
    getting mail there. `senders` is what is held of whom, by place. `has_rules` says that there are
    rules of its own to read for each email that comes in.
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
    senders: Mapping[str, Held] = field(default_factory=dict)
    overflow: Overflow | None = None
    has_rules: bool = False
    spam_policy: SpamPolicy = SpamPolicy.HIDE
    external: str = ""
    batch: str = ""

    @property
    def may_have_rules(self) -> bool:
        """Whether there may be rules for its mail: of its own, or of its account's domain."""
        return self.has_rules or bool(self.domain_id)

    @property
    def shown_address(self) -> Address:
        """The address that its holder knows it by."""
        return Address.parse(self.external) if self.external else self.address

    @property
    def is_fetched(self) -> bool:
        """Whether a POP3 mailbox elsewhere has mail for it."""
        return bool(self.external or self.batch)

    def is_active(self, now: datetime) -> bool:
        """True while mail may come in: neither deleted nor expired."""
        return self.closed(now) is None

    def closed(self, now: datetime) -> DropReason | None:
        """Why no email at all can come in now, or None when it can."""
        if self.deleted_at is not None:
            return DropReason.DELETED_RECIPIENT
        return None if now < self.expires_at else DropReason.EXPIRED_RECIPIENT

    def place_of(self, sender: str) -> str:
        """Where an email of this sender (`Summary.sender`) counts: in its own place, or a shared
        one.

        Senders who come when sixteen are there share eight places, by chance.
        """
        others = sum(1 for place, held in self.senders.items() if held.messages > 0)
        if not sender or self.senders.get(sender, Held()).messages > 0 or others < SENDERS:
            return sender
        return f"o{int(sender, 16) % _SHARED_PLACES}"

    def is_newcomer(self, sender: str) -> bool:
        """Whether an email of this sender would be counted in a shared place."""
        return self.place_of(sender) != sender

    def can_give_way(self, message: "Message", summary: "Summary", quota: Quota) -> bool:
        """Whether this message may go so that a newcomer's mail comes in, and that is enough.

        It is one of those that share the place with the newcomer: which of them are made up nobody
        knows, and the newest is the one that is awaited. What was read or moved stays.
        """
        held_bytes = self.held_bytes - message.summary.size_bytes + summary.size_bytes
        return (
            message.place == self.place_of(summary.sender)
            and not message.is_read
            and message.moved_to is None
            and self.held_messages <= quota.messages
            and held_bytes <= quota.size_bytes
        )

    def refusal(
        self, now: datetime, size_bytes: int, quota: Quota, sender: str = ""
    ) -> DropReason | None:
        """Why an email of this size and sender cannot come in now, or None when it can."""
        closed = self.closed(now)
        if closed is not None:
            return closed
        full = self.held_messages >= quota.messages
        if full or self.held_bytes + size_bytes > quota.size_bytes:
            return DropReason.INBOX_FULL
        theirs = self.senders.get(self.place_of(sender), Held())
        if quota.is_shared_out(self, theirs, size_bytes):
            return DropReason.SENDER_SHARE
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
        """Whether mail that came in then can be for it, and not for the address's former holder.

        A clock may be behind, so what came in minutes before counts, too; but not to an heir.
        """
        return received_at >= self.created_at - (timedelta() if self.is_heir else CLOCK_SKEW)

    def hides(self, message: "Message") -> bool:
        """Whether nobody sees the message who does not ask for spam."""
        return message.is_spam and self.spam_policy is not SpamPolicy.FOLDER

    def opens_with(self, token: str) -> bool:
        """Whether this is the inbox's access token, compared in constant time."""
        return hmac.compare_digest(self.token_hash, token_hash(token))


def token_hash(token: str) -> str:
    """What is kept of an access token or a password: 256 or 144 random bits, a plain hash will do.

    ASVS 5.0 requirement 6.5.2 asks for a slow hash only below 112 bits.
    """
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
