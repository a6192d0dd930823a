"""A token, and how to get the next one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mayfly_client.bridge.errors import LoginRefused

_Answered = TypeVar("_Answered")


class Credential:
    """A token that opens an inbox or an account. With a password behind it, it is renewed."""

    def __init__(
        self, token: str, renew: Callable[[], Awaitable[str]] | None, *, is_account: bool
    ) -> None:
        self.is_account = is_account
        self._token = token
        self._renew = renew
        self._turn = asyncio.Lock()

    async def token(self) -> str:
        """The token of now."""
        return self._token

    async def using(self, ask: Callable[[str], Awaitable[_Answered]]) -> _Answered:
        """The answer with the token; with the next one, if this one does not count any more."""
        used = self._token
        try:
            return await ask(used)
        except LoginRefused:
            if self._renew is None:
                raise
        async with self._turn:
            if self._token == used:
                self._token = await self._renew()
        return await ask(self._token)
