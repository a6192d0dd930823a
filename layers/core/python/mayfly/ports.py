"""What the flows need from the world, as Protocols.

Each has an adapter in `mayfly.aws` and a fake in `tests/fakes`, and one contract suite that both
pass. Absence is an exception of `domain.errors` everywhere.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from mayfly.domain.account import Account, AccountId
from mayfly.domain.address import Address
from mayfly.domain.batch import Batch, BatchSecret, Members
from mayfly.domain.census import Counted
from mayfly.domain.credentials import SigningKey
from mayfly.domain.delivery import DropReason, Outcome, Standing, Tally
from mayfly.domain.identity import InboxId, MailKey, MessageId
from mayfly.domain.inbox import Inbox
from mayfly.domain.mail_domain import MailDomain
from mayfly.domain.message import Change, Content, Message, Summary
from mayfly.domain.notice import Notice
from mayfly.domain.rate import Window
from mayfly.domain.subscription import AccountWatch, Connection, Subscription
from mayfly.domain.sweep_round import Round

Clock = Callable[[], datetime]
"""Now, in UTC."""
Entropy = Callable[[int], bytes]
"""That many random bytes, fit for secrets."""
Pause = Callable[[float], None]
"""Wait that many seconds."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail we answer for: its key, its raw object, and how many deliveries it has in all.

    The number is written with each delivery, so that whoever sees the last one knows it.
    """

    mail: MailKey
    object_key: str
    deliveries: int


@dataclass(frozen=True, slots=True)
class RawObject:
    """One stored raw mail, as a listing of the bucket shows it."""

    key: str
    size_bytes: int
    stored_at: datetime


class RawMails(Protocol):
    """The raw mails: written once by the receiving side, read and deleted here, never changed."""

    def read(self, object_key: str, max_bytes: int) -> bytes:
        """All bytes; RawMailMissing without the object, BodyTooLarge (unread) over `max_bytes`."""

    def read_range(self, object_key: str, start: int, end: int) -> bytes:
        """The bytes `[start:end]`; RawMailMissing without the object."""

    def link(self, object_key: str, filename: str, content_type: str) -> str:
        """A URL that gives the bytes as a download of this name and type, for a few minutes."""

    def delete(self, object_keys: Sequence[str]) -> None:
        """Remove the objects; those not there are no error."""

    def listed(self, after: str) -> Iterable[Sequence[RawObject]]:
        """The raw mails whose keys come after this one, in the order of their keys.

        In portions of up to `limits.SWEEP_PORTION`, each read when it is asked for.
        """


class PartFiles(Protocol):
    """Decoded attachments that are too large for an API answer; made when first asked for."""

    def link(
        self, name: str, content: Callable[[], bytes], filename: str, content_type: str
    ) -> str:
        """A URL for the file `name`, which is written from `content()` if it is not there yet."""

    def delete(self, names: Sequence[str]) -> None:
        """Remove the files; those not there are no error."""


class Inboxes(Protocol):
    """The inboxes, read consistently."""

    def find(self, addresses: Sequence[Address]) -> dict[Address, Inbox]:
        """The newest generation at each address, active or not; unknown ones are left out."""

    def get(self, inbox: InboxId) -> Inbox:
        """This generation, active or not; InboxNotFound if another or none is there."""

    def create(self, inbox: Inbox, now: datetime) -> None:
        """Add it; AddressTaken while another generation is active or cools down."""

    def close(self, inbox: InboxId, now: datetime) -> None:
        """Delete it, visibly at once; InboxNotFound if it is not there or deleted already."""

    def rotate(self, inbox: InboxId, version: int) -> Inbox:
        """Raise the version of its tokens from this one by one: all older tokens are dead.

        The inbox as it is then. Unauthenticated if somebody else has raised it since,
        InboxNotFound if it is not there or deleted.
        """

    def erase(self, inbox: InboxId) -> None:
        """Remove its messages, subscriptions and delivery marks; a repeat is a no-op.

        The row of the inbox stays until the cool-down ends.
        """


class Accounts(Protocol):
    """The accounts, read consistently; each write holds only at the revision that was read.

    Contended means that somebody else wrote the account meanwhile, or removed it: read it again.
    """

    def get(self, account: AccountId) -> Account:
        """This generation; AccountNotFound if another or none is there."""

    def find(self, email: Address) -> Account:
        """The account with this address (`domain.account.email_address`), or AccountNotFound."""

    def add(self, account: Account) -> None:
        """A new one, in the place of one that is not verified; AccountTaken if one is."""

    def save(self, account: Account, revision: int) -> Account:
        """Replace the account, if it still has this revision; it gets the next.

        The account as it is then. Contended if it has another or is gone.
        """

    def remove(self, account: Account) -> None:
        """Delete it at its revision; Contended if it has another, nothing if it is gone."""

    def mailboxes(self, account: Account) -> list[Inbox]:
        """The inboxes of its list that are still there and not deleted, in the list's order."""

    def open_mailbox(self, account: Account, mailbox: Inbox, now: datetime) -> Account:
        """Save the account at its revision and create the mailbox, or neither.

        The account as it is then. AddressTaken as of `Inboxes.create`, otherwise Contended.
        """

    def adopt(self, account: Account, mailbox: Inbox, now: datetime) -> Account:
        """Save the account at its revision and make an open token inbox its mailbox, or neither.

        `mailbox` is what it shall be: its owner, lifetimes, and a token version one above what it
        has now. Messages and their numbers stay. Unauthenticated if it is deleted, has expired,
        has an owner or another version; otherwise Contended.
        """

    def extend(self, account: Account, before: Inbox, after: Inbox) -> Account:
        """Save the account at its revision and give its mailbox a later end, or neither.

        Sets the end and what it holds. Contended if its end, number or what it holds is not as
        `before`, or if it is deleted.
        """


