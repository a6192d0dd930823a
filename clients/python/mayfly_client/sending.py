"""How one call is made: with its credential, again where that helps, and with work where asked."""

import json
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

from mayfly_client import __version__
from mayfly_client.errors import (
    ApiError,
    ProofRequired,
    UnexpectedAnswer,
    Unreachable,
    api_error,
)
from mayfly_client.flows import JSON, Answer, Call, Flow, Pause, Send, Work
from mayfly_client.proof import CHALLENGE_PATH, HEADER, solution
from mayfly_client.urls import checked_url

T = TypeVar("T")
_AGAIN = (502, 503, 504)
_REFUSED = 429  # nothing was done: every request can be sent again
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 3
_USER_AGENT = f"mayfly-client/{__version__}"
TOKEN, API_KEY, ADMIN_KEY = "token", "api_key", "admin_key"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the caller holds. `token` is that of an inbox, a session, or the login of an account."""

    token: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    admin_key: str = field(default="", repr=False)

    def headers(self, call: Call[Any]) -> dict[str, str]:
        """The first of those that the call takes and that there is; all others stay here."""
        named = {TOKEN: self.token, API_KEY: self.api_key, ADMIN_KEY: self.admin_key}
        for name in call.takes:
            if secret := named[name]:
                return _HEADERS[name](_sayable(secret))
        return {}


_HEADERS: Mapping[str, Callable[[str], dict[str, str]]] = {
    TOKEN: lambda secret: {"Authorization": f"Bearer {secret}"},
    API_KEY: lambda secret: {"X-API-Key": secret},
    ADMIN_KEY: lambda secret: {"X-Admin-Key": secret},
}


def _sayable(secret: str) -> str:
    if not (secret.isascii() and secret.isprintable()) or " " in secret:
        raise ValueError("this is no token: it has characters that none of them has")
    return secret


@dataclass(frozen=True, slots=True)
class Patience:
    """How often, and for how many seconds in all, a request is sent again."""

    attempts: int = 5
    seconds: float = 30.0
    first_pause: float = 0.2
    longest_pause: float = 5.0

    def pause(self, attempt: int, asked_for: float | None, chance: float) -> float:
        """Seconds before this attempt (from 1 on); what the service asks for, and a bit more."""
        if asked_for is not None:
            return asked_for + chance * min(1.0, 0.1 + asked_for / 10)
        most = min(self.longest_pause, self.first_pause * 2.0 ** (attempt - 1))
        return most * (0.5 + chance / 2)


@dataclass(frozen=True, slots=True)
class Sender:
    """Makes calls to one Mayfly, with these credentials."""

    url: str
    credentials: Credentials = Credentials()
    patience: Patience = Patience()
    seconds: float = 60.0  # that one request may take
    now: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random

    def with_token(self, token: str) -> "Sender":
        """The same, for whoever holds this token."""
        return replace(self, credentials=replace(self.credentials, token=token))

    def call(self, call: Call[T]) -> Flow[T]:
        """What it answers, read."""
        found: T = call.read((yield from self.answer(call)))
        return found

    def answer(self, call: Call[Any]) -> Flow[Answer]:
        """A good answer; an ApiError says why there is none. Work is done when it is asked for."""
        try:
            return (yield from self._answer(call, {}))
        except ProofRequired:
            if HEADER in call.headers or call.path == CHALLENGE_PATH:
                raise
        asked = Call("GET", CHALLENGE_PATH, object)
        challenge = (yield from self._answer(asked, {})).document
        solved = yield Work(lambda: solution(challenge))
        return (yield from self._answer(call, {HEADER: solved}))

    def _answer(self, call: Call[Any], more: Mapping[str, str]) -> Flow[Answer]:
        request, until = self._request(call, more), self.now() + self.patience.seconds
        for attempt in range(1, self.patience.attempts + 1):
            try:
                return (yield from self._good(request))
            except (Unreachable, ApiError) as error:
                pause = self.patience.pause(
                    attempt, getattr(error, "retry_after", None), self.chance()
                )
                is_last = attempt == self.patience.attempts or self.now() + pause > until
                if is_last or not _helps(error, call):
                    raise
            yield Pause(pause)
        raise AssertionError("unreachable")

    def _good(self, request: Send) -> Flow[Answer]:
        """The answer, wherever it is: elsewhere it is asked for without the credential."""
        for _ in range(_MOST_REDIRECTS + 1):
            answer: Answer = yield request
            if answer.status < 300:
                return answer
            if answer.status not in _REDIRECTS or request.method != "GET":
                raise api_error(answer.status, answer.headers, answer.content)
            request = self._elsewhere(request, answer.headers.get("location", ""))
        raise UnexpectedAnswer("the answer leads from one place to the next")

    def _elsewhere(self, request: Send, location: str) -> Send:
        try:
            url = urljoin(request.url, location)
            before, then = urlsplit(request.url), checked_url(url)
        except ValueError as error:
            raise UnexpectedAnswer("the answer leads to what is no place") from error
        if (before.scheme, then.scheme) == ("https", "http"):
            raise UnexpectedAnswer("the answer leads to a place that is not safe")
        same = (before.scheme, before.netloc) == (then.scheme, then.netloc)
        headers = request.headers if same else {"Accept": "*/*", "User-Agent": _USER_AGENT}
        return Send("GET", url, headers, None, self.seconds)

    def _request(self, call: Call[Any], more: Mapping[str, str]) -> Send:
        headers = {"Accept": "*/*", "User-Agent": _USER_AGENT, **call.headers, **more}
        headers |= self.credentials.headers(call)
        body = None
        if call.body is not None:
            headers["Content-Type"] = JSON
            body = json.dumps(call.body, default=_plain).encode()
        return Send(call.method, self.url + call.target, headers, body, self.seconds)


def _plain(value: Any) -> Any:
    """What JSON has no word for: a time, a mapping or a sequence of another kind."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else list(value)


def _helps(error: Unreachable | ApiError, call: Call[Any]) -> bool:
    """Whether the same request may succeed, and cannot have been done already."""
    if isinstance(error, ApiError):
        if error.status == _REFUSED:
            return True
        return error.status in _AGAIN and call.is_idempotent
    return call.is_idempotent
