"""Connections and frames, as API Gateway hands them over."""

import base64
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.websocket.handler import answer, lambda_handler, logger
from mayfly.account_watching import AccountWatcher
from mayfly.domain.inbox import Access, Inbox
from mayfly.domain.subscription import Connection
from mayfly.tokens import Tokens
from mayfly.watching import Watcher
from tests import samples
from tests.fakes import FakeClock, FakeSigningKeys, FakeWatching, Memory
from tests.functions.conftest import Deployment
from tests.functions.http import FakeFlows
from tests.mailboxes import SESSION, WEEK, given_account, given_mailbox

CONNECTION = "L0SM9cOFvHcCIhw="
ALICE = "alice@mayfly.example"
KEYS = FakeSigningKeys()
TOKENS = Tokens(KEYS, FakeClock(), bytes)


@dataclass
class SocketFlows:
    """The flows of the WebSocket."""

    watcher: Watcher
    account_watcher: AccountWatcher
    tokens: Tokens = TOKENS


def over(watcher: Watcher, memory: Memory | None = None) -> SocketFlows:
    """Those flows, with this watcher."""
    memory = memory or Memory()
    doorman = FakeFlows(memory).socket_doorman
    return SocketFlows(
        watcher,
        AccountWatcher(doorman, memory.accounts, memory.account_watching, memory.clock),
    )


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
def watcher(memory: Memory) -> Watcher:
    return Watcher(memory.watching, memory.inboxes, memory.clock)


def given_inbox(memory: Memory) -> Inbox:
    inbox = samples.inbox(ALICE)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def reply(watcher: Watcher, frame: object, **more: object) -> dict[str, Any]:
    body = frame if isinstance(frame, str) else json.dumps(frame)
    answered = answer(event("$default", body, **more), over(watcher))
    assert answered["statusCode"] == 200
    told: dict[str, Any] = json.loads(answered["body"])
    return told


def test_a_connection_comes_subscribes_and_goes(memory: Memory, watcher: Watcher) -> None:
    inbox = given_inbox(memory)

    assert answer(event("$connect"), over(watcher)) == {"statusCode": 200}
    assert memory.watching.connections(memory.clock()) == 1
    told = reply(watcher, {"type": "subscribe", "email": ALICE})
    assert (told["type"], told["email"], told["seq"]) == ("subscribed", ALICE, 0)
    assert len(memory.watching.subscribers(inbox.id, memory.clock())) == 1
    assert answer(event("$disconnect"), over(watcher)) == {"statusCode": 200}

    assert memory.rows.connections == {}
    assert memory.rows.watches == {}


def test_after_is_passed_on(memory: Memory, watcher: Watcher) -> None:
    inbox = given_inbox(memory)
    answer(event("$connect"), over(watcher))

    reply(watcher, {"type": "subscribe", "email": ALICE, "after": 0})

    assert memory.rows.watches[inbox.id, CONNECTION].replay_after == 0


def test_unsubscribe_and_ping_are_answered(memory: Memory, watcher: Watcher) -> None:
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
    watcher: Watcher, frame: object, code: str
) -> None:
    answer(event("$connect"), over(watcher))

    told = reply(watcher, frame)

    assert told["type"] == "error"
    assert told["error"]["code"] == code


def test_a_frame_without_a_body_or_in_base64_is_read(watcher: Watcher) -> None:
    ping = base64.b64encode(b'{"type":"ping"}').decode()
    no_text = base64.b64encode(b"\xff").decode()

    assert reply(watcher, ping, isBase64Encoded=True) == {"type": "pong"}
    assert reply(watcher, no_text, isBase64Encoded=True)["type"] == "error"
    assert json.loads(answer(event("$default"), over(watcher))["body"])["type"] == "error"


class Broken(FakeWatching):
    """A table that does not answer."""

    def connect(self, connection: Connection) -> None:
        raise ConnectionError("no answer")

    def disconnect(self, connection_id: str) -> None:
        raise ConnectionError("no answer")

    def unsubscribe(self, *_: object) -> None:
        raise ConnectionError("no answer")


