"""Connections and frames, as API Gateway hands them over."""

import base64
import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from functions.websocket.admission import logger
from functions.websocket.handler import answer, lambda_handler
from mayfly import limits
from mayfly.inboxes.models import Access, Inbox
from mayfly.private_inboxes.tokens import Tokens
from mayfly.subscriptions.models import Connection
from mayfly.subscriptions.service import SubscriptionService
from tests import samples
from tests.aws import AWS_SIDES
from tests.deployments import Deployment
from tests.functions.http import MemoryAssembly
from tests.given_mailboxes import SESSION, WEEK, given_account, given_mailbox
from tests.memory import FakeClock, FakeSigningKeys, FakeSubscriptions, Memory
from tests.watchers import account_watcher_over, limiter_over, watcher_over

CONNECTION = "L0SM9cOFvHcCIhw="
ALICE = "alice@mayfly.example"
KEYS = FakeSigningKeys()
TOKENS = Tokens(KEYS, FakeClock(), bytes)


def over(
    watcher: SubscriptionService, memory: Memory | None = None, **settings: int
) -> MemoryAssembly:
    """An assembly with this watcher, and with these limits."""
    memory = memory or Memory()
    flows = MemoryAssembly(memory)
    flows.subscriptions.service = watcher
    flows.subscriptions.accounts = account_watcher_over(memory, flows.accounts.socket_authenticator)
    flows.rate_limits.frames = limiter_over(memory, **settings)
    flows.private_inboxes.tokens = TOKENS
    return flows


def event(route: str, body: str | None = None, **more: object) -> dict[str, Any]:
    """API Gateway's event of a WebSocket API with a Lambda proxy integration."""
    kinds = {"$connect": "CONNECT", "$disconnect": "DISCONNECT"}
    context = {
        "routeKey": route,
        "eventType": kinds.get(route, "MESSAGE"),
        "extendedRequestId": "L0SM-EWqPHcFzMA=",
        "requestTime": "01/Jan/2026:12:00:00 +0000",
        "messageDirection": "IN",
        "stage": "live",
        "connectedAt": 1767268800000,
        "requestTimeEpoch": 1767268800000,
        "identity": {"userAgent": "a-browser", "sourceIp": "192.0.2.1"},
        "requestId": "L0SM-EWqPHcFzMA=",
        "domainName": "abcdef1234.execute-api.us-east-1.amazonaws.com",
        "connectionId": CONNECTION,
        "apiId": "abcdef1234",
    }
    told: dict[str, Any] = {"requestContext": context, "isBase64Encoded": False}
    if route == "$connect":
        told["headers"] = {"Host": context["domainName"], "Origin": "https://elsewhere.example"}
        told["multiValueHeaders"] = {name: [value] for name, value in told["headers"].items()}
    if body is not None:
        context["messageId"] = "L0SM9cOFvHcCIhx="
        told["body"] = body
    return told | more


@pytest.fixture
def watcher(memory: Memory) -> SubscriptionService:
    return watcher_over(memory)


def given_inbox(memory: Memory) -> Inbox:
    inbox = samples.inbox(ALICE)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def reply(watcher: SubscriptionService, frame: object, **more: object) -> dict[str, Any]:
    body = frame if isinstance(frame, str) else json.dumps(frame)
    answered = answer(event("$default", body, **more), over(watcher))
    assert answered["statusCode"] == 200
    told: dict[str, Any] = json.loads(answered["body"])
    return told


def test_a_connection_comes_subscribes_and_goes(
    memory: Memory, watcher: SubscriptionService
) -> None:
    inbox = given_inbox(memory)

    assert answer(event("$connect"), over(watcher)) == {"statusCode": 200}
    assert memory.watching.connections(memory.clock()) == 1
    told = reply(watcher, {"type": "subscribe", "email": ALICE})
    assert (told["type"], told["email"], told["seq"]) == ("subscribed", ALICE, 0)
    assert len(memory.watching.subscribers(inbox.id, memory.clock())) == 1
    assert answer(event("$disconnect"), over(watcher)) == {"statusCode": 200}

    assert memory.rows.connections == {}
    assert memory.rows.watches == {}


def test_after_is_passed_on(memory: Memory, watcher: SubscriptionService) -> None:
    inbox = given_inbox(memory)
    answer(event("$connect"), over(watcher))

    reply(watcher, {"type": "subscribe", "email": ALICE, "after": 0})

    assert memory.rows.watches[inbox.id, CONNECTION].replay_after == 0


