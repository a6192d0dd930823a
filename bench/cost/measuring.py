"""Measures what one message takes from AWS: calls, units, bytes, CPU; see `bench.cost.prices`.

CPU is that of the handler with its AWS clients, on an emulator in the same process whose own work
for the table is not counted.
"""

import gzip
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from math import ceil
from typing import Any

import botocore.parsers
import botocore.session

from bench.corpus import ROOT
from bench.cost import prices
from bench.cost.invocations import (
    BREAKER,
    HTTP_API,
    INBOUND_MAIL,
    TABLE_EVENTS,
    WEBSOCKET,
    TimedAssembly,
)
from bench.cost.metering import MeteredAssembly, metered
from bench.cost.prices import Page, Size, Work
from bench.cost.taking import ASKED, TIMES, Taker, waiting_ms
from bench.cost.units import item_bytes
from bench.letters import letter_of
from mayfly import limits
from mayfly.api import ROUTES
from mayfly.health.requests import counters_of
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Inbox
from mayfly.kit.dynamodb.keys import (
    PARTITION_KEY,
    SORT_KEY,
    content_key,
    delivery_key,
    message_key,
    requests_key,
)
from mayfly.kit.dynamodb.notation import Row, encode_row
from mayfly.messages.models import Verdicts
from mayfly.page.files import CONFIG, content_type
from mayfly.receiving.notice import Notice, write
from mayfly.retention.lost_mail import SweepReport
from tests.functions.http import event

SIZES = {"20 KB": 20_000, "75 KB": 75_000, "1 MB": 1_000_000}
_GZIP = {"Accept-Encoding": "gzip"}  # as browsers and most clients ask
_MANY = 123_456_789  # of each counter
_HEADERS = 1200  # bytes of an answer's headers: most of it is the page's policy
_INSTALLED = frozenset({"icon-192.png", "icon-512.png", "manifest.webmanifest"})
"""Asked for when somebody installs the page, and then once."""


def counting() -> float:
    """Write units, for each request, of counting how requests are answered: many by one write.

    The row is as large as if every operation had been asked for, and refused as well.
    """
    row: dict[str, object] = {**requests_key(0)}
    for route in ROUTES:
        for status in (200, 400):
            row |= dict.fromkeys(counters_of(route.operation, status, timedelta(0)), _MANY)
    return ceil(item_bytes(encode_row(row)) / 1024) / limits.REQUESTS_NOTED_TOGETHER


def received() -> tuple[dict[str, Size], dict[str, Work]]:
    """What messages of these sizes take, and whatever is the same for all."""
    sizes: dict[str, Size] = {}
    works: dict[str, Work] = {}
    for name, size in SIZES.items():
        with metered() as assembly:
            bench = _Bench(assembly, TimedAssembly(assembly.settings))
            raw = letter_of(size, str(bench.inbox.address))
            works[f"receive {name}"] = bench.receive(raw)
            newest = assembly.messages.reader.page(str(bench.inbox.address), 1).messages[0].id
            sizes[name] = _stored(assembly, newest, len(raw))
            works[f"read {name}"] = bench.http("GET", "/api/messages/{id}", str(newest))
    with metered(daily_budget_usd=5) as assembly:
        bench = _Bench(assembly, TimedAssembly(assembly.settings))
        works |= bench.others()
    return sizes, works


