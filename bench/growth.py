"""What 100,000 stored messages cost everybody else: `python -m bench growth`.

Calls and units of the adapters are counted, CPU and times compared in one run: empty, then full.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import boto3

from bench.capacity import BenchAssembly, MeteredAssembly, accepted, metered
from bench.stored import Copies
from infra.local.expiry import Expiry
from infra.local.moto_guard import alone
from infra.local.moto_server import Cloud
from mayfly.aws.assembly import Assembly
from mayfly.blueprint.settings import Settings
from mayfly.domain.identity import MessageId

STORED = 100_000
TIMES = 200
PATIENCE = timedelta(seconds=5)
_LISTED = 30  # messages of the inbox that is measured, before it is
Operation = Callable[[Assembly], object]


@dataclass(slots=True)
class Inbox:
    """One that receives, is listed, and has one client who watches it."""

    address: str
    received: int = 0
    newest: str = ""

    def receive(self, assembly: Assembly) -> None:
        """One more mail."""
        self.received += 1
        assembly.receiver.receive(accepted(assembly, f"growth-{self.received}", self.address))

    def list_20(self, assembly: Assembly) -> None:
        """The newest messages."""
        self.newest = str(assembly.reader.page(self.address, 20).messages[0].id)

    def push(self, assembly: Assembly) -> None:
        """Tell who watches of the newest."""
        assembly.announcer.announce(MessageId.parse(self.newest))
        assembly.announcer.finish(PATIENCE)

    @property
    def operations(self) -> dict[str, Operation]:
        """By the name of the figure."""
        return {"receive": self.receive, "list": self.list_20, "push": self.push}


def figures() -> Iterator[dict[str, object]]:
    """One line an operation, then what the laptop does over the whole table and bucket."""
    with metered() as assembly:
        made = assembly.registrar.make().inbox
        inbox = Inbox(str(made.address))
        assembly.watcher.connect("client")
        assembly.watcher.subscribe("client", str(made.address))
        for _ in range(_LISTED):
            inbox.receive(assembly)
        inbox.list_20(assembly)
        empty, housekeeping = _measured(inbox, assembly), _housekeeping(assembly.settings)
        began = time.perf_counter()
        Copies(assembly.settings, MessageId.parse(inbox.newest)).store(STORED)
        yield {"figure": "stored", "messages": STORED, "seconds": _since(began)}
        full = _measured(inbox, assembly)
        for name, before in empty.items():
            yield _compared(name, before, full[name])
        for name, milliseconds in _housekeeping(assembly.settings).items():
            yield {
                "figure": f"{name} with {STORED} stored",
                "milliseconds": round(milliseconds, 1),
                "milliseconds_empty": round(housekeeping[name], 1),
            }


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one operation."""

    calls: dict[str, int]
    write_units: float
    read_units: float
    cpu_ms: float


def _measured(inbox: Inbox, assembly: MeteredAssembly) -> dict[str, Cost]:
    """Units on the metered assembly; CPU on one that nothing is looked up beside."""
    plain = BenchAssembly(assembly.settings)
    costs = {}
    for name, operation in inbox.operations.items():
        bill = assembly.cost(partial(operation, assembly))
        operation(plain)
        began = time.process_time()
        for _ in range(TIMES):
            operation(plain)
        cpu_ms = (time.process_time() - began) * 1000 / TIMES
        costs[name] = Cost(dict(bill.calls), bill.write_units, bill.read_units, cpu_ms)
    return costs


def _compared(name: str, empty: Cost, full: Cost) -> dict[str, object]:
    return {
        "figure": f"{name} with {STORED} stored",
        "calls": full.calls,
        "calls_empty": empty.calls,
        "write_units": full.write_units,
        "write_units_empty": empty.write_units,
        "read_units": full.read_units,
        "read_units_empty": empty.read_units,
        "cpu_to_empty": round(full.cpu_ms / empty.cpu_ms, 2),
        "cpu_ms": round(full.cpu_ms, 2),
    }


def _housekeeping(settings: Settings) -> dict[str, float]:
    """The longest that others wait for moto meanwhile, in milliseconds."""
    s3 = boto3.client("s3")
    expiry = Expiry(settings.table_name, Cloud("", "", ""), lambda: 0.0)
    waits = {
        "wait while expired rows are looked for": expiry.remove,
        "wait while a page of objects is listed": lambda: s3.list_objects_v2(
            Bucket=settings.mail_bucket, Prefix=settings.raw_prefix
        ),
    }
    return {name: _longest_wait(action) for name, action in waits.items()}


def _longest_wait(action: Callable[[], object]) -> float:
    longest = 0.0
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(action)
        while not under_way.done():
            began = time.perf_counter()
            with alone():
                longest = max(longest, time.perf_counter() - began)
            time.sleep(0)
    under_way.result()
    return longest * 1000


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 1)
