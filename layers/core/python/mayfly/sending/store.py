"""Where outgoing messages are kept, with the jobs to send them and suppressed addresses."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.sending.errors import EmailNotFound
from mayfly.sending.models import (
    OutgoingMail,
    RecipientStatus,
    known_id,
    statuses_of,
)
from mayfly.sending.ports import (
    OutgoingFiles,
    OutgoingMails,
    Schedules,
    SendJob,
    SendJobs,
    Suppressions,
)

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class OutgoingMailStore:
    """The messages, their bytes, the orders to send them, and the suppressed addresses."""

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
