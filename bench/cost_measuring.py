"""Measures what one mail takes from AWS, for the cost model: calls, units, bytes, CPU.

CPU is that of the handler with its AWS clients, on an emulator in the same process whose own work
for the table is not counted.
"""

import json
import time
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import botocore.parsers
import botocore.session

from bench.cost_inputs import Taken
from bench.invocations import (
    HTTP_API,
    INBOUND_MAIL,
    TABLE_EVENTS,
    WEBSOCKET,
    TimedAssembly,
)
from bench.letters import letter_of
from bench.metering import MeteredAssembly, metered
from bench.sending_measuring import sent
from bench.taking import TIMES, Taker
from bench.units import item_bytes
from bench.web_measuring import web
from mayfly.aws.notation import encode_row
from mayfly.blueprint import limits
from mayfly.blueprint.table import (
    content_key,
    delivery_key,
    message_key,
)
from mayfly.domain.identity import MessageId
from mayfly.domain.message import Verdicts
from mayfly.domain.notice import Notice
from mayfly.sweeping import Findings
from mayfly.wire.notice import write
from tests.functions.http import event

SIZES = {"20 KB": 20_000, "75 KB": 75_000, "1 MB": 1_000_000}


def measured() -> dict[str, Any]:
    """Everything that the cost model starts from."""
    return {
        "sizes": {name: _of_size(size) for name, size in SIZES.items()},
        **_whatever_the_size(),
        "page": asdict(page_of_raw_mails()),
        "sent": sent(),
        "web": web(),
    }


def _whatever_the_size() -> dict[str, Any]:
    with metered() as assembly:
        bench = _Bench(assembly, TimedAssembly(assembly.settings))
        return {
            "create": asdict(bench.http("POST", "/api/emails")),
            **{name: asdict(taken) for name, taken in bench.session().items()},
            "sweep": asdict(bench.look()),
        }


def page_of_raw_mails() -> Taken:
    """What one LIST of the sweep takes: most of it is the reading of its XML."""
    model = botocore.session.get_session().get_service_model("s3")
    shape = model.operation_model("ListObjectsV2").output_shape
    entries = "".join(
        f"<Contents><Key>raw/{number:040x}</Key><LastModified>2026-10-01T10:00:00.000Z"
        f"</LastModified><ETag>&quot;{number:032x}&quot;</ETag><Size>75000</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
        for number in range(limits.SWEEP_PORTION)
    )
    answer = {"body": f"<Listed>{entries}</Listed>".encode(), "headers": {}, "status_code": 200}
    parser = botocore.parsers.create_parser("rest-xml")
    began = time.process_time()
    for _ in range(TIMES):
        parser.parse(answer, shape)
    cpu_ms = (time.process_time() - began) * 1000 / TIMES
    return Taken({"list_objects_v2": 1}, 0, 0.0, round(cpu_ms, 1), 0, 0)


def _of_size(size: int) -> dict[str, Any]:
    with metered() as assembly:
        bench = _Bench(assembly, TimedAssembly(assembly.settings))
        raw = letter_of(size, bench.address)
        received = bench.receive(raw)
        newest = assembly.reader.page(bench.address, 1).messages[0].id
        return {
            "raw_bytes": len(raw),
            "receive": asdict(received),
            "push": asdict(bench.push(newest)),
            "list": asdict(bench.http("GET", "/api/emails/{email}/messages", bench.address)),
            "read": asdict(bench.http("GET", "/api/messages/{id}", str(newest))),
            "stored": _stored(assembly, newest),
        }