def test_a_connection_that_cannot_be_stored_is_refused(memory: Memory) -> None:
    broken = Watcher(Broken(memory.rows), memory.inboxes, memory.clock)

    assert answer(event("$connect"), over(broken)) == {"statusCode": 500}
    assert answer(event("$disconnect"), over(broken)) == {"statusCode": 500}


def test_a_failure_of_ours_is_told_without_its_reason(memory: Memory) -> None:
    given_inbox(memory)
    broken = Watcher(Broken(memory.rows), memory.inboxes, memory.clock)

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


def test_logs_name_no_address(memory: Memory, watcher: Watcher, logs: io.StringIO) -> None:
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

    assert logs.getvalue().count("ValueError") == 2
    assert "websocket/handler.py" in logs.getvalue()
    assert "secret" not in logs.getvalue()


def test_the_handler_works_on_the_table(deployment: Deployment) -> None:
    now = deployment.assembly.now()
    inbox = samples.inbox(created_at=now, expires_at=now + samples.NOW.resolution * 10**12)
    deployment.assembly.inboxes.create(inbox, now)
    frame = json.dumps({"type": "subscribe", "email": ALICE})

    lambda_handler(event("$connect"), deployment.context)
    told = lambda_handler(event("$default", frame), deployment.context)
    watching = deployment.assembly.watching.subscribers(inbox.id, now)
    lambda_handler(event("$disconnect"), deployment.context)

    assert json.loads(told["body"])["type"] == "subscribed"
    assert [each.connection_id for each in watching] == [CONNECTION]
    assert deployment.assembly.watching.subscribers(inbox.id, now) == []


def given_private_inbox(memory: Memory) -> tuple[Inbox, str]:
    inbox = samples.inbox(ALICE, access=Access.TOKEN)
    memory.inboxes.create(inbox, memory.clock())
    return inbox, TOKENS.issue(inbox, timedelta(minutes=10)).text


def test_a_private_inbox_is_watched_with_its_token(memory: Memory, watcher: Watcher) -> None:
    inbox, token = given_private_inbox(memory)
    answer(event("$connect"), over(watcher))

    told = reply(watcher, {"type": "subscribe", "email": ALICE, "token": token})

    assert (told["type"], told["email"]) == ("subscribed", ALICE)
    assert token not in json.dumps(told)
    assert len(memory.watching.subscribers(inbox.id, memory.clock())) == 1


def test_a_ticket_subscribes_for_as_long_as_the_token_it_was_made_with(
    memory: Memory, watcher: Watcher
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
    memory: Memory, watcher: Watcher
) -> None:
    inbox, token = given_private_inbox(memory)
    ticket = TOKENS.ticket(TOKENS.read(token)).text
    answer(event("$connect"), over(watcher))

    memory.inboxes.rotate(inbox.id, inbox.token_version)
    told = reply(watcher, {"type": "subscribe", "email": ALICE, "token": ticket})

    assert told["error"]["code"] == "AUTHENTICATION_ERROR"
    assert memory.rows.watches == {}


def test_what_a_ticket_subscribed_to_dies_with_the_token(memory: Memory, watcher: Watcher) -> None:
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
    memory: Memory, watcher: Watcher, logs: io.StringIO, change: dict[str, Any], code: str
) -> None:
    _, token = given_private_inbox(memory)
    memory.inboxes.create(samples.inbox("other@mayfly.example", access=Access.TOKEN), samples.NOW)
    answer(event("$connect"), over(watcher))

    told = reply(watcher, {"type": "subscribe", "email": ALICE, "token": token} | change)

    assert told["error"]["code"] == code
    assert memory.rows.watches == {}
    assert token not in logs.getvalue() + json.dumps(told)


def test_who_subscribes_to_an_account_is_told_what_its_mailboxes_hold(memory: Memory) -> None:
    flows = over(Watcher(memory.watching, memory.inboxes, memory.clock), memory)
    account = given_account(memory)
    mailbox = given_mailbox(memory, account)
    token = FakeFlows(memory).account_tokens.issue(account.id, SESSION, samples.NOW + WEEK).text
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
    flows = over(Watcher(memory.watching, memory.inboxes, memory.clock), memory)
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
