"""AWS calls and DynamoDB units of what the flows do, `bench.holders` included."""

from collections.abc import Iterator

from bench import holders
from bench.cost.metering import MeteredAssembly, metered
from mayfly.inboxes.ids import MessageId


def figures() -> Iterator[dict[str, object]]:
    """One line an operation."""
    with metered() as assembly:
        yield from _mail(assembly)
        yield from holders.figures(assembly)


def _mail(assembly: MeteredAssembly) -> Iterator[dict[str, object]]:
    line = assembly.line
    address = str(assembly.inboxes.service.make().inbox.address)
    notices = [assembly.accepted(f"mail-{n}", address) for n in range(25)]
    for notice in notices[:-1]:
        assembly.receiving.receiver.receive(notice)
    yield line("receive", lambda: assembly.receiving.receiver.receive(notices[-1]))
    nobody = assembly.accepted("junk", "nobody@mayfly.example")
    yield line("receive for nobody", lambda: assembly.receiving.receiver.receive(nobody))
    yield line("list 20", lambda: assembly.messages.reader.page(address, 20))
    newest = str(assembly.messages.reader.page(address, 1).messages[0].id)
    yield line("read one", lambda: assembly.messages.reader.one(newest))
    yield line("create", assembly.inboxes.service.make)
    made = assembly.inboxes.service.make()
    closing = str(made.inbox.address), made.access_token
    yield line("delete", lambda: assembly.inboxes.service.close(*closing))
    message = MessageId.parse(newest)
    yield line("announce", lambda: assembly.subscriptions.announcer.announce(message))
    yield line("erase 25", lambda: assembly.retention.eraser.erase(message.inbox))
