"""AWS calls and DynamoDB units of receiving, listing, reading, creating and deleting."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from bench.letters import order_confirmation
from bench.surroundings import environment
from bench.units import Bill, Metered
from mayfly.announcing import Lanes
from mayfly.aws.assembly import Assembly
from mayfly.blueprint.settings import Settings
from mayfly.domain.identity import MessageId
from mayfly.domain.message import Verdicts
from mayfly.domain.notice import Notice
from tests.aws import on_moto


class BenchAssembly(Assembly):
    """An assembly whose WebSocket clients take every frame."""

    def __init__(self, settings: Settings) -> None:
        """Start with an empty bill."""
        super().__init__(settings)
        self.bill = Bill()

    @cached_property
    def lanes(self) -> Lanes:
        """The frames are put on the bill, and go nowhere."""
        return Lanes(_Listeners(self))


class MeteredAssembly(BenchAssembly):
    """An assembly whose clients keep a bill, too."""

    def client(self, service: str, **options: Any) -> Any:
        """The client, metered on whatever bill is open."""
        return Metered(super().client(service, **options), self)

    def cost(self, action: Callable[[], object]) -> Bill:
        """What the action took."""
        bill = self.bill = Bill()
        action()
        self.bill = Bill()
        return bill


@dataclass(frozen=True, slots=True)
class _Listeners:
    """The Sockets port over nothing."""

    owner: BenchAssembly

    def post(self, connection_id: str, frame: str) -> None:
        """Take the frame."""
        self.owner.bill.calls["post_to_connection"] += 1


@contextmanager
def metered() -> Iterator[MeteredAssembly]:
    """An assembly over an empty deployment on moto."""
    settings = Settings(socket_endpoint="http://127.0.0.1:9")
    with environment(settings), on_moto(settings):
        yield MeteredAssembly(settings)


def figures() -> Iterator[dict[str, object]]:
    """One line an operation."""
    with metered() as assembly:
        address = str(assembly.registrar.make().inbox.address)
        notices = [accepted(assembly, f"mail-{n}", address) for n in range(25)]
        for notice in notices[:-1]:
            assembly.receiver.receive(notice)
        yield _line(assembly, "receive", lambda: assembly.receiver.receive(notices[-1]))
        nobody = accepted(assembly, "junk", "nobody@mayfly.example")
        yield _line(assembly, "receive for nobody", lambda: assembly.receiver.receive(nobody))
        yield _line(assembly, "list 20", lambda: assembly.reader.page(address, 20))
        newest = str(assembly.reader.page(address, 1).messages[0].id)
        yield _line(assembly, "read one", lambda: assembly.reader.one(newest))
        yield _line(assembly, "create", assembly.registrar.make)
        made = assembly.registrar.make()
        yield _line(
            assembly,
            "delete",
            lambda: assembly.registrar.close(str(made.inbox.address), made.access_token),
        )
        message = MessageId.parse(newest)
        yield _line(assembly, "announce", lambda: assembly.announcer.announce(message))
        yield _line(assembly, "erase 25", lambda: assembly.eraser.erase(message.inbox))


def _line(
    assembly: MeteredAssembly, operation: str, action: Callable[[], object]
) -> dict[str, object]:
    return {"figure": f"capacity {operation}", **assembly.cost(action).figures}


def accepted(assembly: Assembly, name: str, recipient: str, raw: bytes = b"") -> Notice:
    """A mail in the bucket, and the notice of it."""
    key = assembly.settings.raw_prefix + name
    raw = raw or order_confirmation(recipient, name)
    assembly.s3.put_object(Bucket=assembly.settings.mail_bucket, Key=key, Body=raw)
    return Notice(
        assembly.settings.mail_bucket,
        key,
        (recipient,),
        assembly.now() - timedelta(seconds=1),
        Verdicts("PASS", "PASS", "PASS", "PASS", "PASS"),
    )
