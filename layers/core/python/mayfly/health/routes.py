"""The operations that say how the service is (documents 000, 002 and 003)."""

from collections.abc import Callable, Sequence

from mayfly.assembly import Assembly
from mayfly.health import prometheus as measures
from mayfly.health import schemas as service
from mayfly.health.metrics import Metrics
from mayfly.health.process import STARTED, figures
from mayfly.health.prometheus import Measure
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.routing import JSON, Good, Operation, Route


def health(request: Request, flows: Assembly) -> Answer:
    now = flows.now()
    try:
        connections, restraint = (
            flows.adapters.watching.connections(now),
            flows.rate_limits.budget.restraint(),
        )
    except Exception:  # whatever keeps the table from answering: to say so is the purpose
        return json_answer(service.health(None, now - STARTED), 503)
    return json_answer(service.health(connections, now - STARTED, restraint))


def ready(request: Request, flows: Assembly) -> Answer:
    findings = flows.health.checks.examine("table", "token_keys")
    return json_answer(service.ready(findings), 200 if service.is_ready(findings) else 503)


def health_ready(request: Request, flows: Assembly) -> Answer:
    findings = flows.health.checks.examine()
    return json_answer(service.inspected(findings), 200 if service.is_ready(findings) else 503)


def health_ping(request: Request, flows: Assembly) -> Answer:
    return json_answer(service.ping(flows.now()))


def health_metrics(request: Request, flows: Assembly) -> Answer:
    readings = flows.health.gauges.read()
    return json_answer(measures.document(_measures(readings), readings.read_at))


def metrics(request: Request, flows: Assembly) -> Answer:
    text = measures.prometheus(_measures(flows.health.gauges.read()))
    return Answer(200, text.encode(), {"Content-Type": measures.TYPE})


def _measures(readings: Metrics) -> Sequence[Measure]:
    return [
        *measures.of_requests(readings.requests),
        *measures.of_deliveries(readings.deliveries),
        *measures.of_outgoing(readings.outgoing),
        *measures.of_domains(readings.domains),
        *measures.of_queues(readings.queues),
        *measures.of_connections(readings.connections),
        *measures.of_process(figures()),
    ]


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "health": health,
    "ready": ready,
    "health_ready": health_ready,
    "health_ping": health_ping,
    "health_metrics": health_metrics,
    "metrics": metrics,
}

_COUNTED = (
    "Requests, mails, domains and queues are of the whole deployment, from what all its instances"
    " have stored; requests that API Gateway answers itself are not among them, and of an instance"
    " that has ended its last seconds may be missing. `process_*` is the one instance that answers."
)

HEALTH_OPERATIONS: dict[str, Operation] = {
    "health": Operation(
        [
            Good(200, "The service works", "Health"),
            Good(503, "The table does not answer", "Health"),
        ]
    ),
    "ready": Operation(
        [
            Good(200, "Requests can be answered", "Readiness"),
            Good(503, "Something is missing", "Readiness"),
        ]
    ),
    "health_ready": Operation(
        [
            Good(200, "All of it is up", "Inspection"),
            Good(503, "Something is down or late; `checks` says what", "Inspection"),
        ],
        about="All are asked at once, and each has two seconds.",
    ),
    "health_metrics": Operation([Good(200, "Counters", "Metrics", JSON)], about=_COUNTED),
    "health_ping": Operation([Good(200, "Somebody answers", "Ping")]),
    "metrics": Operation(
        [Good(200, "Counters", "", measures.TYPE, {"type": "string"})], about=_COUNTED
    ),
}

_SERVICE = "service"

HEALTH_ROUTES: tuple[Route, ...] = (
    Route("health", "GET", "/health", "Get the service's health", _SERVICE),
    Route("ready", "GET", "/ready", "Check readiness", _SERVICE),
    Route("health_ready", "GET", "/health/ready", "Check dependencies", _SERVICE),
    Route("health_metrics", "GET", "/health/metrics", "Get metrics as JSON", _SERVICE),
    Route("health_ping", "GET", "/health/ping", "Ping the service", _SERVICE),
    Route("metrics", "GET", "/metrics", "Get metrics for Prometheus", _SERVICE),
)
