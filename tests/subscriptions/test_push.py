"""New mail on its way to those who watch: to whom, in which order, and past whom."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.adapters import AtOnce
from mayfly import limits
from mayfly.errors import ConnectionGone, PushFailed
from mayfly.filters.fields import filter_of
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Access, Inbox, Quota
from mayfly.kit.ports import Sockets
from mayfly.kit.tokens.models import TokenClaims
from mayfly.messages.models import Content, Message, Verdicts
from mayfly.messages.service import ContentLoader, content_of
from mayfly.receiving.models import Stored
from mayfly.subscriptions.models import Subscription
from mayfly.subscriptions.push import MessagePusher, PushQueues, PushResults
from tests import samples
from tests.memory import Memory
from tests.watchers import watcher_over

ALICE = "alice@mayfly.example"
SOON = timedelta(seconds=20)
DEADLINE = 10.0  # seconds; only a test that fails waits so long


@pytest.fixture
def memory() -> Memory:
    return Memory()


def announcer_over(memory: Memory, sockets: Sockets | None = None) -> MessagePusher:
    lanes = PushQueues(sockets or memory.sockets)
    return MessagePusher(
        memory.messages, memory.inboxes, memory.watching, memory.loader, lanes, memory.clock
    )


def given_inbox(memory: Memory, address: str = ALICE, **changes: object) -> Inbox:
    inbox = samples.inbox(address, **changes)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def watch(
    memory: Memory,
    connection_id: str,
    address: str = ALICE,
    after: int | None = None,
    only: Filter = EVERYTHING,
) -> Subscription:
    watcher = watcher_over(memory)
    if connection_id not in memory.rows.connections:
        watcher.connect(connection_id)
    inbox = watcher.subscribe(connection_id, address, after, only=only)
    return memory.rows.watches[inbox.id, connection_id]


def mail(memory: Memory, inbox: Inbox, **summary: object) -> MessageId:
    name = f"{inbox.address}-{memory.inboxes.get(inbox.id).sequence}"
    outcome = memory.deliveries.deliver(
        samples.accepted(name), samples.summary(**summary), inbox, memory.clock()
    )
    assert isinstance(outcome, Stored)
    return outcome.message


def sent(memory: Memory, connection_id: str) -> list[Any]:
    """The numbers of the messages that the client was told of; other frames as they are."""
    frames = [json.loads(frame) for to, frame in memory.sockets.frames if to == connection_id]
    return [f["data"]["seq"] if f["type"] == "new-message" else f for f in frames]


def test_new_mail_reaches_all_who_watch_its_inbox_and_nobody_else(memory: Memory) -> None:
    alice, bob = given_inbox(memory), given_inbox(memory, "bob@mayfly.example")
    for connection_id in ("c1", "c2"):
        watch(memory, connection_id)
    watch(memory, "c3", str(bob.address))
    announcer = announcer_over(memory)

    announcer.announce(mail(memory, alice))
    pushes = announcer.finish(SOON)

    assert pushes == PushResults(pushed=2, failed=0, gone=())
    assert [sent(memory, c) for c in ("c1", "c2", "c3")] == [[1], [1], []]


def test_a_subscription_with_a_filter_hears_of_what_it_means_only(memory: Memory) -> None:
    inbox = given_inbox(memory)
    watch(memory, "c1", only=filter_of({"subject": "code"}))
    watch(memory, "c2", only=filter_of({"q": "-subject:code"}))
    watch(memory, "c3")
    announcer = announcer_over(memory)

    announcer.announce(mail(memory, inbox, subject="Your order"))
    announcer.announce(mail(memory, inbox, subject="Your code"))
    announcer.finish(SOON)

    assert [sent(memory, c) for c in ("c1", "c2", "c3")] == [[2], [1], [1, 2]]


def test_a_filter_that_reads_a_mail_reads_it_once_for_all_and_only_if_somebody_has_one(
    memory: Memory,
) -> None:
    inbox = given_inbox(memory)
    opened: list[Message] = []

    class Loader(ContentLoader):
        def open(self, message: Message) -> Content:
            opened.append(message)
            return content_of(b"Subject: a\n\nneedle", "raw/1")

    announcer = replace(announcer_over(memory), loader=Loader(memory.contents, memory.raw_mails))
    watch(memory, "c1")
    announcer.announce(mail(memory, inbox))
    assert not opened

    watch(memory, "c2", only=filter_of({"text": "needle"}))
    watch(memory, "c3", only=filter_of({"text": "other"}))
    announcer.announce(mail(memory, inbox))
    announcer.finish(SOON)

    assert len(opened) == 1
    assert [sent(memory, c) for c in ("c1", "c2", "c3")] == [[1, 2], [2], []]


def test_a_replay_brings_what_the_filter_means_and_then_the_new_mail(memory: Memory) -> None:
    inbox = given_inbox(memory)
    for subject in ("code", "news", "code", "news"):
        mail(memory, inbox, subject=subject)
    wish = watch(memory, "c1", after=1, only=filter_of({"subject": "code"}))
    announcer = announcer_over(memory)

    announcer.replay(wish)
    announcer.announce(mail(memory, inbox, subject="news"))
    announcer.announce(mail(memory, inbox, subject="code"))
    announcer.finish(SOON)

    assert sent(memory, "c1") == [3, 6]


def test_a_replay_reads_so_many_mails_and_says_where_to_go_on(memory: Memory) -> None:
    inbox = given_inbox(memory)
    for _ in range(limits.FILTER_READS + 1):
        mail(memory, inbox)
    wish = watch(memory, "c1", after=0, only=filter_of({"text": "needle"}))
    announcer = announcer_over(memory)

    announcer.replay(wish)
    announcer.finish(SOON)

    (cut,) = sent(memory, "c1")
    assert (cut["type"], cut["after"]) == ("error", limits.FILTER_READS)


def test_the_frame_says_what_a_list_says_and_which_address_it_is_for(memory: Memory) -> None:
    inbox = given_inbox(memory)
    watch(memory, "c1")
    announcer = announcer_over(memory)

    message = mail(memory, inbox)
    announcer.announce(message)
    announcer.finish(SOON)

    ((_, text),) = memory.sockets.frames
    frame = json.loads(text)
    assert frame["type"] == "new-message"
    assert frame["data"]["id"] == str(message)
    assert frame["data"]["email"] == ALICE
    assert frame["data"]["subject"] == "Your order"


def test_mail_from_before_the_subscription_is_not_announced_to_it(memory: Memory) -> None:
    inbox = given_inbox(memory)
    before = mail(memory, inbox)
    watch(memory, "c1")
    announcer = announcer_over(memory)

    announcer.announce(before)
    announcer.announce(mail(memory, inbox))
    announcer.finish(SOON)

    assert sent(memory, "c1") == [2]


def test_a_replay_brings_what_came_since_and_then_the_new_mail(memory: Memory) -> None:
    inbox = given_inbox(memory)
    for _ in range(5):
        mail(memory, inbox)
    wish = watch(memory, "c1", after=2)
    announcer = announcer_over(memory)

    announcer.replay(wish)
    announcer.announce(mail(memory, inbox))
    announcer.finish(SOON)

    assert sent(memory, "c1") == [3, 4, 5, 6]


def test_hidden_spam_is_neither_announced_nor_replayed_and_what_follows_is(
    memory: Memory,
) -> None:
    inbox = given_inbox(memory)
    spam = {"verdicts": Verdicts("FAIL")}
    for each in (spam, {}, spam):
        mail(memory, inbox, **each)
    wish = watch(memory, "c1", after=0)
    announcer = announcer_over(memory)

    announcer.replay(wish)
    for each in (spam, {}):
        announcer.announce(mail(memory, inbox, **each))
    announcer.finish(SOON)

    assert sent(memory, "c1") == [2, 5]


def test_nothing_newer_is_sent_before_what_is_owed(memory: Memory) -> None:
    inbox = given_inbox(memory)
    mail(memory, inbox)
    wish = watch(memory, "c1", after=0)
    newer = mail(memory, inbox)
    announcer = announcer_over(memory)

    announcer.announce(newer)
    announcer.finish(SOON)
    assert sent(memory, "c1") == []
    announcer.replay(wish)
    announcer.finish(SOON)

    assert sent(memory, "c1") == [1, 2]


def test_a_replay_pages_through_everything_that_is_owed(memory: Memory) -> None:
    inbox = given_inbox(memory)
    count = 2 * limits.MAX_PAGE_MESSAGES
    for _ in range(count):
        mail(memory, inbox)
    announcer = announcer_over(memory)

    announcer.replay(watch(memory, "c1", after=0))
    announcer.finish(SOON)

    assert sent(memory, "c1") == list(range(1, count + 1))


def test_a_replay_that_is_too_long_ends_by_saying_how_to_go_on() -> None:
    memory = Memory(quota=Quota(limits.REPLAY_MESSAGES + 50, limits.INBOX_BYTES))
    inbox = given_inbox(memory)
    for _ in range(limits.REPLAY_MESSAGES + 1):
        mail(memory, inbox)
    announcer = announcer_over(memory)

    announcer.replay(watch(memory, "c1", after=0))
    announcer.finish(SOON)
    *numbers, end = sent(memory, "c1")

    assert numbers == list(range(1, limits.REPLAY_MESSAGES + 1))
    assert (end["type"], end["email"], end["after"]) == ("error", ALICE, limits.REPLAY_MESSAGES)
    assert end["error"]["code"] == "RATE_LIMIT_EXCEEDED"
    announcer.replay(watch(memory, "c1", after=end["after"]))
    announcer.finish(SOON)
    assert sent(memory, "c1")[-1] == limits.REPLAY_MESSAGES + 1


def test_a_wish_that_was_replaced_or_given_up_is_not_fulfilled(memory: Memory) -> None:
    inbox = given_inbox(memory)
    for _ in range(3):
        mail(memory, inbox)
    replaced, given_up = watch(memory, "c1", after=0), watch(memory, "c2", after=0)
    watch(memory, "c1", after=2)
    memory.watching.unsubscribe("c2", inbox.id)
    announcer = announcer_over(memory)

    announcer.replay(replaced)
    announcer.replay(given_up)
    announcer.finish(SOON)

    assert memory.sockets.frames == []
    assert memory.rows.watches[inbox.id, "c1"].replay_after == 2


def test_a_repeated_replay_repeats_its_frames(memory: Memory) -> None:
    inbox = given_inbox(memory)
    mail(memory, inbox)
    wish = watch(memory, "c1", after=0)
    announcer = announcer_over(memory)

    for _ in range(2):
        announcer.replay(wish)
        announcer.finish(SOON)

    assert sent(memory, "c1") == [1, 1]


def test_what_is_deleted_is_not_announced_any_more(memory: Memory) -> None:
    inbox, other = given_inbox(memory), given_inbox(memory, "bob@mayfly.example")
    watch(memory, "c1")
    watch(memory, "c1", str(other.address))
    wish = watch(memory, "c2", after=0)
    message, of_other = mail(memory, inbox), mail(memory, other)
    memory.messages.delete(of_other, memory.clock())
    memory.inboxes.close(inbox.id, memory.clock())
    announcer = announcer_over(memory)

    announcer.announce(message)
    announcer.announce(of_other)
    announcer.replay(wish)
    announcer.finish(SOON)

    assert memory.sockets.frames == []


def test_an_expired_address_is_silent(memory: Memory) -> None:
    inbox = given_inbox(memory, expires_at=samples.NOW + timedelta(minutes=1))
    watch(memory, "c1")
    wish = watch(memory, "c2", after=0)
    message = mail(memory, inbox)
    memory.clock.advance(minutes=1)
    announcer = announcer_over(memory)

    announcer.announce(message)
    announcer.replay(wish)
    announcer.finish(SOON)

    assert memory.sockets.frames == []


def test_a_client_that_left_is_forgotten_and_the_others_hear_of_the_mail(memory: Memory) -> None:
    inbox, other = given_inbox(memory), given_inbox(memory, "bob@mayfly.example")
    for connection_id in ("c1", "c2"):
        watch(memory, connection_id)
        watch(memory, connection_id, str(other.address))
    memory.sockets.gone.add("c1")
    announcer = announcer_over(memory)

    for _ in range(3):
        announcer.announce(mail(memory, inbox))
    pushes = announcer.finish(SOON)

    assert pushes.pushed == 3
    assert pushes.gone == ("c1",)
    assert sent(memory, "c2") == [1, 2, 3]
    assert [connection_id for _, connection_id in memory.rows.watches] == ["c2", "c2"]
    assert list(memory.rows.connections) == ["c2"]


@dataclass
class Sending:
    """Sockets that do something of the test's before a frame goes out."""

    before: Callable[[str], None]
    frames: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def post(self, connection_id: str, frame: str) -> None:
        self.before(connection_id)
        self.frames[connection_id].append(frame)