class _Bench:
    """Invocations, metered once and then timed on an assembly that nothing is looked up beside."""

    def __init__(self, assembly: MeteredAssembly, plain: TimedAssembly) -> None:
        self._assembly, self._plain = assembly, plain
        self._taker = Taker(assembly, plain)
        self.address = str(assembly.registrar.make().inbox.address)
        self._assembly.watcher.connect("listener")
        self._assembly.watcher.subscribe("listener", self.address)

    def receive(self, raw: bytes) -> Taken:
        """One notice in a batch of its own; the inbox holds no more than the tests' few."""
        notices = iter([self._accepted(number, raw) for number in range(TIMES + 3)])

        def asked() -> dict[str, Any]:
            return {"Records": [{"messageId": "1", "body": write(next(notices))}]}

        return self._taker.taken(INBOUND_MAIL, asked)

    def push(self, message: MessageId) -> Taken:
        """The change of a new message, which one client watches."""
        key = message_key(message.inbox, message.sequence)
        change = {
            "Keys": encode_row(key),
            "NewImage": encode_row(self._assembly.table.get(key)),
            "SequenceNumber": "1",
        }
        record = {"eventName": "INSERT", "eventID": "1", "dynamodb": change}
        return self._taker.taken(TABLE_EVENTS, lambda: {"Records": [record]})

    def look(self) -> Taken:
        """One of the hourly sweep at one mail of the day."""
        self.receive(letter_of(SIZES["20 KB"], self.address))
        # Each round looks at what the one before did, an hour ago: at all of them.
        later = self._plain.now() + limits.SWEEP_AFTER * 1.5
        for assembly in (self._assembly, self._plain):
            assembly.now = lambda: later
        swept: list[Findings] = []
        bill = self._assembly.cost(lambda: swept.append(self._assembly.sweeper.sweep()))
        self._plain.sweeper.sweep()
        self._plain.emulator_seconds = 0.0
        began = time.process_time()
        self._plain.sweeper.sweep()
        seconds = time.process_time() - began - self._plain.emulator_seconds
        mails = swept[0].mails
        return Taken(
            {name: number // mails for name, number in bill.calls.items() if number >= mails},
            0,
            bill.read_units / mails,
            round(seconds * 1000 / mails, 1),
            0,
            0,
        )

    def http(self, method: str, resource: str, *values: str) -> Taken:
        """One request."""
        return self._taker.taken(HTTP_API, lambda: event(method, resource, *values))

    def session(self) -> dict[str, Taken]:
        """A WebSocket that connects, watches one inbox and leaves."""
        subscribe = json.dumps({"type": "subscribe", "email": self.address})
        return {
            name: self._taker.taken(WEBSOCKET, lambda asked=asked: asked)  # type: ignore[misc]
            for name, asked in {
                "connect": _frame("$connect"),
                "subscribe": _frame("$default", subscribe),
                "disconnect": _frame("$disconnect"),
            }.items()
        }

    def _accepted(self, number: int, raw: bytes) -> Notice:
        settings = self._assembly.settings
        key = f"{settings.raw_prefix}{number:040}"
        self._plain.s3.put_object(Bucket=settings.mail_bucket, Key=key, Body=raw)
        return Notice(
            settings.mail_bucket,
            key,
            (self.address,),
            self._plain.now() - timedelta(seconds=1),
            Verdicts("PASS", "PASS", "PASS", "PASS", "PASS"),
        )


def _stored(assembly: MeteredAssembly, message: MessageId) -> dict[str, int]:
    """Bytes of the rows and of the object beside them."""
    settings = assembly.settings
    rows = {
        "message": message_key(message.inbox, message.sequence),
        "delivery": delivery_key(message.mail, message.inbox.partition),
        "content": content_key(message.mail),
    }
    sizes = {
        f"{name}_row_bytes": item_bytes(encode_row(assembly.table.get(key)))
        for name, key in rows.items()
    }
    objects = assembly.s3.list_objects_v2(
        Bucket=settings.mail_bucket, Prefix=settings.content_prefix
    )
    sizes["content_object_bytes"] = max(
        (each["Size"] for each in objects.get("Contents", [])), default=0
    )
    return sizes


def _frame(route: str, body: str = "") -> dict[str, Any]:
    identity = {"sourceIp": "192.0.2.1"}
    context = {"routeKey": route, "connectionId": "client", "identity": identity}
    return {"requestContext": context, "body": body}
