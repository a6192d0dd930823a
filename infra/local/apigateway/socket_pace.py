"""How fast one WebSocket may send, before a function is asked: API Gateway's throttle.

https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from mayfly.errors import RateLimited
from mayfly.subscriptions import frames as socket

SOCKET_RATE = 100


@dataclass(frozen=True, slots=True)
class Throttle:
    """A token bucket: so many frames a second, and so many at once. `refused` end it."""

    rate: int = SOCKET_RATE
    burst: int = 2 * SOCKET_RATE
    refused: int = 2 * SOCKET_RATE


THROTTLE = Throttle()


class Pace:
    """The bucket of one connection."""

    def __init__(self, throttle: Throttle, now: Callable[[], float]) -> None:
        """Full at first; `now` is in seconds."""
        self._throttle = throttle
        self._now = now
        self._left = float(throttle.burst)
        self._filled_at = now()
        self._refused = 0

    def takes_one(self) -> bool:
        """Whether one more frame may pass."""
        now = self._now()
        more = (now - self._filled_at) * self._throttle.rate
        self._left = min(self._throttle.burst, self._left + more)
        self._filled_at = now
        if self._left < 1:
            self._refused += 1
            return False
        self._left -= 1
        self._refused = 0
        return True

    def is_lost(self) -> bool:
        """Whether so many were refused that the client does not listen."""
        return self._refused >= self._throttle.refused

    @property
    def refusal(self) -> str:
        """What is sent back; API Gateway has words of its own."""
        seconds = max(1, math.ceil((1 - self._left) / self._throttle.rate))
        message = f"{self._throttle.rate} frames a second are possible (SOCKET_RATE)"
        return socket.error(RateLimited(f"{message}; go on in {seconds} s", seconds))