def test_a_slow_client_keeps_nobody_waiting() -> None:
    others_are_served = threading.Event()

    def wait_for_the_others(connection_id: str) -> None:
        if connection_id == "slow" and not others_are_served.wait(DEADLINE):
            raise AssertionError("the others waited for the slow client")
        if connection_id == "last":
            others_are_served.set()

    sockets = Sending(wait_for_the_others)
    lanes = PushQueues(sockets)

    for frame in ("1", "2"):
        for connection_id in ("slow", "fast", "last"):
            lanes.push(connection_id, frame)
    pushes = lanes.finish(SOON)

    assert pushes == PushResults(pushed=6, failed=0, gone=())
    assert all(frames == ["1", "2"] for frames in sockets.frames.values())


def test_many_frames_for_many_clients_stay_in_order_for_each() -> None:
    sockets = Sending(lambda _: None)
    lanes = PushQueues(sockets, ThreadPoolExecutor(4))
    frames = [str(number) for number in range(200)]

    for frame in frames:
        for connection_id in ("c1", "c2", "c3", "c4", "c5", "c6"):
            lanes.push(connection_id, frame)
    pushes = lanes.finish(SOON)

    assert pushes.pushed == 6 * len(frames)
    assert len(sockets.frames) == 6
    assert all(each == frames for each in sockets.frames.values())


