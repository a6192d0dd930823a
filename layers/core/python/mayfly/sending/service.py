"""Mails that an account has had accepted: shown, counted, called back and removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mayfly import limits
from mayfly.errors import Contended, WrongState
from mayfly.kit.clock import Clock
from mayfly.sending.draft import Correspondent
from mayfly.sending.ids import known_id
from mayfly.sending.models import CANCELLABLE, OPEN, HistoryEvent, OutgoingMail, State, Suppression
from mayfly.sending.ports import Filter
from mayfly.sending.quota import SendingPolicy
from mayfly.sending.store import OutgoingMailStore, job_of


@dataclass(frozen=True, slots=True)
class OutgoingMailService:
    """An account's mails and its suppression list, for itself."""

    store: OutgoingMailStore
    terms: SendingPolicy
    now: Clock

    def show(self, account: str, mail: str) -> OutgoingMail:
        """The account's mail of this id; EmailNotFound without it."""
        return self.store.find(account, mail, self.now())

    def page(
        self, account: str, wanted: Filter, most: int, before: str
    ) -> tuple[Sequence[OutgoingMail], str]:
        """Part of the account's mails, newest first; see `OutgoingMails.page`."""
        return self.store.outbox.page(account, wanted, most, known_id(before) if before else "")

    def counts(self, account: str) -> Mapping[State, int]:
        """How many of its mails are, or ended, in which state."""
        return self.store.outbox.counts(account)

    def cancel(self, account: str, mail: str) -> tuple[OutgoingMail, bool]:
        """Call back what is scheduled or queued; what is over is removed.

        The mail as it is then, and whether it was removed. WrongState while it is being sent.
        """
        for _ in range(limits.OUTGOING_WRITES):
            found = self.show(account, mail)
            try:
                if found.state in CANCELLABLE:
                    return self._called_back(found), False
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

    def _called_back(self, mail: OutgoingMail) -> OutgoingMail:
        now = self.now()
        line = HistoryEvent(now, "cancelled")
        gone = mail.moved(State.CANCELLED, line, limits.OUTGOING_EVENTS)
        gone = self.store.outbox.save(mail, gone)
        if self.terms.is_on:  # turned off, there are no schedules any more
            self.store.schedules.clear(job_of(gone, now))
        return gone
