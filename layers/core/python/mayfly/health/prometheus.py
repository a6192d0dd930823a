"""What is measured: one list, as Prometheus' text (format 0.0.4) and as JSON."""

import resource
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from mayfly import __version__
from mayfly.facades.facade import facade_routes
from mayfly.facades.settings import NAMES as FACADES
from mayfly.health.models import OTHER, PREFLIGHT, RequestMetrics
from mayfly.health.ports import Depth
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import PreciseTime, View, about
from mayfly.receiving.models import DropReason, Tally
from mayfly.sending.models import OutgoingTally, State

Labels = Mapping[str, str]
TYPE = "text/plain; version=0.0.4; charset=utf-8"

Kind = Literal["counter", "gauge", "summary"]
COUNTER: Literal["counter"] = "counter"
GAUGE: Literal["gauge"] = "gauge"
SUMMARY: Literal["summary"] = "summary"


def _routes(operations: Iterable[str]) -> dict[str, tuple[str, str]]:
    """All routes of the API, and those of the facades that some of these operations are of."""
    from mayfly.api import ROUTES  # which has this module's own routes among others

    first_words = {each.partition("_")[0] for each in operations}
    theirs = facade_routes(name for name in FACADES if name in first_words)
    routes = {route.operation: (route.method, route.path) for route in (*ROUTES, *theirs)}
    return routes | {PREFLIGHT: ("OPTIONS", "")}