class Deliveries(Protocol):
    """What becomes of each mail for each of its recipients: settled once, then known."""

    def deliver(self, mail: Accepted, summary: Summary, inbox: Inbox, now: datetime) -> Outcome:
        """Store the mail in the inbox under its next number, or drop it there; once per mail.

        One transaction: the inbox still open and under quota, its number raised, the message and
        the delivery written, the counters raised. So numbers become visible in their order,
        without gap or repeat. Contended when too many writers got in between.
        """

    def drop(self, mail: Accepted, recipient: Address, reason: DropReason) -> Outcome:
        """Record and count that the recipient gets nothing; once per mail and recipient.

        Answers what was recorded before, if anything was.
        """

    def is_settled(self, mail: MailKey, recipients: Sequence[Address]) -> bool:
        """Whether each of these recipients has an outcome for the mail."""

    def standing(self, mail: MailKey) -> Standing:
        """How far the mail has come."""

    def release(self, message: MessageId) -> Sequence[str]:
        """Note that the message is gone; the object key of its mail if that was the last one.

        Empty while other messages of the mail exist or deliveries of it are still to come.
        """

    def count_failure(self) -> None:
        """Count an attempt that settled nothing."""

    def tally(self) -> Tally:
        """The counters of all deliveries."""


class Messages(Protocol):
    """The messages of all inboxes. All reads leave out what has expired by `now`."""

    def get(self, message: MessageId, now: datetime) -> tuple[Inbox, Message]:
        """The message and its inbox; MessageNotFound if there is none any more."""

    def numbered(
        self, inbox: InboxId, sequence: int, now: datetime
    ) -> tuple[Inbox, Sequence[Message]]:
        """The inbox, deleted or not, and its message with this number, if it has one.

        InboxNotFound if this generation is not there.
        """

    def newest(self, inbox: Inbox, before: int | None, limit: int, now: datetime) -> list[Message]:
        """Up to `limit` messages, newest first, with numbers below `before`.

        Holds every message up to the inbox's number as it was read.
        """

    def after(self, inbox: InboxId, sequence: int, limit: int, now: datetime) -> list[Message]:
        """Up to `limit` messages with numbers above `sequence`, oldest first.

        Complete: when it answers, no message with a number between those given is still to come.
        """

    def change(self, message: MessageId, change: Change, now: datetime) -> Message:
        """Change it and return it as it is then; MessageNotFound if there is none any more."""

    def delete(self, message: MessageId, now: datetime) -> None:
        """Remove one message from its inbox; MessageNotFound if there is none any more."""

    def lengthen(self, message: MessageId, expires_at: datetime) -> None:
        """Let it be readable until then, if that is later; one that is gone stays gone."""


