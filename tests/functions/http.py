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
from mayfly.accounts.approval import ApprovalDesk, ApprovedDomains
from mayfly.accounts.mailroom import Mailroom
from mayfly.accounts.newcomers import Newcomers
from mayfly.accounts.passwords import PasswordHashes, Passwords
from mayfly.accounts.recovering import Recovery
from mayfly.accounts.registration import Letters, Registry, Verifier
from mayfly.accounts.service import Doorman, Membership, SessionTerms
from mayfly.accounts.tokens import (
    AUDIENCE,
    RESET_AUDIENCE,
    SOCKET_AUDIENCE,
    VERIFY_AUDIENCE,
    AccountTokens,
)
from mayfly.accounts.update import Ledger
from mayfly.admin.key import AdminGate
from mayfly.admin.stats import Surveyor
from mayfly.api import ROUTES
from mayfly.api_keys.service import KeyGate, Locksmith
from mayfly.batches.export import Exporter
from mayfly.batches.service import Generator
from mayfly.domains.claims import Claimer
from mayfly.domains.dns_plan import MailHosts
from mayfly.domains.enrolling import Enroller
from mayfly.domains.register import DomainRegister
from mayfly.domains.service import Addressees, Host
from mayfly.domains.verify import Prover
from mayfly.domains.zone import ZoneKeeper
from mayfly.email_auth.keys import KeyKeeper
from mayfly.email_auth.service import Adviser
from mayfly.health.checks import Examiner
from mayfly.health.metrics import Gauges, RequestMeter
from mayfly.inboxes.service import Concierge, Registrar, Terms
from mayfly.kit.clock import Clock
from mayfly.kit.http.openapi import document
from mayfly.limits import READ_ANEW_BYTES
from mayfly.mailboxes.folders import Filer
from mayfly.mailboxes.service import Landlord, MailboxTerms
from mayfly.messages.files import Originals
from mayfly.messages.ports import Deliveries
from mayfly.messages.service import Reader
from mayfly.page.edge import Edge
from mayfly.private_inboxes.tokens import Tokens
from mayfly.rate_limits.addresses import AddressTally
from mayfly.rate_limits.budget import Budget, DailyLimits
from mayfly.rate_limits.service import Limiter, RateLimits
from mayfly.receiving.service import Mailbag, Receiver
from mayfly.relays.service import MailingEraser, RelayDesk
from mayfly.sending.attempts import AttemptLog
from mayfly.sending.delivery_events import Settler
from mayfly.sending.ports import Outbox
from mayfly.sending.quota import Allotment, Pace, SendingTerms
from mayfly.sending.service import Outtray
from mayfly.sending.store import Storeroom
from mayfly.sending.submit import Submitter
from mayfly.sending.transport import Carrier
from mayfly.sending.uploads import Uploader
from mayfly.sending.worker import Dispatcher
from mayfly.settings import Settings
from mayfly.subscriptions.ports import Watching
from mayfly.waits.service import WaitingRoom, limits_of
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
    edge: Edge = field(default_factory=lambda: Edge(None))
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
    def watching(self) -> Watching:
        return self.memory.watching

    @property
    def registrar(self) -> Registrar:
        terms = Terms.of(self.settings)
        memory = self.memory
        return Registrar(
            memory.inboxes, self.domains, terms, memory.clock, self._entropy, self.budget.spending
        )

    @property
    def budget(self) -> Budget:
        limits = DailyLimits.of(self.settings)
        return Budget(self.memory.budgets, self.memory.deliveries, limits, self.memory.clock)

    @property
    def key_keeper(self) -> KeyKeeper:
        memory = self.memory
        return KeyKeeper(
            self.host.owned,
            memory.relay_configs,
            memory.keyrings,
            memory.domain_secrets,
            memory.resolver.ask,
            memory.clock,
        )

    @property
    def adviser(self) -> Adviser:
        memory = self.memory
        ask = memory.resolver.ask
        return Adviser(self.host.owned, memory.relay_configs, ask, memory.clock)

    @property
    def relay_desk(self) -> RelayDesk:
        memory = self.memory
        return RelayDesk(
            self.host.owned,
            memory.relay_configs,
            memory.domain_secrets,
            memory.relays,
            memory.clock,
            self.settings.relay_to_private_addresses,
            self.settings.relay_port_25,
        )

    @property
    def limiter(self) -> Limiter:
        memory = self.memory
        return Limiter(memory.request_counts, self.rates, memory.clock, self.addresses)

    @property
    def waiting_room(self) -> WaitingRoom:
        memory = self.memory
        return WaitingRoom(memory.waits, limits_of(self.settings), memory.clock, self._entropy)

    @cached_property
    def meter(self) -> RequestMeter:
        return RequestMeter(self.memory.request_tally, self.memory.clock)

    @property
    def gauges(self) -> Gauges:
        memory = self.memory
        return Gauges(
            memory.request_tally,
            memory.deliveries,
            memory.watching,
            self.outbox,
            self.host,
            memory.queues,
            memory.clock,
        )

    @property
    def examiner(self) -> Examiner:
        return Examiner(
            {
                "table": lambda: self.memory.watching.connections(self.now()),
                "bucket": lambda: list(self.memory.raw_mails.listed("")),
                "token_keys": self.tokens.check_keys,
                "queue": self.memory.queues.depths,
            }
        )

    @property
    def admin_gate(self) -> AdminGate:
        return AdminGate(self.memory.admin_keys)

    @property
    def domains(self) -> DomainRegister:
        return DomainRegister(self.memory.domains, self.settings.domains, self.memory.clock)

    @property
    def host(self) -> Host:
        return Host(self.memory.claims, self.domains, self.memory.clock)

    @property
    def claimer(self) -> Claimer:
        memory = self.memory
        erase = MailingEraser(memory.relay_configs, memory.keyrings).erase
        is_open = self.settings.user_domains
        return Claimer(self.host, self.enroller, memory.zones, is_open, self._entropy, erase)

    @property
    def enroller(self) -> Enroller:
        return Enroller(self.host, self.memory.identities)

    @property
    def prover(self) -> Prover:
        memory = self.memory
        return Prover(self.host, memory.resolver, self.enroller, self.mail_hosts)

    @property
    def zone_keeper(self) -> ZoneKeeper:
        return ZoneKeeper(self.host, self.memory.zones)

    @property
    def mail_hosts(self) -> MailHosts:
        return MailHosts(self.settings.inbound_host, self.settings.feedback_host)

    @property
    def surveyor(self) -> Surveyor:
        memory = self.memory
        return Surveyor(memory.census, memory.deliveries, self.host, memory.clock)

    @property
    def tokens(self) -> Tokens:
        return Tokens(self.memory.signing_keys, self.memory.clock, self._entropy)

    @property
    def account_tokens(self) -> AccountTokens:
        return AccountTokens(self.memory.signing_keys, self.memory.clock, self._entropy)

    @property
    def doorman(self) -> Doorman:
        return Doorman(self.memory.accounts, self.account_tokens, self.memory.clock)

    @property
    def passwords(self) -> Passwords:
        return Passwords(self.hashes, lambda: {"correct horse"})

    @property
    def registry(self) -> Registry:
        memory = self.memory
        letters = None
        if self.settings.sender_address:
            letters = Letters(self.mailroom, self.verification_tokens, self.domains.names)
        return Registry(memory.accounts, self.passwords, memory.clock, self._entropy, letters)

    @property
    def verification_tokens(self) -> AccountTokens:
        return replace(self.account_tokens, audiences=(VERIFY_AUDIENCE,))

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.ledger, self.hashes, self.verification_tokens, self.memory.clock)

    @property
    def mailroom(self) -> Mailroom:
        return self.memory.mailroom(self.settings.service_mails_per_day)

    @property
    def newcomers(self) -> Newcomers:
        most = self.settings.registrations_per_day
        return Newcomers(self.memory.request_counts, most, self.memory.clock)

    @property
    def recovery(self) -> Recovery:
        memory = self.memory
        return Recovery(
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
    def ledger(self) -> Ledger:
        return Ledger(self.memory.accounts, self.memory.clock.pause)

    @property
    def membership(self) -> Membership:
        return Membership(
            self.ledger,
            self.memory.inboxes,
            self.account_tokens,
            self.passwords,
            SessionTerms.of(self.settings),
            self.memory.clock,
        )

    @property
    def key_gate(self) -> KeyGate:
        return KeyGate(self.memory.api_keys, self.memory.accounts, self.memory.clock)

    @property
    def locksmith(self) -> Locksmith:
        return Locksmith(self.memory.api_keys, self.ledger, self.memory.clock, self._entropy)

    @property
    def landlord(self) -> Landlord:
        terms = MailboxTerms.of(self.settings)
        return Landlord(self.ledger, self.registrar, self.host, self.memory.messages, terms)

    @property
    def concierge(self) -> Concierge:
        return Concierge(self.registrar, self.memory.inboxes, self.tokens, self.memory.clock)

    @property
    def generator(self) -> Generator:
        memory = self.memory
        return Generator(
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
    def socket_doorman(self) -> Doorman:
        return Doorman(self.memory.accounts, self.socket_tokens, self.memory.clock)

    @property
    def filer(self) -> Filer:
        memory = self.memory
        return Filer(self.reader, memory.inboxes, memory.messages, memory.clock)

    @property
    def reader(self) -> Reader:
        memory = self.memory
        return Reader(
            memory.inboxes, memory.messages, memory.opener, memory.clock, memory.clock.pause
        )

    @property
    def originals(self) -> Originals:
        memory = self.memory
        return Originals(
            memory.messages, memory.opener, memory.raw_mails, memory.part_files, memory.clock
        )

    @property
    def outbox(self) -> Outbox:
        return self.memory.outbox

    @property
    def storeroom(self) -> Storeroom:
        memory = self.memory
        return Storeroom(
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
            Allotment(SendingTerms.of(self.settings), memory.sending_account),
            memory.clock,
            self._entropy,
        )

    @property
    def approval_desk(self) -> ApprovalDesk:
        memory, is_needed = self.memory, self.settings.sending_needs_approval
        return ApprovalDesk(memory.approvals, memory.accounts, is_needed, memory.clock)

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
            SendingTerms.of(self.settings),
            memory.clock,
            self._entropy,
        )

    @property
    def outtray(self) -> Outtray:
        return Outtray(self.storeroom, SendingTerms.of(self.settings), self.memory.clock)

    @property
    def dispatcher(self) -> Dispatcher:
        memory = self.memory
        clock = memory.clock
        pace = Pace(memory.request_counts, memory.sending_account, clock, clock.pause)
        carrier = Carrier(
            memory.mailer, memory.relays, self.relay_desk.relay_of, self.key_keeper.signed
        )
        log = AttemptLog(self.storeroom, clock)
        return Dispatcher(self.storeroom, self.approved_domains, carrier, pace, log, clock)

    @property
    def settler(self) -> Settler:
        memory = self.memory
        return Settler(memory.outbox, memory.suppressions, memory.clock)

    def receive(self, raw: bytes, *recipients: str, name: str = "mail-1", **notice: object) -> None:
        """Take in a mail as the receiving function does."""
        self.memory.raw_mails.put(f"raw/{name}", raw)
        receiver = Receiver(
            Mailbag("mayfly-mail", "raw/", self.settings.max_mail_bytes, self.read_anew_bytes),
            self.memory.raw_mails,
            Addressees(self.memory.inboxes, self.host).find,
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