@dataclass(frozen=True, slots=True)
class Sample:
    """One number; `part` is what a summary's name ends with."""

    value: float
    labels: Labels
    part: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured."""

    name: str
    kind: Kind
    meaning: str
    samples: Sequence[Sample]


@dataclass(frozen=True, slots=True)
class Process:
    """Figures of the one process that answers; None where the machine does not say."""

    started_at: datetime
    cpu_seconds: float
    resident_bytes: int | None
    threads: int


def one(name: str, kind: Kind, meaning: str, value: float) -> Measure:
    """A measure of one number."""
    return Measure(name, kind, meaning, [Sample(value, {})])


def by(label: str, name: str, kind: Kind, meaning: str, values: Mapping[str, float]) -> Measure:
    """A measure of one number for each value of the label."""
    return Measure(name, kind, meaning, [Sample(n, {label: each}) for each, n in values.items()])


def of_deliveries(tally: Tally) -> list[Measure]:
    """What became of accepted email. A delivery is one email at one recipient."""
    dropped = {reason.value: tally.dropped.get(reason, 0) for reason in DropReason}
    return [
        one("mayfly_deliveries_accepted_total", COUNTER, "Deliveries accepted", tally.accepted),
        one(
            "mayfly_deliveries_stored_total",
            COUNTER,
            "Deliveries that became messages",
            tally.stored,
        ),
        by(
            "reason",
            "mayfly_deliveries_dropped_total",
            COUNTER,
            "Deliveries dropped, by reason",
            dropped,
        ),
        one(
            "mayfly_notice_attempts_failed_total",
            COUNTER,
            "Attempts that settled no mail",
            tally.failed_attempts,
        ),
    ]


def of_outgoing(tally: OutgoingTally) -> list[Measure]:
    """Mail that goes out: the states add up to what was accepted."""
    states = {state.value: tally.states.get(state, 0) for state in State}
    difference = "Accepted, and in no state: 0, or mail is lost"
    return [
        one("mayfly_emails_accepted_total", COUNTER, "Mails accepted for sending", tally.accepted),
        by(
            "state",
            "mayfly_emails",
            GAUGE,
            "Of these, how many are, or ended, in each state",
            states,
        ),
        by(
            "reason",
            "mayfly_emails_failed",
            GAUGE,
            "Of the failed ones, by reason",
            dict(sorted(tally.failures.items())),
        ),
        one("mayfly_emails_difference", GAUGE, difference, tally.difference),
    ]


def of_connections(connections: int) -> list[Measure]:
    """The subscribers."""
    meaning = "Open WebSocket connections"
    return [one("mayfly_websocket_connections", GAUGE, meaning, connections)]


def of_requests(answered: Mapping[str, RequestMetrics]) -> list[Measure]:
    """How requests were answered, by the paths that are declared: never by those asked for."""
    routed: dict[tuple[str, str], list[RequestMetrics]] = {}
    routes = _routes(answered)
    for operation, each in sorted(answered.items()):
        # What an older version counted is no route any more.
        routed.setdefault(routes.get(operation, ("", OTHER)), []).append(each)
    counts, times = [], []
    for (method, path), found in sorted(routed.items()):
        labels = {"method": method, "route": path}
        for status in sorted({status for each in found for status in each.statuses}):
            number = sum(each.statuses.get(status, 0) for each in found)
            counts.append(Sample(number, {**labels, "status": status}))
        seconds = sum(each.time.total_seconds() for each in found)
        times.append(Sample(round(seconds, 3), labels, "_sum"))
        times.append(Sample(sum(each.count for each in found), labels, "_count"))
    about = "of all instances; the last seconds of one that ended may be missing"
    return [
        Measure("mayfly_http_requests_total", COUNTER, f"Requests answered, {about}", counts),
        Measure(
            "mayfly_http_request_duration_seconds",
            SUMMARY,
            "Time from a request to its answer, waiting for mail included",
            times,
        ),
    ]


def of_domains(statuses: Mapping[str, int]) -> list[Measure]:
    """The mail domains."""
    meaning = "Mail domains, by status, of accounts the first 5,000; up to a minute old"
    return [by("status", "mayfly_domains", GAUGE, meaning, dict(sorted(statuses.items())))]


def of_queues(depths: Mapping[str, Depth] | None) -> list[Measure]:
    """What waits; nothing where the queues did not answer."""
    samples = [
        Sample(number, {"queue": name, "state": state})
        for name, depth in sorted((depths or {}).items())
        for state, number in (
            ("waiting", depth.waiting),
            ("delayed", depth.delayed),
            ("in_flight", depth.in_flight),
        )
    ]
    meaning = "Records in a queue, about; none if it did not answer"
    return [Measure("mayfly_queue_depth", GAUGE, meaning, samples)]


def of_process(process: Process) -> list[Measure]:
    """The instance that answers: one of many, and each time another one."""
    found = [
        one(
            "process_start_time_seconds",
            GAUGE,
            f"When it began, in epoch seconds; {_ONE}",
            round(process.started_at.timestamp(), 3),
        ),
        one(
            "process_cpu_seconds_total",
            COUNTER,
            f"CPU time it has used; {_ONE}",
            round(process.cpu_seconds, 3),
        ),
        one("process_threads", GAUGE, f"Its threads; {_ONE}", process.threads),
        Measure("mayfly_info", GAUGE, "The version", [Sample(1, {"version": __version__})]),
    ]
    if process.resident_bytes is not None:
        meaning = f"Memory it uses; {_ONE}"
        found.append(one("process_resident_memory_bytes", GAUGE, meaning, process.resident_bytes))
    return found


_ONE = "of the instance that answers, and no other"


def prometheus(measures: Iterable[Measure]) -> str:
    """As Prometheus reads it."""
    return "".join(f"{line}\n" for each in measures for line in _lines(each))


def _lines(measure: Measure) -> Iterator[str]:
    yield f"# HELP {measure.name} {measure.meaning}."
    yield f"# TYPE {measure.name} {measure.kind}"
    for each in measure.samples:
        labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in each.labels.items())
        yield f"{measure.name}{each.part}{f'{{{labels}}}' if labels else ''} {_number(each.value)}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else repr(value)


class MetricSample(View):
    """One number."""

    name: Annotated[str, about("The metric's, and of a summary which of its numbers it is")]
    labels: dict[str, str]
    value: float


class Metric(View):
    """One thing that is measured."""

    name: Annotated[str, about(examples=["mayfly_http_requests_total"])]
    type: Kind
    meaning: str
    samples: list[MetricSample]

    @classmethod
    def of(cls, measure: Measure) -> Self:
        """A measure with all its numbers."""
        samples = [
            MetricSample(
                name=f"{measure.name}{each.part}", labels=dict(each.labels), value=each.value
            )
            for each in measure.samples
        ]
        return cls(name=measure.name, type=measure.kind, meaning=measure.meaning, samples=samples)


class Metrics(View, rename="camel"):
    """What is measured."""

    read_at: PreciseTime
    metrics: list[Metric]

    @classmethod
    def of(cls, measures: Iterable[Measure], read_at: datetime) -> Self:
        """The measures as they were then."""
        return cls(read_at=precise_stamp(read_at), metrics=list(map(Metric.of, measures)))


STARTED = datetime.now(UTC)
_STATM = Path("/proc/self/statm")


def figures() -> Process:
    """The figures of this process, as they are now."""
    return Process(STARTED, time.process_time(), _resident_bytes(), threading.active_count())


def _resident_bytes() -> int | None:
    """The second number of statm is in pages (proc(5)); other systems than Linux have none."""
    try:
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return None
