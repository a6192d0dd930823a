"""Sending, wired."""

from functools import cached_property

from mayfly.accounts.approval import ApprovedDomains
from mayfly.assembly import Wiring
from mayfly.sending.attempts import DeliveryAttempts
from mayfly.sending.batch import BatchSender
from mayfly.sending.delivery_events import DeliveryEventService
from mayfly.sending.ports import SendableDomains
from mayfly.sending.quota import DailyQuota, SendingPolicy, SendRateLimiter
from mayfly.sending.service import SendingService
from mayfly.sending.store import OutgoingMailStore
from mayfly.sending.transport import TransportSelector
from mayfly.sending.uploads import Uploader
from mayfly.sending.worker import SendWorker


class SendingWiring(Wiring):
    """What accounts send, and what becomes of it."""

    @cached_property
    def policy(self) -> SendingPolicy:
        return SendingPolicy.of(self.settings)

    @cached_property
    def domains(self) -> SendableDomains:
        return ApprovedDomains(self.flows.accounts.approval, self.flows.domains.service)

    @cached_property
    def store(self) -> OutgoingMailStore:
        ports = self.adapters
        return OutgoingMailStore(
            ports.outbox, ports.outgoing_files, ports.orders, ports.schedules, ports.suppressions
        )

    @cached_property
    def uploads(self) -> Uploader:
        ports = self.adapters
        return Uploader(
            ports.uploads,
            ports.uploaded_files,
            ports.patient_counts,
            self.policy,
            self.now,
            self.entropy,
        )

    @cached_property
    def service(self) -> SendingService:
        quota = DailyQuota(self.policy, self.adapters.sending_account)
        return SendingService(self.store, self.uploads, self.domains, quota, self.now, self.entropy)

    @cached_property
    def batches(self) -> BatchSender:
        return BatchSender(self.service, self.now)

    @cached_property
    def transport(self) -> TransportSelector:
        relay_of, sign = self.flows.relays.service.relay_of, self.flows.email_auth.keys.sign
        return TransportSelector(self.adapters.mailer, self.adapters.relays, relay_of, sign)

    @cached_property
    def worker(self) -> SendWorker:
        ports, now = self.adapters, self.now
        rate_limiter = SendRateLimiter(ports.patient_counts, ports.sending_account, now, self.pause)
        attempts = DeliveryAttempts(self.store, now)
        ours = self.flows.forwarding.ours
        return SendWorker(
            self.store, self.domains, ours, self.transport, rate_limiter, attempts, now
        )

    @cached_property
    def events(self) -> DeliveryEventService:
        return DeliveryEventService(self.adapters.outbox, self.adapters.suppressions, self.now)
