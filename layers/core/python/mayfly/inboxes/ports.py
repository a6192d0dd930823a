"""Inboxes: each, in batches, and counted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from mayfly.admin.models import Counted
from mayfly.batches.models import Batch, Members
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Inbox
from mayfly.mail.address import Address


class Inboxes(Protocol):
    """The inboxes, read consistently."""

    def find(self, addresses: Sequence[Address]) -> dict[Address, Inbox]:
        """The newest generation at each address, active or not; unknown ones are left out."""

    def get(self, inbox: InboxId) -> Inbox:
        """This generation, active or not; InboxNotFound if another or none is there."""

    def create(self, inbox: Inbox, now: datetime) -> None:
        """Add it; AddressTaken while another generation is active or cools down.

        One that never had mail does not cool down: what is added is its heir.
        """

    def close(self, inbox: InboxId, now: datetime) -> None:
        """Delete it, visibly at once; InboxNotFound if it is not there or deleted already."""

    def rotate(self, inbox: InboxId, version: int) -> Inbox:
        """Raise the version of its tokens from this one by one: all older tokens are dead.

        The inbox as it is then. Unauthenticated if another call has raised it since,
        InboxNotFound if it is not there or deleted.
        """

    def erase(self, inbox: InboxId) -> None:
        """Remove its messages, subscriptions and delivery marks; a repeat is a no-op.

        The row of the inbox stays until the cool-down ends.
        """


class Batches(Protocol):
    """Batches of generated inboxes, and which inboxes are in them."""

    def add(self, batch: Batch) -> None:
        """Add a batch without inboxes."""

    def place(
        self, batch: Batch, number: int, inboxes: Sequence[Inbox], now: datetime
    ) -> Sequence[Address]:
        """Create the inboxes and note them as the batch's members of this number, or neither.

        The addresses among them that are taken, or were until recently, had they mail or not: then
        nothing was changed. At most `limits.GENERATED_TOGETHER`, each at another address. Contended
        when other writers won every attempt.
        """

    def get(self, rank: str) -> Batch:
        """The batch of this rank; PasswordKeyUnavailable if it is not there any more."""

    def all(self, since: str = "") -> Iterable[Batch]:
        """The batches with this rank and above, in their order; read as the caller goes on."""

    def members(self, batch: str, first: int = 0) -> Iterable[Members]:
        """The members of the batch of this id, from this number on, in their order."""


class Census(Protocol):
    """The count of all inboxes."""

    def count(self, now: datetime) -> Counted:
        """How many there are by `now`, within seconds; incomplete where there are too many."""
