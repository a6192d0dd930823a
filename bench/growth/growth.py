"""What 100,000 stored messages cost everybody else: `python -m bench growth`.

Calls and units of the adapters are counted, CPU and times compared in one run: empty, then full.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bench.cost.metering import BenchAssembly, MeteredAssembly, metered
from bench.cost.units import Bill
from bench.growth.stored import Copies
from bench.letters import numbered_letter
from mayfly.inboxes.ids import MessageId
from mayfly.receiving.notice import Notice

STORED = 100_000
TIMES = 200
PATIENCE = timedelta(seconds=5)
_LISTED = 30  # messages of the inbox that is measured, before it is
Operation = Callable[[BenchAssembly], object]


@dataclass(slots=True)
class Inbox:
    """One that receives, is listed, and has one client who watches it."""

    address: str
    accepted: int = 0
    newest: str = ""
    waiting: deque[Notice] = field(default_factory=deque)

    @classmethod
    def made(cls, assembly: BenchAssembly) -> "Inbox":
        """In this deployment, with some messages."""
        inbox = cls(str(assembly.inboxes.service.make().inbox.address))
        assembly.subscriptions.service.connect("client")
        assembly.subscriptions.service.subscribe("client", inbox.address)
        inbox.accept(assembly, _LISTED)
        for _ in range(_LISTED):
            inbox.receive(assembly)
        inbox.list_20(assembly)
        return inbox

    def accept(self, assembly: BenchAssembly, count: int) -> None:
        """Let so many messages, all of one size, wait to be received."""
        for _ in range(count):
            self.accepted += 1
            raw = numbered_letter(self.address, 10**6 + self.accepted)
            name = f"growth-{self.accepted}"
            self.waiting.append(assembly.accepted(name, self.address, raw))

    def receive(self, assembly: BenchAssembly) -> None:
        """One of the messages that wait."""
        assembly.receiving.receiver.receive(self.waiting.popleft())

    def list_20(self, assembly: BenchAssembly) -> None:
        """The newest messages."""
        self.newest = str(assembly.messages.reader.page(self.address, 20).messages[0].id)

    def push(self, assembly: BenchAssembly) -> None:
        """Tell who watches of the newest."""
        assembly.subscriptions.announcer.announce(MessageId.parse(self.newest))
        assembly.subscriptions.announcer.finish(PATIENCE)

    @property
    def operations(self) -> dict[str, Operation]:
        """By the name of the figure."""
        return {"receive": self.receive, "list": self.list_20, "push": self.push}

    def bills(self, assembly: MeteredAssembly) -> dict[str, Bill]:
        """What each operation takes."""
        self.accept(assembly, 1)
        return {
            name: assembly.cost(partial(operation, assembly))
            for name, operation in self.operations.items()
        }


def figures() -> Iterator[dict[str, object]]:
    """One line an operation."""
    with metered() as assembly:
        inbox = Inbox.made(assembly)
        empty = _measured(inbox, assembly)
        began = time.perf_counter()
        Copies(assembly.settings, MessageId.parse(inbox.newest)).store(STORED)
        yield {
            "figure": "stored",
            "messages": STORED,
            "seconds": round(time.perf_counter() - began, 1),
        }
        full = _measured(inbox, assembly)
        for name, before in empty.items():
            yield _compared(name, before, full[name])


def _measured(inbox: Inbox, assembly: MeteredAssembly) -> dict[str, tuple[Bill, float]]:
    """Bills; and CPU in milliseconds, on an assembly that nothing is looked up beside."""
    plain = BenchAssembly(assembly.settings)
    bills = inbox.bills(assembly)
    inbox.accept(assembly, TIMES + 1)
    return {
        name: (bills[name], _cpu_ms(partial(operation, plain)))
        for name, operation in inbox.operations.items()
    }


def _cpu_ms(action: Callable[[], object]) -> float:
    action()  # its clients are made
    began = time.process_time()
    for _ in range(TIMES):
        action()
    return (time.process_time() - began) * 1000 / TIMES


def _compared(name: str, empty: tuple[Bill, float], full: tuple[Bill, float]) -> dict[str, object]:
    return {
        "figure": f"{name} with {STORED} stored",
        "empty": empty[0].figures,
        "full": full[0].figures,
        "cpu_to_empty": round(full[1] / empty[1], 2),
        "cpu_ms": round(full[1], 2),
    }
