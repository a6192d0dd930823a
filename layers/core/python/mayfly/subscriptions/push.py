"""Announcing: new mail to the WebSockets that watch its inbox, in order and without waiting."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial

from mayfly import limits
from mayfly.errors import ConnectionGone, InboxNotFound, MessageNotFound, PushFailed
from mayfly.filters.models import EVERYTHING
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Inbox
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock
from mayfly.kit.ports import Sockets
from mayfly.messages.models import Message
from mayfly.messages.ports import Messages
from mayfly.messages.search import Look
from mayfly.messages.service import ContentLoader
from mayfly.subscriptions import frames as socket
from mayfly.subscriptions.models import Subscription
from mayfly.subscriptions.ports import Subscriptions

LANES = 32
"""How many clients are sent to at the same time."""


@dataclass(frozen=True, slots=True)
class PushResults:
    """How many frames were sent and how many not, and which connections turned out closed."""

    pushed: int
    failed: int
    gone: tuple[str, ...]


@dataclass(slots=True)
class _PushQueue:
    """The frames of one connection. Once one failed, the others of the batch fail with it."""

    frames: deque[str] = field(default_factory=deque)
    busy: bool = False
    pushed: int = 0
    failed: int = 0
    gone: bool = False

    def give_up(self) -> None:
        """Count what was not sent as failed."""
        self.failed += len(self.frames)
        self.frames.clear()


class PushQueues:
    """Sends frames: those of one connection in order, those of several side by side."""

    def __init__(self, sockets: Sockets, pool: Executor | None = None) -> None:
        """Send nothing yet; as many clients are sent to at the same time as `pool` is wide."""
        self._sockets = sockets
        self._pool = pool or ThreadPoolExecutor(LANES, thread_name_prefix="lane")
        self._lock = threading.Lock()
        self._lanes: dict[str, _PushQueue] = {}
        self._runs: list[Future[None]] = []

    def push(self, connection_id: str, frame: str) -> None:
        """Send the frame after those the connection was given before; does not wait for it."""
        with self._lock:
            lane = self._lanes.setdefault(connection_id, _PushQueue())
            lane.frames.append(frame)
            if lane.gone or lane.failed:
                lane.give_up()
            if lane.busy or not lane.frames:
                return
            lane.busy = True
        # Without the lock: a pool may do at once what it is given.
        self._runs.append(self._pool.submit(self._run, connection_id, lane))

    def finish(self, patience: timedelta) -> PushResults:
        """Wait until all is sent or patience ends, and start anew.

        A frame under way is waited for, so that no later batch can overtake it.
        """
        if not self._lanes:  # as mostly: nobody watches
            return PushResults(0, 0, ())
        wait(self._runs, patience.total_seconds())
        with self._lock:
            for lane in self._lanes.values():
                lane.give_up()
        wait(self._runs)
        lanes, self._lanes = self._lanes, {}
        runs, self._runs = self._runs, []
        for run in runs:
            run.result()
        return PushResults(
            sum(lane.pushed for lane in lanes.values()),
            sum(lane.failed for lane in lanes.values()),
            tuple(connection_id for connection_id, lane in lanes.items() if lane.gone),
        )

    def _run(self, connection_id: str, lane: _PushQueue) -> None:
        for frame in self._taken(lane):
            try:
                self._sockets.post(connection_id, frame)
                lane.pushed += 1
            except ConnectionGone:
                lane.gone = True
            except PushFailed:
                lane.failed += 1

    def _taken(self, lane: _PushQueue) -> Iterator[str]:
        while True:
            with self._lock:
                if lane.gone or lane.failed:
                    lane.give_up()
                if not lane.frames:
                    lane.busy = False
                    return
                frame = lane.frames.popleft()
            yield frame


@dataclass(frozen=True, slots=True)
class MessagePusher:
    """Pushes new mail of an inbox to its subscribers.

    It is called with the changes of an inbox in their order. What a subscription is owed was
    visible when its wish is read here, so that it is sent before anything newer.
    """

    messages: Messages
    inboxes: Inboxes
    watching: Subscriptions
    loader: ContentLoader
    lanes: PushQueues
    now: Clock

    def announce(self, message: MessageId) -> None:
        """Send a new message to all that watch its inbox, except those that wait for a replay."""
        self.announced(message)()

    def announced(self, message: MessageId) -> Callable[[], None]:
        """Read what `announce` has to; what is returned sends, and reads nothing any more."""
        watchers = [
            each
            for each in self.watching.subscribers(message.inbox, self.now())
            if each.replay_after is None and each.sent < message.sequence
        ]
        if not watchers:
            return _nothing
        try:
            inbox, found = self.messages.get(message, self.now())
        except MessageNotFound:  # deleted before it could be announced
            return _nothing
        if inbox.hides(found):
            return _nothing
        # Not those whose token was rotated since.
        heard = [each for each in watchers if each.token_version == inbox.token_version]
        read = cache(self.loader.open)  # once for all whose filters have to read it
        meant = [
            each
            for each in heard
            if each.wanted is EVERYTHING or Look(read, each.wanted).means(found)
        ]
        return partial(self._push_all, meant, found)

    def tell_full(self, inbox: Inbox) -> None:
        """Tell all that watch the inbox that its mail is being dropped."""
        frame = socket.inbox_full(inbox)
        for each in self.watching.subscribers(inbox.id, self.now()):
            if each.token_version == inbox.token_version:
                self.lanes.push(each.connection_id, frame)

    def replay(self, wish: Subscription) -> None:
        """Send what the subscription is owed, oldest first; from then on mail as it comes.

        It ends early where its filter has read as many mails as one request may read.
        """
        inbox = self._standing(wish)
        if wish.replay_after is None or inbox is None:
            return
        owed = self._owed(wish, inbox, wish.replay_after)
        most = limits.REPLAY_MESSAGES
        meant, count = Look(self.loader.open, wish.wanted).among(owed[:most], most)
        covered = owed[:count]
        for message in meant:
            self._push(wish, message)
        last = covered[-1].id.sequence if covered else wish.replay_after
        if len(owed) > len(covered):
            self.lanes.push(wish.connection_id, socket.replay_cut(wish.address, last))
        self.watching.caught_up(wish, last)

    def finish(self, patience: timedelta) -> PushResults:
        """Wait for what is being sent, about so long at most, and forget clients that left."""
        pushes = self.lanes.finish(patience)
        for connection_id in pushes.gone:
            self.watching.disconnect(connection_id)
        return pushes

    def _standing(self, wish: Subscription) -> Inbox | None:
        """Its inbox, unless the subscription is over or replaced by one with a wish of its own.

        One that has caught up is here again because a batch is repeated.
        """
        now = self.now()
        if not any(
            each.connection_id == wish.connection_id
            and each.replay_after in (None, wish.replay_after)
            for each in self.watching.subscribers(wish.inbox, now)
        ):
            return None
        try:
            inbox = self.inboxes.get(wish.inbox)
        except InboxNotFound:
            return None
        stands = inbox.is_active(now) and inbox.token_version == wish.token_version
        return inbox if stands else None

    def _owed(self, wish: Subscription, inbox: Inbox, after: int) -> list[Message]:
        """What came after that number and is not hidden: all, or more than may be replayed."""
        owed: list[Message] = []
        page_size = limits.MAX_PAGE_MESSAGES
        while len(owed) <= limits.REPLAY_MESSAGES:
            page = self.messages.after(wish.inbox, after, page_size, self.now())
            owed += (each for each in page if not inbox.hides(each))
            if len(page) < page_size:
                break
            after = page[-1].id.sequence
        return owed

    def _push_all(self, watchers: Iterable[Subscription], message: Message) -> None:
        for watcher in watchers:
            self._push(watcher, message)

    def _push(self, watcher: Subscription, message: Message) -> None:
        self.lanes.push(watcher.connection_id, socket.new_message(message, watcher.address))


def _nothing() -> None:
    """There is no subscriber."""
