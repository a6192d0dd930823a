"""The accounts, their password resets and approvals, as the flows need them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mayfly.accounts.models import Account, AccountId, Approval
from mayfly.inboxes.models import Inbox
from mayfly.mail.address import Address


class Accounts(Protocol):
    """The accounts, read consistently; each write holds only at the revision that was read.

    Contended means that another caller wrote the account meanwhile, or removed it: read it again.
    """

    def get(self, account: AccountId) -> Account:
        """This generation; AccountNotFound if another or none is there."""

    def find(self, email: Address) -> Account:
        """The account with this address (case does not count), or AccountNotFound."""

    def add(self, account: Account) -> None:
        """A new one, in the place of one that is not verified; AccountTaken if one is."""

    def save(self, account: Account, revision: int) -> Account:
        """Replace the account, if it still has this revision; it gets the next.

        The account as it is then. Contended if it has another or is gone.
        """

    def remove(self, account: Account) -> None:
        """Delete it and its API keys at its revision, or neither.

        Contended if it has another revision, nothing if it is gone.
        """

    def mailboxes(self, account: Account) -> list[Inbox]:
        """The inboxes of its list that are still there and not deleted, in the list's order."""

    def open_mailbox(self, account: Account, mailbox: Inbox, now: datetime) -> Account:
        """Save the account at its revision and create the mailbox, or neither.

        The account as it is then. AddressTaken as of `Inboxes.create`, otherwise Contended.
        """

    def adopt(self, account: Account, mailbox: Inbox, now: datetime) -> Account:
        """Save the account at its revision and make an open token inbox its mailbox, or neither.

        `mailbox` is what it becomes: its owner, lifetimes, and a token version one above what it
        has now. Messages and their numbers stay. Unauthenticated if it is deleted, has expired,
        has an owner or another version; otherwise Contended.
        """

    def extend(self, account: Account, before: Inbox, after: Inbox) -> Account:
        """Save the account at its revision and give its mailbox a later end, or neither.

        Sets the end and what it holds. Contended if its end, number or what it holds is not as
        `before`, or if it is deleted.
        """


class Resets(Protocol):
    """The reset of a password that was asked for last, for each e-mail address.

    Kept alike whether the address has an account or not. A proof is a hash that says nothing.
    """

    def begin(self, partition: str, proof: str, expires_at: datetime) -> None:
        """Keep this one in the place of the one before; it may go once it has expired."""

    def is_last(self, partition: str, proof: str) -> bool:
        """Whether this is the one that was begun last; read consistently."""


class Approvals(Protocol):
    """One for each account that has asked, or was decided about."""

    def get(self, account: str) -> Approval:
        """The account's, read consistently; one that says NOT_ASKED where there is none."""

    def add(self, approval: Approval) -> bool:
        """Add it, unless the account has one; whether it was added."""

    def put(self, approval: Approval) -> None:
        """Keep it in the place of the one before."""

    def remove(self, account: str) -> None:
        """Forget the account's; nothing if there is none."""

    def page(self, most: int, after: str = "") -> tuple[Sequence[Approval], str]:
        """Up to so many by the account's id, and the id to go on after, "" at the end."""