def test_a_pool_may_do_at_once_what_it_is_given() -> None:
    sockets = Sending(lambda _: None)
    lanes = PushQueues(sockets, AtOnce())

    for frame in ("1", "2"):
        for connection_id in ("c1", "c2"):
            lanes.push(connection_id, frame)

    assert lanes.finish(SOON) == PushResults(pushed=4, failed=0, gone=())
    assert dict(sockets.frames) == {"c1": ["1", "2"], "c2": ["1", "2"]}


def test_after_a_frame_failed_the_client_is_left_alone_until_the_next_batch() -> None:
    tries: list[str] = []

    def fail_once(connection_id: str) -> None:
        tries.append(connection_id)
        if len(tries) == 2:
            raise PushFailed("the buffer is full")

    sockets = Sending(fail_once)
    lanes = PushQueues(sockets)

    for frame in ("1", "2", "3", "4"):
        lanes.push("c1", frame)
    first = lanes.finish(SOON)
    lanes.push("c1", "5")
    second = lanes.finish(SOON)

    assert (first.pushed, first.failed) == (1, 3)
    assert (second.pushed, second.failed) == (1, 0)
    assert sockets.frames["c1"] == ["1", "5"]


def test_frames_for_a_client_that_left_are_neither_sent_nor_counted_as_sent() -> None:
    def leave(connection_id: str) -> None:
        raise ConnectionGone(connection_id)

    lanes = PushQueues(Sending(leave))

    for frame in ("1", "2", "3"):
        lanes.push("c1", frame)
    pushes = lanes.finish(SOON)

    assert (pushes.pushed, pushes.gone) == (0, ("c1",))


