"""What the connections of one bridge share: logins, the inboxes they opened, and raw messages."""

import asyncio
import hmac
import os
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from mayfly_client.bridge import limits
from mayfly_client.bridge.api import websocket
from mayfly_client.bridge.api.client import Client, socket_of
from mayfly_client.bridge.api.websocket import WebSocket
from mayfly_client.bridge.boxes import Box
from mayfly_client.bridge.errors import Gone, LoginRefused, Unreachable
from mayfly_client.bridge.inbox import Inbox
from mayfly_client.bridge.logins import Login, log_in, still_open
from mayfly_client.bridge.raws import Raws
from mayfly_client.bridge.watch import watch

_Key = bytes


class Hub:
    """Mail clients open several connections: they share a login, its inboxes and their watches.

    So an account's other sessions are not pushed out by new ones, and what one connection changes
    the others hear.
    """

    def __init__(self, client: Client, socket: str, *, forwards: bool = False) -> None:
        self._client = client
        self._socket = socket
        self._forwards = forwards
        self._salt = os.urandom(32)
        self._logins: OrderedDict[_Key, Login] = OrderedDict()
        self._inboxes: OrderedDict[tuple[_Key, str], Inbox] = OrderedDict()
        self._watches: dict[tuple[_Key, str], tuple[asyncio.Task[None], int]] = {}
        self._raws = Raws(limits.RAW_CACHE_BYTES)
        self._turns: dict[_Key, asyncio.Lock] = {}

    async def log_in(self, name: str, secret: str, address: str) -> "Session":
        """Open what they open, at once if the same were used before; `address` is the client's."""
        key = hmac.digest(self._salt, repr((name, secret)).encode("utf-8", "replace"), "sha256")
        client = replace(self._client, address=address) if self._forwards else self._client
        turn = self._turns.setdefault(key, asyncio.Lock())
        try:
            async with turn:
                login = await _opened(client, self._logins.get(key), name, secret)
                self._keep(key, login)
        finally:
            if not turn.locked():
                self._turns.pop(key, None)
        return Session(self, key, login, client)

    def _keep(self, key: _Key, login: Login) -> None:
        self._logins[key] = login
        self._logins.move_to_end(key)
        if len(self._logins) > limits.LOGINS_KEPT:
            self._logins.popitem(last=False)

    def inbox(self, key: _Key, box: Box) -> Inbox:
        """The inbox of this box, which others of the same login may have open."""
        place = (key, box.id)
        found = self._inboxes.get(place)
        if found is None or found.failure is not None:
            found = self._inboxes[place] = Inbox(box, self._raws)
        self._inboxes.move_to_end(place)
        idle = [each for each in self._inboxes if each not in self._watches and each != place]
        for each in idle[: max(0, len(self._inboxes) - limits.INBOXES_KEPT)]:
            del self._inboxes[each]
        return found

    @asynccontextmanager
    async def watching(self, key: _Key, inbox: Inbox) -> AsyncIterator[None]:
        """Hear of what comes in until the block ends."""
        place = (key, inbox.box.id)
        task, users = self._watches.get(place, (None, 0))
        if task is None or task.done():
            task = asyncio.ensure_future(watch(inbox, self._opened_socket))
        self._watches[place] = (task, users + 1)
        try:
            yield
        finally:
            task, users = self._watches[place]
            if users > 1:
                self._watches[place] = (task, users - 1)
            else:
                del self._watches[place]
                task.cancel()
                await asyncio.wait({task})

    @asynccontextmanager
    async def _opened_socket(self) -> AsyncIterator[WebSocket | None]:
        """A WebSocket; None where nothing says where it is."""
        self._socket = self._socket or await socket_of(self._client.http)
        if not self._socket:
            yield None
            return
        async with websocket.opened(self._socket, self._client.http.context) as socket:
            yield socket

    async def close(self) -> None:
        """End the connections to Mayfly."""
        await self._client.http.close()


async def _opened(client: Client, known: Login | None, name: str, secret: str) -> Login:
    try:
        if known is not None:
            with suppress(LoginRefused, Gone):
                return await still_open(client, known)
        return await log_in(client, name, secret)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unreachable("what answered is no Mayfly") from error  # JSON, and not what it should


class Session:
    """One connection's login."""

    def __init__(self, hub: Hub, key: _Key, login: Login, client: Client) -> None:
        self.login = login
        self._hub = hub
        self._key = key
        self._client = client

    async def renew(self) -> None:
        """See which inboxes there are now."""
        self.login = await still_open(self._client, self.login)

    def inbox(self, box: Box) -> Inbox:
        """See Hub."""
        return self._hub.inbox(self._key, box)

    @asynccontextmanager
    async def watching(self, inbox: Inbox) -> AsyncIterator[None]:
        """See Hub."""
        async with self._hub.watching(self._key, inbox):
            yield
