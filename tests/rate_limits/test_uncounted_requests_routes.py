"""When requests cannot be counted: real clients against what does not answer as it should."""

import io
import socket
import time
from collections.abc import Iterator

import pytest

from functions.http_api.handler import lambda_handler
from mayfly.adapters import Adapters
from mayfly.rate_limits.dynamodb import COUNTING_CONFIG, DynamoRequestCounts
from mayfly.rate_limits.service import RateLimiter, RateLimits
from mayfly.settings import Settings
from tests import samples
from tests.deployments import Deployment
from tests.functions.http import Api, MemoryAssembly, event, unpacked
from tests.memory import Memory

UNAVAILABLE = '"RateLimitUnavailable":[1.0]'
LIMIT = "X-RateLimit-Limit"


def counting_with(counts: DynamoRequestCounts) -> MemoryAssembly:
    """An assembly over memory that counts with an adapter."""
    flows = MemoryAssembly(Memory())
    flows.rate_limits.limiter = RateLimiter(counts, RateLimits.of(Settings()), flows.now)
    return flows


def flows_counting_at(endpoint: str) -> MemoryAssembly:
    client = Adapters(Settings()).client("dynamodb", config=COUNTING_CONFIG, endpoint_url=endpoint)
    return counting_with(DynamoRequestCounts(client, "mayfly"))


@pytest.fixture
def silent() -> Iterator[str]:
    """An endpoint that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_a_table_that_does_not_answer_costs_half_a_second_once(
    silent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    api = Api(flows_counting_at(silent))
    began = time.monotonic()

    reply = api.call("POST", "/api/emails")

    assert (reply.status, LIMIT in reply.headers) == (201, False)
    assert 0.4 < time.monotonic() - began < 2
    assert capsys.readouterr().out.count(UNAVAILABLE) == 1


def test_a_table_that_cannot_be_reached_costs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"

    reply = Api(flows_counting_at(endpoint)).call("POST", "/api/emails")

    assert (reply.status, LIMIT in reply.headers) == (201, False)
    assert capsys.readouterr().out.count(UNAVAILABLE) == 1


def test_a_table_that_is_not_there_is_no_reason_to_refuse(
    deployment: Deployment,
    log: io.StringIO,
    capsys: pytest.CaptureFixture[str],
) -> None:
    counts = DynamoRequestCounts(deployment.clients["dynamodb"], "another table")
    api = Api(counting_with(counts))

    reply = api.call("POST", "/api/emails")

    assert (reply.status, LIMIT in reply.headers) == (201, False)
    assert UNAVAILABLE in capsys.readouterr().out
    assert "ResourceNotFoundException" in log.getvalue()


def test_a_request_is_counted_by_one_call_to_the_table(
    deployment: Deployment,
) -> None:
    # No new minute begins among the requests.
    deployment.assembly.adapters.now = lambda: samples.NOW

    made = [
        unpacked(lambda_handler(event("POST", "/api/emails"), deployment.context)) for _ in range(6)
    ]

    assert [each.status for each in made] == [201] * 5 + [429]
    # Another for five inboxes of the day, and one for the counters of all requests together.
    assert deployment.counts == ["UpdateItem"] * (6 + 1 + 1)


def test_counting_is_not_tried_again_and_has_its_own_time() -> None:
    config = Adapters(Settings()).counting_client.meta.config

    assert (config.connect_timeout, config.read_timeout) == (0.3, 0.5)
    assert config.retries["total_max_attempts"] == 1
