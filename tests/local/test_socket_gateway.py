"""The stand-in for API Gateway's WebSocket API, by a real WebSocket client."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from infra.local.apigateway.connections import BUFFER_BYTES, LoopSockets, Throttle
from infra.local.apigateway.websocket import SocketGateway, Times
from mayfly.errors import ConnectionGone, PushFailed
from tests.local.conftest import DEADLINE, listener

Event = dict[str, Any]


class Function:
    """A handler that remembers its events; it echoes messages."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.connect_status = 200
        self.refusal: Event = {}
        self.disconnected = threading.Event()

    def handle(self, event: Event) -> Any:
        self.events.append(event)
        match event["requestContext"]["eventType"]:
            case "CONNECT":
                return self.refusal or {"statusCode": self.connect_status}
            case "DISCONNECT":
                self.disconnected.set()
                return {"statusCode": 200}
        if event["body"] == "raise":
            raise RuntimeError("a bug")
        if event["body"] == "silence":
            return {"statusCode": 200}
        return {"statusCode": 200, "body": f"you said {event['body']}"}

    @property
    def connection_id(self) -> str:
        return str(self.events[0]["requestContext"]["connectionId"])


class Served:
    def __init__(self, port: int, http: aiohttp.ClientSession, gateway: SocketGateway) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.gateway = gateway
        self._http = http

    async def connect(self, path: str = "/") -> ClientWebSocketResponse:
        return await self._http.ws_connect(self.url + path)

    @property
    def reached(self) -> LoopSockets:
        """How functions reach the clients, from any thread."""
        return LoopSockets(self.gateway.connections, asyncio.get_running_loop())


@asynccontextmanager
async def serving(function: Function, **options: Any) -> AsyncIterator[Served]:
    socket_ = listener()
    with ThreadPoolExecutor(8) as threads:
        gateway = SocketGateway(function.handle, threads, **options)
        async with gateway.serving(socket_), aiohttp.ClientSession() as http:
            yield Served(socket_.getsockname()[1], http, gateway)


def run(test: Awaitable[None]) -> None:
    async def bounded() -> None:
        await asyncio.wait_for(test, DEADLINE)

    asyncio.run(bounded())


@pytest.fixture
def function() -> Function:
    return Function()


async def the_end(function: Function) -> Event:
    await asyncio.to_thread(function.disconnected.wait, DEADLINE)
    return next(e for e in function.events if e["requestContext"]["eventType"] == "DISCONNECT")


def test_a_connection_is_three_kinds_of_events(function: Function) -> None:
    async def talk() -> None:
        async with serving(function) as served:
            socket = await served.connect("/?token=a&token=b")
            await socket.send_str("hello")
            assert await socket.receive_str() == "you said hello"
            await socket.close(code=1000)
            await the_end(function)

    run(talk())

    connect, message, disconnect = function.events
    assert connect["requestContext"]["routeKey"] == "$connect"
    assert connect["queryStringParameters"] == {"token": "b"}
    assert connect["multiValueHeaders"]["Upgrade"] == ["websocket"]
    assert message["requestContext"]["routeKey"] == "$default"
    assert message["requestContext"]["eventType"] == "MESSAGE"
    assert message["requestContext"]["messageId"]
    assert (message["body"], message["isBase64Encoded"]) == ("hello", False)
    assert "headers" not in message
    assert disconnect["requestContext"]["disconnectStatusCode"] == 1000
    ids = {each["requestContext"]["connectionId"] for each in function.events}
    assert len(ids) == 1
    json.dumps(function.events)


def test_a_handler_that_refuses_ends_the_handshake(function: Function) -> None:
    function.connect_status = 403

    async def talk() -> None:
        async with serving(function) as served:
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await served.connect()
            assert refused.value.status == 403

    run(talk())

    assert len(function.events) == 1


