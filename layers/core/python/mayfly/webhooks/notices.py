"""Disabling webhooks, and telling their owners: by the owner's other webhooks, and by mail."""

from collections.abc import Callable
from dataclasses import dataclass

from mayfly.accounts.models import AccountId
from mayfly.accounts.ports import Accounts
from mayfly.accounts.service_mails import ServiceMails
from mayfly.errors import AccountNotFound, MailNotSent
from mayfly.kit.clock import stamp
from mayfly.kit.log import logger_of
from mayfly.webhooks.events import EventTeller
from mayfly.webhooks.models import Event, EventType, Kind, Reason, Webhook, event_id
from mayfly.webhooks.targets import Target

_SUBJECT = "A webhook of yours was disabled"
_TEXT = """\
Your webhook to {host} was disabled: {why}.

Nothing is sent to it any more. Once its receiver is well, enable it again and have sent what was
given up:

PUT /api/v1/webhooks/{id}
POST /api/v1/webhooks/{id}/deliveries
"""

logger = logger_of("webhooks")


@dataclass(frozen=True, slots=True)
class WebhookDisabler:
    """Disables a webhook and says so; without `service_mails`, no mail is sent."""

    turn_off: Callable[[Webhook, Reason], Webhook | None]
    teller: EventTeller
    accounts: Accounts
    service_mails: ServiceMails | None = None

    def disable(self, webhook: Webhook, reason: Reason) -> bool:
        """Turn it off and tell its owner. A mail that is not taken is no reason to do it again.

        False, and nobody is told, if it is not there any more, or goes elsewhere.
        """
        off = self.turn_off(webhook, reason)
        if off is None:
            return False
        assert off.disabled_at is not None
        about = {
            "id": off.id,
            "url": off.url,
            "disabledAt": stamp(off.disabled_at),
            "reason": off.disabled_because,
        }
        name = event_id(EventType.WEBHOOK_DISABLED, off.id, about["disabledAt"])
        self.teller.tell(
            Event(name, EventType.WEBHOOK_DISABLED, off.disabled_at, (off.owner,), about)
        )
        if off.owner.kind is Kind.ACCOUNT and self.service_mails is not None:
            self._mail(self.service_mails, off)
        return True

    def _mail(self, service_mails: ServiceMails, webhook: Webhook) -> None:
        host = Target.read(webhook.url, with_private=True).host
        text = _TEXT.format(host=host, why=webhook.disabled_because, id=webhook.id)
        try:
            account = self.accounts.get(AccountId.parse(webhook.owner.id))
            service_mails.notify(account, _SUBJECT, text)
        except AccountNotFound:
            return
        except MailNotSent as error:
            logger.warning("Notice not sent", reason=str(error))