class Contents(Protocol):
    """What readers see of mails: one record a mail."""

    def put(self, mail: MailKey, content: Content, expires_at: datetime) -> None:
        """Keep it at least until then; a repeat writes the same."""

    def get(self, mail: MailKey) -> Content:
        """MessageNotFound if it is not there."""

    def keep(self, mail: MailKey, expires_at: datetime) -> None:
        """Keep it at least until then, if it is there."""

    def delete(self, mail: MailKey) -> None:
        """Remove it; a repeat is a no-op."""


class Watching(Protocol):
    """WebSocket connections and what they are subscribed to."""

    def connect(self, connection: Connection) -> None:
        """Remember an open connection until its `expires_at`."""

    def disconnect(self, connection_id: str) -> None:
        """Forget it and its subscriptions; a repeat is a no-op."""

    def subscribe(self, subscription: Subscription, now: datetime) -> None:
        """Add or replace it; ConnectionGone without the connection, LimitReached over a cap."""

    def unsubscribe(self, connection_id: str, inbox: InboxId) -> None:
        """Remove it; a repeat is a no-op."""

    def subscribers(self, inbox: InboxId, now: datetime) -> list[Subscription]:
        """Who watches this inbox now."""

    def caught_up(self, subscription: Subscription, sequence: int) -> None:
        """The replay is done up to this number: what comes later is pushed as it comes."""

    def connections(self, now: datetime) -> int:
        """How many are open now, by our own record."""


class AccountWatching(Protocol):
    """Subscriptions of WebSocket connections to whole accounts; see `Watching` for the rest."""

    def watch(self, watch: AccountWatch, now: datetime) -> None:
        """Add or replace it; ConnectionGone without the connection, LimitReached over a cap."""

    def unwatch(self, connection_id: str, account: AccountId) -> None:
        """Remove it; a repeat is a no-op."""

    def watched(self, connection_id: str) -> list[AccountId]:
        """The accounts that the connection watches."""

    def watchers(self, account: AccountId, now: datetime) -> list[AccountWatch]:
        """Who watches the account now, in whichever session."""


class SigningKeys(Protocol):
    """What tokens are signed with: a key for new ones, and the one before it for those about."""

    def current(self) -> SigningKey:
        """The key that new tokens are signed with; SigningKeysUnavailable if none can be had."""

    def find(self, key_id: str) -> SigningKey:
        """The current or the previous key by its id, Unauthenticated for any other.

        A key that has just become the current one is found within seconds.
        """


class PasswordKeys(Protocol):
    """The secrets that passwords of generated inboxes are made of: one for each batch."""

    def make(self, batch: str) -> BatchSecret:
        """A new secret for the batch of this id; PasswordKeyUnavailable if none can be had."""

    def open(self, batch: str, sealed: bytes) -> bytes:
        """The secret of this batch again.

        PasswordKeyUnavailable if it cannot be opened: now, or ever, as that of another batch.
        """


