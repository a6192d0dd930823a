"""Acceptance waits for handling, as real clients of the SMTP server see it."""

import asyncio
import select
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import pytest

from infra.local.account import NOTICE_QUEUE, queue_url, topic_arn
from infra.local.engine.cloud import EngineCloud
from infra.local.lambda_.triggers import QueueTrigger
from infra.local.listeners import port_of
from infra.local.ses.backpressure import MOST_WAITING, Intake, NoRoom
from infra.local.smtp.policy import Post
from infra.local.smtp.server import MailServer
from mayfly.functions import INBOUND_MAIL, NOTICE_BATCH
from mayfly.settings import Settings
from tests.local.conftest import DEADLINE, Loop, accepting, grouped, listener, until

ALICE = "alice@mayfly.example"
MAIL = b"Subject: one of many\r\n\r\nbody\r\n"


class Service:
    """An SMTP server whose mails' notices are handled only when told so."""

    def __init__(self, cloud: EngineCloud, settings: Settings, loop: Loop) -> None:
        self.bucket = settings.mail_bucket
        self.cloud = cloud
        self.acceptance = accepting(cloud, settings)
        self.intake = Intake(partial(cloud.waiting, NOTICE_QUEUE))
        self.server = MailServer(
            settings.domains,
            Post(lambda address: True, self.acceptance.accept, cloud.inline_bytes, cloud.settled),
            settings.max_mail_bytes,
            "Mayfly test",
            intake=self.intake,
        )
        self._loop = loop
        self._notices = QueueTrigger(
            cloud.client("sqs"),
            queue_url(NOTICE_QUEUE),
            INBOUND_MAIL,
            NOTICE_BATCH,
            lambda event: None,
            lambda message: True,
        )
        self.listener = listener()
        self._parts = ExitStack()
        self._parts.enter_context(loop.inside(grouped(cloud)))
        self._serving = ExitStack()
        self._serving.enter_context(loop.inside(self.server.serving(self.listener)))

    def handle_notices(self) -> None:
        """One batch of those that wait, in the event loop, as the laptop does."""

        async def handled() -> None:
            if await self._notices.step():
                self.intake.admit()

        self._loop.run(handled())

    def waiting(self) -> int:
        return self.cloud.waiting(NOTICE_QUEUE)

    def stored(self) -> int:
        listing = self.acceptance.s3.list_objects_v2(Bucket=self.bucket)
        count: int = listing["KeyCount"]
        return count

    def end(self) -> None:
        """As Ctrl-C does: no more mail, what was accepted is finished later."""
        self._serving.close()

    def close(self) -> None:
        self.end()
        self._parts.close()

    @contextmanager
    def smtp(self) -> Iterator[smtplib.SMTP]:
        connection = smtplib.SMTP("127.0.0.1", port_of(self.listener), timeout=DEADLINE)
        connection.ehlo("client.example")
        try:
            yield connection
        finally:
            connection.close()


@pytest.fixture
def service(cloud: EngineCloud, settings: Settings, loop: Loop) -> Iterator[Service]:
    service = Service(cloud, settings, loop)
    yield service
    service.close()


def send_all_but_the_answer(connection: smtplib.SMTP) -> None:
    connection.mail("s@example.org")
    connection.rcpt(ALICE)
    connection.docmd("DATA")
    connection.send(MAIL + b".\r\n")


def answered(connection: smtplib.SMTP) -> bool:
    assert connection.sock is not None
    return bool(select.select([connection.sock], [], [], 0)[0])


def waits(caplog: pytest.LogCaptureFixture) -> bool:
    return until(lambda: any(each.message.startswith("full") for each in caplog.records))


@pytest.fixture
def full(service: Service, caplog: pytest.LogCaptureFixture) -> Service:
    """As many notices wait as there is room for."""
    caplog.set_level("INFO", "mayfly.smtp")
    with service.smtp() as connection:
        for _ in range(MOST_WAITING):
            connection.sendmail("s@example.org", [ALICE], MAIL)
    return service