def test_patience_ends_and_what_is_under_way_is_waited_for() -> None:
    under_way, all_pushed = threading.Event(), threading.Event()

    def take_until_the_rest_is_given_up(connection_id: str) -> None:
        under_way.set()
        assert all_pushed.wait(DEADLINE)
        deadline = time.monotonic() + DEADLINE
        while lanes._lanes[connection_id].frames and time.monotonic() < deadline:
            threading.Event().wait(0.001)

    sockets = Sending(take_until_the_rest_is_given_up)
    lanes = PushQueues(sockets)
    lanes.push("c1", "1")
    assert under_way.wait(DEADLINE)
    lanes.push("c1", "2")
    lanes.push("c1", "3")
    all_pushed.set()

    pushes = lanes.finish(timedelta(0))

    assert (pushes.pushed, pushes.failed) == (1, 2)
    assert sockets.frames["c1"] == ["1"]


def test_an_error_of_ours_in_sending_is_raised_and_the_next_batch_goes_on() -> None:
    def fail(connection_id: str) -> None:
        if connection_id == "c1":
            raise ZeroDivisionError

    sockets = Sending(fail)
    lanes = PushQueues(sockets)
    lanes.push("c1", "1")

    with pytest.raises(ZeroDivisionError):
        lanes.finish(SOON)
    lanes.push("c2", "2")

    assert lanes.finish(SOON).pushed == 1


