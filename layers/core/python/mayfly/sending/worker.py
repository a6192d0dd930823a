"""Orders carried out: each mail handed over once, or given back, or given up.

Before a mail is handed over, that is written down; so a mail that was being handed over when
nothing more was heard of it is never handed over again by itself: it becomes uncertain.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.errors import (
    DomainNotFound,
    EmailNotFound,
    HandoverUnclear,
    MailDeferred,
    MailRefused,
    NotApproved,
    NotPermitted,
    RawMailMissing,
)
from mayfly.kit.clock import Clock
from mayfly.sending.attempts import DeliveryAttempts, Outcome
from mayfly.sending.models import OPEN, OutgoingMail, State
from mayfly.sending.ports import Envelope, SendableDomains, SendJob
from mayfly.sending.quota import SendRateLimiter
from mayfly.sending.service import OutgoingMailStore, without_suppressed
from mayfly.sending.transport import TransportSelector

_SECOND = timedelta(seconds=1)
_WAITING = 5  # seconds until an order whose mail is not written yet is looked at again


@dataclass(frozen=True, slots=True)
class SendWorker:
    """Sends what is due. Orders may come twice, late, or for nothing."""

    store: OutgoingMailStore
    domains: SendableDomains
    carrier: TransportSelector
    pace: SendRateLimiter
    log: DeliveryAttempts
    now: Clock

    def carry_out(self, order: SendJob) -> Outcome:
        """Send the mail if it is due. Whatever is raised: the order is to be carried out again."""
        now = self.now()
        try:
            mail = self.store.outbox.get(order.account, order.mail)
        except EmailNotFound:
            return self._unwritten(order, now)
        if mail.round < order.round:
            return self._unwritten(order, now)
        if mail.state is State.SENDING:
            return self._look_after(order, mail, now)
        if mail.state not in OPEN:
            return Outcome.NOTHING
        if mail.due_at > now:
            return self._later(order, mail.due_at - now)
        began = mail.round_began or mail.due_at
        if now - began >= limits.SENDING_TIME:
            return self.log.failed(mail, "too_late", "it could not be sent within 24 hours")
        return self._send(order, mail)

    def _unwritten(self, order: SendJob, now: datetime) -> Outcome:
        """The mail is being written, or never was accepted, or is gone."""
        if now - order.given_at < limits.UNWRITTEN_ORDER:
            return self._later(order, timedelta(seconds=_WAITING))
        return Outcome.NOTHING

    def _send(self, order: SendJob, mail: OutgoingMail) -> Outcome:
        try:
            domain = self.domains.sendable(mail.account, mail.domain)
            raw = self.store.files.read(mail.object_key)
        except NotApproved:
            why = "an admin has not approved that this account sends mail"
            return self.log.failed(mail, "approval", why)
        except (NotPermitted, DomainNotFound):
            why = f"{mail.domain} is not an active domain of yours"
            return self.log.failed(mail, "domain", why)
        except RawMailMissing:
            return self.log.failed(mail, "missing", "its bytes are not kept any more")
        wanted = without_suppressed(mail, self.store.suppressions)
        if not wanted.pending:
            why = "all recipients are on the suppression list"
            return self.log.failed(wanted, "suppressed", why)
        try:
            way = self.carrier.way(domain, raw)
        except MailDeferred:  # whoever looks at the domain next asks
            return self._later(order, limits.ORDER_DELAY)
        if way is None:
            why = f"the mail service does not take {mail.domain}: give it a relay"
            return self.log.failed(mail, "domain", why)
        if way.is_paced and not self.pace.admits(len(wanted.pending)):
            return self._later(order, timedelta(seconds=random.randint(2, 15)))
        taken = self.log.begin(mail, wanted)
        if taken is None:
            return Outcome.NOTHING
        envelope = Envelope(taken.sender, taken.pending, taken.account, taken.id, taken.round)
        try:
            said = way.mailer.send(envelope, way.raw)
        except MailRefused as error:
            return self.log.failed(taken, error.reason, str(error))
        except MailDeferred as error:
            return self.log.deferred(order, taken, str(error))
        except HandoverUnclear as error:
            return self.log.given_up(taken, str(error))
        return self.log.answered(order, taken, said)

    def _look_after(self, order: SendJob, mail: OutgoingMail, now: datetime) -> Outcome:
        """Somebody is sending it, or died of it."""
        leased_until = mail.leased_until or now
        if leased_until > now:
            return self._later(order, leased_until - now)
        return self.log.given_up(mail, "the attempt ended without a word")

    def _later(self, order: SendJob, wait: timedelta) -> Outcome:
        """Look again then; what is more than a quarter of an hour ahead, the schedule brings."""
        if wait <= limits.ORDER_DELAY:
            self.store.orders.give(order, max(1, -int(-wait // _SECOND)))
        return Outcome.NOT_YET
