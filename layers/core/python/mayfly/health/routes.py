"""The operations that say how the service is (documents 000, 002 and 003)."""

from collections.abc import Sequence

from mayfly.health import prometheus as measures
from mayfly.health.metrics import Readings
from mayfly.health.process import STARTED, figures
from mayfly.health.prometheus import Measure
from mayfly.health.schemas import Health, Inspection, Ping, Readiness, is_ready
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.route import ANYONE, Call, Good, Routes
from mayfly.kit.http.times import precise_stamp

_COUNTED = (
    "Requests, mails, domains and queues are of the whole deployment, from what all its instances"
    " have stored; requests that API Gateway answers itself are not among them, and of an instance"
    " that has ended its last seconds may be missing. `process_*` is the one instance that answers."
)
api = Routes("service")


@api(
    "GET",
    "/health",
    "Show whether the service is up",
    ANYONE,
    answers=[
        Good(200, "The service works", Health),
        Good(503, "The table does not answer", Health),
    ],
)
def health(call: Call[None, None]) -> Answer:
    now = call.flows.now()
    try:
        connections = call.flows.adapters.watching.connections(now)
        restraint = call.flows.rate_limits.budget.restraint()
    except Exception:  # whatever keeps the table from answering: to say so is the purpose
        return json_answer(Health.of(None, now - STARTED), 503)
    return json_answer(Health.of(connections, now - STARTED, restraint))


@api(
    "GET",
    "/ready",
    "Show whether requests can be answered",
    ANYONE,
    answers=[
        Good(200, "Requests can be answered", Readiness),
        Good(503, "Something is missing", Readiness),
    ],
)
def ready(call: Call[None, None]) -> Answer:
    findings = call.flows.health.checks.examine("table", "token_keys")
    return json_answer(Readiness.of(findings), 200 if is_ready(findings) else 503)


@api(
    "GET",
    "/health/ready",
    "Check all that the service needs",
    ANYONE,
    answers=[
        Good(200, "All of it is up", Inspection),
        Good(503, "Something is down or late; `checks` says what", Inspection),
    ],
)
def health_ready(call: Call[None, None]) -> Answer:
    """All are asked at once, and each has two seconds."""
    findings = call.flows.health.checks.examine()
    return json_answer(Inspection.of(findings), 200 if is_ready(findings) else 503)


@api("GET", "/health/ping", "Ping", ANYONE, means="Somebody answers")
def health_ping(call: Call[None, None]) -> Ping:
    return Ping(message="pong", timestamp=precise_stamp(call.flows.now()))


@api("GET", "/health/metrics", "Show metrics as JSON", ANYONE, means="Counters", about=_COUNTED)
def health_metrics(call: Call[None, None]) -> measures.Metrics:
    readings = call.flows.health.gauges.read()
    return measures.Metrics.of(_measures(readings), readings.read_at)


@api(
    "GET",
    "/metrics",
    "Show metrics as Prometheus text",
    ANYONE,
    answers=[Good(200, "Counters", {"type": "string"}, measures.TYPE)],
    about=_COUNTED,
)
def metrics(call: Call[None, None]) -> Answer:
    text = measures.prometheus(_measures(call.flows.health.gauges.read()))
    return Answer(200, text.encode(), {"Content-Type": measures.TYPE})


def _measures(readings: Readings) -> Sequence[Measure]:
    return [
        *measures.of_requests(readings.requests),
        *measures.of_deliveries(readings.deliveries),
        *measures.of_outgoing(readings.outgoing),
        *measures.of_domains(readings.domains),
        *measures.of_queues(readings.queues),
        *measures.of_connections(readings.connections),
        *measures.of_process(figures()),
    ]
