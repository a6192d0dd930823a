"""Acceptance waits for handling: a message's 250 comes once there is room for its notice.

Otherwise many fast senders would fill the queue for minutes, and what is felt of a message would be
its place in it. SES spreads such a load over many functions; here one thread handles it all.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

logger = logging.getLogger("mayfly.smtp")

# Some seconds' work of the one thread that handles them: it never runs out, and nobody waits long.
MOST_WAITING = 100
# Clients give a server 10 minutes to answer for a message (RFC 5321 section 4.5.3.2.6); ours ends a
# connection after 5 minutes of silence (`Timeouts.idle`), and who waits shall be told before that.
WAIT_SECONDS = 240.0


class NoRoom(Exception):
    """The mail was not taken; the message is what the client is told."""


class Intake:
    """Lets messages in while fewer than `most` notices wait; those being stored count, too.

    For one event loop. `waiting` says how many notices wait; once there are fewer, `admit` has to
    be called.
    """

    def __init__(
        self,
        waiting: Callable[[], int] = lambda: 0,
        most: int = MOST_WAITING,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._waiting = waiting
        self._most = most
        self._wait_seconds = wait_seconds
        self._entering = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        self._ended = False

    @asynccontextmanager
    async def place(
        self, waits: Callable[[asyncio.Future[None]], None] = lambda _: None
    ) -> AsyncIterator[None]:
        """Room for one message, in the order in which they came; NoRoom if there is none in time.

        A client that has to wait hears of it by `waits`, with what it waits for: to end that is to
        give up.
        """
        if self._ended:
            raise NoRoom("The server is shutting down")
        if self._queue or not self._has_room():
            await self._wait(waits)
        else:
            self._entering += 1
        try:
            yield
        finally:
            self._leave()

    def end(self) -> None:
        """Let nobody in any more; those who wait are told at once."""
        self._ended = True
        for place in self._queue:
            if not place.done():
                place.set_exception(NoRoom("The server is shutting down"))
        self._queue.clear()

    def _has_room(self) -> bool:
        return self._waiting() + self._entering < self._most

    async def _wait(self, waits: Callable[[asyncio.Future[None]], None]) -> None:
        place = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        logger.info("full mails=%d", len(self._queue))
        waits(place)
        try:
            async with asyncio.timeout(self._wait_seconds):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._leave()  # there was room for it just then: the next one has it
            if isinstance(error, TimeoutError):
                raise NoRoom("Too much mail waits here, try again later") from error
            raise

    def _leave(self) -> None:
        self._entering -= 1
        self.admit()

    def admit(self) -> None:
        """Let in those for whom there is room now."""
        while self._queue and self._has_room():
            place = self._queue.popleft()
            if not place.done():
                self._entering += 1
                place.set_result(None)
