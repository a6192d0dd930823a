"""Waiting: for as long as the caller likes, though one request waits for 25 seconds at most."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypedDict

from mayfly_client.errors import pause_of
from mayfly_client.flows import Answer, Flow, Pause

REQUEST_SECONDS = 25
ROOM_SECONDS = 15.0  # for the way there and back, beside what the service waits
_BREATH = 0.25  # seconds, where an answer came at once and had nothing new
MESSAGE, CODE, LINK = "message", "code", "link"


class Filter(TypedDict, total=False):
    """Which messages are meant: all of these have to hold. The API calls `from_` `from`.

    Texts are looked for whatever the case; after `~` a text is a glob. `text`, `to` and words of
    `q` without a key read the mails.
    """

    from_: str
    to: str
    subject: str
    text: str
    has_attachment: bool
    is_read: bool
    since: datetime | str
    before: datetime | str
    larger: str
    smaller: str
    q: str
    include_spam: bool


def told(require: str, filters: Mapping[str, Any]) -> str:
    """What is sought, in words."""
    named = [
        f"{name.rstrip('_')} {each!r}" if isinstance(each, str) else f"{name} {each}"
        for name, each in filters.items()
    ]
    return f"{require} with {', '.join(named)}" if named else require


@dataclass(slots=True)
class Given:
    """What the waits of an inbox have given out: each message once for each thing it is asked for.

    So two waits for a code have two codes, in whichever order the messages came; and the link of
    a message whose code was given is still there.
    """

    start: int = 0
    numbers: dict[str, set[int]] = field(default_factory=dict)

    def is_new(self, require: str, number: int) -> bool:
        """Whether this message was not given for that; from now on it was."""
        given = self.numbers.setdefault(require, set())
        if number in given:
            return False
        given.add(number)
        return True


class Asks(Protocol):
    """Asks for the next answer of a wait."""

    def ask(self, after: int, seconds: int) -> Flow[tuple[Any, Answer]]:
        """What a wait of so many seconds came to, and the answer that said so."""

    def now(self) -> float:
        """Seconds of a clock that only goes on."""


def waited(asks: Asks, given: Given, require: str, seconds: float, after: int) -> Flow[Any]:
    """The answer that found something, or None once the time is up. It asks once at least.

    ValueError for a time that is none; one without an end is one.
    """
    if not seconds >= 0:
        raise ValueError("a wait takes 0 seconds or more")
    until = asks.now() + seconds
    while True:
        left = max(0.0, until - asks.now())
        begun = asks.now()
        found, answer = yield from asks.ask(after, int(min(REQUEST_SECONDS, left)))
        went_on, after = found.seq > after, max(after, found.seq)
        if found.status == "found":
            if given.is_new(require, found.seq):
                return found
            if went_on:
                continue
        left = until - asks.now()
        if left <= 0:
            return None
        pause = pause_of(answer.headers) or 0.0
        if not pause and not went_on and asks.now() - begun < _BREATH:
            pause = _BREATH
        if pause:
            yield Pause(min(pause, left))
