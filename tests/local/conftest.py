"""What tests of the laptop share: AWS on loopback, and an SMTP server in a loop of its own."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from infra.local.moto.guard import ACCOUNT, REGION, alone
from infra.local.moto.in_process import answering
from infra.local.moto.server import Cloud, client
from infra.local.ses.accept import Acceptance
from mayfly.settings import Settings

DEADLINE = 60.0  # seconds; a test that waits longer has failed, however busy the machine is


ENDPOINT = "http://127.0.0.1:1"  # nobody listens there


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Where this process reaches moto."""
    with answering(ENDPOINT):
        yield ENDPOINT


@pytest.fixture
def settings() -> Settings:
    return Settings(domains=("mayfly.example", "other.example"), max_mail_bytes=3_000_000)


@pytest.fixture
def cloud(endpoint: str, settings: Settings) -> Iterator[Cloud]:
    forget_everything()
    yield Cloud.make(endpoint, settings, "a key of the tests " * 3)
    forget_everything()


@pytest.fixture
def acceptance(cloud: Cloud, settings: Settings) -> Acceptance:
    return Acceptance(
        client("s3", cloud.endpoint),
        client("sns", cloud.endpoint),
        settings.mail_bucket,
        settings.raw_prefix,
        cloud.topic_arn,
        lambda: datetime.now(UTC),
    )


def forget_everything() -> None:
    with alone():
        for backends in (
            dynamodb_backends,
            kms_backends,
            secretsmanager_backends,
            sns_backends,
            sqs_backends,
        ):
            backends[ACCOUNT][REGION].reset()
        s3_backends[ACCOUNT]["aws"].reset()


def listener() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


class Loop:
    """An event loop in a thread, for servers that tests talk to with blocking clients."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, task: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(DEADLINE)

    @contextmanager
    def inside(self, manager: AbstractAsyncContextManager[Any]) -> Iterator[Any]:
        entered = self.run(_enter(manager))
        try:
            yield entered
        finally:
            self.run(manager.__aexit__(None, None, None))

    def stop(self) -> None:
        self.run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE)
        self._loop.close()


async def _enter(manager: AbstractAsyncContextManager[Any]) -> Any:
    return await manager.__aenter__()


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.stop()


def until(condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true before the deadline."""
    waiting = threading.Event()
    for _ in range(int(DEADLINE / 0.01)):
        if condition():
            return True
        waiting.wait(0.01)
    return False