def test_unsubscribe_and_ping_are_answered(memory: Memory, watcher: SubscriptionService) -> None:
    given_inbox(memory)
    answer(event("$connect"), over(watcher))
    reply(watcher, {"type": "subscribe", "email": ALICE})

    told = reply(watcher, {"type": "unsubscribe", "email": ALICE})

    assert told == {"type": "unsubscribed", "email": ALICE}
    assert memory.rows.watches == {}
    assert reply(watcher, {"type": "ping", "id": 5}) == {"type": "pong", "id": 5}


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("hello", "VALIDATION_ERROR"),
        ("", "VALIDATION_ERROR"),
        ({"type": "publish"}, "VALIDATION_ERROR"),
        ({"type": "subscribe", "email": "nobody"}, "VALIDATION_ERROR"),
        ({"type": "subscribe", "email": ALICE, "after": "1"}, "VALIDATION_ERROR"),
        ({"type": "subscribe", "email": "unknown@mayfly.example"}, "NOT_FOUND"),
    ],
)
def test_what_cannot_be_done_is_said_in_an_error_frame(
    watcher: SubscriptionService, frame: object, code: str
) -> None:
    answer(event("$connect"), over(watcher))

    told = reply(watcher, frame)

    assert told["type"] == "error"
    assert told["error"]["code"] == code


def test_a_frame_without_a_body_or_in_base64_is_read(watcher: SubscriptionService) -> None:
    ping = base64.b64encode(b'{"type":"ping"}').decode()
    no_text = base64.b64encode(b"\xff").decode()

    assert reply(watcher, ping, isBase64Encoded=True) == {"type": "pong"}
    assert reply(watcher, no_text, isBase64Encoded=True)["type"] == "error"
    assert json.loads(answer(event("$default"), over(watcher))["body"])["type"] == "error"


class Broken(FakeSubscriptions):
    """A table that does not answer."""

    def connect(self, connection: Connection) -> None:
        raise ConnectionError("no answer")

    def disconnect(self, connection_id: str) -> None:
        raise ConnectionError("no answer")

    def unsubscribe(self, *_: object) -> None:
        raise ConnectionError("no answer")


def test_a_connection_that_cannot_be_stored_is_refused(memory: Memory) -> None:
    broken = watcher_over(memory, Broken(memory.rows))

    assert answer(event("$connect"), over(broken)) == {"statusCode": 500}
    assert answer(event("$disconnect"), over(broken)) == {"statusCode": 500}


def test_a_failure_of_ours_is_told_without_its_reason(memory: Memory) -> None:
    given_inbox(memory)
    broken = watcher_over(memory, Broken(memory.rows))

    told = reply(broken, {"type": "unsubscribe", "email": ALICE})

    assert told["error"]["code"] == "INTERNAL_ERROR"
    assert "no answer" not in json.dumps(told)


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    written, handler = io.StringIO(), logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def test_logs_name_no_address(
    memory: Memory, watcher: SubscriptionService, logs: io.StringIO
) -> None:
    given_inbox(memory)

    reply(watcher, {"type": "subscribe", "email": ALICE})
    reply(watcher, {"type": "subscribe", "email": "secret@mayfly.example"})
    reply(watcher, {"type": "subscribe", "email": "secret"})
    assert "InboxNotFound" in logs.getvalue()
    assert "alice" not in logs.getvalue()
    assert "secret" not in logs.getvalue()


def test_logs_quote_no_failure(memory: Memory, logs: io.StringIO) -> None:
    class Broken:
        def __getattr__(self, name: str) -> None:
            raise ValueError("about secret@mayfly.example")

    flows: Any = Broken()

    answer(event("$connect"), flows)
    answer(event("$default", json.dumps({"type": "subscribe", "email": ALICE})), flows)

    assert logs.getvalue().count("ValueError") == 4
    assert "websocket/handler.py" in logs.getvalue()
    assert "secret" not in logs.getvalue()


@pytest.mark.parametrize("deployment", AWS_SIDES, indirect=True)
def test_the_handler_works_on_the_table(deployment: Deployment) -> None:
    now = deployment.assembly.now()
    inbox = samples.inbox(created_at=now, expires_at=now + samples.NOW.resolution * 10**12)
    deployment.assembly.adapters.inboxes.create(inbox, now)
    frame = json.dumps({"type": "subscribe", "email": ALICE})

    lambda_handler(event("$connect"), deployment.context)
    told = lambda_handler(event("$default", frame), deployment.context)
    watching = deployment.assembly.adapters.watching.subscribers(inbox.id, now)
    lambda_handler(event("$disconnect"), deployment.context)

    assert json.loads(told["body"])["type"] == "subscribed"
    assert [each.connection_id for each in watching] == [CONNECTION]
    assert deployment.assembly.adapters.watching.subscribers(inbox.id, now) == []


