"""`mayfly watch`: each message as it comes in, by WebSocket, else by waiting again and again."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from mayfly_client.bridge.api.client import socket_of
from mayfly_client.bridge.api.http import Http, Origin
from mayfly_client.bridge.api.websocket import WebSocket, opened
from mayfly_client.bridge.errors import BridgeError, Unreachable
from mayfly_client.bridge.limits import RECONNECT_SECONDS
from mayfly_client.cli.context import Context, hint
from mayfly_client.cli.printing import as_json, plain
from mayfly_client.cli.settings import WrongUse
from mayfly_client.errors import MayflyError, WaitTimeout
from mayfly_client.errors import Unreachable as NotReached
from mayfly_client.inbox import Inbox

_PING_SECONDS = 240.0
_NEW = "new-message"
NO_SOCKET = "off"


def watch(context: Context) -> None:
    """Print the messages until somebody ends it, or there were enough."""
    inbox, asked = context.inbox(), context.arguments
    _check_socket(context.settings.socket)
    after = inbox.given.start if asked.after is None else asked.after
    url = "" if inbox.kind == "mailbox" else asyncio.run(_socket(context))
    hint(f"Watching {inbox.address}; Ctrl-C ends it.")
    shown = 0
    show = _shower(asked.json)
    if not url:
        for mail in _polled(inbox, after):
            show(mail)
            shown += 1
            if shown == asked.count:
                return
    asyncio.run(_watch(url, trust(context), inbox, after, asked.count, show))


def _check_socket(url: str) -> None:
    try:
        if url and url != NO_SOCKET:
            Origin.of(url)
    except ValueError as error:
        raise WrongUse(f"the WebSocket: {error}") from error


def trust(context: Context) -> ssl.SSLContext | None:
    """What the service's certificate is checked with; None for what the system trusts."""
    path = context.settings.trust
    return ssl.create_default_context(cafile=path) if path else None


async def _socket(context: Context) -> str:
    if context.settings.socket:
        return "" if context.settings.socket == NO_SOCKET else context.settings.socket
    http = Http(Origin.of(context.client(context.remembered().url).url), trust(context))
    try:
        return await socket_of(http)
    finally:
        await http.close()


def _shower(as_lines_of_json: bool) -> Callable[[Any], None]:
    def show(message: Any) -> None:
        if as_lines_of_json:
            print(as_json(message), flush=True)
            return
        sender = message.get("from") or message.get("sender") or ""
        print(f"{time.strftime('%H:%M:%S')}  {plain(str(sender))}  ", end="")
        print(plain(str(message.get("subject", ""))), flush=True)

    return show


def _polled(inbox: Inbox, after: int) -> Any:
    """The messages, by one long request after the other."""
    inbox.given.start = after
    while True:
        try:
            mail = inbox.wait_for_message(timeout=3600)
        except WaitTimeout:
            continue
        yield {"from": mail.sender, "subject": mail.subject, "seq": mail.number}


async def _watch(
    url: str,
    context: ssl.SSLContext | None,
    inbox: Inbox,
    after: int,
    count: int,
    show: Callable[[Any], None],
) -> None:
    async for message in messages(url, context, inbox, after):
        show(message)
        count -= 1
        if count == 0:
            return


async def messages(
    url: str, context: ssl.SSLContext | None, inbox: Inbox, after: int
) -> AsyncIterator[dict[str, Any]]:
    """What the WebSocket announces, each once, however often the connection ends."""
    failures = 0
    while True:
        try:
            async with opened(url, context) as socket:
                asked = {"type": "subscribe", "email": inbox.address, "after": after}
                await socket.say(asked | ({"token": inbox.token} if _is_private(inbox) else {}))
                async for message in _announced(socket):
                    failures = 0
                    if message["seq"] > after:
                        after = message["seq"]
                        yield message
        except Unreachable as error:
            if failures >= len(RECONNECT_SECONDS):
                raise NotReached(str(error)) from error
            await asyncio.sleep(RECONNECT_SECONDS[failures])
            failures += 1
        except BridgeError as error:
            raise MayflyError(str(error)) from error


def _is_private(inbox: Inbox) -> bool:
    return inbox.kind == "private"


async def _announced(socket: WebSocket) -> AsyncIterator[dict[str, Any]]:
    pings = asyncio.create_task(_pinged(socket))
    try:
        while True:
            frame = await socket.next()
            kind = frame.get("type") if isinstance(frame, dict) else None
            said = frame.get("data" if kind == _NEW else "error") if kind else None
            if kind == _NEW and isinstance(said, dict) and isinstance(said.get("seq"), int):
                yield said
            elif kind == "error":
                message = said.get("message") if isinstance(said, dict) else None
                raise MayflyError(plain(str(message or "the WebSocket refuses")))
    finally:
        pings.cancel()


async def _pinged(socket: WebSocket) -> None:
    while True:
        await asyncio.sleep(_PING_SECONDS)
        await socket.say({"type": "ping"})


async def pong(url: str, context: ssl.SSLContext | None) -> None:
    """Say ping and hear pong; Unreachable if that is not so."""
    async with asyncio.timeout(10), opened(url, context) as socket:
        await socket.say({"type": "ping", "id": "doctor"})
        frame = await socket.next()
        if frame != {"type": "pong", "id": "doctor"}:
            raise Unreachable(f"the answer to a ping was {plain(json.dumps(frame))[:80]}")
