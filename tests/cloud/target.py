"""A running Mayfly as its clients see it, wherever it runs, and what of it tests can look into."""

import asyncio
import json
import smtplib
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from infra.local.apigateway.page import WEB
from mayfly.page import files as page
from tests.cloud.inside import Inside

DEADLINE = 30.0  # seconds; a test that waits longer has failed

JSON = {"Content-Type": "application/json"}
_ATTEMPTS = 4
LACKS: Mapping[str, Mapping[str, str]] = {
    "laptop": {
        "two origins": "the laptop serves both from one port; browsers know them by two names",
        "any recipient": "the laptop refuses unknown recipients at RCPT TO",
        "inside": "the laptop's AWS is inside its process",
        "stack": "the laptop is no stack",
    },
    "emulator": {},
    "deployed": {
        "mail": "MAYFLY_SMTP=host:port is not given",
        "page": "MAYFLY_PAGE_URL is not given",
        "inside": "the account of a real deployment is not looked into",
        "stack": "a real deployment is not changed by tests",
    },
}
"""What a target cannot do, by the names that tests use in `@pytest.mark.needs(…)`, and why."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *given: Any, **named: Any) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass
class Target:
    """`trust` is a certificate that clients need; `inside` is there if tests may look into it."""

    name: str
    http: str
    websocket: str
    domain: str
    smtp: tuple[str, int] | None
    trust: Path | None = None
    inside: Inside | None = None
    page: str = ""
    _made: list[tuple[str, str]] = field(default_factory=list)

    def lacks(self, need: str) -> str | None:
        """Why it cannot do this; None if it can."""
        if need == "mail" and self.smtp is not None:
            return None
        if need == "page":
            if not (WEB / page.INDEX).is_file():
                return "web/ has no page"
            return None if self.page else LACKS[self.name].get(need, "there is no page")
        return LACKS[self.name].get(need)

    def ask(
        self, method: str, path: str, body: Any = None, token: str = "", admin_key: str = ""
    ) -> Answer:
        """One request. Redirects are answers, too; who asks too often comes again."""
        answer = self._asked(method, path, body, token, admin_key)
        for _ in range(_ATTEMPTS - 1):
            if answer.status != 429:
                break
            threading.Event().wait(float(answer.headers.get("Retry-After", 1)))
            answer = self._asked(method, path, body, token, admin_key)
        return answer

    def _asked(self, method: str, path: str, body: Any, token: str, admin_key: str) -> Answer:
        headers = {"Accept": "*/*"} | ({} if body is None else JSON)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if admin_key:
            headers["X-Admin-Key"] = admin_key
        url = path if path.startswith("https:") or path.startswith("http:") else self.http + path
        return self._opened(url, method, body, headers)

    def _opened(self, url: str, method: str, body: Any, headers: Mapping[str, str]) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, dict(headers), method=method)
        try:
            with self._opener.open(request, timeout=DEADLINE) as response:
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    def visit(self, url: str, method: str = "GET", body: Any = None, **headers: str) -> Answer:
        """A request of a browser at the page, or at another name of CloudFront."""
        parts = urlsplit(url)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if parts.netloc.endswith(".cloudfront.net") and self.inside is not None:
            named["Host"] = parts.netloc
            url = parts._replace(netloc=f"127.0.0.1:{self.inside.place.port}").geturl()
        return self._opened(url, method, body, named)

    def get(self, path: str, token: str = "") -> Any:
        """The JSON of an answer that is none of an error."""
        answer = self.ask("GET", path, token=token)
        assert answer.status == 200, answer
        return answer.json

    def fetch(self, path: str, token: str = "") -> bytes:
        """The bytes, wherever the answer says they are."""
        answer = self.ask("GET", path, token=token)
        if answer.status == 302:
            answer = self.ask("GET", answer.headers["Location"])
        assert answer.status == 200, answer
        return answer.content

    def new_address(self) -> dict[str, Any]:
        answer = self.ask("POST", "/api/emails")
        assert answer.status == 201, answer
        made: dict[str, Any] = answer.json
        self._made.append((f"/api/emails/{made['email']}", made["access_token"]))
        return made

    def new_inbox(self) -> dict[str, Any]:
        answer = self.ask("POST", "/v1/inboxes", {"mode": "generated", "token_ttl_seconds": 600})
        assert answer.status == 201, answer
        made: dict[str, Any] = answer.json
        self._made.append((f"/v1/inboxes/{made['inbox_id']}", made["access_token"]))
        return made

    def delete_what_was_made(self) -> None:
        for path, token in self._made:
            self.ask("DELETE", path, token=token)

    def send(self, mail: bytes, *recipients: str) -> None:
        assert self.smtp is not None
        with smtplib.SMTP(*self.smtp, timeout=DEADLINE) as connection:
            refused = connection.sendmail("sender@example.org", recipients, mail)
        assert refused == {}

    def messages(self, address: str, at_least: int = 1) -> list[dict[str, Any]]:
        """The list once it is so long, newest first."""
        path = f"/api/emails/{address}/messages"
        listed: list[dict[str, Any]] = []

        def enough() -> bool:
            listed[:] = self.get(path)
            return len(listed) >= at_least

        assert until(enough), f"{len(listed)} of {at_least} messages came"
        return listed

    @asynccontextmanager
    async def socket(self) -> AsyncIterator["Socket"]:
        context = self._context or ssl.create_default_context()
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(self.websocket, ssl=context) as connection,
        ):
            yield Socket(connection)

    @cached_property
    def _context(self) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=str(self.trust)) if self.trust else None

    @cached_property
    def _opener(self) -> urllib.request.OpenerDirector:
        own = urllib.request.HTTPSHandler(context=self._context)
        proxy = urllib.request.ProxyHandler({} if self.name != "deployed" else None)
        return urllib.request.build_opener(NoRedirect, own, proxy)


@dataclass(frozen=True)
class Socket:
    """A WebSocket of a client."""

    connection: aiohttp.ClientWebSocketResponse

    async def say(self, **frame: Any) -> dict[str, Any]:
        """Send a frame; the next that comes."""
        await self.connection.send_json(frame)
        return await self.next()

    async def next(self, patience: float = DEADLINE) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(await self.connection.receive_str(timeout=patience))
        return frame


def until(condition: Any, seconds: float = DEADLINE) -> bool:
    """Whether it comes true in time."""
    waiting, ends_at = threading.Event(), time.monotonic() + seconds
    while time.monotonic() < ends_at:
        if condition():
            return True
        waiting.wait(0.1)
    return False


async def in_thread(work: Any, *given: Any) -> Any:
    return await asyncio.to_thread(work, *given)
