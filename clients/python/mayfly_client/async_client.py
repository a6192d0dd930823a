"""`AsyncMayfly`: one service, for asyncio."""

from collections.abc import Awaitable, Generator
from types import TracebackType
from typing import Any, Self, Unpack

from mayfly_client.client import TTL_SECONDS, Client, opened_of, sender_of, trust_of
from mayfly_client.flows import Async, Flow
from mayfly_client.inbox import AsyncInbox, Opened
from mayfly_client.options import Options
from mayfly_client.transport import Loop


class Opening:
    """An inbox that is being made: to be awaited, or entered as a context."""

    def __init__(self, made: Awaitable[AsyncInbox]) -> None:
        self._made = made
        self._inbox: AsyncInbox | None = None

    def __await__(self) -> Generator[Any, None, AsyncInbox]:
        return self._made.__await__()

    async def __aenter__(self) -> AsyncInbox:
        self._inbox = await self
        return self._inbox

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._inbox is not None:
            await self._inbox.__aexit__(kind, error, trace)


class AsyncMayfly(Client[Async]):
    """A Mayfly, in one event loop. Its methods are awaited."""

    def __init__(self, url: str = "", **options: Unpack[Options]) -> None:
        super().__init__(sender_of(url, options))
        self._loop = Loop(trust_of(options))

    def run(self, flow: Flow[Any]) -> Any:
        """An awaitable of what comes of it."""
        return self._loop.run(flow)

    def inbox(self, *, token_ttl_seconds: int = TTL_SECONDS, domain: str | None = None) -> Opening:
        """A new private inbox; see `Mayfly.inbox`."""
        return Opening(self.run(self._private(self._made, token_ttl_seconds, domain)))

    def public_address(self, *, domain: str | None = None) -> Opening:
        """A new public address; see `Mayfly.public_address`."""
        return Opening(self.run(self._public(self._made, domain)))

    def mailbox(self, alias: str | None = None, *, domain: str | None = None) -> Opening:
        """A new mailbox of an account; see `Mayfly.mailbox`."""
        return Opening(self.run(self._mailbox(self._made, alias, domain)))

    def open(
        self,
        address: str,
        *,
        kind: str = "private",
        id: str = "",
        token: str = "",
        after: int | None = None,
    ) -> Opening:
        """An inbox that there is; see `Mayfly.open`."""
        opened = opened_of(kind, id, address, token or self._sender.credentials.token)
        return Opening(self.run(self._reopened(self._made, opened, after)))

    async def logged_in(self, email: str, password: str) -> "AsyncMayfly":
        """The same Mayfly as this account."""
        found = AsyncMayfly.__new__(AsyncMayfly)
        found._loop = self._loop
        found._sender = await self.run(self._logged_in(email, password))
        return found

    def _made(self, opened: Opened, after: int = 0) -> AsyncInbox:
        return AsyncInbox(self, self._sender.with_token(opened.token), opened, after)

    async def close(self) -> None:
        """End the connections that are kept."""
        await self._loop.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
