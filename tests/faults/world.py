"""A deployment with its queue and its stream, and processes in it that may fail."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from functions.http_api.handler import serve
from functions.inbound_mail.handler import settle
from functions.sweep.handler import follow as follow_counts
from functions.table_events.handler import follow
from functions.websocket.handler import answer
from infra.local.account import (
    NOTICE_QUEUE,
    ORDER_QUEUE,
    SCHEDULE_GROUP,
    SLOW_WEBHOOK_QUEUE,
    WEBHOOK_QUEUE,
    WEBHOOK_SCHEDULES,
    queue_arn,
)
from infra.local.cloud import TableChanges
from infra.local.dynamodb.stream import TableStream, for_both
from mayfly import limits
from mayfly.assembly import Assembly
from mayfly.kit.dynamodb.notation import Row, decode
from mayfly.receiving.notice import write
from mayfly.settings import Settings
from tests import samples
from tests.faults.script import Killed, Script, faulty, refusal
from tests.faults.sides import ENGINE, Side, side_of
from tests.functions.http import Reply, event, unpacked
from tests.memory import FakeClock

RAW = (
    b"From: Ann <ann@shop.example>\r\nSubject: Your order\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nThank you.\r\n"
    b"--b\r\nContent-Type: application/pdf\r\n"
    b"Content-Disposition: attachment; filename=a.pdf\r\n\r\nPDF\r\n--b--\r\n"
)
LARGE = RAW + b"." * limits.READ_ANEW_BYTES
"""A mail whose content is kept."""
PUSHES = "apigatewaymanagementapi"
QUEUES = {
    "queue_url": NOTICE_QUEUE,
    "order_queue_url": ORDER_QUEUE,
    "webhook_queue_url": WEBHOOK_QUEUE,
    "slow_webhook_queue_url": SLOW_WEBHOOK_QUEUE,
}
Step = Callable[["World", Assembly], bool]
"""What a process does; False, or a failure, if it has to be done again."""


class Sockets:
    """Clients of the WebSocket API: the frames that reached them, by connection."""

    def __init__(self) -> None:
        self.frames: dict[str, list[str]] = {}
        self.gone: set[str] = set()

    def post_to_connection(self, ConnectionId: str, Data: bytes) -> dict[str, Any]:
        if ConnectionId in self.gone:
            raise refusal("GoneException", 410)
        self.frames.setdefault(ConnectionId, []).append(Data.decode())
        return {}

    def get_connection(self, ConnectionId: str) -> dict[str, Any]:
        if ConnectionId in self.gone:
            raise refusal("GoneException", 410)
        return {}

    def delete_connection(self, ConnectionId: str) -> dict[str, Any]:
        self.gone.add(ConnectionId)
        return {}


@dataclass
class World:
    """What there is, and what a test notes of it."""

    side: Side
    settings: Settings
    clock: FakeClock
    sockets: Sockets = field(default_factory=Sockets)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def changes(self) -> TableChanges:
        """What the stream tells."""
        return self.side.changes

    def client(self, service: str) -> Any:
        """The client of a service; frames go to the test."""
        return self.sockets if service == PUSHES else self.side.client(service)

    def process(self, script: Script | None = None) -> Assembly:
        """A fresh process; without a script nothing fails in it."""
        return faulty(self.settings, self.clock, script or Script(), self.client)

    def attempt(self, step: Step, script: Script) -> bool:
        """Whether a process that follows the script gets through; it may die of it."""
        try:
            return step(self, self.process(script))
        except Killed:
            return False

    def put_raw(self, name: str, raw: bytes = RAW) -> None:
        self.client("s3").put_object(Bucket=self.settings.mail_bucket, Key=f"raw/{name}", Body=raw)

    def rows(self) -> list[Row]:
        """The whole table."""
        pages = (
            self.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=self.settings.table_name, ConsistentRead=True)
        )
        return [decode(item) for page in pages for item in page["Items"]]

    def objects(self) -> list[str]:
        """The keys of the bucket."""
        listed = self.client("s3").list_objects_v2(Bucket=self.settings.mail_bucket)
        return [each["Key"] for each in listed.get("Contents", [])]


@contextmanager
def world(on: str = ENGINE, **settings: Any) -> Iterator[World]:
    """A new deployment in which nothing has happened."""
    settings |= {"socket_endpoint": "https://sockets.example", "sending": True}
    settings |= {"schedule_group": SCHEDULE_GROUP, "order_queue_arn": queue_arn(ORDER_QUEUE)}
    settings |= {"schedule_role": "arn:aws:iam::123456789012:role/r"}
    settings |= {
        "webhook_queue_arn": queue_arn(WEBHOOK_QUEUE),
        "webhooks_to_private_addresses": True,
    }
    settings |= {"webhook_schedule_group": WEBHOOK_SCHEDULES}
    settings |= {"webhook_schedule_role": settings["schedule_role"]}
    with side_of(on, Settings(**settings)) as side:
        sqs = side.client("sqs")
        urls = {
            setting: sqs.create_queue(QueueName=name)["QueueUrl"]
            for setting, name in QUEUES.items()
        }
        deployed = Settings(**settings, **urls)
        yield World(side, deployed, FakeClock(samples.NOW))


def received(name: str, *recipients: str, at: datetime = samples.NOW) -> Step:
    """The queue hands over the notice of a mail."""
    body = write(samples.notice(name, *recipients, received_at=at))

    def step(world: World, process: Assembly) -> bool:
        record = {"messageId": "1", "body": body}
        return not settle({"Records": [record]}, process)["batchItemFailures"]

    return step


class _NotFollowed(Exception):
    """A batch would have to be tried again."""


def _pause(seconds: float) -> None:
    raise _NotFollowed


def followed(world: World, process: Assembly) -> bool:
    """The stream hands over what has changed, until the first batch that is not followed."""
    stream = TableStream(
        world.changes,
        for_both(lambda told: follow(told, process), lambda told: follow_counts(told, process)),
        give_up=lambda _: None,
        pause=_pause,
    )
    try:
        while stream.step():
            pass
    except _NotFollowed:
        return False
    return True


def asked(
    method: str,
    path: str,
    *values: str,
    body: object = None,
    token: str = "",
    admin_key: str = "",
    key: str = "",
    **query: object,
) -> Callable[[World, Assembly], Reply]:
    """A client's request, as a function that gives the reply."""
    sent = {"Authorization": f"Bearer {token}" if token else "", "X-Admin-Key": admin_key}
    sent["Idempotency-Key"] = key
    headers = {name: value for name, value in sent.items() if value}

    def ask(world: World, process: Assembly) -> Reply:
        told = event(method, path, *values, body=body, headers=headers, query=query)
        return unpacked(serve(told, process))

    return ask


