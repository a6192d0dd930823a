"""The operations that say how the service is (documents 000, 002 and 003)."""

from collections.abc import Sequence

from mayfly.addresses.schemas import DomainNames
from mayfly.health import prometheus as measures
from mayfly.health.prometheus import STARTED, Measure, figures
from mayfly.health.schemas import Health, Inspection, Ping, Readiness, is_ready
from mayfly.health.service import Readings
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.downloads import octets
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.route import ANYONE, Call, Good, Routes

_COUNTED = (
    "Requests, emails, domains and queues are of the whole deployment, from what all its instances"
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


@api("GET", "/health/ping", "Ping", ANYONE, means="The service answers")
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


_HTML = "text/html; charset=utf-8"
_PAGE = [Good(200, "A page", {"type": "string"}, _HTML)]


@api("GET", "/api/domains", "List mail domains", ANYONE, means="All active ones")
def domain_names(call: Call[None, None]) -> DomainNames:
    return DomainNames.of(call.flows.inboxes.service.domains.active())


@api(
    "GET",
    "/openapi.json",
    "Show this document",
    ANYONE,
    answers=[Good(200, "This document", {"type": "object"})],
)
def openapi(call: Call[None, None]) -> Answer:
    from mayfly.openapi import document

    return json_answer(document(call.request.base_url))


@api("GET", "/docs", "Read and try the API", ANYONE, answers=_PAGE)
@api("GET", "/api-docs", "The same as /docs", ANYONE, answers=_PAGE, operation="api_docs")
def docs(call: Call[None, None]) -> Answer:
    from mayfly.kit.http import swagger

    headers = {"Content-Type": _HTML, "Content-Security-Policy": swagger.SECURITY_POLICY}
    return Answer(200, swagger.page(call.request.base_url), headers)


@api(
    "GET",
    "/docs/{file}",
    "Script and style of /docs",
    ANYONE,
    answers=octets("The file", "*/*"),
    errors={404: "The page has no such file"},
)
def docs_file(call: Call[None, None]) -> Answer:
    from mayfly.kit.http.swagger import page_file

    found = page_file(call.parameter("file"))
    headers = {
        "Content-Type": found.content_type,
        "Cache-Control": "public, max-age=86400",
        "Vary": "Accept-Encoding",
    }
    if call.request.accepts_gzip():
        return Answer(200, found.compressed, {**headers, "Content-Encoding": "gzip"})
    return Answer(200, found.content, headers)
