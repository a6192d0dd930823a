"""How the service itself is: document 000's health, and counters as Prometheus reads them."""

from datetime import timedelta

from mayfly.domain.delivery import DropReason, Tally
from mayfly.domain.outgoing import OutgoingTally, State
from mayfly.wire.shapes import flag, number, or_null, record, text
from mayfly.wire.times import span

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def health(connections: int | None, uptime: timedelta) -> dict[str, object]:
    """The service's health; `connections` is None when the table did not answer."""
    return {
        "status": "OK" if connections is not None else "DEGRADED",
        "dbConnected": connections is not None,
        "smtpServer": "running",
        "websocketConnections": connections,
        "uptime": span(uptime),
    }


HEALTH_SCHEMA = record(
    {
        "status": text(enum=["OK", "DEGRADED"]),
        "dbConnected": flag("Whether the table answers"),
        "smtpServer": text("Receiving does not depend on this API", enum=["running"]),
        "websocketConnections": or_null(number("Open now; null when the table does not answer")),
        "uptime": text("Of the instance that answers", examples=["12h 34m"]),
    }
)


def ready(table: bool, token_keys: bool) -> dict[str, object]:
    """Whether requests can be answered now, and what is missing if not."""
    return {
        "status": "ready" if table and token_keys else "not ready",
        "checks": {"table": table, "token_keys": token_keys},
    }


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


def metrics(tally: Tally, connections: int) -> str:
    """The counters in Prometheus' text format, 0.0.4. A delivery is one mail at one recipient."""
    lines = [
        *_metric("deliveries_accepted_total", "counter", "Deliveries accepted"),
        f"mayfly_deliveries_accepted_total {tally.accepted}",
        *_metric("deliveries_stored_total", "counter", "Deliveries that became messages"),
        f"mayfly_deliveries_stored_total {tally.stored}",
        *_metric("deliveries_dropped_total", "counter", "Deliveries dropped, by reason"),
        *(
            f'mayfly_deliveries_dropped_total{{reason="{reason}"}} {tally.dropped.get(reason, 0)}'
            for reason in DropReason
        ),
        *_metric("notice_attempts_failed_total", "counter", "Attempts that settled no mail"),
        f"mayfly_notice_attempts_failed_total {tally.failed_attempts}",
        *_metric("websocket_connections", "gauge", "Open WebSocket connections"),
        f"mayfly_websocket_connections {connections}",
    ]
    return "\n".join(lines) + "\n"


def outgoing_metrics(tally: OutgoingTally) -> str:
    """The counters of mail that goes out: the states add up to what was accepted."""
    lines = [
        *_metric("emails_accepted_total", "counter", "Mails accepted for sending"),
        f"mayfly_emails_accepted_total {tally.accepted}",
        *_metric("emails", "gauge", "Of these, how many are, or ended, in each state"),
        *(f'mayfly_emails{{state="{state}"}} {tally.states.get(state, 0)}' for state in State),
        *_metric("emails_failed", "gauge", "Of the failed ones, by reason"),
        *(
            f'mayfly_emails_failed{{reason="{reason}"}} {count}'
            for reason, count in sorted(tally.failures.items())
        ),
        *_metric("emails_difference", "gauge", "Accepted, and in no state: 0, or mail is lost"),
        f"mayfly_emails_difference {tally.difference}",
    ]
    return "\n".join(lines) + "\n"


def _metric(name: str, kind: str, meaning: str) -> list[str]:
    return [f"# HELP mayfly_{name} {meaning}.", f"# TYPE mayfly_{name} {kind}"]
