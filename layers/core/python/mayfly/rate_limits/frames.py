"""Limiting frames: how much one connection and one client address may ask of the WebSocket."""

import hashlib
import threading
from collections import Counter
from dataclasses import dataclass, field

from mayfly import limits
from mayfly.errors import RateLimited
from mayfly.kit.clock import Clock
from mayfly.rate_limits.models import Allowance, Client, Window
from mayfly.rate_limits.ports import RequestCounts
from mayfly.subscriptions.settings import SubscriptionSettings

FRAMES = "frames"
REPLAYED = "replayed"
REPLAYS = "replays"
_HASH_CHARS = 8


@dataclass(frozen=True, slots=True)
class Cap:
    """The value of a setting, its name, and what it counts. 0 is no limit."""

    setting: str
    most: int
    what: str

    def refusal(self, window: Window, seconds: int) -> RateLimited:
        """The error for a client that has passed it."""
        return RateLimited(
            f"{self.most} {self.what} a minute are possible ({self.setting}); go on in {seconds} s",
            seconds,
            Allowance(self.most, 0, window.end),
        )


@dataclass(frozen=True, slots=True)
class FrameLimits:
    """The caps of one connection and of one client address."""

    frames: Cap
    address_frames: Cap
    replayed: Cap
    address_replayed: Cap
    replays: Cap

    @classmethod
    def of(cls, settings: SubscriptionSettings) -> "FrameLimits":
        """What the settings allow."""
        a, b = "frames of one connection", "frames and connections of one address"
        c, d = "replayed messages of one connection", "replayed messages of one address"
        return cls(
            Cap("SOCKET_FRAMES", settings.socket_frames, a),
            Cap("SOCKET_ADDRESS_FRAMES", settings.socket_address_frames, b),
            Cap("SOCKET_REPLAYED", settings.socket_replayed, c),
            Cap("SOCKET_ADDRESS_REPLAYED", settings.socket_address_replayed, d),
            Cap("SOCKET_REPLAYS", settings.socket_replays, "replays of one inbox"),
        )

    @property
    def together(self) -> int:
        """How many cheap frames are counted by one write, so that no cap is passed by far."""
        caps = [each.most // 10 for each in (self.frames, self.address_frames) if each.most]
        return max(1, min([limits.FRAMES_COUNTED_TOGETHER, *caps]))


@dataclass(frozen=True, slots=True)
class Caller:
    """What a frame is counted for: a connection, and the client address that it comes from."""

    connection: str
    client: str

    @property
    def key(self) -> str:
        """Of the connection's counts."""
        return Client("connection", self.connection).key

    @property
    def client_key(self) -> str:
        """Of the counts of all connections of the address."""
        return Client("socket", self.client).key


@dataclass(slots=True)
class _Minute:
    """What this process knows of the window, to ask the table less often."""

    window: Window
    known: dict[str, int] = field(default_factory=dict)
    uncounted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    over: dict[str, Cap] = field(default_factory=dict)


class FrameLimiter:
    """Admits frames, or says when to go on.

    What costs only the call (a ping, a frame that cannot be read) is counted ten at a time, other
    frames five at a time, so that a process is exact about those it saw itself; and who
    is known to be over a cap is refused without a count: so counting is always cheaper than what it
    limits.
    """

    def __init__(self, counts: RequestCounts, caps: FrameLimits, now: Clock) -> None:
        """Count nothing yet."""
        self._counts = counts
        self._caps = caps
        self._now = now
        self._lock = threading.Lock()
        self._minute = _Minute(Window.around(now(), limits.RATE_WINDOW))

    def connect(self, caller: Caller) -> None:
        """Count a new connection as a frame of its address; RateLimited over the cap."""
        minute = self._current()
        self._refuse_known(minute, caller)
        self._note(minute, caller.client_key, self._caps.address_frames, is_cheap=False)

    def admit(self, caller: Caller, *, is_cheap: bool) -> None:
        """Count a frame; RateLimited over the cap of the connection or of its address."""
        minute = self._current()
        self._refuse_known(minute, caller)
        self._note(minute, caller.client_key, self._caps.address_frames, is_cheap)
        self._note(minute, caller.key, self._caps.frames, is_cheap)

    def admit_replay(self, caller: Caller, address: str, messages: int) -> None:
        """Count a replay of so many messages; RateLimited if it may not begin.

        It may while fewer messages than a cap's were replayed before it, so that none is too long
        for ever. The inbox of one address is replayed to one connection only so often, whatever
        number it is asked from.
        """
        minute = self._current()
        digest = hashlib.sha256(address.encode()).hexdigest()[:_HASH_CHARS]
        name = f"{REPLAYS}{digest}"
        if self._over(minute, caller.key, name, 1, self._caps.replays) > self._caps.replays.most:
            raise self._refusal(minute, self._caps.replays)
        by = max(1, min(messages, limits.REPLAY_MESSAGES))
        for key, cap in (
            (caller.client_key, self._caps.address_replayed),
            (caller.key, self._caps.replayed),
        ):
            if self._over(minute, key, REPLAYED, by, cap) - by >= cap.most > 0:
                raise self._refusal(minute, cap)

    def refused(self, caller: Caller) -> bool:
        """Note a refusal; whether there were so many that the connection has to end."""
        minute = self._current()
        with self._lock:
            minute.refused[caller.key] += 1
            return minute.refused[caller.key] >= limits.REFUSED_FRAMES

    def _current(self) -> _Minute:
        window = Window.around(self._now(), limits.RATE_WINDOW)
        with self._lock:
            if self._minute.window != window:
                self._minute = _Minute(window)
            return self._minute

    def _refuse_known(self, minute: _Minute, caller: Caller) -> None:
        for key in (caller.client_key, caller.key):
            if key in minute.over:
                raise self._refusal(minute, minute.over[key])

    def _note(self, minute: _Minute, key: str, cap: Cap, is_cheap: bool) -> None:
        by = self._due(minute, key, cap, is_cheap)
        if by:
            self._count(minute, key, FRAMES, cap, by)

    def _due(self, minute: _Minute, key: str, cap: Cap, is_cheap: bool) -> int:
        """How many frames to count now: this one and those before it, or none yet."""
        together = self._caps.together
        if not is_cheap:
            together = min(together, limits.ADDRESS_COUNTED_TOGETHER)
        with self._lock:
            minute.uncounted[key] += 1
            waiting = minute.uncounted[key]
            is_near = waiting + minute.known.get(key, 0) > cap.most > 0
            if waiting < together and not is_near:
                return 0
            return minute.uncounted.pop(key)

    def _count(self, minute: _Minute, key: str, name: str, cap: Cap, by: int = 1) -> None:
        minute.known[key] = self._over(minute, key, name, by, cap)
        if minute.known[key] > cap.most > 0:
            minute.over[key] = cap
            raise self._refusal(minute, cap)

    def _over(self, minute: _Minute, key: str, name: str, by: int, cap: Cap) -> int:
        """The count with these; nothing is counted where there is no cap."""
        return self._counts.count(key, minute.window, [name], by)[name] if cap.most else 0

    def _refusal(self, minute: _Minute, cap: Cap) -> RateLimited:
        return cap.refusal(minute.window, minute.window.seconds_left(self._now()))
