"""Messages that accounts submit: accepted, and sent again.

The order to send a mail is given before the mail is written. So there is no moment in which a mail
is accepted and nothing will ever send it; an order whose mail was not written leads to nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from mayfly import limits
from mayfly.errors import Contended, InvalidInput
from mayfly.kit.clock import Clock, Entropy, to_the_millisecond
from mayfly.sending.compose import compose
from mayfly.sending.draft import Draft
from mayfly.sending.errors import KeyReused, WrongState
from mayfly.sending.models import (
    ENTROPY_BYTES,
    OPEN,
    RESENDABLE,
    FileLine,
    HistoryEvent,
    OutgoingMail,
    Recipient,
    State,
    outgoing_id,
)
from mayfly.sending.ports import IdempotencyKey, IdempotencyResult, SendableDomains
from mayfly.sending.quota import DailyQuota
from mayfly.sending.service import OutgoingMailStore, without_suppressed
from mayfly.sending.uploads import Uploader

SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Submitter:
    """Takes messages of accounts in; `SendWorker` sends them."""

    store: OutgoingMailStore
    uploads: Uploader
    domains: SendableDomains
    quota: DailyQuota
    now: Clock
    entropy: Entropy

    def submit(
        self, account: str, draft: Draft, key: IdempotencyKey | None = None
    ) -> tuple[OutgoingMail, State]:
        """Accept the message, and answer with it and the state it was accepted in.

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
        self._check_time(draft.scheduled_at, now)
        self.domains.sendable(account, draft.sender.domain)
        mail, raw = self._compose(account, self.uploads.attach(account, draft), now)
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
        """Send it again to those whom it has not reached.

        WrongState unless it has failed, bounced, was cancelled, or nobody knows; otherwise raises
        as `submit`.
        """
        self.quota.policy.check_on()
        found, now = self.store.find(account, mail, self.now()), self._now()
        if found.state not in RESENDABLE:
            raise WrongState(f"this mail is {found.state}: only what did not arrive is sent again")
        self.domains.sendable(account, found.domain)
        again = without_suppressed(found.to_send_again(), self.store.suppressions)
        if not again.pending:
            raise WrongState("all whom it did not reach are on your suppression list")
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

    def _compose(self, account: str, draft: Draft, now: datetime) -> tuple[OutgoingMail, bytes]:
        mail_id = outgoing_id(now, self.entropy(ENTROPY_BYTES))
        due_at = draft.scheduled_at or now
        raw = compose(draft, mail_id, due_at, self.quota.policy.file_bytes)
        recipients = tuple(
            Recipient(each.address, name, each.display)
            for name, correspondents in (("to", draft.to), ("cc", draft.cc), ("bcc", draft.bcc))
            for each in correspondents
        )
        scheduled = draft.scheduled_at is not None
        state = State.SCHEDULED if scheduled else State.QUEUED
        mail = OutgoingMail(
            account=account,
            id=mail_id,
            sender=draft.sender.address,
            sender_shown=draft.sender.display,
            subject=draft.subject,
            recipients=recipients,
            # What is kept for a year in the one, the bucket forgets after weeks in the other.
            object_key=f"{'later' if due_at - now > limits.OUTGOING_KEPT else 'soon'}/{mail_id}",
            size_bytes=len(raw),
            created_at=now,
            expires_at=due_at + limits.OUTGOING_KEPT,
            due_at=due_at,
            state=state,
            scheduled_at=draft.scheduled_at,
            reply_to=tuple(each.display for each in draft.reply_to),
            files=tuple(
                FileLine(each.filename, each.content_type, len(each.content))
                for each in draft.files
            ),
            round_began=due_at,
            history=(HistoryEvent(now, "accepted"),),
        )
        mail = without_suppressed(mail, self.store.suppressions)
        if not mail.pending:
            line = HistoryEvent(now, "failed", "all recipients are on the suppression list")
            mail = mail.moved(State.FAILED, line, limits.OUTGOING_EVENTS, reason=SUPPRESSED)
        return mail, raw

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

    def _now(self) -> datetime:
        return to_the_millisecond(self.now())