def test_binary_messages_arrive_as_base64(function: Function) -> None:
    async def talk() -> None:
        async with serving(function) as served:
            socket = await served.connect()
            await socket.send_bytes(b"\x00\xff")
            await socket.receive()
            await socket.close()

    run(talk())

    assert (function.events[1]["body"], function.events[1]["isBase64Encoded"]) == ("AP8=", True)


def test_an_answer_without_a_body_sends_nothing(function: Function) -> None:
    async def talk() -> None:
        async with serving(function) as served:
            socket = await served.connect()
            await socket.send_str("silence")
            await socket.send_str("hello")
            assert await socket.receive_str() == "you said hello"
            await socket.close()

    run(talk())


def test_a_handler_that_raises_is_an_error_frame_and_no_end(function: Function) -> None:
    async def talk() -> None:
        async with serving(function) as served:
            socket = await served.connect()
            await socket.send_str("raise")
            told = json.loads(await socket.receive_str())
            assert told["message"] == "Internal server error"
            assert told["connectionId"] == function.connection_id
            await socket.send_str("hello")
            assert await socket.receive_str() == "you said hello"
            await socket.close()

    run(talk())


def test_a_frame_over_32_kb_ends_the_connection_with_1009(function: Function) -> None:
    async def talk() -> None:
        async with serving(function) as served:
            socket = await served.connect()
            await socket.send_str("x" * 32 * 1024)
            assert (await socket.receive()).type is WSMsgType.TEXT
            await socket.send_str("x" * (32 * 1024 + 1))
            await socket.receive()
            assert socket.close_code == 1009
            end = await the_end(function)
            assert end["requestContext"]["disconnectStatusCode"] == 1009

    run(talk())


@pytest.mark.parametrize(
    "times",
    [Times(idle=timedelta(milliseconds=50)), Times(whole=timedelta(milliseconds=50))],
    ids=["idle", "old"],
)
def test_idle_and_old_connections_are_sent_away(function: Function, times: Times) -> None:
    async def talk() -> None:
        async with serving(function, times=times) as served:
            socket = await served.connect()
            await socket.receive()
            assert socket.close_code == 1001

    run(talk())


@pytest.mark.parametrize("where", ["in the loop", "in a thread"])
def test_functions_reach_a_client_by_its_connection(function: Function, where: str) -> None:
    async def talk() -> None:
        async def call(what: Callable[..., object], *arguments: str) -> None:
            if where == "in the loop":
                what(*arguments)
            else:
                await asyncio.to_thread(what, *arguments)

        async with serving(function) as served:
            socket = await served.connect()
            one, reached = function.connection_id, served.reached
            await call(reached.post, one, "é first")
            await call(reached.post, one, "second")
            assert await socket.receive_str() == "é first"
            assert await socket.receive_str() == "second"
            assert reached.is_open(one)
            await call(reached.close, one)
            assert (await socket.receive()).type is WSMsgType.CLOSE

    run(talk())


def test_a_client_that_left_is_gone(function: Function) -> None:
    async def talk() -> None:
        async with serving(function) as served:
            socket = await served.connect()
            await socket.close()
            await the_end(function)
            one, reached = function.connection_id, served.reached
            with pytest.raises(ConnectionGone):
                await asyncio.to_thread(reached.post, one, "x")
            assert not reached.is_open(one)
            await asyncio.to_thread(reached.close, one)

    run(talk())


def test_a_frame_over_128_kb_is_refused(function: Function) -> None:
    async def talk() -> None:
        async with serving(function) as served:
            socket = await served.connect()
            with pytest.raises(PushFailed, match="PayloadTooLargeException"):
                served.reached.post(function.connection_id, "é" * (64 * 1024) + "x")
            served.reached.post(function.connection_id, "é" * (64 * 1024))
            assert len(await socket.receive_str()) == 64 * 1024
            await socket.close()

    run(talk())


