"""The send worker: each message is handed over once, or given back, or given up.

Before a message is handed over, that is written down; so a message that was being handed over when
nothing more was heard of it is never handed over again by itself: it becomes uncertain.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.accounts.models import NotApproved
from mayfly.errors import DomainNotFound, NotPermitted, RawMailMissing
from mayfly.kit.clock import Clock
from mayfly.sending.attempts import DeliveryAttempts, Outcome
from mayfly.sending.errors import EmailNotFound, HandoverUnclear, MailDeferred, MailRefused
from mayfly.sending.models import OPEN, OutgoingMail, State
from mayfly.sending.ports import Envelope, SendableDomains, SendJob
from mayfly.sending.quota import SendRateLimiter
from mayfly.sending.store import OutgoingMailStore, without_suppressed
from mayfly.sending.transport import TransportSelector

_SECOND = timedelta(seconds=1)
_WAITING = 5  # seconds until an order whose mail is not written yet is looked at again


@dataclass(frozen=True, slots=True)
class SendWorker:
    """Sends what is due. Jobs may come twice, late, or for nothing.

    `ours` are domains that forwards alone may come from.
    """

    store: OutgoingMailStore
    domains: SendableDomains
    ours: SendableDomains
    transports: TransportSelector
    rate_limiter: SendRateLimiter
    attempts: DeliveryAttempts
    now: Clock

    def carry_out(self, job: SendJob) -> Outcome:
        """Send the mail if it is due. Whatever is raised: carry the order out again."""
        now = self.now()
        try:
            mail = self.store.outbox.get(job.account, job.mail)
        except EmailNotFound:
            return self._unwritten(job, now)
        if mail.round < job.round:
            return self._unwritten(job, now)
        if mail.state is State.SENDING:
            return self._look_after(job, mail, now)
        if mail.state not in OPEN:
            return Outcome.NOTHING
        if mail.due_at > now:
            return self._later(job, mail.due_at - now)
        began = mail.round_began or mail.due_at
        if now - began >= limits.SENDING_TIME:
            return self.attempts.fail(mail, "too_late", "it could not be sent within 24 hours")
        return self._send(job, mail)

    def _unwritten(self, job: SendJob, now: datetime) -> Outcome:
        """The message is being written, or never was accepted, or is gone."""
        if now - job.given_at < limits.UNWRITTEN_ORDER:
            return self._later(job, timedelta(seconds=_WAITING))
        return Outcome.NOTHING

    def _send(self, job: SendJob, mail: OutgoingMail) -> Outcome:
        try:
            domains = self.ours if mail.from_ours else self.domains
            domain = domains.sendable(mail.account, mail.domain)
            raw = self.store.files.read(mail.object_key)
        except NotApproved:
            why = "an admin has not approved that this account sends mail"
            return self.attempts.fail(mail, "approval", why)
        except (NotPermitted, DomainNotFound):
            why = f"{mail.domain} is not an active domain of yours"
            return self.attempts.fail(mail, "domain", why)
        except RawMailMissing:
            return self.attempts.fail(mail, "missing", "its bytes are not kept any more")
        remaining = without_suppressed(mail, self.store.suppressions)
        if not remaining.pending:
            why = "all recipients are on the suppression list"
            return self.attempts.fail(remaining, "suppressed", why)
        try:
            transport = self.transports.select(domain, raw)
        except MailDeferred:  # the next look at the domain asks
            return self._later(job, limits.ORDER_DELAY)
        if transport is None:
            why = f"the mail service does not take {mail.domain}: give it a relay"
            return self.attempts.fail(mail, "domain", why)
        if transport.is_paced and not self.rate_limiter.admits(len(remaining.pending)):
            return self._later(job, timedelta(seconds=random.randint(2, 15)))
        leased = self.attempts.begin(mail, remaining)
        if leased is None:
            return Outcome.NOTHING
        envelope = Envelope(leased.sender, leased.pending, leased.account, leased.id, leased.round)
        try:
            result = transport.mailer.send(envelope, transport.raw)
        except MailRefused as error:
            return self.attempts.fail(leased, error.reason, str(error))
        except MailDeferred as error:
            return self.attempts.defer(job, leased, str(error))
        except HandoverUnclear as error:
            return self.attempts.mark_uncertain(leased, str(error))
        return self.attempts.record_answer(job, leased, result)

    def _look_after(self, job: SendJob, mail: OutgoingMail, now: datetime) -> Outcome:
        """Wait for the attempt that is sending it, or give it up once the lease is over."""
        leased_until = mail.leased_until or now
        if leased_until > now:
            return self._later(job, leased_until - now)
        return self.attempts.mark_uncertain(mail, "the attempt ended without a word")

    def _later(self, job: SendJob, wait: timedelta) -> Outcome:
        """Look again then; what is more than a quarter of an hour ahead, the schedule brings."""
        if wait <= limits.ORDER_DELAY:
            self.store.orders.give(job, max(1, -int(-wait // _SECOND)))
        return Outcome.NOT_YET
