"""Waits go on from where the service has looked up to, for as long as the caller likes."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mayfly_client.errors import UnexpectedAnswer, Unreachable, WaitTimeout
from mayfly_client.flows import Answer, Runs, Send
from mayfly_client.inbox import InboxFlows, Opened
from mayfly_client.places import PRIVATE
from mayfly_client.sending import Sender
from tests.client.world import URL, World, answered

MESSAGE = {
    "id": "m",
    "uid": "3",
    "message_id": "",
    "sender": "a@shop.example",
    "recipients": [],
    "subject": "Verify",
    "text_body": "",
    "html_body": "",
    "headers": {},
    "size_bytes": 1,
    "received_at": "2026-01-01T00:00:00.000Z",
    "fetched_at": "2026-01-01T00:00:00.000Z",
    "attachments": [],
    "sender_name": "",
    "is_read": False,
    "is_spam": False,
    "expires_at": "2026-01-01T00:00:00.000Z",
    "sha256": "",
    "verdicts": dict.fromkeys(("spam", "virus", "spf", "dkim", "dmarc")),
    "thread_id": "",
    "defects": [],
    "truncated": [],
    "a field of a later service": 1,
}


def came(status: str, seq: int, value: str | None = None, retry_after: str = "") -> Answer:
    found = {"status": status, "value": value, "confidence": None, "where": None, "seq": seq}
    document = {**found, "message": MESSAGE if status == "found" else None}
    return answered(document, 200, retry_after=retry_after)


def listed(*subjects: str) -> Answer:
    messages = [{**MESSAGE, "subject": each} for each in subjects]
    return answered(
        {"inbox_id": "i", "messages": messages, "count": 1, "last_uid": "1", "inbox_full": None}
    )


def inbox(world: World, after: int = 0) -> InboxFlows[Any]:
    sender = Sender(URL, now=world.now, chance=lambda: 0.0)
    made: InboxFlows[Any] = InboxFlows(
        Runs(), sender, Opened(PRIVATE, "i", "a@mail.example.org"), after
    )
    return made


def waited(world: World, found: InboxFlows[Any], **given: Any) -> str:
    return world.run(InboxFlows.wait_for_code.flow(found, **given))


def asked(request: Send) -> dict[str, str]:
    return {name: each[0] for name, each in parse_qs(urlsplit(request.url).query).items()}


def test_a_long_wait_is_several_requests_each_from_where_the_last_one_ended() -> None:
    world = World([came("timeout", 2), came("timeout", 2), came("found", 3, "482913")])
    world.moves = lambda request: float(asked(request)["timeout"])

    assert waited(world, inbox(world), timeout=60) == "482913"

    assert [asked(each)["after"] for each in world.requests] == ["0", "2", "2"]
    assert [asked(each)["timeout"] for each in world.requests] == ["25", "25", "10"]
    assert world.pauses == []


def test_when_the_time_is_over_the_error_says_what_was_sought_and_what_came() -> None:
    world = World([came("timeout", 2), came("timeout", 2), listed("Welcome", "A \x1b[31m trap")])
    world.moves = lambda request: 25.0

    with pytest.raises(WaitTimeout) as caught:
        waited(world, inbox(world), timeout=30, subject="verify", is_read=False)

    assert isinstance(caught.value, TimeoutError)
    assert str(caught.value) == (
        "no code with subject 'verify', is_read False in 30 seconds;"
        " what came: 2 ('Welcome', 'A \\x1b[31m trap')"
    )
    assert caught.value.subjects == ("Welcome", "A \x1b[31m trap")


def test_without_a_place_to_wait_at_the_client_comes_again_when_it_is_told_to() -> None:
    world = World([came("timeout", 0, retry_after="3"), came("found", 1, "1234")])

    assert waited(world, inbox(world), timeout=10) == "1234"

    assert world.pauses == [3.0]


def test_answers_at_once_are_not_asked_for_without_a_breath() -> None:
    world = World([*[came("timeout", 0)] * 9, listed()])

    with pytest.raises(WaitTimeout, match="nothing came"):
        waited(world, inbox(world), timeout=2)

    assert len(world.requests) == 10


def test_a_message_gives_its_code_once_and_its_link_as_well() -> None:
    world = World([came("found", 1, "1111"), came("found", 1, "1111"), came("found", 2, "2222")])
    found = inbox(world)

    assert [waited(world, found), waited(world, found)] == ["1111", "2222"]
    assert [asked(each)["after"] for each in world.requests] == ["0", "0", "1"]

    world.answers = [came("found", 1, "https://shop.example/")]
    assert world.run(InboxFlows.wait_for_link.flow(found)) == "https://shop.example/"


def test_waits_of_an_inbox_that_was_opened_begin_behind_what_was_there() -> None:
    world = World([came("found", 8, "1234")])

    waited(world, inbox(world, after=7))

    assert asked(world.requests[0])["after"] == "7"


def test_an_inbox_does_not_show_its_token() -> None:
    opened = Opened(PRIVATE, "i", "a@mail.example.org", "eyJ-secret")

    assert "secret" not in repr(opened)


@pytest.mark.parametrize("seconds", [float("nan"), -1])
def test_a_wait_of_no_time_that_there_is_is_refused(seconds: float) -> None:
    world = World([])

    with pytest.raises(ValueError, match="0 seconds or more"):
        waited(world, inbox(world), timeout=seconds)


def test_a_wait_may_have_no_end() -> None:
    world = World([came("timeout", 2), came("found", 3, "482913")])
    world.moves = lambda request: float(asked(request)["timeout"])

    assert waited(world, inbox(world), timeout=float("inf")) == "482913"


def test_a_service_that_finds_the_same_message_for_ever_is_asked_until_the_time_is_up() -> None:
    world = World([*[came("found", 3, "482913")] * 50, listed()])
    found = inbox(world)

    assert waited(world, found, timeout=5) == "482913"
    with pytest.raises(WaitTimeout):
        waited(world, found, timeout=2)

    assert world.time == 2
    assert len(world.requests) < 15


def test_a_request_takes_hardly_longer_than_its_wait_and_is_not_sent_again_long_after() -> None:
    world = World([Unreachable("no answer")] * 5)
    world.moves = lambda request: request.seconds

    with pytest.raises(Unreachable):
        waited(world, inbox(world), timeout=5)

    assert world.time <= 20


def test_a_number_that_is_none_is_an_error_of_ours() -> None:
    broken = answered({**MESSAGE, "uid": "three"})
    world = World([broken])

    with pytest.raises(UnexpectedAnswer):
        world.run(InboxFlows.message.flow(inbox(world), "3"))
