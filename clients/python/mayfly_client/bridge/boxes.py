"""The inboxes of a Mayfly, of whatever kind, as one thing to read."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from mayfly_client.bridge import limits
from mayfly_client.bridge.api.client import Client, path
from mayfly_client.bridge.credentials import Credential
from mayfly_client.bridge.errors import Busy, Gone, LoginRefused, Refused, Unreachable

INBOX = "inbox"


@dataclass(frozen=True, slots=True)
class Line:
    """A message as lists show it. `number` is its place in the inbox: 1, 2, 3…"""

    number: int
    id: str
    size: int
    is_read: bool
    received_at: datetime
    subject: str
    sender: str
    folder: str = INBOX


class Box(Protocol):
    """One inbox, opened. Each call raises a BridgeError when it cannot be done."""

    @property
    def name(self) -> str:
        """Its address."""

    @property
    def id(self) -> str:
        """Of this life of the address."""

    @property
    def validity(self) -> int:
        """Seconds since 1970 at which this life began: a later one has a higher number."""

    @property
    def has_folders(self) -> bool:
        """Whether messages can be moved."""

    async def fetch(self, after: int) -> None:
        """Have Mayfly look into the mailbox elsewhere that the inbox shows, if it shows one.

        What came is listed then, with numbers above `after`, the last one that is known.
        """

    async def lines(self, after: int) -> list[Line]:
        """All messages with a number above this, oldest first."""

    async def held(self) -> int:
        """How many messages there are."""

    async def raw(self, line: Line) -> bytes:
        """The bytes that came in."""

    async def mark(self, lines: Sequence[Line], is_read: bool) -> None:
        """Mark them as read or not."""

    async def move(self, lines: Sequence[Line], folder: str) -> None:
        """Put them into this folder."""

    async def delete(self, lines: Sequence[Line]) -> None:
        """Delete them; those that are gone already are no error."""

    async def subscription(self, after: int) -> dict[str, Any]:
        """The frame that asks the WebSocket for what comes in."""


@dataclass(frozen=True, slots=True)
class PublicBox:
    """A public address, which everybody reads who knows it. Deleting needs its access token."""

    client: Client
    name: str
    id: str
    validity: int
    token: str = field(repr=False)
    has_folders: bool = False

    async def fetch(self, after: int) -> None:
        """See Box."""

    async def lines(self, after: int) -> list[Line]:
        """See Box."""
        found: list[Line] = []
        while True:
            page = await self._list(found[-1].number if found else after)
            found += [_line(each, each["id"], each["seq"]) for each in page]
            if len(page) < limits.PAGE_MESSAGES:
                return found

    async def _list(self, after: int) -> Sequence[Mapping[str, Any]]:
        target = path("api", "emails", self.name, "messages")
        answer = await self.client.ask("GET", f"{target}?{_part(after)}")
        page: Sequence[Mapping[str, Any]] = answer.document
        return page

    async def held(self) -> int:
        """See Box."""
        answer = await self.client.ask("GET", path("api", "emails", self.name, "status"))
        found = answer.document
        if int(instant(found["createdAt"]).timestamp()) != self.validity:
            raise Gone("the address was made again since")
        return int(found["messageCount"])

    async def raw(self, line: Line) -> bytes:
        """See Box."""
        return await self.client.fetch(path("api", "messages", line.id, "raw"))

    async def mark(self, lines: Sequence[Line], is_read: bool) -> None:
        """See Box."""

        async def mark(line: Line) -> None:
            with suppress(Gone):  # as of the others' that are changed together
                target = path("api", "messages", line.id)
                await self.client.ask("PATCH", target, {"isRead": is_read})

        await _together(mark, lines)

    async def move(self, lines: Sequence[Line], folder: str) -> None:
        """See Box."""
        raise Refused("a public address has no folders")

    async def delete(self, lines: Sequence[Line]) -> None:
        """See Box."""

        async def delete(line: Line) -> None:
            try:
                await self.client.ask("DELETE", path("api", "messages", line.id), token=self.token)
            except Gone:
                pass
            except LoginRefused as error:
                raise Refused(
                    "only the address's access token deletes: log in with it as the password"
                ) from error

        await _together(delete, lines)

    async def subscription(self, after: int) -> dict[str, Any]:
        """See Box."""
        return {"type": "subscribe", "email": self.name, "after": after}


async def _together(change: Callable[[Line], Awaitable[None]], lines: Sequence[Line]) -> None:
    """Change each of them, a few at once; what fails first is raised when those are done."""
    for at in range(0, len(lines), limits.REQUESTS_AT_ONCE):
        part = lines[at : at + limits.REQUESTS_AT_ONCE]
        for done in await asyncio.gather(*map(change, part), return_exceptions=True):
            if isinstance(done, BaseException):
                raise done


def _part(after: int) -> str:
    """With spam: what is held counts it, and mail clients have a folder for it."""
    return f"after={after}&limit={limits.PAGE_MESSAGES}&includeSpam=true"


@dataclass(frozen=True, slots=True)
class HeldBox:
    """A private inbox, or an account's mailbox: what a token opens."""

    client: Client
    name: str
    id: str
    validity: int
    credential: Credential = field(repr=False)
    has_folders: bool

    async def fetch(self, after: int) -> None:
        """See Box. Mayfly does so for this list only, once a minute at most."""
        if self.credential.is_account:
            return
        target = path("v1", "inboxes", self.id, "messages") + f"?since_uid={after}&limit=1"
        await self.credential.using(lambda token: self.client.ask("GET", target, token=token))

    async def lines(self, after: int) -> list[Line]:
        """See Box."""
        found: list[Line] = []
        while True:
            since = found[-1].number if found else after
            answer = await self._ask("GET", f"/messages?{_part(since)}")
            page = answer["messages"]
            found += [_line(each, str(each["id"]), each["id"], self._folder(each)) for each in page]
            if len(page) < limits.PAGE_MESSAGES:
                return found

    def _folder(self, listed: Mapping[str, Any]) -> str:
        return str(listed["folder"]) if self.has_folders else INBOX

    async def held(self) -> int:
        """See Box."""
        return int((await self._ask("GET", ""))["messageCount"])

    async def raw(self, line: Line) -> bytes:
        """See Box."""
        target = f"{self._path}/messages/{line.id}/raw"
        return await self.credential.using(lambda token: self.client.fetch(target, token))

    async def mark(self, lines: Sequence[Line], is_read: bool) -> None:
        """See Box."""
        await self._bulk(lines, {"isRead": is_read})

    async def move(self, lines: Sequence[Line], folder: str) -> None:
        """See Box."""
        await self._bulk(lines, {"folder": folder})

    async def delete(self, lines: Sequence[Line]) -> None:
        """See Box."""
        await self._bulk(lines, {"delete": True})

    async def subscription(self, after: int) -> dict[str, Any]:
        """See Box."""
        token = await self.credential.token()
        if self.credential.is_account:
            return {"type": "subscribe", "account": True, "token": token}
        return {"type": "subscribe", "email": self.name, "after": after, "token": token}

    async def _bulk(self, lines: Sequence[Line], change: Mapping[str, Any]) -> None:
        numbers = [each.number for each in lines]
        for at in range(0, len(numbers), limits.BULK_MESSAGES):
            part = numbers[at : at + limits.BULK_MESSAGES]
            answer = await self._ask("POST", "/messages:bulk", {"ids": part, **change})
            if any(each["result"] == "busy" for each in answer["results"]):
                raise Busy("too many write to this inbox at once")

    async def _ask(self, method: str, below: str, body: Any = None) -> Any:
        answer = await self.credential.using(
            lambda token: self.client.ask(method, self._path + below, body, token=token)
        )
        return answer.document

    @property
    def _path(self) -> str:
        return path("api", "user", "mailbox", self.id)


