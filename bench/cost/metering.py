"""A deployment on moto whose AWS calls are put on a bill."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bench.cost.units import Bill, Metered
from bench.letters import order_confirmation
from bench.surroundings import environment
from mayfly.adapters import Adapters
from mayfly.assembly import Assembly
from mayfly.messages.models import Verdicts
from mayfly.receiving.notice import Notice
from mayfly.settings import Settings
from tests.aws import on_moto


class Connections:
    """The WebSocket's API, where every client takes every frame."""

    exceptions = None

    def post_to_connection(self, **_: object) -> None:
        """Sent."""


class BenchAdapters(Adapters):
    """Adapters whose WebSocket clients take every frame."""

    def client(self, service: str, **options: Any) -> Any:
        """The client; that of the WebSocket's API sends nothing anywhere."""
        pushes = service == "apigatewaymanagementapi"
        return Connections() if pushes else super().client(service, **options)


class BenchAssembly(Assembly):
    """An assembly whose WebSocket clients take every frame."""

    def __init__(self, settings: Settings, adapters: BenchAdapters | None = None) -> None:
        """Over these adapters, or plain ones."""
        super().__init__(settings, adapters or BenchAdapters(settings))

    def accepted(self, name: str, recipient: str, raw: bytes = b"") -> Notice:
        """A message as SES puts it into the bucket, and what SES says of it."""
        bucket, key = self.settings.mail_bucket, self.settings.raw_prefix + name
        self.adapters.s3.put_object(
            Bucket=bucket, Key=key, Body=raw or order_confirmation(recipient, name)
        )
        received_at = self.now() - timedelta(seconds=1)
        verdicts = Verdicts("PASS", "PASS", "PASS", "PASS", "PASS")
        return Notice(bucket, key, (recipient,), received_at, verdicts)


class MeteredAdapters(BenchAdapters):
    """Adapters whose clients keep a bill."""

    def __init__(self, settings: Settings) -> None:
        """Start with an empty bill."""
        super().__init__(settings)
        self.bill = Bill()

    def client(self, service: str, **options: Any) -> Any:
        """The client, metered on whatever bill is open."""
        return Metered(super().client(service, **options), self)


class MeteredAssembly(BenchAssembly):
    """An assembly whose clients keep a bill."""

    adapters: MeteredAdapters

    def __init__(self, settings: Settings) -> None:
        """Start with an empty bill."""
        super().__init__(settings, MeteredAdapters(settings))

    def cost(self, action: Callable[[], object]) -> Bill:
        """What the action took."""
        bill = self.adapters.bill = Bill()
        action()
        self.adapters.bill = Bill()
        return bill

    def line(self, operation: str, action: Callable[[], object]) -> dict[str, object]:
        """What the action took, as a line of output."""
        return {"figure": f"capacity {operation}", **self.cost(action).figures}


@contextmanager
def metered(**settings: Any) -> Iterator[MeteredAssembly]:
    """An assembly over an empty deployment on moto."""
    deployed = Settings(socket_endpoint="http://127.0.0.1:9", **settings)
    with environment(deployed), on_moto(deployed):
        yield MeteredAssembly(deployed)
