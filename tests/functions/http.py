"""A caller of the HTTP API that checks each answer against the API's own document."""

import base64
import gzip
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

import jsonschema

from functions.http_api.handler import serve
from mayfly.accounts.approval import ApprovalService, ApprovedDomains
from mayfly.accounts.password_reset import PasswordResetService
from mayfly.accounts.passwords import PasswordHashes, Passwords
from mayfly.accounts.registration import EmailVerifier, Registration, VerificationMails
from mayfly.accounts.registration_limits import RegistrationLimiter
from mayfly.accounts.service import AccountService, Authenticator, SessionPolicy
from mayfly.accounts.service_mails import ServiceMails
from mayfly.accounts.tokens import (
    AUDIENCE,
    RESET_AUDIENCE,
    SOCKET_AUDIENCE,
    VERIFY_AUDIENCE,
    AccountTokens,
)
from mayfly.accounts.update import AccountUpdater
from mayfly.admin.key import AdminAuthenticator
from mayfly.admin.stats import StatsService
from mayfly.api import ROUTES
from mayfly.api_keys.service import ApiKeyAuthenticator, ApiKeyService
from mayfly.batches.export import Exporter
from mayfly.batches.service import BatchService
from mayfly.domains.claims import ClaimService
from mayfly.domains.dns_plan import MailHosts
from mayfly.domains.identities import IdentityService
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import DomainService, RecipientFinder
from mayfly.domains.verify import DomainVerifier
from mayfly.domains.zone import ZoneService
from mayfly.email_auth.keys import DkimKeyService
from mayfly.email_auth.service import EmailAuthService
from mayfly.health.checks import HealthChecks
from mayfly.health.metrics import MetricsService, RequestMeter
from mayfly.inboxes.service import InboxPolicy, InboxService, PrivateInboxService
from mayfly.kit.clock import Clock
from mayfly.kit.http.openapi import document
from mayfly.limits import READ_ANEW_BYTES
from mayfly.mailboxes.folders import FolderService
from mayfly.mailboxes.service import MailboxPolicy, MailboxService
from mayfly.messages.files import MessageFiles
from mayfly.messages.ports import Deliveries
from mayfly.messages.service import MessageService
from mayfly.page.edge import EdgeSecret
from mayfly.private_inboxes.tokens import Tokens
from mayfly.rate_limits.addresses import AddressTally
from mayfly.rate_limits.budget import DailyBudget, DailyLimits
from mayfly.rate_limits.service import RateLimiter, RateLimits
from mayfly.receiving.service import MailStorage, Receiver
from mayfly.relays.service import RelayService, SendingDataEraser
from mayfly.sending.attempts import DeliveryAttempts
from mayfly.sending.delivery_events import DeliveryEventService
from mayfly.sending.ports import OutgoingMails
from mayfly.sending.quota import DailyQuota, SendingPolicy, SendRateLimiter
from mayfly.sending.service import OutgoingMailService
from mayfly.sending.store import OutgoingMailStore
from mayfly.sending.submit import Submitter
from mayfly.sending.transport import TransportSelector
from mayfly.sending.uploads import Uploader
from mayfly.sending.worker import SendWorker
from mayfly.settings import Settings
from mayfly.subscriptions.ports import Subscriptions
from mayfly.waits.service import LongPolls, limits_of
from tests import samples
from tests.memory import Memory

UNLIMITED = RateLimits(0, {}, 0)
BASE = "https://api.example/live"
DOCUMENT: dict[str, Any] = json.loads(json.dumps(document(BASE)))


@dataclass
class Reply:
    """An answer as a client has it, after API Gateway and the client have unpacked it."""

    status: int
    headers: dict[str, str]
    content: bytes
    cookies: list[str] = field(default_factory=list)

    @property
    def json(self) -> Any:
        """The content as JSON."""
        return json.loads(self.content)

    @property
    def code(self) -> str:
        """The code of an error."""
        code: str = self.json["error"]["code"]
        return code


