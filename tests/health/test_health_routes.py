"""How the service is, as programs that watch it ask."""

import io
from typing import Any

import pytest

from functions.http_api.handler import lambda_handler
from mayfly.domains.models import MailDomain
from mayfly.health.ports import Depth
from tests import samples
from tests.deployments import Deployment
from tests.functions.http import Api, MemoryAssembly, Reply, event, unpacked
from tests.memory import Memory

METRICS = "/metrics"
READY = "/health/ready"
NEEDED = ("table", "bucket", "token_keys", "queue")


def lines(api: Api) -> dict[str, float]:
    """Prometheus' samples by name and labels."""
    text = api.call("GET", METRICS).content.decode().splitlines()
    pairs = (line.rpartition(" ") for line in text if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def request_line(method: str, route: str, status: str) -> str:
    labels = f'method="{method}",route="{route}",status="{status}"'
    return f"mayfly_http_requests_total{{{labels}}}"


def test_a_ping_is_answered_without_a_look_at_anything(api: Api, memory: Memory) -> None:
    memory.signing_keys.keys = []

    reply = api.call("GET", "/health/ping")

    assert reply.json == {"message": "pong", "timestamp": "2026-01-01T12:00:00.000Z"}


def test_all_that_is_needed_is_up(api: Api) -> None:
    reply = api.call("GET", READY)

    assert (reply.status, reply.json["status"]) == (200, "ready")
    assert {name: each["status"] for name, each in reply.json["checks"].items()} == dict.fromkeys(
        NEEDED, "up"
    )


@pytest.mark.parametrize("missing", NEEDED)
def test_what_is_down_is_named_and_what_is_up_as_well(
    api: Api, memory: Memory, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    failures: dict[str, tuple[Any, str, Any]] = {
        "table": (memory.watching, "connections", lambda now: 1 // 0),
        "bucket": (memory.raw_mails, "listed", lambda after: 1 // 0),
        "token_keys": (memory.signing_keys, "keys", []),
        "queue": (memory.queues, "failing", RuntimeError("no queue")),
    }
    monkeypatch.setattr(*failures[missing])

    reply = api.call("GET", READY)

    assert (reply.status, reply.json["status"]) == (503, "not ready")
    found = {name: each["status"] for name, each in reply.json["checks"].items()}
    assert found == dict.fromkeys(NEEDED, "up") | {missing: "down"}


def test_requests_are_counted_by_the_paths_of_the_document(api: Api) -> None:
    email, _ = api.make()
    api.flows.adapters.clock.advance(seconds=10)
    for address in (email, "nobody@mayfly.example", "another@mayfly.example"):
        api.call("GET", "/api/emails/{email}", address)
    api.call("HEAD", "/api/emails/{email}", email)
    api.call("OPTIONS", "/api/emails/{email}", email)
    api.call("TRACE", "/api/emails/{email}", email)
    api.call("GET", "/nothing")
    api.flows.adapters.clock.advance(seconds=10)
    api.call("GET", "/health/ping")

    found = lines(api)

    assert found[request_line("POST", "/api/emails", "2xx")] == 1
    assert found[request_line("GET", "/api/emails/{email}", "2xx")] == 2
    assert found[request_line("GET", "/api/emails/{email}", "4xx")] == 2
    assert found[request_line("OPTIONS", "", "2xx")] == 1
    assert found[request_line("", "other", "4xx")] == 2
    assert email not in str(found)


def test_several_processes_count_together(memory: Memory) -> None:
    apis = [Api(MemoryAssembly(memory)) for _ in range(3)]

    for api in apis:
        api.call("GET", "/health/ping")

    assert lines(apis[0])[request_line("GET", "/health/ping", "2xx")] == 3


def test_what_fails_is_counted_as_well(
    api: Api, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory.inboxes, "find", lambda addresses: 1 // 0)

    assert api.call("GET", "/api/emails/{email}", "a@mayfly.example").status == 500

    assert lines(api)[request_line("GET", "/api/emails/{email}", "5xx")] == 1


def test_what_cannot_be_counted_is_answered_all_the_same(
    api: Api, memory: Memory, log: io.StringIO
) -> None:
    memory.request_tally.failing = RuntimeError("no table")

    assert api.call("GET", "/health/ping").status == 200
    assert "Not measured" in log.getvalue()


def test_metrics_show_mails_domains_queues_and_the_process(api: Api, memory: Memory) -> None:
    memory.domains.add(MailDomain("second.example", samples.NOW, samples.NOW))
    memory.queues.held["notices"] = Depth(4, 0, 1)
    email, _ = api.make()
    api.flows.receive(b"Subject: one\r\n\r\n", email)

    found = lines(api)

    assert found["mayfly_deliveries_stored_total"] == 1
    assert found['mayfly_domains{status="active"}'] == 2
    assert found['mayfly_domains{status="off"}'] == 0
    assert found['mayfly_queue_depth{queue="notices",state="waiting"}'] == 4
    assert found["process_cpu_seconds_total"] > 0
    assert found["process_start_time_seconds"] > 1_700_000_000


def test_the_json_has_what_the_text_has(api: Api) -> None:
    document = api.call("GET", "/health/metrics").json

    samples_ = [each for metric in document["metrics"] for each in metric["samples"]]
    names = {each["name"] for each in samples_}
    assert {name.partition("{")[0] for name in lines(api)} >= names
    assert document["readAt"] == "2026-01-01T12:00:00.000Z"


def test_queues_that_do_not_answer_take_nothing_else_along(api: Api, memory: Memory) -> None:
    memory.queues.failing = RuntimeError("no queue")

    reply = api.call("GET", METRICS)

    assert reply.status == 200
    assert b"mayfly_queue_depth{" not in reply.content
    assert b"mayfly_deliveries_accepted_total 0" in reply.content


def asked(deployment: Deployment, path: str) -> Reply:
    return unpacked(lambda_handler(event("GET", path), deployment.context))


@pytest.mark.parametrize("deployment", ["moto"], indirect=True)  # the engine has no such call
def test_a_deployment_is_ready_until_something_is_gone(deployment: Deployment) -> None:
    before = asked(deployment, READY)
    deployment.clients["sqs"].delete_queue(QueueUrl=deployment.assembly.settings.queue_url)
    deployment.clients["s3"].delete_bucket(Bucket=deployment.settings.mail_bucket)

    after = asked(deployment, READY)

    assert (before.status, before.json["status"]) == (200, "ready")
    assert after.status == 503
    assert {name: each["status"] for name, each in after.json["checks"].items()} == {
        "table": "up",
        "bucket": "down",
        "token_keys": "up",
        "queue": "down",
    }


def test_a_deployment_counts_in_its_table(deployment: Deployment) -> None:
    asked(deployment, "/health/ping")
    asked(deployment, "/health/ping")

    text = asked(deployment, METRICS).content.decode()

    assert f"{request_line('GET', '/health/ping', '2xx')} 1\n" in text  # the second one waits
    assert 'mayfly_queue_depth{queue="notices",state="waiting"} 0\n' in text
