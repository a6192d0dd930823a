"""An account's outgoing messages: where they are kept, listing, counting, cancelling, removing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.errors import Contended
from mayfly.kit.clock import Clock
from mayfly.sending.draft import Correspondent
from mayfly.sending.errors import EmailNotFound, WrongState
from mayfly.sending.models import (
    CANCELLABLE,
    OPEN,
    HistoryEvent,
    OutgoingMail,
    RecipientStatus,
    State,
    Suppression,
    known_id,
    statuses_of,
)
from mayfly.sending.ports import (
    Filter,
    OutgoingFiles,
    OutgoingMails,
    Schedules,
    SendJob,
    SendJobs,
    Suppressions,
)
from mayfly.sending.quota import SendingPolicy

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class OutgoingMailStore:
    """The messages, their bytes, the orders to send them, and whom they go to no more."""

    outbox: OutgoingMails
    files: OutgoingFiles
    orders: SendJobs
    schedules: Schedules
    suppressions: Suppressions

    def find(self, account: str, mail: str, now: datetime) -> OutgoingMail:
        """The account's mail of this id; EmailNotFound without it, or once it has expired."""
        found = self.outbox.get(account, known_id(mail))
        if found.expires_at <= now:
            raise EmailNotFound("no such mail")
        return found

    def give_order(self, mail: OutgoingMail, now: datetime) -> None:
        """Have the message looked at when it is due; it need not be written yet."""
        job, wait = job_of(mail, now), mail.due_at - now
        if wait > limits.ORDER_DELAY:
            self.schedules.set(job, mail.due_at)
        else:
            # A moment later, so that the message is there.
            self.orders.give(job, max(1, -int(-wait // _SECOND)))

    def forget(self, mail: OutgoingMail) -> None:
        """Take back what was done for a message that is not to be written after all."""
        self.schedules.clear(job_of(mail, mail.created_at))
        self.files.delete(mail.object_key)


def job_of(mail: OutgoingMail, given_at: datetime) -> SendJob:
    """The job that sends the message in the round it is in."""
    return SendJob(mail.account, mail.id, mail.round, given_at)


def without_suppressed(mail: OutgoingMail, suppressions: Suppressions) -> OutgoingMail:
    """The message, not any more for those on its account's list."""
    found = suppressions.among(mail.account, mail.pending) if mail.pending else {}
    fates = {
        address: fate
        for address, each in found.items()
        for fate in statuses_of([address], RecipientStatus.SUPPRESSED, each.reason).values()
    }
    return mail.with_fates(fates)


@dataclass(frozen=True, slots=True)
class OutgoingMailService:
    """An account's messages and its suppression list, for itself."""

    store: OutgoingMailStore
    policy: SendingPolicy
    now: Clock

    def show(self, account: str, mail: str) -> OutgoingMail:
        """The account's mail of this id; EmailNotFound without it."""
        return self.store.find(account, mail, self.now())

    def page(
        self, account: str, criteria: Filter, most: int, before: str
    ) -> tuple[Sequence[OutgoingMail], str]:
        """Part of the account's messages, newest first; see `OutgoingMails.page`."""
        return self.store.outbox.page(account, criteria, most, known_id(before) if before else "")

    def counts(self, account: str) -> Mapping[State, int]:
        """How many of its messages are, or ended, in which state."""
        return self.store.outbox.counts(account)

    def cancel(self, account: str, mail: str) -> tuple[OutgoingMail, bool]:
        """Call back what is scheduled or queued; what is over is removed.

        The message as it is then, and whether it was removed. WrongState while it is being sent.
        """
        for _ in range(limits.OUTGOING_WRITES):
            found = self.show(account, mail)
            try:
                if found.state in CANCELLABLE:
                    return self._cancel(found), False
                if found.state in OPEN:
                    raise WrongState("this mail is being sent just now: it cannot be called back")
                self.store.outbox.remove(found)
                self.store.files.delete(found.object_key)
                return found, True
            except Contended:
                continue
        raise Contended(f"{limits.OUTGOING_WRITES} attempts met other writers of the mail")

    def suppressed(self, account: str, most: int, after: str) -> tuple[Sequence[Suppression], str]:
        """Part of the account's suppression list; see `Suppressions.page`."""
        return self.store.suppressions.page(account, most, after)

    def unsuppress(self, account: str, address: str) -> Suppression:
        """Take the address off the account's list; SuppressionNotFound if it is not on it."""
        return self.store.suppressions.remove(account, Correspondent.parse(address).key)

    def _cancel(self, mail: OutgoingMail) -> OutgoingMail:
        now = self.now()
        line = HistoryEvent(now, "cancelled")
        gone = mail.moved(State.CANCELLED, line, limits.OUTGOING_EVENTS)
        gone = self.store.outbox.save(mail, gone)
        if self.policy.is_on:  # turned off, there are no schedules any more
            self.store.schedules.clear(job_of(gone, now))
        return gone
