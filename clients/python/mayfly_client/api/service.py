"""Service: how it is, and this description.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeParameters:
    """What to do: find a `counter` with which the derived key begins with `keyPrefix`."""

    algorithm: str
    cost: int
    data: dict[str, str]
    expires_at: int
    key_length: int
    key_prefix: str
    nonce: str
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofChallenge:
    """A challenge of ALTCHA, version 2."""

    parameters: "ChallengeParameters"
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """What the service does not do, as it has done as much as it may in a day."""

    kind: str
    since: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Whether the service works."""

    status: str
    db_connected: bool
    smtp_server: str
    websocket_connections: int | None
    uptime: str
    restriction: "Restriction | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessChecks:
    """What is needed to answer requests."""

    table: bool
    token_keys: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether requests can be answered now, and what is missing if not."""

    status: str
    checks: "ReadinessChecks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How one thing is that the service needs."""

    status: str
    milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionChecks:
    """All that the service needs."""

    table: "Check"
    bucket: "Check"
    token_keys: "Check"
    queue: "Check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """How each thing is that the service needs."""

    status: str
    checks: "InspectionChecks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """That the service answers."""

    message: str
    timestamp: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSample:
    """One number."""

    name: str
    labels: dict[str, str]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One thing that is measured."""

    name: str
    type: str
    meaning: str
    samples: "list[MetricSample]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """What is measured."""

    read_at: datetime
    metrics: "list[Metric]"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainName:
    """A domain that inboxes can be made at."""

    name: str
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainNames:
    """The domains that inboxes can be made at; the first is the default one."""

    domains: "list[DomainName]"


class ServiceApi(Subject[M]):
    """How it is, and this description."""

    @operation("GET", "/api/proof-of-work", ProofChallenge)
    def proof_of_work(self) -> Sent:
        """Get a challenge to solve.

        For those who make an address, a private inbox, a session or an account, where the
        deployment asks for work. The format is ALTCHA's (version 2, PBKDF2/SHA-256): its
        widget and libraries solve it.
        """
        return Sent()

    @operation("GET", "/health", Health)
    def health(self) -> Sent:
        """Show whether the service is up."""
        return Sent()

    @operation("GET", "/ready", Readiness)
    def ready(self) -> Sent:
        """Show whether requests can be answered."""
        return Sent()

    @operation("GET", "/health/ready", Inspection)
    def health_ready(self) -> Sent:
        """Check all that the service needs. All are asked at once, and each has two seconds."""
        return Sent()

    @operation("GET", "/health/ping", Ping)
    def health_ping(self) -> Sent:
        """Ping."""
        return Sent()

    @operation("GET", "/health/metrics", Metrics)
    def health_metrics(self) -> Sent:
        """Show metrics as JSON.

        Requests, emails, domains and queues are of the whole deployment, from what all its
        instances have stored; requests that API Gateway answers itself are not among them,
        and of an instance that has ended its last seconds may be missing. `process_*` is
        the one instance that answers.
        """
        return Sent()

    @operation("GET", "/metrics", str)
    def metrics(self) -> Sent:
        """Show metrics as Prometheus text.

        Requests, emails, domains and queues are of the whole deployment, from what all its
        instances have stored; requests that API Gateway answers itself are not among them,
        and of an instance that has ended its last seconds may be missing. `process_*` is
        the one instance that answers.
        """
        return Sent()

    @operation("GET", "/api/domains", DomainNames)
    def domain_names(self) -> Sent:
        """List mail domains."""
        return Sent()

    @operation("GET", "/openapi.json", dict[str, Any])
    def openapi(self) -> Sent:
        """Show this document."""
        return Sent()

    @operation("GET", "/api-docs", str)
    def api_docs(self) -> Sent:
        """The same as /docs."""
        return Sent()

    @operation("GET", "/docs", str)
    def docs(self) -> Sent:
        """Read and try the API."""
        return Sent()

    @operation("GET", "/docs/{file}", bytes)
    def docs_file(self, file: str) -> Sent:
        """Script and style of /docs."""
        return Sent((file,))
