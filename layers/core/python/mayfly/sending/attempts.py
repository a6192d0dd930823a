"""Attempts to send a message, written down: that one begins, and what came of it.

Each change is made to the message as it is then: SES's events may have been faster.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mayfly import limits
from mayfly.errors import Contended
from mayfly.kit.clock import Clock, to_the_millisecond
from mayfly.sending.models import (
    OPEN,
    TRANSITIONS,
    HistoryEvent,
    OutgoingMail,
    RecipientStatus,
    State,
    Suppression,
    status_of,
    statuses_of,
)
from mayfly.sending.ports import MailerResult, SendJob
from mayfly.sending.store import OutgoingMailStore


class Outcome(StrEnum):
    """What came of a job; each is counted by this name."""

    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DEFERRED = "deferred"
    NOT_YET = "not_yet"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class DeliveryAttempts:
    """Writes attempts down."""

    store: OutgoingMailStore
    now: Clock

    def begin(self, mail: OutgoingMail, remaining: OutgoingMail) -> OutgoingMail | None:
        """Lease the message for the `remaining` recipients; None if another attempt was faster."""
        now = self._instant()
        sending = remaining.moved(
            State.SENDING,
            HistoryEvent(now, "sending", f"attempt {mail.attempts + 1}"),
            limits.OUTGOING_EVENTS,
            attempts=mail.attempts + 1,
            leased_until=now + limits.SENDING_LEASE,
        )
        try:
            return self.store.outbox.save(mail, sending)
        except Contended:
            return None

    def record_answer(self, job: SendJob, mail: OutgoingMail, result: MailerResult) -> Outcome:
        """Record what the mailer says becomes of it for each recipient.

        Recipients that do not exist go onto the account's list once that is written: if it fails,
        the mail is what it is all the same, and the next one to that address is refused again.
        """
        outcome = self._record(job, mail, result)
        for address in result.gone:
            suppression = Suppression(address, "bounce", self._instant(), mail.id)
            self.store.suppressions.add(mail.account, suppression)
        return outcome

    def _record(self, job: SendJob, mail: OutgoingMail, result: MailerResult) -> Outcome:
        updated = mail.with_fates(result.fates).changed(message_id=result.message_id)
        if updated.pending:
            return self.defer(job, updated, "not for all recipients now")
        if status_of(updated.recipients) is State.FAILED:
            detail = next(
                each.detail for each in updated.recipients if each.fate is RecipientStatus.FAILED
            )
            return self.fail(updated, "refused", detail)

        def mark_sent(fresh: OutgoingMail) -> OutgoingMail:
            updated = fresh.with_fates(result.fates).changed(message_id=result.message_id)
            key = f"sent {result.message_id}" if result.message_id else ""
            line = HistoryEvent(self._instant(), State.SENT.value, result.message_id, key)
            updated = updated.with_handover(line, limits.OUTGOING_EVENTS)
            state = status_of(updated.recipients)
            if state not in TRANSITIONS[fresh.state]:  # SES's events were faster
                return updated
            return updated.changed(state=state, leased_until=None)

        self._write(mail, mark_sent)
        return Outcome.SENT

    def defer(self, job: SendJob, mail: OutgoingMail, why: str) -> Outcome:
        """Put it back into the queue, for a time that grows with each attempt."""
        now = self._instant()
        longest = min(limits.LONGEST_RETRY, limits.FIRST_RETRY * 2 ** min(mail.attempts - 1, 10))
        wait = timedelta(seconds=round(random.uniform(0.5, 1) * longest.total_seconds()))

        def requeue(fresh: OutgoingMail) -> OutgoingMail:
            if fresh.state is not State.SENDING:
                return fresh
            updated = fresh.with_fates(_fates(mail))
            return updated.moved(
                State.QUEUED,
                HistoryEvent(now, "deferred", why),
                limits.OUTGOING_EVENTS,
                due_at=now + wait,
                leased_until=None,
                message_id=mail.message_id or updated.message_id,
            )

        self._write(mail, requeue)
        self.store.orders.give(job, int(wait.total_seconds()))
        return Outcome.DEFERRED

    def fail(self, mail: OutgoingMail, reason: str, why: str) -> Outcome:
        """End it for all who were still to get it; some may have it."""
        now = self._instant()
        fates = {**_fates(mail), **statuses_of(mail.pending, RecipientStatus.FAILED, why)}

        def end(fresh: OutgoingMail) -> OutgoingMail:
            if fresh.state not in OPEN:
                return fresh
            updated = fresh.with_fates(fates)
            state = status_of(updated.recipients)
            kind = "failed" if state is State.FAILED else "sent"
            return updated.moved(
                state,
                HistoryEvent(now, kind, why),
                limits.OUTGOING_EVENTS,
                reason=reason,
                leased_until=None,
            )

        return Outcome.FAILED if self._write(mail, end).state is State.FAILED else Outcome.SENT

    def mark_uncertain(self, mail: OutgoingMail, why: str) -> Outcome:
        """Mark it as uncertain: SES's events, or a person, go on from here."""
        now = self._instant()

        def to_uncertain(fresh: OutgoingMail) -> OutgoingMail:
            if fresh.state is not State.SENDING:
                return fresh
            line = HistoryEvent(now, "uncertain", why)
            return fresh.moved(State.UNCERTAIN, line, limits.OUTGOING_EVENTS, leased_until=None)

        self._write(mail, to_uncertain)
        return Outcome.UNCERTAIN

    def _write(
        self, mail: OutgoingMail, change: Callable[[OutgoingMail], OutgoingMail]
    ) -> OutgoingMail:
        """Save what `change` makes of the message as it is now."""
        fresh = mail
        for attempt in range(limits.OUTGOING_WRITES):
            if attempt:
                fresh = self.store.outbox.get(mail.account, mail.id)
            changed = change(fresh)
            if changed == fresh:
                return fresh
            try:
                return self.store.outbox.save(fresh, changed)
            except Contended:
                continue
        raise Contended(f"{limits.OUTGOING_WRITES} attempts met other writers of the mail")

    def _instant(self) -> datetime:
        return to_the_millisecond(self.now())


def _fates(mail: OutgoingMail) -> dict[str, tuple[RecipientStatus, str]]:
    return {each.address.lower(): (each.fate, each.detail) for each in mail.recipients}
