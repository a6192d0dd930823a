"""A deployment on the engine or on moto: what the handlers find when they look around."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.local.cloud import TableChanges
from infra.local.moto.changes import Changes
from infra.local.moto.guard import observed
from mayfly.adapters import Adapters
from mayfly.assembly import Assembly, here, stand_on
from mayfly.kit.http.log import logger
from mayfly.settings import Settings
from tests.aws import on_moto, session
from tests.engine import SERVICES, EngineAdapters, engine_of
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
    settings: Settings
    changes: TableChanges
    adapters: Callable[[Settings], Adapters]
    """What handlers of other settings would stand on."""
    calls: list[str] = field(default_factory=list)
    """The operations of AWS that the adapters have called; on the engine only."""
    counts: list[str] = field(default_factory=list)
    """Those of them that count requests."""
    context: LambdaContext = field(default_factory=LambdaContext)

    @property
    def assembly(self) -> Assembly:
        """The one of this environment."""
        return here()

    def put_raw(self, key: str, raw: bytes) -> None:
        """Store a mail as SES does."""
        self.clients["s3"].put_object(Bucket=self.settings.mail_bucket, Key=key, Body=raw)


@pytest.fixture
def deployment(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deployment]:
    """The declared table and bucket, and an assembly made anew.

    On the engine, or on what a test is parametrised with: "moto" or "engine".
    """
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "mayfly")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Mayfly")
    monkeypatch.setenv("SOCKET_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/mayfly")
    with ExitStack() as block:
        side = _on_moto if getattr(request, "param", "engine") == "moto" else _on_engine
        made = side(Settings(), block)
        stand_on(made.adapters)
        made.clients["sqs"].create_queue(QueueName="mayfly")
        yield made
    stand_on(Adapters)


def _on_engine(settings: Settings, block: ExitStack) -> Deployment:
    engine, calls, counts = block.enter_context(engine_of(settings)), list[str](), list[str]()
    clients = {service: engine.client(service) for service in SERVICES}

    def adapters(found: Settings) -> Adapters:
        return EngineAdapters(found, engine, calls, counts)

    return Deployment(clients, settings, engine.dynamodb.feed, adapters, calls, counts)


def _on_moto(settings: Settings, block: ExitStack) -> Deployment:
    def adapters(found: Settings) -> Adapters:
        made = Adapters(found)
        vars(made)["_session"] = session()._session
        return made

    clients, changes = block.enter_context(on_moto(settings)), Changes(settings.table_name)
    block.enter_context(observed(lambda: (changes.collect(), None)[1]))
    return Deployment(clients, settings, changes, adapters)


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