def given_private_inbox(memory: Memory) -> tuple[Inbox, str]:
    inbox = samples.inbox(ALICE, access=Access.TOKEN)
    memory.inboxes.create(inbox, memory.clock())
    return inbox, TOKENS.issue(inbox, timedelta(minutes=10)).text


def test_a_private_inbox_is_watched_with_its_token(
    memory: Memory, watcher: SubscriptionService
) -> None:
    inbox, token = given_private_inbox(memory)
    answer(event("$connect"), over(watcher))

    told = reply(watcher, {"type": "subscribe", "email": ALICE, "token": token})

    assert (told["type"], told["email"]) == ("subscribed", ALICE)
    assert token not in json.dumps(told)
    assert len(memory.watching.subscribers(inbox.id, memory.clock())) == 1


def test_a_ticket_subscribes_for_as_long_as_the_token_it_was_made_with(
    memory: Memory, watcher: SubscriptionService
) -> None:
    inbox, token = given_private_inbox(memory)
    ticket = TOKENS.ticket(TOKENS.read(token)).text
    answer(event("$connect"), over(watcher))

    frame = {"type": "subscribe", "email": ALICE, "token": ticket, "after": 0}
    told = [reply(watcher, frame), reply(watcher, frame)]

    assert [each["type"] for each in told] == ["subscribed", "subscribed"]
    (watch,) = memory.watching.subscribers(inbox.id, memory.clock())
    assert watch.expires_at == samples.NOW + timedelta(minutes=10)


def test_a_ticket_subscribes_to_nothing_once_the_token_was_rotated(
    memory: Memory, watcher: SubscriptionService
) -> None:
    inbox, token = given_private_inbox(memory)
    ticket = TOKENS.ticket(TOKENS.read(token)).text
    answer(event("$connect"), over(watcher))

    memory.inboxes.rotate(inbox.id, inbox.token_version)
    told = reply(watcher, {"type": "subscribe", "email": ALICE, "token": ticket})

    assert told["error"]["code"] == "AUTHENTICATION_ERROR"
    assert memory.rows.watches == {}


def test_what_a_ticket_subscribed_to_dies_with_the_token(
    memory: Memory, watcher: SubscriptionService
) -> None:
    inbox, token = given_private_inbox(memory)
    ticket = TOKENS.ticket(TOKENS.read(token)).text
    answer(event("$connect"), over(watcher))
    reply(watcher, {"type": "subscribe", "email": ALICE, "token": ticket})

    memory.inboxes.rotate(inbox.id, inbox.token_version)

    (watch,) = memory.watching.subscribers(inbox.id, memory.clock())
    assert watch.token_version != memory.inboxes.get(inbox.id).token_version


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"token": None}, "NOT_FOUND"),
        ({"token": "a.b.c"}, "AUTHENTICATION_ERROR"),
        ({"token": 5}, "VALIDATION_ERROR"),
        ({"email": "other@mayfly.example"}, "NOT_FOUND"),
    ],
)
def test_a_private_inbox_is_not_watched_otherwise(
    memory: Memory,
    watcher: SubscriptionService,
    logs: io.StringIO,
    change: dict[str, Any],
    code: str,
) -> None:
    _, token = given_private_inbox(memory)
    memory.inboxes.create(samples.inbox("other@mayfly.example", access=Access.TOKEN), samples.NOW)
    answer(event("$connect"), over(watcher))

    told = reply(watcher, {"type": "subscribe", "email": ALICE, "token": token} | change)

    assert told["error"]["code"] == code
    assert memory.rows.watches == {}
    assert token not in logs.getvalue() + json.dumps(told)


def test_who_subscribes_to_an_account_is_told_what_its_mailboxes_hold(memory: Memory) -> None:
    flows = over(watcher_over(memory), memory)
    account = given_account(memory)
    mailbox = given_mailbox(memory, account)
    token = (
        MemoryAssembly(memory).accounts.tokens.issue(account.id, SESSION, samples.NOW + WEEK).text
    )
    answer(event("$connect"), flows)

    asked = json.dumps({"type": "subscribe", "account": True, "token": token})
    subscribed = json.loads(answer(event("$default", asked), flows)["body"])
    watched = list(memory.rows.account_watches)
    ended = answer(event("$default", '{"type": "unsubscribe", "account": true}'), flows)

    assert subscribed == {
        "type": "subscribed",
        "account": True,
        "replay": False,
        "expiresAt": "2026-01-01T14:05:00Z",
        "mailboxes": [
            {"mailboxId": str(mailbox.id), "email": str(mailbox.address), "lastNumber": 0}
        ],
    }
    assert watched == [(account.id, CONNECTION)]
    assert json.loads(ended["body"]) == {"type": "unsubscribed", "account": True}
    assert memory.rows.account_watches == {}