@dataclass
class FakeFlows:
    """The flows of the HTTP API over memory."""

    memory: Memory
    settings: Settings = field(default_factory=Settings)
    asked: list[int] = field(default_factory=list)
    rates: RateLimits = UNLIMITED
    addresses: AddressTally = field(default_factory=AddressTally)
    hashes: PasswordHashes = field(default_factory=lambda: PasswordHashes(8, 1, 1))
    edge: EdgeSecret = field(default_factory=lambda: EdgeSecret(None))
    read_anew_bytes: int = READ_ANEW_BYTES

    def __post_init__(self) -> None:
        self.memory.claims.limits = self.settings.claim_limits

    @property
    def now(self) -> Clock:
        return self.memory.clock

    @property
    def deliveries(self) -> Deliveries:
        return self.memory.deliveries

    @property
    def watching(self) -> Subscriptions:
        return self.memory.watching

    @property
    def registrar(self) -> InboxService:
        terms = InboxPolicy.of(self.settings)
        memory = self.memory
        return InboxService(
            memory.inboxes, self.domains, terms, memory.clock, self._entropy, self.budget.spending
        )

    @property
    def budget(self) -> DailyBudget:
        limits = DailyLimits.of(self.settings)
        return DailyBudget(self.memory.budgets, self.memory.deliveries, limits, self.memory.clock)

    @property
    def key_keeper(self) -> DkimKeyService:
        memory = self.memory
        return DkimKeyService(
            self.host.owned,
            memory.relay_configs,
            memory.keyrings,
            memory.domain_secrets,
            memory.resolver.ask,
            memory.clock,
        )

    @property
    def adviser(self) -> EmailAuthService:
        memory = self.memory
        ask = memory.resolver.ask
        return EmailAuthService(self.host.owned, memory.relay_configs, ask, memory.clock)

    @property
    def relay_desk(self) -> RelayService:
        memory = self.memory
        return RelayService(
            self.host.owned,
            memory.relay_configs,
            memory.domain_secrets,
            memory.relays,
            memory.clock,
            self.settings.relay_to_private_addresses,
            self.settings.relay_port_25,
        )

    @property
    def limiter(self) -> RateLimiter:
        memory = self.memory
        return RateLimiter(memory.request_counts, self.rates, memory.clock, self.addresses)

    @property
    def waiting_room(self) -> LongPolls:
        memory = self.memory
        return LongPolls(memory.waits, limits_of(self.settings), memory.clock, self._entropy)

    @cached_property
    def meter(self) -> RequestMeter:
        return RequestMeter(self.memory.request_tally, self.memory.clock)

    @property
    def gauges(self) -> MetricsService:
        memory = self.memory
        return MetricsService(
            memory.request_tally,
            memory.deliveries,
            memory.watching,
            self.outbox,
            self.host,
            memory.queues,
            memory.clock,
        )

    @property
    def examiner(self) -> HealthChecks:
        return HealthChecks(
            {
                "table": lambda: self.memory.watching.connections(self.now()),
                "bucket": lambda: list(self.memory.raw_mails.listed("")),
                "token_keys": self.tokens.check_keys,
                "queue": self.memory.queues.depths,
            }
        )

    @property
    def admin_gate(self) -> AdminAuthenticator:
        return AdminAuthenticator(self.memory.admin_keys)

    @property
    def domains(self) -> DomainRegister:
        return DomainRegister(self.memory.domains, self.settings.domains, self.memory.clock)

    @property
    def host(self) -> DomainService:
        return DomainService(self.memory.claims, self.domains, self.memory.clock)

    @property
    def claimer(self) -> ClaimService:
        memory = self.memory
        erase = SendingDataEraser(memory.relay_configs, memory.keyrings).erase
        is_open = self.settings.user_domains
        return ClaimService(self.host, self.enroller, memory.zones, is_open, self._entropy, erase)

    @property
    def enroller(self) -> IdentityService:
        return IdentityService(self.host, self.memory.identities)

    @property
    def prover(self) -> DomainVerifier:
        memory = self.memory
        return DomainVerifier(self.host, memory.resolver, self.enroller, self.mail_hosts)

    @property
    def zone_keeper(self) -> ZoneService:
        return ZoneService(self.host, self.memory.zones)

    @property
    def mail_hosts(self) -> MailHosts:
        return MailHosts(self.settings.inbound_host, self.settings.feedback_host)

    @property
    def surveyor(self) -> StatsService:
        memory = self.memory
        return StatsService(memory.census, memory.deliveries, self.host, memory.clock)

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.memory.signing_keys, self.memory.clock, self._entropy)

    @property
    def account_tokens(self) -> AccountTokens:
        return AccountTokens(self.memory.signing_keys, self.memory.clock, self._entropy)

    @property
    def doorman(self) -> Authenticator:
        return Authenticator(self.memory.accounts, self.account_tokens, self.memory.clock)

    @property
    def passwords(self) -> Passwords:
        return Passwords(self.hashes, lambda: {"correct horse"})

    @property
    def registry(self) -> Registration:
        memory = self.memory
        letters = None
        if self.settings.sender_address:
            letters = VerificationMails(self.mailroom, self.verification_tokens, self.domains.names)
        return Registration(memory.accounts, self.passwords, memory.clock, self._entropy, letters)

    @property
    def verification_tokens(self) -> AccountTokens:
        return replace(self.account_tokens, audiences=(VERIFY_AUDIENCE,))

    @property
    def verifier(self) -> EmailVerifier:
        return EmailVerifier(self.ledger, self.hashes, self.verification_tokens, self.memory.clock)

    @property
    def mailroom(self) -> ServiceMails:
        return self.memory.mailroom(self.settings.service_mails_per_day)

    @property
    def newcomers(self) -> RegistrationLimiter:
        most = self.settings.registrations_per_day
        return RegistrationLimiter(self.memory.request_counts, most, self.memory.clock)

    @property
    def recovery(self) -> PasswordResetService:
        memory = self.memory
        return PasswordResetService(
            self.ledger,
            memory.resets,
            self.passwords,
            replace(self.account_tokens, audiences=(RESET_AUDIENCE,)),
            memory.clock,
            self.domains.names,
            self.mailroom if self.settings.sender_address else None,
            self.settings.page_url,
        )

    @property
    def ledger(self) -> AccountUpdater:
        return AccountUpdater(self.memory.accounts, self.memory.clock.pause)

    @property
    def membership(self) -> AccountService:
        return AccountService(
            self.ledger,
            self.memory.inboxes,
            self.account_tokens,
            self.passwords,
            SessionPolicy.of(self.settings),
            self.memory.clock,
        )

    @property
    def key_gate(self) -> ApiKeyAuthenticator:
        return ApiKeyAuthenticator(self.memory.api_keys, self.memory.accounts, self.memory.clock)

    @property
    def locksmith(self) -> ApiKeyService:
        return ApiKeyService(self.memory.api_keys, self.ledger, self.memory.clock, self._entropy)

    @property
    def landlord(self) -> MailboxService:
        terms = MailboxPolicy.of(self.settings)
        return MailboxService(self.ledger, self.registrar, self.host, self.memory.messages, terms)

    @property
    def concierge(self) -> PrivateInboxService:
        return PrivateInboxService(
            self.registrar, self.memory.inboxes, self.tokens, self.memory.clock
        )

    @property
    def generator(self) -> BatchService:
        memory = self.memory
        return BatchService(
            memory.batches,
            memory.password_keys,
            self.tokens,
            self.settings,
            memory.clock,
            self._entropy,
        )

    @property
    def exporter(self) -> Exporter:
        memory = self.memory
        return Exporter(
            memory.batches, memory.password_keys, memory.inboxes, self.domains, memory.clock
        )

    @property
    def socket_tokens(self) -> AccountTokens:
        return replace(self.account_tokens, audiences=(SOCKET_AUDIENCE, AUDIENCE))

    @property
    def socket_doorman(self) -> Authenticator:
        return Authenticator(self.memory.accounts, self.socket_tokens, self.memory.clock)

    @property
    def filer(self) -> FolderService:
        memory = self.memory
        return FolderService(self.reader, memory.inboxes, memory.messages, memory.clock)

    @property
    def reader(self) -> MessageService:
        memory = self.memory
        return MessageService(
            memory.inboxes, memory.messages, memory.opener, memory.clock, memory.clock.pause
        )

    @property
    def originals(self) -> MessageFiles:
        memory = self.memory
        return MessageFiles(
            memory.messages, memory.opener, memory.raw_mails, memory.part_files, memory.clock
        )

    @property
    def outbox(self) -> OutgoingMails:
        return self.memory.outbox

    @property
    def storeroom(self) -> OutgoingMailStore:
        memory = self.memory
        return OutgoingMailStore(
            memory.outbox,
            memory.outgoing_files,
            memory.orders,
            memory.schedules,
            memory.suppressions,
        )

    @property
    def submitter(self) -> Submitter:
        memory = self.memory
        return Submitter(
            self.storeroom,
            self.uploader,
            self.approved_domains,
            DailyQuota(SendingPolicy.of(self.settings), memory.sending_account),
            memory.clock,
            self._entropy,
        )

    @property
    def approval_desk(self) -> ApprovalService:
        memory, is_needed = self.memory, self.settings.sending_needs_approval
        return ApprovalService(memory.approvals, memory.accounts, is_needed, memory.clock)

    @property
    def approved_domains(self) -> ApprovedDomains:
        return ApprovedDomains(self.approval_desk, self.memory.sendable_domains)

    @property
    def uploader(self) -> Uploader:
        memory = self.memory
        return Uploader(
            memory.uploads,
            memory.uploaded_files,
            memory.request_counts,
            SendingPolicy.of(self.settings),
            memory.clock,
            self._entropy,
        )

    @property
    def outtray(self) -> OutgoingMailService:
        return OutgoingMailService(
            self.storeroom, SendingPolicy.of(self.settings), self.memory.clock
        )

    @property
    def dispatcher(self) -> SendWorker:
        memory = self.memory
        clock = memory.clock
        pace = SendRateLimiter(memory.request_counts, memory.sending_account, clock, clock.pause)
        carrier = TransportSelector(
            memory.mailer, memory.relays, self.relay_desk.relay_of, self.key_keeper.signed
        )
        log = DeliveryAttempts(self.storeroom, clock)
        return SendWorker(self.storeroom, self.approved_domains, carrier, pace, log, clock)

    @property
    def settler(self) -> DeliveryEventService:
        memory = self.memory
        return DeliveryEventService(memory.outbox, memory.suppressions, memory.clock)

    def receive(self, raw: bytes, *recipients: str, name: str = "mail-1", **notice: object) -> None:
        """Take in a mail as the receiving function does."""
        self.memory.raw_mails.put(f"raw/{name}", raw)
        receiver = Receiver(
            MailStorage("mayfly-mail", "raw/", self.settings.max_mail_bytes, self.read_anew_bytes),
            self.memory.raw_mails,
            RecipientFinder(self.memory.inboxes, self.host).find,
            self.memory.deliveries,
            self.memory.contents,
            self.memory.clock,
        )
        told = {"received_at": self.memory.clock()} | notice
        receiver.receive(samples.notice(name, *recipients, **told))

    def _entropy(self, length: int) -> bytes:
        self.asked.append(length)
        return len(self.asked).to_bytes(length, "big")


