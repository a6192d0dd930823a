"""AWS calls and DynamoDB units of receiving, listing, reading, creating and deleting."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from bench.letters import order_confirmation
from bench.surroundings import environment
from bench.units import Bill, Metered
from mayfly.aws.assembly import Assembly
from mayfly.blueprint.settings import Settings
from mayfly.domain.identity import MessageId
from mayfly.domain.message import Verdicts
from mayfly.domain.notice import Notice
from tests.aws import on_moto


class MeteredAssembly(Assembly):
    """An assembly whose clients keep a bill."""

    def __init__(self, settings: Settings) -> None:
        """Start with an empty bill."""
        super().__init__(settings)
        self.bill = Bill()

    def client(self, service: str, **options: Any) -> Any:
        """The client, metered on whatever bill is open."""
        return Metered(super().client(service, **options), self)

    def cost(self, action: Callable[[], object]) -> dict[str, object]:
        """What the action took."""
        self.bill = Bill()
        action()
        return self.bill.figures


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
        notices = [_accepted(assembly, f"mail-{n}", address) for n in range(25)]
        for notice in notices[:-1]:
            assembly.receiver.receive(notice)
        yield _line(assembly, "receive", lambda: assembly.receiver.receive(notices[-1]))
        nobody = _accepted(assembly, "junk", "nobody@mayfly.example")
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
    return {"figure": f"capacity {operation}", **assembly.cost(action)}


def _accepted(assembly: MeteredAssembly, name: str, recipient: str) -> Notice:
    key = assembly.settings.raw_prefix + name
    raw = order_confirmation(recipient, name)
    assembly.s3.put_object(Bucket=assembly.settings.mail_bucket, Key=key, Body=raw)
    return Notice(
        assembly.settings.mail_bucket,
        key,
        (recipient,),
        assembly.now() - timedelta(seconds=1),
        Verdicts("PASS", "PASS", "PASS", "PASS", "PASS"),
    )