@pytest.mark.parametrize("token", ["a.b.c", "", "token of an inbox", "ticket"])
def test_no_other_token_subscribes_to_an_account(
    memory: Memory, logs: io.StringIO, token: str
) -> None:
    flows = over(watcher_over(memory), memory)
    if token == "token of an inbox":
        token = TOKENS.issue(given_inbox(memory), timedelta(minutes=10)).text
    if token == "ticket":
        token = TOKENS.ticket(TOKENS.read(given_private_inbox(memory)[1])).text
    answer(event("$connect"), flows)

    asked = json.dumps({"type": "subscribe", "account": True, "token": token})
    refused = json.loads(answer(event("$default", asked), flows)["body"])

    assert (refused["type"], refused["account"]) == ("error", True)
    assert refused["error"]["code"] == "AUTHENTICATION_ERROR"
    assert memory.rows.account_watches == {}
    assert not token or token not in logs.getvalue()


def flooded(flows: MemoryAssembly, frame: object, times: int) -> list[dict[str, Any]]:
    body = frame if isinstance(frame, str) else json.dumps(frame)
    asked = event("$default", body)
    return [json.loads(answer(asked, flows)["body"]) for _ in range(times)]


@pytest.mark.parametrize(
    "frame",
    [{"type": "ping"}, {"type": "subscribe", "email": ALICE}, "{", {"type": "unsubscribe"}, ""],
    ids=str,
)
def test_frames_past_the_limit_are_refused_by_its_name(memory: Memory, frame: object) -> None:
    given_inbox(memory)
    flows = over(watcher_over(memory), memory, socket_frames=10)
    answer(event("$connect"), flows)

    told = flooded(flows, frame, 15)

    codes = [each.get("error", {}).get("code") for each in told]
    assert codes[10:] == ["RATE_LIMIT_EXCEEDED"] * 5
    assert "RATE_LIMIT_EXCEEDED" not in codes[:10]
    assert "(SOCKET_FRAMES)" in told[-1]["error"]["message"]


def test_who_does_not_stop_is_disconnected(memory: Memory) -> None:
    flows = over(watcher_over(memory), memory, socket_frames=10)
    answer(event("$connect"), flows)

    flooded(flows, {"type": "ping"}, 10 + limits.REFUSED_FRAMES - 1)
    assert CONNECTION not in memory.sockets.gone
    flooded(flows, {"type": "ping"}, 1)

    assert CONNECTION in memory.sockets.gone


def test_resubscribing_replays_an_inbox_only_so_often(memory: Memory) -> None:
    inbox = given_inbox(memory)
    for n in range(28):
        memory.deliveries.deliver(
            samples.accepted(str(n)), samples.summary(), inbox, memory.clock()
        )
    flows = over(watcher_over(memory), memory, socket_replays=2)
    answer(event("$connect"), flows)

    told = flooded(flows, {"type": "subscribe", "email": ALICE, "after": 0}, 30)

    assert [each["type"] for each in told] == ["subscribed"] * 2 + ["error"] * 28
    assert "(SOCKET_REPLAYS)" in told[-1]["error"]["message"]
    assert told[-1]["email"] == ALICE
    plain = flooded(flows, {"type": "subscribe", "email": ALICE}, 1)
    assert plain[0]["type"] == "subscribed"


def test_an_address_that_connects_too_often_is_refused(memory: Memory) -> None:
    flows = over(watcher_over(memory), memory, socket_address_frames=3)

    told = [answer(event("$connect"), flows) for _ in range(4)]

    assert [each["statusCode"] for each in told] == [200, 200, 200, 429]
    assert told[-1]["headers"]["Retry-After"] == "60"
    assert "(SOCKET_ADDRESS_FRAMES)" in json.loads(told[-1]["body"])["error"]["message"]


def test_networks_of_ipv6_count_as_one_address(memory: Memory) -> None:
    flows = over(watcher_over(memory), memory, socket_address_frames=3)

    told = []
    for n in range(4):
        asked = event("$connect")
        asked["requestContext"]["identity"]["sourceIp"] = f"2001:db8::{n}"
        told.append(answer(asked, flows)["statusCode"])

    assert told == [200, 200, 200, 429]


def test_a_count_that_fails_lets_the_frame_pass(memory: Memory) -> None:
    given_inbox(memory)
    memory.request_counts.failing = ConnectionError("no answer")
    flows = over(watcher_over(memory), memory, socket_frames=1)

    assert answer(event("$connect"), flows) == {"statusCode": 200}
    told = flooded(flows, {"type": "subscribe", "email": ALICE, "after": 0}, 3)

    assert [each["type"] for each in told] == ["subscribed"] * 3