def test_a_mail_too_many_gets_its_250_once_others_are_handled(
    full: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with full.smtp() as connection:
        send_all_but_the_answer(connection)
        waited = waits(caplog)
        before = answered(connection), full.stored()
        full.handle_notices()
        answer = connection.getreply()

    assert waited
    assert before == (False, MOST_WAITING)
    assert answer[0] == 250
    assert full.stored() == MOST_WAITING + 1
    assert full.waiting() == MOST_WAITING - NOTICE_BATCH + 1


def test_who_waits_when_the_server_ends_keeps_the_mail(
    full: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with full.smtp() as connection:
        send_all_but_the_answer(connection)
        waited = waits(caplog)
        full.end()
        answer, goodbye = connection.getreply(), connection.getreply()

    assert waited
    assert (answer[0], answer[1][:5]) == (451, b"4.3.2")
    assert goodbye[0] == 421
    assert full.stored() == full.waiting() == MOST_WAITING


def test_who_leaves_while_waiting_leaves_no_mail_and_takes_no_room(
    full: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with full.smtp() as connection:
        send_all_but_the_answer(connection)
        waited = waits(caplog)
    gone = until(
        lambda: any(
            each.message.startswith("close connection=") and each.message.endswith("mails=0")
            for each in caplog.records
        )
    )
    full.handle_notices()
    with full.smtp() as connection:
        for _ in range(NOTICE_BATCH):
            connection.sendmail("s@example.org", [ALICE], MAIL)

    assert (waited, gone) == (True, True)
    assert full.stored() == MOST_WAITING + NOTICE_BATCH


def test_who_sends_no_more_is_told_that_there_is_no_room(full: Service) -> None:
    with full.smtp() as connection:
        send_all_but_the_answer(connection)
        assert connection.sock is not None
        connection.sock.shutdown(socket.SHUT_WR)
        code, text = connection.getreply()

    assert (code, text[:5]) == (451, b"4.3.2")
    assert full.stored() == MOST_WAITING


def in_a_loop(steps: Any) -> None:
    asyncio.run(asyncio.wait_for(steps, DEADLINE))


def test_nobody_waits_for_longer_than_clients_do() -> None:
    async def steps() -> None:
        intake = Intake(most=1, wait_seconds=0.01)
        async with intake.place():
            with pytest.raises(NoRoom, match="try again"):
                async with intake.place():
                    raise AssertionError("there was room")
        async with intake.place():
            pass

    in_a_loop(steps())


def test_room_is_given_in_the_order_in_which_it_was_asked_for() -> None:
    entered: list[int] = []

    async def enter(intake: Intake, number: int) -> None:
        async with intake.place():
            entered.append(number)
            await asyncio.sleep(0)

    async def steps() -> None:
        intake = Intake(most=1)
        await asyncio.gather(*(enter(intake, number) for number in range(5)))

    in_a_loop(steps())

    assert entered == list(range(5))


def test_who_is_cancelled_when_there_is_room_leaves_it_to_the_next() -> None:
    async def enter(intake: Intake) -> None:
        async with intake.place():
            pass

    async def steps() -> None:
        intake = Intake(most=1)
        async with intake.place():
            first, second = (asyncio.create_task(enter(intake)) for _ in range(2))
            await asyncio.sleep(0)
        first.cancel()
        await second
        assert first.cancelled()

    in_a_loop(steps())


def test_notices_from_before_take_room(
    cloud: EngineCloud, settings: Settings, loop: Loop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "mayfly.smtp")
    accepting(cloud, settings).sns.publish(TopicArn=topic_arn(), Message="from before")
    intake = Intake(partial(cloud.waiting, NOTICE_QUEUE), most=1)
    entered = threading.Event()

    async def enter() -> None:
        async with intake.place():
            entered.set()

    async def handle() -> None:
        sqs, url = cloud.client("sqs"), queue_url(NOTICE_QUEUE)
        await QueueTrigger(sqs, url, INBOUND_MAIL, 1, lambda event: None).step()
        intake.admit()

    entering = threading.Thread(target=loop.run, args=[enter()])
    entering.start()
    waited = waits(caplog)
    before = entered.is_set()
    loop.run(handle())
    entering.join(DEADLINE)

    assert waited
    assert (before, entered.is_set()) == (False, True)
