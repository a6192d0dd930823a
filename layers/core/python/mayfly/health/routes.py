"""The operations that say how the service is (documents 000, 002 and 003)."""

from collections.abc import Callable, Sequence

from functions.http_api.flows import Flows
from mayfly.health import prometheus as measures
from mayfly.health import schemas as service
from mayfly.health.metrics import Readings
from mayfly.health.process import STARTED, figures
from mayfly.health.prometheus import Measure
from mayfly.kit.http.messages import Answer, Request, json_answer


def health(request: Request, flows: Flows) -> Answer:
    now = flows.now()
    try:
        connections, restraint = flows.watching.connections(now), flows.budget.restraint()
    except Exception:  # whatever keeps the table from answering: to say so is the purpose
        return json_answer(service.health(None, now - STARTED), 503)
    return json_answer(service.health(connections, now - STARTED, restraint))


def ready(request: Request, flows: Flows) -> Answer:
    findings = flows.examiner.examine("table", "token_keys")
    return json_answer(service.ready(findings), 200 if service.is_ready(findings) else 503)


def health_ready(request: Request, flows: Flows) -> Answer:
    findings = flows.examiner.examine()
    return json_answer(service.inspected(findings), 200 if service.is_ready(findings) else 503)


def health_ping(request: Request, flows: Flows) -> Answer:
    return json_answer(service.ping(flows.now()))


def health_metrics(request: Request, flows: Flows) -> Answer:
    readings = flows.gauges.read()
    return json_answer(measures.document(_measures(readings), readings.read_at))


def metrics(request: Request, flows: Flows) -> Answer:
    text = measures.prometheus(_measures(flows.gauges.read()))
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


OPERATIONS: dict[str, Callable[[Request, Flows], Answer]] = {
    "health": health,
    "ready": ready,
    "health_ready": health_ready,
    "health_ping": health_ping,
    "health_metrics": health_metrics,
    "metrics": metrics,
}
