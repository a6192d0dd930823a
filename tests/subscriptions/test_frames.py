"""The frames of the WebSocket, field by field."""

import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from mayfly import limits
from mayfly.errors import (
    BodyTooLarge,
    InboxNotFound,
    InvalidAddress,
    InvalidInput,
    LimitReached,
    MayflyError,
)
from mayfly.filters.fields import filter_of
from mayfly.inboxes.ids import MessageId
from mayfly.mail.address import Address
from mayfly.messages.models import AttachmentLine, Message
from mayfly.messages.schemas import MessageLine
from mayfly.subscriptions import frames as socket
from mayfly.subscriptions.account_frames import SubscribeAccount
from mayfly.subscriptions.frames import SOCKET_TYPES
from tests import samples

ALICE = Address.parse("alice@mayfly.example")


def message(**summary: object) -> Message:
    inbox = samples.inbox()
    message_id = MessageId(inbox.id, 7, samples.accepted().mail)
    return Message(message_id, samples.summary(**summary), inbox.expires_at)


@pytest.mark.parametrize(
    ("body", "request_"),
    [
        ('{"type":"subscribe","email":"a@b.example"}', socket.Subscribe("a@b.example")),
        (
            '{"type":"subscribe","email":"a@b.example","after":0}',
            socket.Subscribe("a@b.example", 0),
        ),
        (
            '{"type":"subscribe","email":"a@b.example","after":null}',
            socket.Subscribe("a@b.example"),
        ),
        (
            '{"type":"subscribe","email":"a@b.example","filter":{"from":"shop"}}',
            socket.Subscribe("a@b.example", wanted=filter_of({"from": "shop"})),
        ),
        (
            '{"type":"subscribe","account":true,"token":"x","filter":{"q":"-from:shop"}}',
            SubscribeAccount("x", filter_of({"q": "-from:shop"})),
        ),
        ('{"type":"unsubscribe","email":"a@b.example"}', socket.Unsubscribe("a@b.example")),
        (
            '{"type":"unsubscribe","email":"a@b.example","token":"t"}',
            socket.Unsubscribe("a@b.example", "t"),
        ),
        ('{"type":"ping"}', socket.Ping()),
        ('{"type":"ping","id":"x1"}', socket.Ping("x1")),
        ('{"type":"ping","id":0}', socket.Ping(0)),
    ],
)
def test_what_clients_send_is_read(body: str, request_: socket.Request) -> None:
    assert socket.read(body) == request_


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("", "JSON"),
        ("ping", "JSON"),
        ('{"type":', "JSON"),
        ("[" * 10_000, "nested too deep"),
        ('{"type":"ping","id":NaN}', "JSON"),
        ("[]", "object"),
        ('"ping"', "object"),
        ("{}", "type"),
        ('{"type":"new-message"}', "type"),
        ('{"type":["ping"]}', "type"),
        ('{"type":"subscribe"}', "email"),
        ('{"type":"subscribe","email":7}', "email"),
        ('{"type":"unsubscribe","email":null}', "email"),
        ('{"type":"subscribe","email":"a@b.example","after":-1}', "after"),
        ('{"type":"subscribe","email":"a@b.example","after":1.5}', "after"),
        ('{"type":"subscribe","email":"a@b.example","after":"1"}', "after"),
        ('{"type":"subscribe","email":"a@b.example","after":true}', "after"),
        ('{"type":"subscribe","email":"a@b.example","filter":"x"}', "filter"),
        ('{"type":"subscribe","email":"a@b.example","filter":{"form":"x"}}', "no field 'form'"),
        ('{"type":"subscribe","email":"a@b.example","filter":{"larger":1e999}}', "larger"),
        ('{"type":"subscribe","account":true,"token":"x","filter":{"from":1}}', "from"),
        ('{"type":"ping","id":{}}', "id"),
        ('{"type":"ping","email":"a@b.example"}', "unknown field 'email'"),
        ('{"type":"subscribe","email":"a@b.example","since":1}', "unknown field 'since'"),
        ('{"type":"unsubscribe","email":"a@b.example","after":0}', "unknown field 'after'"),
        ('{"type":"subscribe","account":true,"token":"x","more":1}', "unknown field 'more'"),
        ('{"type":"unsubscribe","account":true,"token":"x"}', "unknown field 'token'"),
        ('{"type":"ping","id":1e999}', "id"),
        ('{"type":"ping","id":"' + "x" * 129 + '"}', "id"),
    ],
)
def test_anything_else_is_refused_and_the_reason_is_named(body: str, named: str) -> None:
    with pytest.raises(InvalidInput, match=named):
        socket.read(body)


