"""What account holders ask of sending: submit a message, resend it, list, cancel, remove it.

The order to send a message is given before the message is written. So there is no moment in which
one is accepted and nothing will ever send it; an order whose message was not written does nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mayfly import limits
from mayfly.errors import Contended, InvalidInput
from mayfly.kit.clock import Clock, Entropy, to_the_millisecond
from mayfly.sending.compose import outgoing_mail
from mayfly.sending.draft import Correspondent, Draft
from mayfly.sending.errors import KeyReused, WrongState
from mayfly.sending.models import (
    CANCELLABLE,
    ENTROPY_BYTES,
    OPEN,
    RESENDABLE,
    HistoryEvent,
    OutgoingMail,
    State,
    Suppression,
    known_id,
    outgoing_id,
)
from mayfly.sending.ports import Filter, IdempotencyKey, IdempotencyResult, SendableDomains
from mayfly.sending.quota import DailyQuota
from mayfly.sending.store import OutgoingMailStore, job_of, without_suppressed
from mayfly.sending.uploads import Uploader

SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class SendingService:
    """An account's messages and its suppression list; `SendWorker` sends what is submitted."""

    store: OutgoingMailStore
    uploads: Uploader
    domains: SendableDomains
    quota: DailyQuota
    now: Clock
    entropy: Entropy

    def submit(
        self, account: str, write: Callable[[], Draft], key: IdempotencyKey | None = None
    ) -> tuple[OutgoingMail, State]:
        """Accept the message, and answer with it and the state it was accepted in.

        It is written only where the key leads to none: what it was made of may have changed since.
        The message of before for the key of before; KeyReused if it came with another request.
        NotPermitted while sending is off or the domain is not the account's, InvalidInput and
        BodyTooLarge for what cannot be sent, NotUploaded while a file is missing, SendsSpent over
        a day's share.
        """
        self.quota.policy.check_on()
        now = self._now()
        if key is not None:
            known = self.store.outbox.kept(account, key.key_hash, now)
            if known is not None:
                return self._repeat(account, known, key)
        draft = write()
        self._check_time(draft.scheduled_at, now)
        self.domains.sendable(account, draft.sender.domain)
        draft = self.uploads.attach(account, draft)
        mail_id = outgoing_id(now, self.entropy(ENTROPY_BYTES))
        mail, raw = outgoing_mail(account, mail_id, draft, now, self.quota.policy.file_bytes)
        mail = without_suppressed(mail, self.store.suppressions)
        if not mail.pending:
            line = HistoryEvent(now, "failed", "all recipients are on the suppression list")
            mail = mail.moved(State.FAILED, line, limits.OUTGOING_EVENTS, reason=SUPPRESSED)
        share = self.quota.share(now.date(), mail.pending, mail.domain)
        self.store.files.put(mail.object_key, raw)
        if mail.state in OPEN:
            self.store.give_order(mail, self._now())
        kept = self.store.outbox.add(mail, share, key)
        if kept is not None and key is not None:  # the same request came twice at once
            self.store.forget(mail)
            return self._repeat(account, kept, key)
        return mail, mail.state

    def resend(self, account: str, mail: str) -> OutgoingMail:
        """Send it again to the recipients that it has not reached.

        WrongState unless it has failed, bounced, was cancelled, or nobody knows; otherwise raises
        as `submit`.
        """
        self.quota.policy.check_on()
        found, now = self.store.find(account, mail, self.now()), self._now()
        if found.state not in RESENDABLE:
            raise WrongState(f"this mail is {found.state}: only what did not arrive is sent again")
        if found.original:
            raise WrongState("this is a forward: the message that it forwards is still there")
        self.domains.sendable(account, found.domain)
        again = without_suppressed(found.to_send_again(), self.store.suppressions)
        if not again.pending:
            raise WrongState("all recipients that it did not reach are on your suppression list")
        share = self.quota.share(now.date(), again.pending, again.domain)
        changes = {
            "round": found.round + 1,
            "round_began": now,
            "attempts": 0,
            "due_at": now,
            "scheduled_at": None,
            "leased_until": None,
            "reason": "",
            "expires_at": now + limits.OUTGOING_KEPT,
        }
        line = HistoryEvent(now, "resent")
        again = again.moved(State.QUEUED, line, limits.OUTGOING_EVENTS, **changes)
        self.store.give_order(again, self._now())
        try:
            return self.store.outbox.save(found, again, share)
        except Contended as error:
            raise WrongState("this mail has just changed; look at it again") from error

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

    def _check_time(self, when: datetime | None, now: datetime) -> None:
        if when is None:
            return
        if when <= now:
            raise InvalidInput("scheduledAt is not in the future")
        if when - now > limits.LONGEST_SCHEDULE:
            raise InvalidInput(f"scheduledAt is over {limits.LONGEST_SCHEDULE.days} days ahead")

    def _repeat(
        self, account: str, kept: IdempotencyResult, key: IdempotencyKey
    ) -> tuple[OutgoingMail, State]:
        if kept.request_hash != key.request_hash:
            raise KeyReused("this Idempotency-Key came with another request before")
        return self.store.outbox.get(account, kept.mail), kept.state

    def _cancel(self, mail: OutgoingMail) -> OutgoingMail:
        now = self._now()
        line = HistoryEvent(now, "cancelled")
        gone = mail.moved(State.CANCELLED, line, limits.OUTGOING_EVENTS)
        gone = self.store.outbox.save(mail, gone)
        if self.quota.policy.is_on:  # turned off, there are no schedules any more
            self.store.schedules.clear(job_of(gone, now))
        return gone

    def _now(self) -> datetime:
        return to_the_millisecond(self.now())
