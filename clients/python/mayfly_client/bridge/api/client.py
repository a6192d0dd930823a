"""What the API answers, and what its errors mean to a mail client."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from mayfly_client.bridge import limits
from mayfly_client.bridge.api.http import Answer, Http, Origin
from mayfly_client.bridge.errors import Busy, Gone, LoginRefused, Refused, Unreachable

_AGAIN = (429, 503)
_SAYABLE = re.compile(r"[\x21-\x7e]*")
_SAID_CHARS = 200


def path(*parts: str) -> str:
    """A path of these parts, each of which may be anything."""
    return "/".join(["", *(quote(each, safe="@:") for each in parts)])


@dataclass(frozen=True, slots=True)
class Client:
    """One Mayfly, as one mail client asks it. `address` is the mail client's, if it is told."""

    http: Http
    address: str = ""

    async def ask(self, method: str, target: str, body: Any = None, *, token: str = "") -> Answer:
        """A good answer. Waits when it is told to come later, but not for long.

        LoginRefused for 401, Gone for 404, Busy and Refused for the rest; Unreachable for none.
        What cannot stand in a header is no token: then it is LoginRefused without asking.
        """
        if not _SAYABLE.fullmatch(token):
            raise LoginRefused("this is no token")
        headers = self._headers(token)
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        left = limits.WAIT_SECONDS
        while True:
            answer = await self.http.ask(method, self._target(target), headers, content)
            if answer.status not in _AGAIN:
                return _good(answer)
            pause = _pause(answer)
            if pause > left:
                raise Busy(_said(answer))
            left -= pause
            await asyncio.sleep(pause)

    async def fetch(self, target: str, token: str = "") -> bytes:
        """The bytes, wherever they are: elsewhere they are asked for without the token."""
        answer = await self.ask("GET", target, token=token)
        if answer.status != 302:
            return answer.content
        try:
            origin = Origin.of(answer.headers.get("location", ""))
        except ValueError as error:
            raise Unreachable("what answered is no Mayfly") from error
        elsewhere = Http(origin, self.http.context)
        try:
            return _good(await elsewhere.ask("GET", origin.path or "/", {})).content
        finally:
            await elsewhere.close()

    def _target(self, target: str) -> str:
        return self.http.origin.path.rstrip("/") + target

    def _headers(self, token: str) -> dict[str, str]:
        headers = {"Accept": "*/*", "User-Agent": "mayfly-bridge"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if self.address:
            headers["X-Forwarded-For"] = self.address
        return headers


def _good(answer: Answer) -> Answer:
    if answer.status < 400:
        return answer
    said = _said(answer)
    if answer.status == 401:
        raise LoginRefused(said)
    if answer.status in (404, 410):
        raise Gone(said)
    if answer.status in _AGAIN:
        raise Busy(said)
    if answer.status >= 500:
        raise Unreachable(f"Mayfly has failed ({answer.status})")
    raise Refused(said)


def _said(answer: Answer) -> str:
    """What the error says, on one line of ASCII."""
    try:
        message = json.loads(answer.content)["error"]["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        message = f"Mayfly answered {answer.status}"
    text = "".join(each if " " <= each <= "~" else " " for each in str(message))
    return text[:_SAID_CHARS]


def _pause(answer: Answer) -> float:
    text = answer.headers.get("retry-after", "1")
    return max(0.05, float(text)) if text.isdigit() and len(text) < 6 else 1.0


async def socket_of(http: Http) -> str:
    """Where the page of this Mayfly finds the WebSocket; "" if nothing says so."""
    found: Mapping[str, Any]
    try:
        found = (await Client(http).ask("GET", "/config.json")).document
        url = str(found["socketUrl"])
        Origin.of(url)
    except (Gone, Refused, Unreachable, Busy, LoginRefused, KeyError, TypeError, ValueError):
        return ""
    return url