class Api:
    """Calls the handler as API Gateway does. Every answer must be a documented one."""

    def __init__(self, flows: Any) -> None:
        self.flows = flows

    def call(
        self,
        method: str,
        resource: str,
        *values: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        **query: object,
    ) -> Reply:
        told = event(method, resource, *values, body=body, headers=headers, query=query)
        reply = unpacked(serve(told, self.flows))
        check(method, resource, reply)
        return reply

    def make(self) -> tuple[str, str]:
        """A new address and its access token."""
        made = self.call("POST", "/api/emails").json
        return made["email"], made["access_token"]


def bearer(token: str) -> dict[str, str]:
    """The headers that carry an access token."""
    return {"Authorization": f"Bearer {token}"}


def event(
    method: str,
    resource: str,
    *values: str,
    body: object = None,
    headers: dict[str, str] | None = None,
    query: dict[str, object] | None = None,
) -> dict[str, Any]:
    """API Gateway's REST proxy event; with `*/*` as binary type every body is base64."""
    names = [part[1:-1] for part in resource.split("/") if part.startswith("{")]
    parameters = dict(zip(names, (quote(value, safe="") for value in values), strict=True))
    path = resource
    for name, value in parameters.items():
        path = path.replace(f"{{{name}}}", value)
    text = body if isinstance(body, str | None) else json.dumps(body)
    sent = {"Host": "api.example", "X-Forwarded-Proto": "https", **(headers or {})}
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: str(value) for name, value in (query or {}).items()}
        or None,
        "pathParameters": parameters or None,
        "requestContext": {
            "resourcePath": resource,
            "path": f"/live{path}",
            "stage": "live",
            "requestId": "11111111-2222-3333-4444-555555555555",
            "identity": {"sourceIp": "192.0.2.1"},
            "domainName": "api.example",
        },
        "body": None if text is None else base64.b64encode(text.encode()).decode(),
        "isBase64Encoded": text is not None,
    }


