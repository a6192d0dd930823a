"""The transport of a domain's mail: its own relay, with its own signature, or SES."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mayfly.domains.models import REFUSED, MailDomain
from mayfly.relays.models import RecipientAnswer, Relay, Verdict
from mayfly.relays.ports import Relays
from mayfly.sending.errors import HandoverUnclear, MailDeferred
from mayfly.sending.models import RecipientStatus
from mayfly.sending.ports import Envelope, Mailer, MailerResult

_FATES = {
    Verdict.ACCEPTED: RecipientStatus.SENT,
    Verdict.TEMPORARY: RecipientStatus.PENDING,
    Verdict.PERMANENT: RecipientStatus.FAILED,
}


@dataclass(frozen=True, slots=True)
class RelayMailer:
    """See `sending.ports.Mailer`: through one relay, whose answers are all that is ever heard."""

    relays: Relays
    relay: Relay

    def send(self, envelope: Envelope, raw: bytes) -> MailerResult:
        """One dialogue, with an answer for each recipient."""
        answers = self.relays.deliver(self.relay, envelope.sender, envelope.recipients, raw)
        if any(each.verdict is Verdict.UNCERTAIN for each in answers):
            raise HandoverUnclear("no_answer", "the relay did not say whether it took the mail")
        fates = {
            each.recipient.lower(): (_FATES[each.verdict], _reply_text(each)) for each in answers
        }
        gone = tuple(each.recipient.lower() for each in answers if each.is_gone)
        return MailerResult("", fates, gone)


@dataclass(frozen=True, slots=True)
class Transport:
    """How a message goes: through which mailer, in which bytes, and whether SES's rate counts."""

    mailer: Mailer
    raw: bytes = field(repr=False)
    is_paced: bool


@dataclass(frozen=True, slots=True)
class TransportSelector:
    """Selects the transport of each message. What needs a key is done before the hand-over."""

    ses: Mailer
    relays: Relays
    relay_of: Callable[[str], Relay | None]
    sign: Callable[[MailDomain, bytes], bytes]

    def select(self, domain: MailDomain, raw: bytes) -> Transport | None:
        """Select the domain's relay if it has one, and sign with its key; else SES, which signs.

        None where SES does not take the domain for us: it may send for others who have it there.
        MailDeferred while SES has not said so either, as it would then send for them, too.
        SecretsUnavailable if the password or the key cannot be opened just now.
        """
        relay = self.relay_of(domain.id)
        if relay is not None:
            return Transport(
                RelayMailer(self.relays, relay), self.sign(domain, raw), is_paced=False
            )
        if not domain.owner:  # the deployment's own, which SES takes mail for
            return Transport(self.ses, raw, is_paced=True)
        identity = domain.claim.identity
        if identity is None:
            raise MailDeferred(
                "identity", "the mail service has not said yet that it takes this domain"
            )
        return None if identity == REFUSED else Transport(self.ses, raw, is_paced=True)


def _reply_text(answer: RecipientAnswer) -> str:
    return " ".join(filter(None, (str(answer.code or ""), answer.words)))[:300]
