"""How many mails a second one shard of the table's stream can tell of: `table_events` and its time.

The handler gets batches as Lambda makes them, of new messages to as many inboxes. Each call of the
table takes a set time, in which other threads go on, as they do while DynamoDB works; CPU is
measured. What that is with the memory of a function is computed: a vCPU comes with 1,769 MB.
"""

import threading
import time
from collections.abc import Iterator
from typing import Any

from moto.core.models import botocore_stubber

from bench.conflicts import UNITS
from bench.cost import prices
from bench.cost.invocations import TABLE_EVENTS, answered_once, quiet
from bench.cost.metering import BenchAdapters, BenchAssembly, metered
from bench.surroundings import context
from functions.table_events.handler import WIDTH, follow, metrics
from mayfly import functions
from mayfly.inboxes.ids import InboxId, MessageId
from mayfly.kit.dynamodb.keys import message_key
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.settings import Settings
from mayfly.subscriptions.models import Subscription
from mayfly.subscriptions.rows import watch_row

MILLION = 1_000_000
OTHER_CALL_MS = 6  # of the table, assumed
VCPU_MB = 1769  # AWS: a function with so much memory has the equivalent of one vCPU
INBOXES = 100  # and records of a full batch
BATCHES = 5
BEFORE = 512  # MB
SHARDS = 4  # of a new table on demand
A_SHARD_BRINGS = 1000 / UNITS  # messages a second: its partition takes 1,000 write units

Record = dict[str, Any]


class DistantAdapters(BenchAdapters):
    """Adapters whose table is some milliseconds away."""

    def __init__(self, *arguments: Any) -> None:
        """Nothing has been asked yet."""
        super().__init__(*arguments)
        self.emulator_seconds = 0.0
        self.calls = 0
        self._one_at_a_time = threading.Lock()

    def client(self, service: str, **options: Any) -> Any:
        """A client; calls of the table wait, and the emulator's CPU is kept apart."""
        client = super().client(service, **options)
        if service == "dynamodb":
            answered_once(client, self._answered)
        return client

    def _answered(self, event_name: str, request: Any, **others: Any) -> Any:
        time.sleep(OTHER_CALL_MS / 1000)
        with self._one_at_a_time:
            began = time.thread_time()
            answer: Any = botocore_stubber(event_name, request, **others)
            self.emulator_seconds += time.thread_time() - began
            self.calls += 1
        return answer


class DistantAssembly(BenchAssembly):
    """An assembly whose table is some milliseconds away."""

    adapters: DistantAdapters

    def __init__(self, settings: Settings) -> None:
        """Nothing has been asked yet."""
        super().__init__(settings, DistantAdapters(settings))


def figures() -> Iterator[dict[str, object]]:
    """One line for mail that nobody watches, and one for mail that somebody does."""
    with metered() as assembly:
        records = [_arrived(assembly, number) for number in range(INBOXES)]
        yield from _lines(assembly, records, "watched by nobody")
        for record in records:
            _watch(assembly, record)
        yield from _lines(assembly, records, "watched")


def _lines(assembly: Any, records: list[Record], what: str) -> Iterator[dict[str, object]]:
    for how, width in (("one by one (before)", 1), (f"{WIDTH} ahead", WIDTH)):
        wall, cpu, calls = _measured(DistantAssembly(assembly.settings), records, width)
        memory = BEFORE if width == 1 else functions.TABLE_EVENTS.memory_mb
        per_mail = max(cpu * VCPU_MB / memory, calls * OTHER_CALL_MS / width)
        if width == 1:
            per_mail = cpu * VCPU_MB / memory + calls * OTHER_CALL_MS
        yield {
            "figure": f"table_events, mail {what}, {how}",
            "memory_mb": memory,
            "milliseconds_per_mail_and_shard": round(per_mail, 2),
            "mails_per_second_and_shard": round(1000 / per_mail),
            "mails_per_second_a_shard_brings_at_most": round(A_SHARD_BRINGS),
            "mails_per_second_of_a_new_table": round(SHARDS * 1000 / per_mail),
            "cpu_ms_per_mail": round(cpu, 2),
            "calls_per_mail": round(calls, 2),
            "milliseconds_here": round(wall, 2),
            "dollars_per_million_mails": round(per_mail * _gb_second(memory) * MILLION / 1000, 2),
            "dollars_per_million_mails_one_by_one": round(
                (cpu * VCPU_MB / memory + calls * OTHER_CALL_MS) * _gb_second(memory) * 1000
                + prices.LAMBDA_REQUEST * MILLION,
                2,
            ),
        }


def _gb_second(memory_mb: int) -> float:
    return memory_mb / 1024 * prices.LAMBDA_GB_SECOND


def _measured(
    assembly: DistantAssembly, records: list[Record], width: int
) -> tuple[float, float, float]:
    """Milliseconds on the wall and of CPU, and calls, for each message."""
    pool = assembly.adapters.side_by_side(width, "ahead") if width > 1 else None

    def serve(event: dict[str, Any], _: Any) -> dict[str, Any]:
        return follow(event, assembly, pool)

    handler = metrics.log_metrics(serve)
    with quiet(TABLE_EVENTS.logger):
        handler({"Records": records}, context())
        assembly.adapters.emulator_seconds, assembly.adapters.calls = 0.0, 0
        began, cpu_began = time.perf_counter(), time.process_time()
        for _ in range(BATCHES):
            handler({"Records": records}, context())
        wall = time.perf_counter() - began
        cpu = time.process_time() - cpu_began - assembly.adapters.emulator_seconds
    mails = BATCHES * len(records)
    return wall * 1000 / mails, cpu * 1000 / mails, assembly.adapters.calls / mails


def _arrived(assembly: Any, number: int) -> Record:
    """The change of a new message in an inbox of its own."""
    inbox = assembly.inboxes.service.make().inbox
    (outcome,) = assembly.receiving.receiver.receive(
        assembly.accepted(f"mail-{number}", str(inbox.address))
    )
    message: MessageId = outcome.message
    row = assembly.adapters.table.get(message_key(message.inbox, message.sequence))
    change = {
        "Keys": encode_row(message_key(message.inbox, message.sequence)),
        "NewImage": encode_row(row),
        "ApproximateCreationDateTime": 1767268800,
        "SequenceNumber": str(number),
    }
    return {"eventName": "INSERT", "eventID": str(number), "dynamodb": change}


def _watch(assembly: Any, record: Record) -> None:
    """Somebody watches the inbox of the message, and has not heard of it yet."""
    partition = record["dynamodb"]["Keys"]["pk"]["S"].partition("#")[2]
    _, generation, _ = record["dynamodb"]["Keys"]["sk"]["S"].split("#")
    inbox = assembly.adapters.inboxes.get(InboxId(partition, generation))
    who = Subscription(f"client-{partition}", inbox.id, inbox.address, inbox.expires_at)
    assembly.adapters.table.put(watch_row(who))