def unpacked(answer: dict[str, Any]) -> Reply:
    """What of the function's answer reaches the client."""
    assert set(answer) - {"multiValueHeaders"} == {
        *("statusCode", "headers", "body", "isBase64Encoded")
    }
    assert len(json.dumps(answer)) < 6 * 1024 * 1024
    content = (
        base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    )
    headers = answer["headers"]
    if headers.get("Content-Encoding") == "gzip":
        content = gzip.decompress(content)
    cookies = answer.get("multiValueHeaders", {}).get("Set-Cookie", [])
    return Reply(answer["statusCode"], headers, content, cookies)


def check(method: str, resource: str, reply: Reply) -> None:
    """Fail unless the API's document has this answer."""
    if (method, resource) not in {(route.method, route.path) for route in ROUTES}:
        return
    response = DOCUMENT["paths"][resource][method.lower()]["responses"][str(reply.status)]
    described = response.get("content", {})
    content_type = reply.headers.get("Content-Type")
    if content_type is None:
        assert not described
        return
    assert content_type in described or "*/*" in described
    schema = described.get(content_type, {}).get("schema")
    if schema and content_type == "application/json":
        jsonschema.validate(
            reply.json,
            {**schema, "components": DOCUMENT["components"]},
            format_checker=jsonschema.FormatChecker(),
        )