@dataclass
class Stream:
    """The changes of one inbox, in their order, followed whenever the test says so.

    A batch may be repeated from any change on that is not behind a finished batch, as Lambda does.
    """

    memory: Memory
    announcer: MessagePusher
    changes: list[MessageId | Subscription] = field(default_factory=list)
    done: int = 0

    def follow(self, count: int) -> None:
        for change in self.changes[self.done : self.done + count]:
            if isinstance(change, MessageId):
                self.announcer.announce(change)
            else:
                self.announcer.replay(change)
        self.announcer.finish(SOON)

    def advance(self, count: int) -> None:
        self.done = min(self.done + count, len(self.changes))


ACTIONS = st.lists(
    st.one_of(
        st.just(("mail", 0)),
        st.tuples(st.just("subscribe"), st.integers(-1, 6)),
        st.tuples(st.just("follow"), st.integers(1, 4)),
        st.tuples(st.just("fail"), st.integers(1, 4)),
    ),
    max_size=25,
)


@settings(deadline=None)  # other programs may keep the machine busy
@given(actions=ACTIONS)
def test_whatever_meets_each_client_hears_all_it_is_owed_in_order(
    actions: list[tuple[str, int]],
) -> None:
    memory = Memory()
    inbox = given_inbox(memory)
    stream = Stream(memory, announcer_over(memory))
    owed_after: dict[str, int] = {}

    for number, (action, value) in enumerate(actions):
        if action == "mail":
            stream.changes.append(mail(memory, inbox))
        elif action == "subscribe":
            newest = memory.inboxes.get(inbox.id).sequence
            wish = watch(memory, f"c{number}", after=None if value < 0 else value)
            owed_after[f"c{number}"] = newest if value < 0 else min(value, newest)
            if wish.replay_after is not None:
                stream.changes.append(wish)
        else:
            stream.follow(value)
            stream.advance(value if action == "follow" else 0)
    stream.follow(len(stream.changes))

    newest = memory.inboxes.get(inbox.id).sequence
    for connection_id, after in owed_after.items():
        first_heard = list(dict.fromkeys(sent(memory, connection_id)))
        assert first_heard == list(range(after + 1, newest + 1))


def test_a_rotation_ends_the_subscriptions_of_older_tokens(memory: Memory) -> None:
    inbox = given_inbox(memory, access=Access.TOKEN)
    ends_at = memory.clock() + timedelta(minutes=10)
    watcher = watcher_over(memory)
    for connection_id in ("old", "new"):
        watcher.connect(connection_id)
    watcher.subscribe("old", ALICE, grant=TokenClaims(inbox.id, 0, ends_at))
    announcer = announcer_over(memory)
    announcer.announce(mail(memory, inbox))
    memory.inboxes.rotate(inbox.id, 0)

    watcher.subscribe("new", ALICE, grant=TokenClaims(inbox.id, 1, ends_at))
    announcer.announce(mail(memory, inbox))
    announcer.finish(SOON)

    assert [sent(memory, c) for c in ("old", "new")] == [[1], [2]]


def test_a_replay_that_is_owed_to_an_older_token_is_not_given(memory: Memory) -> None:
    inbox = given_inbox(memory, access=Access.TOKEN)
    mail(memory, inbox)
    watcher = watcher_over(memory)
    watcher.connect("old")
    grant = TokenClaims(inbox.id, 0, memory.clock() + timedelta(minutes=10))
    watcher.subscribe("old", ALICE, after=0, grant=grant)
    announcer = announcer_over(memory)

    memory.inboxes.rotate(inbox.id, 0)
    announcer.replay(memory.rows.watches[inbox.id, "old"])
    announcer.finish(SOON)

    assert sent(memory, "old") == []
