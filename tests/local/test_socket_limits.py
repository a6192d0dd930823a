"""The limits of the WebSocket, by real clients of the whole laptop."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import aiohttp
import pytest

from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly

Talk = Callable[[aiohttp.ClientSession], Awaitable[Any]]
LIMITS: dict[str, Any] = {
    "SOCKET_FRAMES": "50",
    "SOCKET_REPLAYS": "3",
    "SOCKET_ADDRESS_WATCHERS": "4",
    "SOCKET_ADDRESS_CONNECTIONS": "8",
}


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly(**LIMITS) as running:
        yield running


def talking(talk: Talk) -> Any:
    async def bounded() -> Any:
        async with aiohttp.ClientSession() as http:
            return await asyncio.wait_for(talk(http), DEADLINE)

    return asyncio.run(bounded())


def test_a_flood_of_frames_is_refused_by_name_and_ends_the_connection(service: Mayfly) -> None:
    async def flood(http: aiohttp.ClientSession) -> list[Any]:
        async with http.ws_connect(service.websocket) as socket:
            for _ in range(400):
                await socket.send_str('{"type":"ping"}')
            return [json.loads(m.data) async for m in socket if m.type is aiohttp.WSMsgType.TEXT]

    heard = talking(flood)

    refused = [each["error"] for each in heard if each["type"] == "error"]
    assert sum(each["type"] == "pong" for each in heard) <= 50
    assert 0 < len(refused) < 350
    assert {each["code"] for each in refused} == {"RATE_LIMIT_EXCEEDED"}
    assert "(SOCKET_FRAMES)" in refused[0]["message"]


def test_resubscribing_does_not_push_everything_again_and_again(service: Mayfly) -> None:
    address = service.new_address()["email"]
    service.send(address, *[b"Subject: x\r\n\r\nx\r\n"] * 28)
    service.messages(address, 28)

    async def resubscribe(http: aiohttp.ClientSession) -> list[Any]:
        async with http.ws_connect(service.websocket) as socket:
            for _ in range(30):
                await socket.send_json({"type": "subscribe", "email": address, "after": 0})
            await socket.send_json({"type": "subscribe", "email": address})
            heard: list[Any] = []
            while sum(each["type"] == "subscribed" for each in heard) < 4:
                heard.append(await socket.receive_json())
            await asyncio.to_thread(service.send, address, b"Subject: last\r\n\r\nx\r\n")
            while heard[-1].get("data", {}).get("subject") != "last":
                heard.append(await socket.receive_json())
            return heard

    heard = talking(resubscribe)

    assert sum(each["type"] == "new-message" for each in heard) <= 3 * 28 + 1
    refused = [each["error"]["message"] for each in heard if each["type"] == "error"]
    assert len(refused) == 27
    assert all("(SOCKET_REPLAYS)" in each for each in refused)


def test_one_client_takes_a_share_of_the_places_and_dead_ones_come_back(service: Mayfly) -> None:
    address = service.new_address()["email"]

    async def crowd(http: aiohttp.ClientSession) -> tuple[list[Any], int]:
        sockets = [await http.ws_connect(service.websocket) for _ in range(8)]
        answers = []
        for each in sockets[:5]:
            await each.send_json({"type": "subscribe", "email": address})
            answers.append(await each.receive_json())
        try:
            await http.ws_connect(service.websocket)
        except aiohttp.WSServerHandshakeError as refused:
            status = refused.status
        for each in sockets:
            await each.close()
        return answers, status

    answers, status = talking(crowd)

    assert [each["type"] for each in answers] == ["subscribed"] * 4 + ["error"]
    assert "(SOCKET_ADDRESS_WATCHERS)" in answers[-1]["error"]["message"]
    assert status == 429
