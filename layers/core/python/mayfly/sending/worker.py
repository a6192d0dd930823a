"""Orders carried out: each mail handed over once, or given back, or given up.

Before a mail is handed over, that is written down; so a mail that was being handed over when
nothing more was heard of it is never handed over again by itself: it becomes uncertain. Its
domain's own relay carries it, with the domain's own signature, or SES.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.domains.models import REFUSED, MailDomain
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
from mayfly.relays.models import RecipientAnswer, Relay, Verdict
from mayfly.relays.ports import Relays
from mayfly.sending.attempts import DeliveryAttempts, Outcome
from mayfly.sending.models import OPEN, OutgoingMail, RecipientStatus, State
from mayfly.sending.ports import Envelope, Mailer, MailerResult, SendableDomains, SendJob
from mayfly.sending.quota import SendRateLimiter
from mayfly.sending.store import OutgoingMailStore, without_suppressed

_FATES = {
    Verdict.ACCEPTED: RecipientStatus.SENT,
    Verdict.TEMPORARY: RecipientStatus.PENDING,
    Verdict.PERMANENT: RecipientStatus.FAILED,
}


@dataclass(frozen=True, slots=True)
class RelayMailer:
    """See `ports.outgoing.Mailer`: through one relay, whose answers are all that is ever heard."""

    relays: Relays
    relay: Relay

    def send(self, envelope: Envelope, raw: bytes) -> MailerResult:
        """One dialogue, with an answer for each recipient."""
        answers = self.relays.deliver(self.relay, envelope.sender, envelope.recipients, raw)
        if any(each.verdict is Verdict.UNCERTAIN for each in answers):
            raise HandoverUnclear("no_answer", "the relay did not say whether it took the mail")
        fates = {each.recipient.lower(): (_FATES[each.verdict], _told(each)) for each in answers}
        gone = tuple(each.recipient.lower() for each in answers if each.is_gone)
        return MailerResult("", fates, gone)


@dataclass(frozen=True, slots=True)
class Transport:
    """How a mail goes: by whom, in which bytes, and whether SES's rate counts."""

    mailer: Mailer
    raw: bytes = field(repr=False)
    is_paced: bool


@dataclass(frozen=True, slots=True)
class TransportSelector:
    """Chooses the way of each mail. Whatever needs a key is done before the mail is on its way."""

    ses: Mailer
    relays: Relays
    relay_of: Callable[[str], Relay | None]
    signed: Callable[[MailDomain, bytes], bytes]

    def way(self, domain: MailDomain, raw: bytes) -> Transport | None:
        """By the domain's relay if it has one, signed with its key; else by SES, which signs.

        None where SES does not take the domain for us: it may send for others who have it there.
        MailDeferred while SES has not said so either, as it would then send for them, too.
        SecretsUnavailable if the password or the key cannot be opened just now.
        """
        relay = self.relay_of(domain.id)
        if relay is not None:
            return Transport(
                RelayMailer(self.relays, relay), self.signed(domain, raw), is_paced=False
            )
        identity = domain.claim.identity
        if identity is None:
            raise MailDeferred(
                "identity", "the mail service has not said yet that it takes this domain"
            )
        return None if identity == REFUSED else Transport(self.ses, raw, is_paced=True)


def _told(answer: RecipientAnswer) -> str:
    return " ".join(filter(None, (str(answer.code or ""), answer.words)))[:300]


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
