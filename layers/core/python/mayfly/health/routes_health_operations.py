"""What the operations take and give that say how the service is: read by the OpenAPI document."""

from mayfly.health import prometheus as measures
from mayfly.kit.http.routing import JSON, Good, Operation

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
