"""Deliveries, and the messages that they become."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mayfly.inboxes.ids import InboxId, MailKey, MessageId
from mayfly.inboxes.models import Inbox
from mayfly.mail.address import Address
from mayfly.messages.models import UNFILED, Change, Filing, Message, Summary
from mayfly.receiving.models import Accepted, DropReason, MailProgress, Outcome, Tally


class Deliveries(Protocol):
    """What becomes of each mail for each of its recipients: settled once, then known."""

    def deliver(
        self,
        mail: Accepted,
        summary: Summary,
        inbox: Inbox,
        now: datetime,
        filing: Filing = UNFILED,
    ) -> Outcome:
        """Store the mail in the inbox under its next number, or drop it there; once per mail.

        The message is visible as it is filed from its first moment.

        One transaction: the inbox still open and under quota, its number raised, the message and
        the delivery written, the counters raised. So numbers become visible in their order,
        without gap or repeat. Contended when too many writers got in between.
        """

    def drop(
        self, mail: Accepted, recipient: Address, reason: DropReason, inbox: Inbox | None = None
    ) -> Outcome:
        """Record and count that the recipient gets nothing; once per mail and recipient.

        `inbox` is the one that it would have been for, if there is one. Answers what was recorded
        before, if anything was.
        """

    def is_settled(self, mail: MailKey, recipients: Sequence[Address]) -> bool:
        """Whether each of these recipients has an outcome for the mail."""

    def outcomes(self, inbox: InboxId, mails: Sequence[MailKey]) -> dict[MailKey, Outcome]:
        """What became of these for this inbox; those that are not settled are left out."""

    def is_read_from(self, mail: MailKey, object_key: str) -> bool:
        """Whether the mail was settled from this object, of several that may have been put."""

    def standing(self, mail: MailKey) -> MailProgress:
        """How far the mail has come."""

    def release(self, message: MessageId) -> Sequence[str]:
        """Note that the message is gone; the object key of its mail if that was the last one.

        Empty while other messages of the mail exist or deliveries of it are still to come.
        """

    def only_of(self, messages: Sequence[MessageId]) -> Sequence[str]:
        """The object keys of those emails that were for one recipient that has or had this message.

        Of others somebody may have a message that is still shown. One whose delivery is not known
        any more is left out, too.
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