class Batches(Protocol):
    """Batches of generated inboxes, and which inboxes are in them."""

    def add(self, batch: Batch) -> None:
        """Add a batch without inboxes."""

    def place(
        self, batch: Batch, number: int, inboxes: Sequence[Inbox], now: datetime
    ) -> Sequence[Address]:
        """Create the inboxes and note them as the batch's members of this number, or neither.

        The addresses among them that are taken, as `Inboxes.create` has it: then nothing was
        changed. At most `limits.GENERATED_TOGETHER`, each at another address. Contended when other
        writers won every attempt.
        """

    def all(self, since: str = "") -> Iterable[Batch]:
        """The batches with this rank and above, in their order; read as they are asked for."""

    def members(self, batch: str, first: int = 0) -> Iterable[Members]:
        """Who is in the batch of this id, from the members of this number on, in their order."""


class AdminKeys(Protocol):
    """What is kept of the admin key: its hash (`domain.credentials.key_hash`), never the key."""

    def hashes(self) -> Sequence[str]:
        """The hash of the current key, nothing while none was made; up to ten seconds old."""

    def replace(self, key_hash: str, now: datetime) -> None:
        """Make this the only key there is; the one before is dead within ten seconds."""


class AdminSecret(Protocol):
    """Where people who may read the admin key find it; nothing of ours reads it."""

    def keep(self, key: str) -> None:
        """Put the key there, in the place of the one before."""


class Domains(Protocol):
    """The mail domains that admins added or changed, read consistently.

    Those that the settings name are not here until an admin changes them. A domain's `updated_at`
    is its version, to the millisecond.
    """

    def all(self) -> list[MailDomain]:
        """All of them, by name."""

    def add(self, domain: MailDomain) -> None:
        """Add it; DomainTaken if one of this name is there."""

    def change(self, domain: MailDomain, seen: datetime | None) -> None:
        """Put it in the place of the one whose `updated_at` was `seen`, None for one not there yet.

        Contended if somebody else has changed, added or removed it since.
        """

    def remove(self, domain_id: str) -> None:
        """Remove it; DomainNotFound if it is not there."""


class Census(Protocol):
    """The count of all inboxes."""

    def count(self, now: datetime) -> Counted:
        """How many there are by `now`, within seconds; incomplete where there are too many."""


class RequestCounts(Protocol):
    """How much each client asked for lately, by all processes together."""

    def count(
        self, who: str, window: Window, names: Sequence[str], by: int = 1
    ) -> Mapping[str, int]:
        """Raise these counters of the client in this window by `by`, each of them at once.

        All counters of the client in it, as they are then. Whatever keeps it from counting is
        raised as it comes, and soon: it is better not to count than to keep the request waiting.
        """


class Budgets(Protocol):
    """What the whole deployment has made on each day (UTC)."""

    def spend(self, day: date, inboxes: int, most: int) -> bool:
        """Count so many new inboxes; False, and nothing is counted, if that is more than `most`."""

    def baseline(self, day: date, accepted: int) -> int:
        """How many mails had been accepted when the day began: the first number given for it."""


class Rounds(Protocol):
    """How far the sweep has come, from one sweep to the next."""

    def last(self, first: Round) -> Round:
        """What was kept last; `first` if nothing was."""

    def keep(self, last: Round) -> None:
        """Keep it in the place of the one before. Of two sweeps at a time either may win."""


class Notices(Protocol):
    """The queue that notices of accepted mail wait in."""

    def send(self, notice: Notice) -> None:
        """Put the notice into the queue, once more."""


class Postman(Protocol):
    """The way out for mails of our own."""

    def send(self, recipient: Address, subject: str, text: str) -> None:
        """Hand over one mail in plain text; MailNotSent if it is not taken, within seconds."""


class Sockets(Protocol):
    """The way to WebSocket clients."""

    def post(self, connection_id: str, frame: str) -> None:
        """Send one frame; ConnectionGone if the client has left.

        Any other failure is a PushFailed of the adapter's and loses only this frame.
        """