@dataclass(frozen=True, slots=True)
class EmptyBox:
    """What an account without a mailbox has for its INBOX: nothing comes in, nothing is there."""

    name: str
    credential: Credential = field(repr=False)
    id: str = "none"
    validity: int = 1
    has_folders: bool = False

    async def fetch(self, after: int) -> None:
        """See Box."""

    async def lines(self, after: int) -> list[Line]:
        """See Box."""
        return []

    async def held(self) -> int:
        """See Box."""
        return 0

    async def raw(self, line: Line) -> bytes:
        """See Box."""
        raise Gone("there is no such message")

    async def mark(self, lines: Sequence[Line], is_read: bool) -> None:
        """See Box."""

    async def move(self, lines: Sequence[Line], folder: str) -> None:
        """See Box."""

    async def delete(self, lines: Sequence[Line]) -> None:
        """See Box."""

    async def subscription(self, after: int) -> dict[str, Any]:
        """See Box."""
        return {"type": "subscribe", "account": True, "token": await self.credential.token()}


def _line(listed: Mapping[str, Any], key: str, number: int, folder: str = INBOX) -> Line:
    """A message of a list; Unreachable for what no Mayfly lists."""
    try:
        name, address = listed["fromName"], listed["from"]
        return Line(
            number=int(number),
            id=key,
            size=int(listed["size"]),
            is_read=bool(listed["isRead"]),
            received_at=instant(listed["receivedAt"]),
            subject=str(listed["subject"]),
            sender=f"{name} <{address}>" if name else str(address),
            folder=folder,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreachable("what answered is no Mayfly") from error


def instant(text: str) -> datetime:
    """A time as the API writes it."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
