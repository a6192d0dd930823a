"""A deployment on moto whose AWS calls are put on a bill."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bench.letters import order_confirmation
from bench.surroundings import environment
from bench.units import Bill, Metered
from mayfly.aws.assembly import Assembly
from mayfly.blueprint.settings import Settings
from mayfly.domain.message import Verdicts
from mayfly.domain.notice import Notice
from tests.aws import on_moto


class Connections:
    """The WebSocket's API, where every client takes every frame."""

    exceptions = None

    def post_to_connection(self, **_: object) -> None:
        """Sent."""


class MeteredAssembly(Assembly):
    """An assembly whose clients keep a bill."""

    def __init__(self, settings: Settings) -> None:
        """Start with an empty bill."""
        super().__init__(settings)
        self.bill = Bill()

    def client(self, service: str, **options: Any) -> Any:
        """The client, metered on whatever bill is open."""
        pushes = service == "apigatewaymanagementapi"
        return Metered(Connections() if pushes else super().client(service, **options), self)

    def line(self, operation: str, action: Callable[[], object]) -> dict[str, object]:
        """What the action took, as a line of output."""
        self.bill = Bill()
        action()
        return {"figure": f"capacity {operation}", **self.bill.figures}

    def accepted(self, name: str, recipient: str) -> Notice:
        """A mail as SES puts it into the bucket, and what SES says of it."""
        bucket, key = self.settings.mail_bucket, self.settings.raw_prefix + name
        self.s3.put_object(Bucket=bucket, Key=key, Body=order_confirmation(recipient, name))
        received_at = self.now() - timedelta(seconds=1)
        verdicts = Verdicts("PASS", "PASS", "PASS", "PASS", "PASS")
        return Notice(bucket, key, (recipient,), received_at, verdicts)


@contextmanager
def metered() -> Iterator[MeteredAssembly]:
    """An assembly over an empty deployment on moto."""
    settings = Settings(socket_endpoint="http://127.0.0.1:9")
    with environment(settings), on_moto(settings):
        yield MeteredAssembly(settings)
