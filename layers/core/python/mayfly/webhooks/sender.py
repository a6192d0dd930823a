"""One attempt: the payload, signed, on its way to its receiver."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mayfly.kit.clock import Clock
from mayfly.rate_limits.models import Client, Window
from mayfly.rate_limits.ports import RequestCounts
from mayfly.webhooks.models import Delivery, Reply, Webhook
from mayfly.webhooks.payloads import Payloads
from mayfly.webhooks.ports import Receivers, WebhookSecrets
from mayfly.webhooks.signing import HookSecrets, signed
from mayfly.webhooks.targets import Target

_MINUTE = timedelta(minutes=1)
_ATTEMPTS = "attempts"
_SECRETS_KEPT = 256


@dataclass(frozen=True, slots=True)
class HookSender:
    """See `mayfly.webhooks.worker.Sender`. 0 attempts a minute is no limit."""

    payloads: Payloads
    secrets: WebhookSecrets
    receivers: Receivers
    counts: RequestCounts
    now: Clock
    of_owner: int = 0
    of_host: int = 0
    _opened: dict[tuple[str, bytes], HookSecrets] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admits(self, webhook: Webhook, now: datetime) -> timedelta:
        """Count one attempt of the owner and one to the host; time until the next minute."""
        window = Window.around(now, _MINUTE)
        host = Target.read(webhook.url, with_private=True).host
        counted = (
            (Client("webhooks-of", str(webhook.owner)), self.of_owner),
            (Client("webhooks-to", host), self.of_host),
        )
        for who, most in counted:
            if most and self.counts.count(who.key, window, [_ATTEMPTS])[_ATTEMPTS] > most:
                return window.end - now
        return timedelta()

    def send(self, delivery: Delivery, webhook: Webhook, now: datetime) -> Reply:
        """See `mayfly.webhooks.worker.Sender`; SecretsUnavailable while KMS does not answer."""
        return self.post(webhook, delivery.event, self.payloads.body(delivery, webhook))

    def post(self, webhook: Webhook, message: str, body: bytes) -> Reply:
        """Sign this body, with both secrets while there are two, and send it."""
        now = self.now()
        current = self._secrets(webhook, webhook.sealed)
        secrets = [current.secret]
        if webhook.former and webhook.former_until and webhook.former_until > now:
            secrets.append(self._secrets(webhook, webhook.former).secret)
        headers = {"Content-Type": "application/json"}
        if current.authorization:
            headers["Authorization"] = current.authorization
        return self.receivers.post(
            webhook.url, headers | dict(signed(secrets, message, now, body)), body
        )

    def _secrets(self, webhook: Webhook, sealed: bytes) -> HookSecrets:
        """KMS is asked once by each process for as long as they are the same."""
        name = (webhook.id, sealed)
        found = self._opened.get(name)
        if found is None:
            found = HookSecrets.read(self.secrets.open(webhook.id, sealed))
            with self._lock:
                if len(self._opened) >= _SECRETS_KEPT:
                    self._opened.clear()
                self._opened[name] = found
        return found
