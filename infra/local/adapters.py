"""The ports of the laptop: those of AWS over the cloud that is played here."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from infra.local.apigateway.connections import LoopSockets
from infra.local.cloud import Cloud
from mayfly.adapters import Adapters
from mayfly.settings import Settings


class LaptopAdapters(Adapters):
    """All but the sockets are the adapters that run on AWS, unchanged."""

    def __init__(self, settings: Settings, cloud: Cloud, sockets: LoopSockets) -> None:
        """Make nothing yet."""
        super().__init__(settings)
        self._cloud = cloud
        self.sockets = sockets

    def client(self, service: str, **options: Any) -> Any:
        """The one client of the service: a call here has no time limits."""
        return self._cloud.client(service, **options)

    @property
    def counting_client(self) -> Any:
        """Counters of requests are not waited for."""
        return self._cloud.client("dynamodb", lasting=False)

    def side_by_side(self, width: int, name: str) -> Executor:
        """Where a call takes microseconds, threads cost more than they save."""
        if self._cloud.inline_bytes is None:
            return super().side_by_side(width, name)
        return AtOnce()


class AtOnce(Executor):
    """Does what it is given at once, in the thread of who gives it."""

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """The result, or what was raised."""
        future: Future[Any] = Future()
        try:
            future.set_result(call(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future
