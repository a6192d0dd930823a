"""How the service itself is: documents 000, 002 and 003 on its health."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from mayfly.breaker.models import UNRESTRAINED, Restraint, Restriction
from mayfly.health.models import CheckResult, CheckStatus
from mayfly.kit.http.schema import flag, named, number, or_null, precise_time, record, text, time
from mayfly.kit.http.times import precise_stamp, span, stamp


def health(
    connections: int | None, uptime: timedelta, restraint: Restraint = UNRESTRAINED
) -> dict[str, object]:
    """The service's health; `connections` is None when the table did not answer."""
    document: dict[str, object] = {
        "status": "OK" if connections is not None else "DEGRADED",
        "dbConnected": connections is not None,
        "smtpServer": "running",
        "websocketConnections": connections,
        "uptime": span(uptime),
    }
    if restraint.kind is Restriction.NONE or restraint.until is None:
        return document
    since = None if restraint.since is None else stamp(restraint.since)
    until = stamp(restraint.until)
    return document | {
        "restriction": {"kind": restraint.kind.value, "since": since, "until": until}
    }


RESTRICTION_SCHEMA = record(
    {
        "kind": text(
            "`no-new-inboxes`; `no-mail`: it takes no new mail, and answers accounts only;"
            " `closed`: it answers admins only",
            enum=[each.value for each in Restriction if each is not Restriction.NONE],
        ),
        "since": or_null(time("When that began")),
        "until": time("When it ends by itself"),
    },
    "There only while the service does not do all it can, as it has done as much as it may in a"
    " day. Up to two minutes old",
)
HEALTH_SCHEMA = record(
    {
        "status": text(enum=["OK", "DEGRADED"]),
        "dbConnected": flag("Whether the table answers"),
        "smtpServer": text("Receiving does not depend on this API", enum=["running"]),
        "websocketConnections": or_null(number("Open now; null when the table does not answer")),
        "uptime": text("Of the instance that answers", examples=["12h 34m"]),
    },
    optional={"restriction": RESTRICTION_SCHEMA},
) | {
    "examples": [
        health(
            3,
            timedelta(minutes=754),
            Restraint(
                Restriction.NO_MAIL,
                datetime(2026, 1, 31, 10, 15, 30, tzinfo=UTC),
                datetime(2026, 2, 1, tzinfo=UTC),
            ),
        )
    ]
}


def ready(findings: Mapping[str, CheckResult]) -> dict[str, object]:
    """Whether requests can be answered now, and what is missing if not (document 003)."""
    checks = {name: each.condition is CheckStatus.UP for name, each in findings.items()}
    return {"status": _status(findings), "checks": checks}


def inspected(findings: Mapping[str, CheckResult]) -> dict[str, object]:
    """How each thing is that the service needs (document 002)."""
    return {
        "status": _status(findings),
        "checks": {
            name: {
                "status": each.condition.value,
                "milliseconds": round(each.time.total_seconds() * 1000),
            }
            for name, each in findings.items()
        },
    }


def ping(now: datetime) -> dict[str, object]:
    """That there is somebody who answers (document 002)."""
    return {"message": "pong", "timestamp": precise_stamp(now)}


def is_ready(findings: Mapping[str, CheckResult]) -> bool:
    """Whether all of it is up."""
    return all(each.condition is CheckStatus.UP for each in findings.values())


def _status(findings: Mapping[str, CheckResult]) -> str:
    return "ready" if is_ready(findings) else "not ready"


READY_SCHEMA = record(
    {
        "status": text(enum=["ready", "not ready"]),
        "checks": record(
            {
                "table": flag("Whether the table answers"),
                "token_keys": flag("Whether tokens can be made and checked"),
            }
        ),
    }
)
CHECK_SCHEMA = record(
    {
        "status": text(
            "`late`: it did not answer in time", enum=[each.value for each in CheckStatus]
        ),
        "milliseconds": number("How long that took"),
    }
)
INSPECTED_SCHEMA = record(
    {
        "status": text(enum=["ready", "not ready"]),
        "checks": record(
            {
                "table": named("Check"),
                "bucket": named("Check"),
                "token_keys": named("Check"),
                "queue": named("Check"),
            }
        ),
    }
)
PING_SCHEMA = record({"message": text(enum=["pong"]), "timestamp": precise_time()})
