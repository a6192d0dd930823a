"""What tests of the laptop share: the engine, and an SMTP server in a loop of its own."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.local.account import topic_arn
from infra.local.engine.cloud import EngineCloud
from infra.local.engine.store import synchronise
from infra.local.ses.accept import Acceptance
from mayfly.settings import Settings
from tests.engine import SIGNER

DEADLINE = 60.0  # seconds; a test that waits longer has failed, however busy the machine is


@pytest.fixture
def settings() -> Settings:
    return Settings(domains=("mayfly.example", "other.example"), max_mail_bytes=3_000_000)


@contextmanager
def made(
    settings: Settings,
    folder: Path | None = None,
    synchronise: Callable[[int], None] = synchronise,
) -> Iterator[EngineCloud]:
    """What the template names, in the engine. Without a loop each call is a transaction."""
    with closing(EngineCloud(folder, settings, SIGNER, synchronise=synchronise)) as cloud:
        cloud.make(settings, "a key of the tests " * 3, "a key of the passwords " * 3)
        yield cloud


@asynccontextmanager
async def grouped(cloud: EngineCloud) -> AsyncIterator[None]:
    """What is written in one turn of the running loop is one transaction, until the block ends."""
    with cloud.engine.store.grouped():
        yield


@pytest.fixture
def cloud(settings: Settings) -> Iterator[EngineCloud]:
    with made(settings) as cloud:
        yield cloud


@pytest.fixture
def acceptance(cloud: EngineCloud, settings: Settings) -> Acceptance:
    return accepting(cloud, settings)


def accepting(cloud: EngineCloud, settings: Settings) -> Acceptance:
    return Acceptance(
        cloud.client("s3"),
        cloud.client("sns"),
        settings.mail_bucket,
        settings.raw_prefix,
        topic_arn(),
        lambda: datetime.now(UTC),
        cloud.together,
    )


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
