"""Where mails that go out are kept, and what wakes them: for all who handle them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.errors import EmailNotFound
from mayfly.sending.ids import known_id
from mayfly.sending.models import Fate, Outgoing, fates_of
from mayfly.sending.ports import Order, Orders, Outbox, OutgoingFiles, Schedules, Suppressions

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Storeroom:
    """The mails, their bytes, the orders to send them, and whom they go to no more."""

    outbox: Outbox
    files: OutgoingFiles
    orders: Orders
    schedules: Schedules
    suppressions: Suppressions

    def find(self, account: str, mail: str, now: datetime) -> Outgoing:
        """The account's mail of this id; EmailNotFound without it, or once it has expired."""
        found = self.outbox.get(account, known_id(mail))
        if found.expires_at <= now:
            raise EmailNotFound("no such mail")
        return found

    def give_order(self, mail: Outgoing, now: datetime) -> None:
        """Have the mail looked at when it is due; it need not be written yet."""
        order, wait = order_of(mail, now), mail.due_at - now
        if wait > limits.ORDER_DELAY:
            self.schedules.set(order, mail.due_at)
        else:
            # A moment later, so that the mail is there.
            self.orders.give(order, max(1, -int(-wait // _SECOND)))

    def forget(self, mail: Outgoing) -> None:
        """Take back what was done for a mail that is not to be written after all."""
        self.schedules.clear(order_of(mail, mail.created_at))
        self.files.delete(mail.object_key)


def order_of(mail: Outgoing, given_at: datetime) -> Order:
    """The order to send the mail in the round it is in."""
    return Order(mail.account, mail.id, mail.round, given_at)


def without_suppressed(mail: Outgoing, suppressions: Suppressions) -> Outgoing:
    """The mail, not any more for those on its account's list."""
    found = suppressions.among(mail.account, mail.pending) if mail.pending else {}
    fates = {
        address: fate
        for address, each in found.items()
        for fate in fates_of([address], Fate.SUPPRESSED, each.reason).values()
    }
    return mail.with_fates(fates)