class _Bench:
    """Invocations, metered once and then timed on an assembly that nothing is looked up beside."""

    def __init__(self, assembly: MeteredAssembly, plain: TimedAssembly) -> None:
        self._assembly, self._plain = assembly, plain
        self._taker = Taker(assembly, plain)
        self.inbox = self._inbox()
        self._assembly.subscriptions.service.connect("listener")
        self._assembly.subscriptions.service.subscribe("listener", str(self.inbox.address))

    def receive(self, raw: bytes, inbox: Inbox | None = None) -> Work:
        """One notice in a batch of its own; the inbox holds no more than the tests' few."""
        address = str((inbox or self.inbox).address)
        notices = iter([self._accepted(address, n, raw) for n in range(ASKED)])

        def asked() -> dict[str, Any]:
            return {"Records": [{"messageId": "1", "body": write(next(notices))}]}

        return self._taker.taken(INBOUND_MAIL, asked)

    def http(self, method: str, resource: str, *values: str) -> Work:
        """One request whose answer may be compressed."""
        asked = event(method, resource, *values, headers=_GZIP)
        return self._taker.taken(HTTP_API, lambda: asked, counting())

    def others(self) -> dict[str, Work]:
        """Whatever takes the same for messages of all sizes."""
        small, alone = letter_of(SIZES["20 KB"], str(self.inbox.address)), self._inbox()
        self.receive(small)
        self.receive(small, alone)
        works = {
            "unwatched": self._push(self._newest(alone)),
            "push": self._push(self._newest(self.inbox)),
            "create": self.http("POST", "/api/emails"),
            "list": self.http("GET", "/api/emails/{email}/messages", str(self.inbox.address)),
            **dict(self._session()),
            "look": self._taker.taken(BREAKER, dict),
        }
        return works | {"sweep": self._sweep()}

    def _inbox(self) -> Inbox:
        return self._assembly.inboxes.service.make().inbox

    def _newest(self, inbox: Inbox) -> MessageId:
        return self._assembly.messages.reader.page(str(inbox.address), 1).messages[0].id

    def _push(self, message: MessageId) -> Work:
        """The change of a new message."""
        key = message_key(message.inbox, message.sequence)
        record = change_of(self._assembly.adapters.table.get(key))
        return self._taker.taken(TABLE_EVENTS, lambda: {"Records": [record]})

    def _session(self) -> Iterator[tuple[str, Work]]:
        """A WebSocket that connects, watches one inbox and leaves."""
        watched = {f"client-{number}": str(self._inbox().address) for number in range(ASKED)}
        for name, route in (
            ("connect", "$connect"),
            ("subscribe", "$default"),
            ("disconnect", "$disconnect"),
        ):
            clients = iter(watched)

            def asked(route: str = route, clients: Iterator[str] = clients) -> dict[str, Any]:
                client = next(clients)
                return _frame(route, client, watched[client])

            yield name, self._taker.taken(WEBSOCKET, asked)

    def _sweep(self) -> Work:
        """For one message in all its days: looked at when the bucket told of it, and by rounds."""
        look, lists = self._look(), prices.SWEEP_ROUNDS / limits.SWEEP_PORTION
        looks = 1 + prices.SWEEP_ROUNDS
        return Work(
            "sweep",
            round(looks * look.cpu_ms + lists * cpu_ms_of_a_list(), 1),
            round(looks * look.waiting_ms + lists * waiting_ms({"list_objects_v2": 1}), 1),
            reads=round(looks * look.reads, 2),
            puts=round(lists, 3),
        )

    def _look(self) -> Work:
        # Each round looks at what the one before did, an hour ago: at all of them.
        later = self._plain.now() + limits.SWEEP_AFTER * 1.5
        for assembly in (self._assembly, self._plain):
            assembly.adapters.now = lambda: later
        swept: list[SweepReport] = []
        bill = self._assembly.cost(lambda: swept.append(self._assembly.retention.sweeper.sweep()))
        self._plain.retention.sweeper.sweep()
        self._plain.adapters.emulator_seconds = 0.0
        began = time.process_time()
        self._plain.retention.sweeper.sweep()
        seconds = time.process_time() - began - self._plain.adapters.emulator_seconds
        mails = swept[0].mails
        calls = {name: number // mails for name, number in bill.calls.items() if number >= mails}
        reads = bill.read_units / mails
        return Work("sweep", seconds * 1000 / mails, waiting_ms(calls), 0, reads)

    def _accepted(self, address: str, number: int, raw: bytes) -> Notice:
        settings = self._assembly.settings
        key = f"{settings.raw_prefix}{address[:8]}{number:032}"
        self._plain.adapters.s3.put_object(Bucket=settings.mail_bucket, Key=key, Body=raw)
        verdicts = Verdicts("PASS", "PASS", "PASS", "PASS", "PASS")
        at = self._plain.now() - timedelta(seconds=1)
        return Notice(settings.mail_bucket, key, (address,), at, verdicts)


def change_of(row: Row) -> dict[str, Any]:
    """The stream's record of a new row."""
    change = {
        "ApproximateCreationDateTime": int(time.time()),
        "Keys": encode_row({name: row[name] for name in (PARTITION_KEY, SORT_KEY)}),
        "NewImage": encode_row(row),
        "SequenceNumber": "1",
    }
    return {"eventName": "INSERT", "eventID": "1", "dynamodb": change}


def cpu_ms_of_a_list() -> float:
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
    least = float("inf")
    for _ in range(TIMES):
        began = time.process_time()
        parser.parse(answer, shape)
        least = min(least, time.process_time() - began)
    return least * 1000


def _stored(assembly: MeteredAssembly, message: MessageId, raw_bytes: int) -> Size:
    keys = (message_key(message.inbox, message.sequence), content_key(message.mail))
    rows = [item_bytes(encode_row(assembly.adapters.table.get(key))) for key in keys]
    delivery = assembly.adapters.table.get(delivery_key(message.mail, message.inbox.partition))
    return Size(raw_bytes, sum(rows), item_bytes(encode_row(delivery)))


def _frame(route: str, client: str, address: str) -> dict[str, Any]:
    identity = {"sourceIp": f"192.0.2.{client.rpartition('-')[2]}"}
    context = {"routeKey": route, "connectionId": client, "identity": identity}
    body = {"type": "subscribe", "email": address} if route == "$default" else ""
    return {"requestContext": context, "body": json.dumps(body) if body else ""}


def web() -> Page:
    """Requests and bytes of one who opens the page for the first time, and of one who comes back.

    Whoever comes back asks for the same, and is told that nothing has changed.
    """
    files = [
        each
        for each in sorted((ROOT / "web").iterdir())
        if content_type(each.name) and each.name not in _INSTALLED
    ]
    sizes = [len(gzip.compress(each.read_bytes(), 6, mtime=0)) for each in files]
    requests = len(files) + len({CONFIG})
    later_bytes = requests * _HEADERS
    return Page(requests, sum(sizes) + later_bytes, later_bytes, requests + len(_INSTALLED))