def framed(
    world: World,
    process: Assembly,
    connection: str,
    frame: object = None,
    route: str = "$default",
) -> dict[str, Any]:
    """What API Gateway is told of a connection, or of a frame the client itself."""
    identity = {"sourceIp": "192.0.2.1", "userAgent": "a-browser"}
    context = {"connectionId": connection, "routeKey": route, "identity": identity}
    told = answer({"requestContext": context, "body": json.dumps(frame)}, process)
    body: dict[str, Any] = json.loads(told["body"]) if "body" in told else told
    return body


def swept(world: World, process: Assembly) -> bool:
    """The hourly sweep."""
    try:
        process.retention.sweeper.sweep()
    except Exception:
        return False
    return True


def handed_over(world: World, process: Assembly) -> bool:
    """The queue hands over all it has; what is not settled stays, and can be had again at once."""
    sqs, queue = world.client("sqs"), world.settings.queue_url
    while True:
        told = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        if not told:
            return True
        handles = {each["MessageId"]: each["ReceiptHandle"] for each in told}
        records = [{"messageId": each["MessageId"], "body": each["Body"]} for each in told]
        try:
            answered = settle({"Records": records}, process)
            left = {each["itemIdentifier"] for each in answered["batchItemFailures"]}
        except BaseException:
            left = set(handles)
            raise
        finally:
            for name, handle in handles.items():
                if name in left:
                    sqs.change_message_visibility(
                        QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0
                    )
                else:
                    sqs.delete_message(QueueUrl=queue, ReceiptHandle=handle)
        if left:
            return False
