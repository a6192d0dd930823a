"""Every field of the WebSocket's frames with input that is known to bring parsers down."""

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args

import pytest

from functions.websocket.handler import answer
from mayfly import limits
from mayfly.subscriptions import account_frames as account_socket
from mayfly.subscriptions import frames as socket
from tests.bounds.growth import excess
from tests.bounds.pumps import PUMPS
from tests.memory import Memory
from tests.subscriptions.test_websocket_routes import event, over
from tests.watchers import watcher_over

FRAMES: dict[type, dict[str, Any]] = {
    socket.Subscribe: {
        "type": "subscribe",
        "email": "a@b.example",
        "after": 0,
        "token": "x",
        "filter": {"subject": "x"},
    },
    socket.Unsubscribe: {"type": "unsubscribe", "email": "a@b.example", "token": "x"},
    socket.Ping: {"type": "ping", "id": "x"},
    account_socket.SubscribeAccount: {
        "type": "subscribe",
        "account": True,
        "token": "x",
        "filter": {"subject": "x"},
    },
    account_socket.UnsubscribeAccount: {"type": "unsubscribe", "account": True},
}
PLACES = [(kind, name) for kind, frame in FRAMES.items() for name in frame]
OTHER_KINDS: dict[str, Callable[[int], str]] = {
    "digits": lambda size: "9" * size,
    "lists in lists": lambda size: "[" * size,
    "many names": lambda size: "{" + ",".join(f'"{n}":0' for n in range(size // 9)) + "}",
    "not a number": lambda size: "NaN",
}


def told(frame: str) -> dict[str, Any]:
    """The frame that goes back; one about a failure of ours is none."""
    memory = Memory()
    watcher = watcher_over(memory)
    answered = answer(event("$default", frame), over(watcher, memory))
    reply: dict[str, Any] = json.loads(answered["body"])
    assert reply.get("error", {}).get("code") != "INTERNAL_ERROR", reply
    return reply


def test_every_kind_of_frame_and_every_field_is_tried() -> None:
    kinds = {*get_args(socket.Request), *get_args(account_socket.AccountRequest)}

    assert {each for each in kinds if isinstance(each, type)} == set(FRAMES)
    for kind, frame in FRAMES.items():
        read = {"filter" if each.name == "wanted" else each.name for each in fields(kind)}
        assert read == set(frame) - {"type", "account"}


@pytest.mark.parametrize(("kind", "name"), PLACES, ids=lambda each: getattr(each, "__name__", each))
def test_a_field_of_a_frame_costs_what_its_length_does(kind: type, name: str) -> None:
    def grows(make: Callable[[int], str], most: int) -> str:
        def work(size: int) -> Callable[[], object]:
            sent = make(size)
            frame = json.dumps(FRAMES[kind] | {name: "HOLE"}).replace('"HOLE"', sent)
            return lambda: told(frame)

        return excess(work, most)

    for pump in PUMPS.values():
        for most in (limits.MAX_FIELD_CHARS, limits.MAX_FRAME_BYTES // 6 - 100):
            assert not grows(lambda size, pump=pump: json.dumps(pump(size)), most)  # type: ignore[misc]
    for make in OTHER_KINDS.values():
        assert not grows(make, limits.MAX_FRAME_BYTES - 200)


@pytest.mark.parametrize("size", [limits.MAX_FIELD_CHARS + 1, limits.MAX_FRAME_BYTES - 200])
@pytest.mark.parametrize(("kind", "name"), PLACES, ids=lambda each: getattr(each, "__name__", each))
def test_a_field_that_is_too_long_is_named(kind: type, name: str, size: int) -> None:
    refusal = told(json.dumps(FRAMES[kind] | {name: "x" * size}))["error"]

    assert refusal["code"] == "VALIDATION_ERROR"
    assert name in refusal["message"]
    assert len(refusal["message"]) < 200


def test_a_frame_is_refused_unread_that_is_larger_than_frames_can_be() -> None:
    refusal = told("[" * (limits.MAX_FRAME_BYTES + 1))["error"]

    assert str(limits.MAX_FRAME_BYTES) in refusal["message"]