def test_a_frame_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(BodyTooLarge):
        socket.read('{"type":"ping"}' + " " * limits.MAX_FRAME_BYTES)


def test_every_declared_type_is_understood() -> None:
    for name in SOCKET_TYPES:
        frame = {"type": name} | ({} if name == "ping" else {"email": "a@b.example"})
        socket.read(json.dumps(frame))


def test_subscribed_and_unsubscribed_name_the_address_in_its_one_spelling() -> None:
    inbox = replace(samples.inbox(), sequence=3)

    assert json.loads(socket.subscribed(inbox)) == {
        "type": "subscribed",
        "email": "alice@mayfly.example",
        "seq": 3,
        "expiresAt": "2026-01-02T12:00:00Z",
    }
    assert json.loads(socket.unsubscribed(ALICE)) == {
        "type": "unsubscribed",
        "email": "alice@mayfly.example",
    }


def test_pong_echoes_an_id_and_only_if_there_was_one() -> None:
    assert socket.pong(socket.Ping()) == '{"type":"pong"}'
    assert socket.pong(socket.Ping(0)) == '{"type":"pong","id":0}'
    assert socket.pong(socket.Ping("ü")) == '{"type":"pong","id":"ü"}'


def test_a_new_message_is_as_document_000_has_it() -> None:
    announced = message()

    frame = json.loads(socket.new_message(announced, ALICE))

    assert set(frame) == {"type", "data"}
    assert frame["type"] == "new-message"
    documented = ("id", "from", "subject", "receivedAt", "hasAttachments")
    assert {name: frame["data"][name] for name in documented} == {
        "id": str(announced.id),
        "from": "orders@shop.example",
        "subject": "Your order",
        "receivedAt": "2026-01-01T12:00:00Z",
        "hasAttachments": True,
    }
    assert frame["data"] == msgspec.to_builtins(MessageLine.of(announced)) | {
        "email": "alice@mayfly.example"
    }


@pytest.mark.parametrize("character", ["x", "\x01", "ü", "\U0001f98b"])
def test_a_new_message_fits_into_a_frame_whatever_it_holds(character: str) -> None:
    huge = message(
        attachments=(AttachmentLine(character * 9_000, 1),) * 8,
        preview=character * 9_000,
        subject=character * 9_000,
        from_name=character * 9_000,
    )

    text = socket.new_message(huge, ALICE)

    frame = json.loads(text)
    assert len(text.encode()) <= limits.MAX_FRAME_BYTES
    assert frame["data"]["seq"] == 7
    assert frame["data"]["hasAttachments"] is True


def test_an_ordinary_message_with_many_attachments_is_announced_whole() -> None:
    files = tuple(AttachmentLine(f"{'ü' * 120}{n}.pdf", 1) for n in range(8))

    frame = json.loads(socket.new_message(message(attachments=files), ALICE))

    assert len(frame["data"]["attachments"]) == 8


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (InvalidInput("no"), "VALIDATION_ERROR"),
        (InvalidAddress("no"), "VALIDATION_ERROR"),
        (InboxNotFound("no"), "NOT_FOUND"),
        (LimitReached("no"), "RATE_LIMIT_EXCEEDED"),
        (BodyTooLarge("no"), "PAYLOAD_TOO_LARGE"),
    ],
)
def test_an_error_has_the_envelope_of_the_http_api(failure: MayflyError, code: str) -> None:
    assert json.loads(socket.error(failure)) == {
        "type": "error",
        "error": {"code": code, "message": "no", "details": []},
    }


def test_an_error_of_ours_keeps_its_reason_to_itself() -> None:
    assert "secret" not in socket.error(KeyError("secret"))


def test_an_error_says_which_address_it_is_about() -> None:
    frame: dict[str, Any] = json.loads(
        socket.error(InboxNotFound("no"), socket.Subscribe("a@b.example"))
    )

    assert frame["email"] == "a@b.example"


def test_what_a_client_sent_cannot_make_an_error_too_large_or_unsendable() -> None:
    text = socket.error(InvalidInput("no"), socket.Unsubscribe("\ud800" * 30_000))

    assert len(text.encode()) < 2_000
