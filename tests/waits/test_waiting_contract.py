"""Waits and lists with filters while many senders write: nothing is missed, nothing comes twice.

On the fake, and on the adapters over moto and over the laptop's engine.
"""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from mayfly.filters.fields import filter_of
from mayfly.filters.models import Filter
from mayfly.inboxes.models import Inbox
from mayfly.messages.models import Content, Message
from mayfly.messages.search import Look, MessageSearch
from mayfly.messages.service import ContentLoader, MessageService, content_of
from mayfly.waits.arrivals import await_message
from mayfly.waits.sought import Require, Sought
from tests import samples
from tests.worlds import World

SENDERS = 6
MAILS = 24
CODES = filter_of({"subject": "code"})
PATIENCE = timedelta(days=30)  # by the clock of these tests, which stands still


class Loader(ContentLoader):
    """Gives each mail a code of its own: its number."""

    def __init__(self) -> None: ...

    def open(self, message: Message) -> Content:
        text = f"Your code is {482000 + message.id.sequence}."
        return content_of(f"Subject: Your code\n\n{text}".encode(), "raw/1")


def given_inbox(world: World) -> Inbox:
    inbox = samples.inbox(expires_at=samples.NOW + PATIENCE)
    world.inboxes.create(inbox, world.clock())
    return inbox


def search_of(world: World, pause: threading.Event | None = None) -> MessageSearch:
    changed = pause or threading.Event()

    def wait(seconds: float) -> None:
        changed.wait(0.001)

    return MessageSearch(MessageService(world.inboxes, world.messages, Loader(), world.clock, wait))


def send(world: World, inbox: Inbox, number: int) -> None:
    """Every third has the code; the others are in its way."""
    subject = "Your code" if number % 3 == 0 else "News"
    world.deliveries.deliver(
        samples.accepted(f"mail-{number}"), samples.summary(subject=subject), inbox, world.clock()
    )


def codes_of(world: World, inbox: Inbox) -> list[int]:
    found = world.messages.after(inbox.id, 0, 100, world.clock())
    return [each.id.sequence for each in found if each.summary.subject == "Your code"]


def sent_by_many(world: World, inbox: Inbox, pool: ThreadPoolExecutor) -> None:
    numbers = list(range(MAILS))
    random.Random(1).shuffle(numbers)
    list(pool.map(lambda number: send(world, inbox, number), numbers))


def waited_for(world: World, inbox: Inbox, wanted: Filter, require: Require) -> list[int]:
    """The numbers that waits give, one after the other, until all that are meant have come."""
    search, seen, after = search_of(world), list[int](), 0
    while len(seen) < MAILS // 3:
        sought = Sought(wanted, require, after, timedelta(hours=1))
        arrival = await_message(search, str(inbox.address), sought, lambda inbox, left: True)
        if arrival.message is not None:
            seen.append(arrival.message.id.sequence)
        if arrival.evidence is not None:
            assert arrival.evidence.value == str(482000 + seen[-1])
        assert arrival.sequence >= after
        after = arrival.sequence
    return seen


def test_waits_miss_nothing_and_repeat_nothing_while_many_send(world: World) -> None:
    inbox = given_inbox(world)

    with ThreadPoolExecutor(SENDERS + 3) as pool:
        waiting = [
            pool.submit(waited_for, world, inbox, CODES, require)
            for require in (Require.MESSAGE, Require.CODE)
        ]
        with ThreadPoolExecutor(SENDERS) as senders:
            sent_by_many(world, inbox, senders)
        seen = [each.result() for each in waiting]

    assert seen == [codes_of(world, inbox)] * 2


def test_a_wait_from_now_on_has_what_is_sent_once_it_has_begun(world: World) -> None:
    inbox = given_inbox(world)
    send(world, inbox, 0)
    begun = threading.Event()

    def begins(inbox: Inbox, left: timedelta) -> bool:
        begun.set()
        return True

    with ThreadPoolExecutor(1) as pool:
        sought = Sought(CODES, Require.CODE, None, timedelta(hours=1))
        waiting = pool.submit(await_message, search_of(world), str(inbox.address), sought, begins)
        assert begun.wait(30)
        send(world, inbox, 1)
        send(world, inbox, 3)
        arrival = waiting.result(30)

    assert (arrival.sequence, arrival.evidence and arrival.evidence.value) == (3, "482003")


def test_a_filtered_list_has_all_that_is_meant_by_whichever_way_it_is_read(world: World) -> None:
    inbox = given_inbox(world)
    for number in range(MAILS):
        send(world, inbox, number)
    search, address = search_of(world), str(inbox.address)
    newest: list[int] = []
    oldest: list[int] = []

    cursor, after = None, 0
    while True:
        page = search.page(address, 3, cursor, Look(Loader().open, CODES))
        newest += [each.id.sequence for each in page.messages]
        cursor = page.cursor
        if cursor is None:
            break
    while True:
        look = Look(Loader().open, CODES)
        page = search.since(address, after, 3, timedelta(), look)
        oldest += [each.id.sequence for each in page.messages]
        after = page.last_sequence or 0
        if not page.messages:
            break

    assert oldest == codes_of(world, inbox)
    assert newest == oldest[::-1]


def test_a_list_that_has_read_enough_goes_on_from_there(world: World) -> None:
    inbox = given_inbox(world)
    for number in range(MAILS):
        send(world, inbox, number)
    search, address = search_of(world), str(inbox.address)
    wanted = filter_of({"text": "your code is 48200"})
    found: list[int] = []
    looks = 0

    cursor = None
    while looks == 0 or cursor is not None:
        look = Look(Loader().open, wanted, reads_left=5)
        page = search.page(address, 100, cursor, look)
        assert look.reads_left >= 0
        found += [each.id.sequence for each in page.messages]
        cursor = page.cursor
        looks += 1

    assert found == list(range(9, 0, -1))
    assert looks >= MAILS // 5


def test_deleting_by_filter_takes_what_is_meant_and_leaves_the_rest(world: World) -> None:
    inbox = given_inbox(world)
    for number in range(MAILS):
        send(world, inbox, number)
    codes = codes_of(world, inbox)
    search, address = search_of(world), str(inbox.address)

    first = search.erase(address, codes[0], Look(Loader().open, CODES), samples.TOKEN)
    again = search.erase(address, 0, Look(Loader().open, CODES), samples.TOKEN)

    assert (first.count, first.more) == (len(codes) - 1, False)
    assert (again.count, again.more) == (1, False)
    left = [each.id.sequence for each in world.messages.after(inbox.id, 0, 100, world.clock())]
    assert left == [each for each in range(1, MAILS + 1) if each not in codes]


def test_a_deletion_that_has_read_enough_says_that_there_may_be_more(world: World) -> None:
    inbox = given_inbox(world)
    for number in range(8):
        send(world, inbox, number)
    search, address = search_of(world), str(inbox.address)
    wanted = filter_of({"text": "your code is 482008"})

    first = search.erase(address, 0, Look(Loader().open, wanted, reads_left=5), samples.TOKEN)
    second = search.erase(
        address, first.sequence, Look(Loader().open, wanted, reads_left=5), samples.TOKEN
    )

    assert (first.count, first.sequence, first.more) == (0, 5, True)
    assert (second.count, second.more) == (1, False)
