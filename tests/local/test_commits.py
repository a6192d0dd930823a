"""No answer leaves before what it says is on the disk, and a commit that fails keeps nothing."""

import base64
import http.client
import json
import select
import smtplib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from infra.local.account import NOTICE_QUEUE
from infra.local.apigateway.rest import HttpGateway
from infra.local.engine import store
from infra.local.engine.cloud import INLINE_BYTES, EngineCloud
from infra.local.listeners import port_of
from infra.local.smtp.policy import Post
from infra.local.smtp.server import MailServer
from mayfly.settings import Settings
from tests.local.conftest import DEADLINE, Loop, accepting, grouped, listener, made, until

SMALL = b"Subject: one of many\r\n\r\nbody\r\n"
LARGE = SMALL + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * (2 * INLINE_BYTES // 72)
MAILS = pytest.mark.parametrize("mail", [SMALL, LARGE], ids=["in the loop", "in a thread"])
WAYS = pytest.mark.parametrize("inline", [True, False], ids=["in the loop", "in a thread"])


class Disk:
    """Has what was written on it when it is told to, or fails."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.proceed = threading.Event()
        self.proceed.set()
        self.trouble: OSError | None = None

    def hold(self) -> None:
        self.asked.clear()
        self.proceed.clear()

    def synchronise(self, descriptor: int) -> None:
        self.asked.set()
        self.proceed.wait(DEADLINE)
        if self.trouble is not None:
            raise self.trouble
        store.synchronise(descriptor)


class Service:
    """SMTP, and HTTP whose function writes a row, over an engine in a folder."""

    def __init__(self, cloud: EngineCloud, settings: Settings, loop: Loop, inline: bool) -> None:
        self.cloud, self.settings = cloud, settings
        self._listeners = listener(), listener()
        self._parts = ExitStack()
        accept = accepting(cloud, settings).accept
        post = Post(lambda address: True, accept, cloud.inline_bytes, cloud.settled)
        mail = MailServer(settings.domains, post, settings.max_mail_bytes, "Mayfly test")
        threads = self._parts.enter_context(ThreadPoolExecutor(4))
        gateway = HttpGateway(self._write, threads, lambda event: inline, cloud.settled)
        self._parts.enter_context(loop.inside(grouped(cloud)))
        self._parts.enter_context(loop.inside(mail.serving(self._listeners[0])))
        self._parts.enter_context(loop.inside(gateway.serving(self._listeners[1])))

    def close(self) -> None:
        self._parts.close()

    def _write(self, event: dict[str, Any]) -> dict[str, Any]:
        row = {"pk": {"S": "a"}, "sk": {"S": base64.b64decode(event["body"]).decode()}}
        self.cloud.client("dynamodb").put_item(TableName=self.settings.table_name, Item=row)
        return {"statusCode": 201, "body": "{}"}

    def rows(self) -> list[str]:
        found = self.cloud.client("dynamodb").query(
            TableName=self.settings.table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "a"}},
        )
        return [each["sk"]["S"] for each in found["Items"]]

    def kept(self) -> tuple[int, int]:
        """How many mails, and how many notices."""
        listed = self.cloud.client("s3").list_objects_v2(Bucket=self.settings.mail_bucket)
        return listed["KeyCount"], self.cloud.waiting(NOTICE_QUEUE)

    @contextmanager
    def asked(self, text: str) -> Iterator[http.client.HTTPConnection]:
        """A request that was sent."""
        port = port_of(self._listeners[1])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
        connection.request("POST", "/api/emails", text)
        try:
            yield connection
        finally:
            connection.close()

    def answer(self, text: str) -> tuple[int, Any]:
        with self.asked(text) as connection:
            response = connection.getresponse()
            return response.status, json.load(response)

    @contextmanager
    def smtp(self) -> Iterator[smtplib.SMTP]:
        port = port_of(self._listeners[0])
        connection = smtplib.SMTP("127.0.0.1", port, timeout=DEADLINE)
        connection.ehlo("client.example")
        try:
            yield connection
        finally:
            connection.close()

    def send(self, mail: bytes) -> int:
        with self.smtp() as connection:
            send_all_but_the_answer(connection, mail)
            return connection.getreply()[0]


def send_all_but_the_answer(connection: smtplib.SMTP, mail: bytes) -> None:
    connection.mail("s@example.org")
    connection.rcpt("alice@mayfly.example")
    connection.docmd("DATA")
    connection.send(mail + b".\r\n")


def is_answered(connection: smtplib.SMTP | http.client.HTTPConnection) -> bool:
    assert connection.sock is not None
    return bool(select.select([connection.sock], [], [], 0)[0])


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def serve(tmp_path: Path, settings: Settings, disk: Disk, loop: Loop) -> Iterator[Any]:
    with ExitStack() as parts:

        def serving(inline: bool = True) -> Service:
            cloud = parts.enter_context(made(settings, tmp_path, disk.synchronise))
            service = Service(cloud, settings, loop, inline)
            parts.callback(service.close)
            parts.callback(disk.proceed.set)
            return service

        yield serving


def refuse_commits(cloud: EngineCloud, table: str) -> None:
    """Let every commit fail that follows an insertion into the table: a rule that it breaks."""
    with cloud.engine.store.reading() as file:
        for statement in (
            "PRAGMA foreign_keys = ON",
            "CREATE TABLE some (id INTEGER PRIMARY KEY)",
            "CREATE TABLE rule (id REFERENCES some DEFERRABLE INITIALLY DEFERRED)",
            f"CREATE TRIGGER refusal AFTER INSERT ON {table}"
            " BEGIN INSERT INTO rule VALUES (1); END",
        ):
            file.execute(statement)


def take_commits(cloud: EngineCloud) -> None:
    with cloud.engine.store.reading() as file:
        file.execute("DROP TRIGGER refusal")


@MAILS
def test_a_mails_250_waits_for_the_disk(serve: Any, disk: Disk, mail: bytes) -> None:
    service = serve()
    with service.smtp() as connection:
        connection.mail("s@example.org")
        disk.hold()
        send_all_but_the_answer(connection, mail)
        asked = disk.asked.wait(DEADLINE)
        before = is_answered(connection)
        disk.proceed.set()
        code, _ = connection.getreply()

    assert asked
    assert (before, code) == (False, 250)
    assert service.kept() == (1, 1)


@WAYS
def test_an_answer_waits_for_the_disk(serve: Any, disk: Disk, inline: bool) -> None:
    service = serve(inline)
    disk.hold()
    with service.asked("row") as connection:
        asked = disk.asked.wait(DEADLINE)
        before = is_answered(connection)
        disk.proceed.set()
        status = connection.getresponse().status

    assert asked
    assert (before, status) == (False, 201)


@MAILS
def test_a_commit_that_fails_is_a_451_and_keeps_nothing(
    serve: Any, mail: bytes, tmp_path: Path
) -> None:
    service = serve()
    refuse_commits(service.cloud, "sqs_messages")

    refused = service.send(mail)
    left = service.kept()
    files = list((tmp_path / "objects").iterdir())
    take_commits(service.cloud)

    assert (refused, left, files) == (451, (0, 0), [])
    assert service.send(mail) == 250
    assert service.kept() == (1, 1)


@WAYS
def test_a_commit_that_fails_is_a_503_and_keeps_nothing(serve: Any, inline: bool) -> None:
    service = serve(inline)
    refuse_commits(service.cloud, "items")

    status, answer = service.answer("first")
    left = service.rows()
    take_commits(service.cloud)

    assert (status, left) == (503, [])
    assert answer["error"]["code"]
    assert service.answer("second")[0] == 201
    assert service.rows() == ["second"]


def test_all_of_a_turn_fail_together_and_nobody_else(serve: Any, disk: Disk) -> None:
    """While one turn is synchronised, those that come meanwhile are the next one."""
    service = serve()
    with service.smtp() as first, service.smtp() as second, service.smtp() as third:
        disk.hold()
        send_all_but_the_answer(first, SMALL)
        disk.asked.wait(DEADLINE)
        refuse_commits(service.cloud, "sqs_messages")
        send_all_but_the_answer(second, SMALL)
        send_all_but_the_answer(third, SMALL)
        written = until(lambda: service.kept() == (3, 3))
        disk.proceed.set()
        answers = [each.getreply()[0] for each in (first, second, third)]

    assert written
    assert answers == [250, 451, 451]
    assert service.kept() == (1, 1)


@MAILS
def test_a_disk_that_fails_is_trusted_no_more_until_a_restart(
    tmp_path: Path, settings: Settings, disk: Disk, loop: Loop, mail: bytes
) -> None:
    with made(settings, tmp_path, disk.synchronise) as cloud:
        service = Service(cloud, settings, loop, inline=True)
        before = service.send(mail)
        disk.trouble = OSError(5, "Input/output error")
        at_the_failure = service.send(mail)
        disk.trouble = None
        after, (status, _) = service.send(mail), service.answer("row")
        service.close()
    with made(settings, tmp_path, disk.synchronise) as cloud:
        again = Service(cloud, settings, loop, inline=True)
        there, _ = again.kept()
        at_last = again.send(mail)
        again.close()

    assert (before, at_the_failure, after, status, at_last) == (250, 451, 451, 503, 250)
    assert there in (1, 2)  # whether the disk has the second, nobody knows


def test_what_is_written_while_the_disk_fails_fails_with_it(serve: Any, disk: Disk) -> None:
    service = serve()
    with service.smtp() as first, service.smtp() as second:
        disk.hold()
        disk.trouble = OSError(5, "Input/output error")
        send_all_but_the_answer(first, SMALL)
        disk.asked.wait(DEADLINE)
        send_all_but_the_answer(second, SMALL)
        disk.proceed.set()
        answers = [each.getreply()[0] for each in (first, second)]

    assert answers == [451, 451]


def test_counters_hold_no_answer(serve: Any, disk: Disk) -> None:
    service = serve()
    passing = service.cloud.client("dynamodb", lasting=False)
    count = partial(
        passing.put_item,
        TableName=service.settings.table_name,
        Item={"pk": {"S": "count"}, "sk": {"S": "-"}},
    )
    disk.hold()
    with service.smtp() as connection:
        count()

        assert connection.noop()[0] == 250
    assert not disk.asked.is_set()