def test_a_client_that_does_not_read_is_refused_more_and_delays_nobody(function: Function) -> None:
    async def talk() -> None:
        async with serving(function) as served:
            slow = await served.connect()
            slow_id, reached, frame = function.connection_id, served.reached, "x" * 100_000

            def fill() -> str:
                for _ in range(200 * BUFFER_BYTES // len(frame)):
                    try:
                        reached.post(slow_id, frame)
                    except PushFailed as error:
                        return str(error)
                return "never"

            transport = slow._response.connection.transport  # type: ignore[union-attr]
            assert transport is not None
            transport.pause_reading()
            assert "LimitExceededException" in await asyncio.to_thread(fill)
            other = await served.connect()
            await other.send_str("hello")
            assert await other.receive_str() == "you said hello"
            await other.close()
            transport.abort()

    run(talk())


def test_when_the_server_ends_clients_are_told(function: Function) -> None:
    async def talk() -> None:
        async with aiohttp.ClientSession() as http:
            async with serving(function) as served:
                socket = await http.ws_connect(served.url)
                reading = asyncio.create_task(socket.receive())
                await asyncio.sleep(0)
            await reading
            assert socket.close_code == 1001

    run(talk())


def test_a_plain_request_is_told_to_upgrade(function: Function) -> None:
    async def talk() -> None:
        async with (
            serving(function) as served,
            aiohttp.ClientSession() as http,
            http.get(served.url) as response,
        ):
            assert response.status == 426

    run(talk())


SLOW = Throttle(rate=1, burst=10, refused=1000)


def test_frames_that_come_too_fast_do_not_reach_the_function(function: Function) -> None:
    async def flood() -> list[str]:
        async with serving(function, pace=SLOW) as served:
            socket = await served.connect()
            for _ in range(100):
                await socket.send_str("hello")
            answers = [await socket.receive_str() for _ in range(100)]
            await socket.close()
            await the_end(function)
            return answers

    answers = asyncio.run(flood())

    asked = [each for each in function.events if each["requestContext"]["routeKey"] == "$default"]
    refused = [json.loads(each)["error"] for each in answers if each != "you said hello"]
    assert len(asked) + len(refused) == 100
    assert len(asked) < 100 / 2
    assert {each["code"] for each in refused} == {"RATE_LIMIT_EXCEEDED"}
    assert all("(SOCKET_RATE)" in each["message"] for each in refused)


def test_who_goes_on_sending_too_fast_is_sent_away(function: Function) -> None:
    async def flood() -> int | None:
        async with serving(function, pace=Throttle(rate=1, burst=10, refused=20)) as served:
            socket = await served.connect()
            with suppress(ConnectionError):
                for _ in range(500):
                    await socket.send_str("hello")
            while (await socket.receive()).type is WSMsgType.TEXT:
                pass
            await the_end(function)
            return socket.close_code

    assert asyncio.run(flood()) == 1008


def test_pings_of_the_protocol_are_answered_and_count(function: Function) -> None:
    async def ping() -> tuple[bytes, str]:
        async with serving(function, pace=SLOW) as served:
            socket = await served._http.ws_connect(served.url, autoping=False)
            await socket.ping(b"there?")
            pong = await socket.receive()
            for _ in range(50):
                await socket.ping()
            while (message := await socket.receive()).type is WSMsgType.PONG:
                pass
            await socket.close()
            return pong.data, message.data

    pong, refusal = asyncio.run(ping())

    assert pong == b"there?"
    assert json.loads(refusal)["error"]["code"] == "RATE_LIMIT_EXCEEDED"


def test_who_may_not_connect_is_told_why(function: Function) -> None:
    function.refusal = {"statusCode": 429, "headers": {"Retry-After": "60"}, "body": "enough"}

    async def connect() -> tuple[int, str | None, str]:
        async with serving(function) as served:
            headers = {"Connection": "Upgrade", "Upgrade": "websocket"}
            headers |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "A" * 22 + "=="}
            answer = await served._http.get(served.url, headers=headers)
            return answer.status, answer.headers.get("Retry-After"), await answer.text()

    assert asyncio.run(connect()) == (429, "60", "enough")
