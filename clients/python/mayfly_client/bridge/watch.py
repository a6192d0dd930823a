"""Hear of new messages: over the WebSocket, or by asking now and then where there is none."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from mayfly_client.bridge import limits
from mayfly_client.bridge.api.websocket import WebSocket
from mayfly_client.bridge.errors import BridgeError, Gone, LoginRefused, Unreachable
from mayfly_client.bridge.inbox import Inbox

logger = logging.getLogger("mayfly.bridge")

_NEWS = frozenset({"new-message", "new_email"})


Frame = dict[str, Any]
Opened = Callable[[], AbstractAsyncContextManager[WebSocket | None]]


async def watch(inbox: Inbox, opened: Opened) -> None:
    """Until it is cancelled, or the inbox is gone or opens no more: `failure` says so then."""
    fetching = asyncio.ensure_future(_fetch(inbox))
    try:
        await _watch(inbox, opened)
    finally:
        fetching.cancel()


async def _fetch(inbox: Inbox) -> None:
    """Have fetched what comes in elsewhere; the WebSocket tells of it."""
    while True:
        await asyncio.sleep(limits.FETCH_SECONDS)
        await inbox.fetch()


async def _watch(inbox: Inbox, opened: Opened) -> None:
    failures = 0
    while True:
        try:
            async with opened() as socket:
                if socket is None:
                    await asyncio.sleep(limits.LOOK_SECONDS)
                    await inbox.look()
                else:
                    wish = await inbox.box.subscription(inbox.last)
                    await _subscribe(inbox, socket, wish)
                    failures = 0
                    await _listen(inbox, socket, wish)
        except (Gone, LoginRefused) as error:
            inbox.failure = error
            inbox.tell()
            return
        except BridgeError as error:
            logger.debug("not watching: %s", error)
            pauses = limits.RECONNECT_SECONDS
            await asyncio.sleep(pauses[min(failures, len(pauses) - 1)])
            failures += 1


async def _subscribe(inbox: Inbox, socket: WebSocket, wish: Frame) -> None:
    try:
        async with asyncio.timeout(limits.ANSWER_SECONDS):
            await socket.say(wish)
            while (frame := await socket.next()).get("type") != "subscribed":
                _check(frame)
    except (OSError, TimeoutError) as error:
        raise Unreachable("the WebSocket does not answer") from error
    await inbox.hear()  # of an account nothing is replayed


async def _listen(inbox: Inbox, socket: WebSocket, wish: Frame) -> None:
    """Until the connection is over, or the token that was sent is not the one of now any more."""
    coming = asyncio.ensure_future(socket.next())
    inbox.is_heard = True
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=limits.WORD_SECONDS)
            if not done:
                await socket.say({"type": "ping"})
                # A subscription ends with its token, and says nothing.
                await inbox.look()
                if (await inbox.box.subscription(0)).get("token") != wish.get("token"):
                    return
                continue
            frame = coming.result()
            coming = asyncio.ensure_future(socket.next())
            _check(frame)
            if frame.get("type") in _NEWS and not _is_known(inbox, frame):
                await inbox.hear()
    finally:
        inbox.is_heard = False
        coming.cancel()


def _check(frame: Any) -> None:
    """Unreachable for a refusal: it is asked again, and the HTTP API says why if that lasts."""
    if frame.get("type") == "error":
        raise Unreachable("the WebSocket refuses")


def _is_known(inbox: Inbox, frame: Any) -> bool:
    """Whether a frame tells nothing new: of another mailbox, or one that a list had."""
    if frame.get("mailboxId", inbox.box.id) != inbox.box.id:
        return True
    number = frame.get("data", {}).get("seq") or frame.get("email", {}).get("id")
    return isinstance(number, int) and number <= inbox.last
