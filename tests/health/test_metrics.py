"""How answers are counted, and how that is shown."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jsonschema
import msgspec
import pytest

from mayfly import limits
from mayfly.api import ROUTES
from mayfly.health import prometheus as measures
from mayfly.health.models import OTHER, PREFLIGHT, RequestMetrics
from mayfly.health.ports import Depth
from mayfly.health.prometheus import GAUGE, Measure, Metrics, Process, Sample
from mayfly.health.requests import RequestMeter, by_operation
from mayfly.receiving.models import DropReason, Tally
from tests import samples
from tests.health.fakes import FakeRequestTally
from tests.memory import FakeClock

TOOK = timedelta(milliseconds=12)


class Meter:
    """A meter, and what it adds to."""

    def __init__(self) -> None:
        self.tally = FakeRequestTally()
        self.clock = FakeClock()
        self.meter = RequestMeter(self.tally, self.clock)

    def note(self, times: int = 1, operation: str = "ping", status: int = 200) -> None:
        for _ in range(times):
            self.meter.note(operation, status, TOOK)

    @property
    def added(self) -> int:
        return sum(each.count for each in by_operation(self.tally.total()).values())


@pytest.fixture
def meter() -> Meter:
    return Meter()


def test_a_request_that_comes_alone_is_counted_at_once(meter: Meter) -> None:
    added = []

    for _ in range(3):
        meter.note()
        added.append(meter.added)
        meter.clock.advance(seconds=10)

    assert added == [1, 2, 3]


def test_many_at_once_are_written_together_and_at_most_49_wait(meter: Meter) -> None:
    meter.note()
    waiting = []

    for number in range(2, 102):
        meter.note()
        waiting.append(number - meter.added)

    assert max(waiting) == limits.REQUESTS_NOTED_TOGETHER - 1 == 49
    assert (meter.added, meter.tally.writes) == (101, 3)


def test_none_waits_for_longer_than_the_next_after_ten_seconds(meter: Meter) -> None:
    meter.note(5)
    meter.clock.advance(seconds=9)
    meter.note()
    before = meter.added
    meter.clock.advance(seconds=1)
    meter.note()

    assert (before, meter.added) == (1, 7)


def test_a_clock_that_was_set_back_keeps_nothing_waiting(meter: Meter) -> None:
    meter.note(2)
    meter.clock.advance(hours=-1)
    meter.note()

    assert meter.added == 3


def test_what_could_not_be_added_is_counted_once_at_most(meter: Meter) -> None:
    """Whether it was added and the answer lost, nobody knows; and the next is not kept waiting."""
    meter.tally.failing = RuntimeError("no table")
    with pytest.raises(RuntimeError):
        meter.note()
    meter.note(48)
    meter.tally.failing = None

    meter.note(2)

    assert (meter.added, meter.tally.writes) == (50, 2)


def test_threads_lose_no_answer(meter: Meter) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: meter.note(), range(401)))
    meter.clock.advance(seconds=10)
    meter.note()

    assert meter.added == 402


def test_answers_are_told_apart_by_operation_and_class(meter: Meter) -> None:
    meter.note(2, "a", 200)
    meter.note(1, "a", 204)
    meter.note(1, "a", 404)
    meter.note(3, "b", 503)
    meter.clock.advance(seconds=10)
    meter.note(1, "b", 302)

    assert by_operation(meter.tally.total()) == {
        "a": RequestMetrics({"2xx": 3, "4xx": 1}, 4 * TOOK),
        "b": RequestMetrics({"3xx": 1, "5xx": 3}, 4 * TOOK),
    }


EVERYTHING = [
    *measures.of_requests(
        {"create_key": RequestMetrics({"2xx": 2, "4xx": 1}, timedelta(seconds=1.5))}
    ),
    *measures.of_deliveries(Tally(5, 3, {DropReason.INBOX_FULL: 2})),
    *measures.of_domains({"active": 2, "pending": 1}),
    *measures.of_queues({"notices": Depth(3, 1, 2)}),
    *measures.of_connections(4),
    *measures.of_process(Process(samples.NOW, 1.25, 4096, 3)),
]


def test_requests_of_facades_are_named_by_their_own_paths() -> None:
    counted = RequestMetrics({"2xx": 1}, timedelta(seconds=1))

    (counts, _) = measures.of_requests({"mailosaur_servers": counted, "mailosaur_gone": counted})

    assert [each.labels["route"] for each in counts.samples] == [
        "other",
        "/mailosaur/api/servers",
    ]


def test_counters_add_up_in_prometheus_text() -> None:
    text = measures.prometheus(EVERYTHING)

    for line in (
        'mayfly_http_requests_total{method="POST",route="/api/v1/keys",status="2xx"} 2',
        'mayfly_http_requests_total{method="POST",route="/api/v1/keys",status="4xx"} 1',
        'mayfly_http_request_duration_seconds_sum{method="POST",route="/api/v1/keys"} 1.5',
        'mayfly_http_request_duration_seconds_count{method="POST",route="/api/v1/keys"} 3',
        "mayfly_deliveries_accepted_total 5",
        "mayfly_deliveries_stored_total 3",
        'mayfly_deliveries_dropped_total{reason="inbox_full"} 2',
        'mayfly_deliveries_dropped_total{reason="too_large"} 0',
        'mayfly_domains{status="active"} 2',
        'mayfly_queue_depth{queue="notices",state="in_flight"} 2',
        "mayfly_websocket_connections 4",
        "process_cpu_seconds_total 1.25",
        "process_resident_memory_bytes 4096",
    ):
        assert f"\n{line}\n" in text


def test_every_line_is_of_the_format_and_every_metric_declared_before_and_once() -> None:
    """https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format"""
    declared: list[str] = []
    sample = re.compile(r'([a-z_]+)(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+]+')

    for line in measures.prometheus(EVERYTHING).splitlines():
        if line.startswith("# TYPE "):
            declared.append(line.split()[2])
        elif not line.startswith("# HELP "):
            found = sample.fullmatch(line)
            assert found, line
            assert re.sub("_(sum|count)$", "", found[1]) == declared[-1]
    assert len(declared) == len(set(declared)) == len(EVERYTHING)


def test_the_json_has_the_same_numbers() -> None:
    document = json.loads(msgspec.json.encode(Metrics.of(EVERYTHING, samples.NOW)))

    jsonschema.validate(document, msgspec.json.schema(Metrics))
    lines = [
        each["name"]
        + ("{" + ",".join(f'{n}="{v}"' for n, v in each["labels"].items()) + "}")
        * bool(each["labels"])
        + f" {each['value']}"
        for metric in document["metrics"]
        for each in metric["samples"]
    ]
    text = measures.prometheus(EVERYTHING).splitlines()
    assert lines == [line for line in text if not line.startswith("#")]


def test_paths_are_those_of_the_document_and_no_others() -> None:
    """Also what an older version has counted, so that there are never more kinds than routes."""
    answered = RequestMetrics({"2xx": 1}, TOOK)
    operations = [route.operation for route in ROUTES] + [PREFLIGHT, OTHER, "gone", "older"]

    requests, _ = measures.of_requests(dict.fromkeys(operations, answered))

    shown = {(each.labels["method"], each.labels["route"]): each.value for each in requests.samples}
    templates = {(route.method, route.path) for route in ROUTES}
    assert set(shown) == templates | {("OPTIONS", ""), ("", "other")}
    assert shown["", "other"] == 3
    assert sum(shown.values()) == len(operations)


def test_labels_cannot_break_out() -> None:
    odd = Measure("odd", GAUGE, "Odd", [Sample(1, {"what": 'a"b\\c\nd'})])

    assert measures.prometheus([odd]).splitlines()[2] == 'odd{what="a\\"b\\\\c\\nd"} 1'


def test_queues_that_do_not_answer_are_left_out() -> None:
    (measure,) = measures.of_queues(None)

    assert measure.samples == []
