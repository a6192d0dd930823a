"""A deployment on moto: what the handlers find when they look around."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from mayfly.assembly import Assembly, here
from mayfly.kit.http.log import logger
from mayfly.settings import Settings
from tests.aws import on_moto, session
from tests.functions.http import Api, MemoryAssembly
from tests.memory import Memory


class LambdaContext:
    """What Lambda tells a handler of its invocation."""

    function_name = "mayfly"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:mayfly:live"
    aws_request_id = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """As much as the longest function has."""
        return 900_000


@dataclass
class Deployment:
    """The clients of a test, and the assembly that handlers use in it."""

    clients: dict[str, Any]
    assembly: Assembly
    settings: Settings
    context: LambdaContext

    def put_raw(self, key: str, raw: bytes) -> None:
        """Store a mail as SES does."""
        self.clients["s3"].put_object(Bucket=self.settings.mail_bucket, Key=key, Body=raw)


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """The declared table and bucket on moto, and an assembly made anew."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "mayfly")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Mayfly")
    monkeypatch.setenv("SOCKET_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/mayfly")
    settings = Settings()
    here.cache_clear()
    with on_moto(settings) as clients:
        clients["sqs"].create_queue(QueueName="mayfly")
        vars(here().adapters)["_session"] = session()._session
        yield Deployment(clients, here(), settings, LambdaContext())
    here.cache_clear()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the HTTP API's function writes to its log."""
    written = io.StringIO()
    (to_stdout,) = logger.handlers
    monkeypatch.setattr(to_stdout, "stream", written)
    return written


@pytest.fixture
def memory() -> Memory:
    """The ports in memory, with nothing in them."""
    return Memory()


@pytest.fixture
def flows(memory: Memory) -> MemoryAssembly:
    """The flows of the HTTP API over them."""
    return MemoryAssembly(memory)


@pytest.fixture
def api(flows: MemoryAssembly) -> Api:
    """A caller of the HTTP API."""
    return Api(flows)
