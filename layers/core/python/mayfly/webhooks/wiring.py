"""Webhooks, wired."""

from functools import cached_property

from mayfly.assembly import Wiring
from mayfly.webhooks.delivery_log import DeliveryLog
from mayfly.webhooks.events import EventTeller
from mayfly.webhooks.expiry import ExpiryTeller
from mayfly.webhooks.links import FileLinks
from mayfly.webhooks.models import HookOwner, Kind
from mayfly.webhooks.notices import WebhookDisabler
from mayfly.webhooks.payloads import PayloadWriter
from mayfly.webhooks.sender import HookSender
from mayfly.webhooks.service import WebhookService
from mayfly.webhooks.worker import WebhookWorker


class WebhookWiring(Wiring):
    """Programs that are told of events."""

    @cached_property
    def teller(self) -> EventTeller:
        ports = self.adapters
        return EventTeller(
            ports.webhook_lists,
            ports.webhook_deliveries,
            ports.webhook_wakes,
            self.now,
            self.settings.webhooks,
        )

    @cached_property
    def links(self) -> FileLinks:
        ports = self.adapters
        return FileLinks(ports.signing_keys, ports.messages, self.settings.api_url, self.now)

    @cached_property
    def payloads(self) -> PayloadWriter:
        ports = self.adapters
        return PayloadWriter(
            ports.messages, self.flows.messages.loader, ports.raw_mails, self.links, self.now
        )

    @cached_property
    def sender(self) -> HookSender:
        ports, settings = self.adapters, self.settings
        return HookSender(
            self.payloads,
            ports.webhook_secrets,
            ports.receivers,
            ports.patient_counts,
            self.now,
            settings.webhook_attempts,
            settings.webhook_host_attempts,
        )

    @cached_property
    def service(self) -> WebhookService:
        ports, settings = self.adapters, self.settings
        return WebhookService(
            ports.webhook_lists,
            ports.webhook_deliveries,
            ports.webhook_wakes,
            ports.webhook_secrets,
            self.now,
            self.entropy,
            self.expiry.watch_all,
            settings.webhooks,
            settings.webhooks_to_private_addresses,
        )

    def forget_account(self, account: str) -> None:
        """Remove an account's webhooks."""
        self.service.forget(HookOwner(Kind.ACCOUNT, account))

    @cached_property
    def log(self) -> DeliveryLog:
        ports = self.adapters
        return DeliveryLog(
            self.service.find,
            ports.webhook_deliveries,
            ports.webhook_wakes,
            self.sender,
            self.now,
            self.entropy,
        )

    @cached_property
    def expiry(self) -> ExpiryTeller:
        ports = self.adapters
        return ExpiryTeller(
            ports.inboxes, ports.accounts, self.teller, ports.webhook_wakes, self.now
        )

    @cached_property
    def worker(self) -> WebhookWorker:
        ports = self.adapters
        disabler = WebhookDisabler(
            self.service.disable, self.teller, ports.accounts, self.flows.accounts.service_mails
        )
        return WebhookWorker(
            ports.webhook_lists,
            ports.webhook_deliveries,
            ports.webhook_wakes,
            self.sender,
            disabler.disable,
            self.now,
        )
