"""Many writers and readers on one inbox: numbers become visible in order, without gap or repeat."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from mayfly.errors import AddressTaken, MessageNotFound
from mayfly.inboxes.models import Inbox
from mayfly.receiving.models import Accepted, DropReason, Outcome, Stored
from tests import samples
from tests.worlds import QUOTA, World

WRITERS = 8
MAILS = 30
REPEATS = 3


def given_inbox(world: World) -> Inbox:
    inbox = samples.inbox(expires_at=samples.NOW + timedelta(days=1))
    world.inboxes.create(inbox, world.clock())
    return inbox


def deliver(world: World, mail: Accepted, inbox: Inbox) -> Outcome:
    return world.deliveries.deliver(mail, samples.summary(), inbox, world.clock())


def watch(world: World, inbox: Inbox, done: threading.Event) -> list[int]:
    """Read with a cursor until all is there, as a client does."""
    seen: list[int] = []
    while True:
        finished = done.is_set()
        page = world.messages.after(inbox.id, seen[-1] if seen else 0, 7, world.clock())
        seen += [message.id.sequence for message in page]
        if finished and not page:
            return seen


def test_repeated_deliveries_by_many_threads_are_numbered_without_gap_or_repeat(
    world: World,
) -> None:
    inbox = given_inbox(world)
    mails = [samples.accepted(f"mail-{n}") for n in range(MAILS)] * REPEATS
    random.Random(1).shuffle(mails)
    done = threading.Event()

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        readers = [pool.submit(watch, world, inbox, done) for _ in range(2)]
        outcomes = list(
            pool.map(
                lambda mail: world.deliveries.deliver(
                    mail, samples.summary(), inbox, world.clock()
                ),
                mails,
            )
        )
        done.set()

    stored = [outcome for outcome in outcomes if isinstance(outcome, Stored)]
    assert len(stored) == len(mails)
    assert sum(not outcome.repeated for outcome in stored) == MAILS
    assert len({outcome.message for outcome in stored}) == MAILS
    for reader in readers:
        assert reader.result() == list(range(1, MAILS + 1))
    now = world.inboxes.get(inbox.id)
    assert (now.sequence, now.held_messages, now.held_bytes) == (MAILS, MAILS, MAILS * 1234)
    tally = world.deliveries.tally()
    assert (tally.accepted, tally.stored) == (MAILS, MAILS)


def test_the_quota_holds_when_many_arrive_at_once(world: World) -> None:
    inbox = given_inbox(world)
    mails = [samples.accepted(f"mail-{n}") for n in range(QUOTA.messages + 20)]

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = list(pool.map(lambda mail: deliver(world, mail, inbox), mails))

    assert sum(isinstance(outcome, Stored) for outcome in outcomes) == QUOTA.messages
    tally = world.deliveries.tally()
    assert tally.accepted == len(mails)
    assert tally.dropped[DropReason.INBOX_FULL] == 20


def test_only_one_of_many_gets_an_address(world: World) -> None:
    rivals = [samples.inbox() for _ in range(WRITERS)]

    def take(inbox: Inbox) -> bool:
        try:
            world.inboxes.create(inbox, world.clock())
        except AddressTaken:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        taken = list(pool.map(take, rivals))

    assert sum(taken) == 1
    assert world.inboxes.get(rivals[taken.index(True)].id)


def test_a_message_deleted_by_many_is_taken_off_the_books_once(world: World) -> None:
    inbox = given_inbox(world)
    first, _ = [deliver(world, samples.accepted(name), inbox) for name in ("a", "b")]
    assert isinstance(first, Stored)

    def delete(_: int) -> bool:
        try:
            world.messages.delete(first.message, world.clock())
        except MessageNotFound:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        deleted = list(pool.map(delete, range(WRITERS)))

    now = world.inboxes.get(inbox.id)
    assert sum(deleted) == 1
    assert (now.held_messages, now.held_bytes) == (1, 1234)
