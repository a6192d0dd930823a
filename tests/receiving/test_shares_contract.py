"""An inbox that fills up: no sender takes it all, and its reader is told."""

from collections import Counter
from datetime import timedelta

import pytest

from mayfly.inboxes.models import SENDERS, Inbox
from mayfly.messages.folders import Folder
from mayfly.messages.models import Change
from mayfly.receiving.models import Dropped, DropReason, Outcome, Stored
from tests import samples
from tests.worlds import QUOTA, World

FLOOD, SHOP, OTHER = "aaaaaa", "bbbbbb", "cccccc"


def given_inbox(world: World) -> Inbox:
    inbox = samples.inbox("alice@mayfly.example")
    world.inboxes.create(inbox, world.clock())
    return inbox


class Post:
    """Mails to one inbox, each of a name of its own."""

    def __init__(self, world: World, inbox: Inbox) -> None:
        self.world = world
        self.inbox = inbox
        self.count = 0

    def deliver(self, sender: str, **summary: object) -> Outcome:
        self.count += 1
        return self.world.deliveries.deliver(
            samples.accepted(f"mail-{self.count}"),
            samples.summary(sender=sender, **({"size_bytes": 10} | summary)),
            self.world.inboxes.get(self.inbox.id),
            self.world.clock(),
        )

    def flood(self, sender: str, mails: int, **summary: object) -> int:
        """How many of so many are stored."""
        outcomes = [self.deliver(sender, **summary) for _ in range(mails)]
        return sum(isinstance(outcome, Stored) for outcome in outcomes)

    @property
    def there(self) -> Inbox:
        return self.world.inboxes.get(self.inbox.id)


@pytest.fixture
def post(world: World) -> Post:
    return Post(world, given_inbox(world))


def test_one_sender_cannot_fill_an_inbox_and_the_next_mail_of_another_comes_in(post: Post) -> None:
    stored = post.flood(FLOOD, QUOTA.messages + 10)

    assert stored == QUOTA.messages * QUOTA.sender_share // 100
    assert post.deliver(FLOOD) == Dropped(DropReason.SENDER_SHARE)
    assert isinstance(post.deliver(SHOP), Stored)
    assert post.flood(SHOP, 5) == 5


def test_one_sender_cannot_fill_an_inbox_by_size(post: Post) -> None:
    stored = post.flood(FLOOD, 12, size_bytes=QUOTA.size_bytes // 10)

    assert stored == 8
    assert isinstance(post.deliver(SHOP, size_bytes=QUOTA.size_bytes // 10), Stored)


def test_a_mail_as_large_as_the_inbox_comes_into_an_empty_one(post: Post) -> None:
    assert isinstance(post.deliver(SHOP, size_bytes=QUOTA.size_bytes), Stored)
    assert post.deliver(OTHER) == Dropped(DropReason.INBOX_FULL)


def test_several_that_flood_leave_a_rest_for_the_next(post: Post) -> None:
    for sender in (FLOOD, OTHER, "dddddd"):
        post.flood(sender, QUOTA.messages)

    assert post.there.held_messages < QUOTA.messages
    assert isinstance(post.deliver(SHOP), Stored)


def test_what_a_sender_has_there_is_counted_and_uncounted(post: Post, world: World) -> None:
    first = post.deliver(SHOP, size_bytes=100)
    post.deliver(SHOP, size_bytes=20)
    assert isinstance(first, Stored)
    held = post.there.senders[SHOP]
    assert (held.messages, held.size_bytes) == (2, 120)

    world.messages.delete(first.message, world.clock())

    held = post.there.senders[SHOP]
    assert (held.messages, held.size_bytes) == (1, 20)


def test_deleting_gives_a_sender_its_share_back(post: Post, world: World) -> None:
    outcomes = [post.deliver(FLOOD) for _ in range(QUOTA.messages)]
    first = outcomes[0]
    assert isinstance(first, Stored)

    world.messages.delete(first.message, world.clock())

    assert isinstance(post.deliver(FLOOD), Stored)
    assert post.deliver(FLOOD) == Dropped(DropReason.SENDER_SHARE)


def given_a_flood_of_newcomers(post: Post, mails: int = 4 * QUOTA.messages) -> list[Outcome]:
    """Mails of that many domains, all made up."""
    return [post.deliver(f"{n:06x}") for n in range(mails)]


def test_a_newcomers_mail_comes_in_however_many_made_up_senders_fill_the_inbox(
    post: Post, world: World
) -> None:
    outcomes = given_a_flood_of_newcomers(post)
    stored = [post.deliver(f"{n:06x}", subject=f"code {n}") for n in range(0xABC000, 0xABC008)]

    assert all(isinstance(each, Stored) for each in stored)
    there = world.messages.newest(post.there, None, 100, world.clock())
    assert {f"code {n}" for n in range(0xABC000, 0xABC008)} <= {e.summary.subject for e in there}
    assert post.there.held_messages == len(there) <= QUOTA.messages
    # Those who were there first have theirs, and the reader is told.
    first = [each.message for each in outcomes[:SENDERS] if isinstance(each, Stored)]
    assert {each.id for each in there} >= set(first) and len(first) == SENDERS
    assert post.there.overflow is not None


def test_what_was_read_or_moved_gives_way_to_nobody(post: Post, world: World) -> None:
    outcomes = given_a_flood_of_newcomers(post, QUOTA.messages // 2)
    kept = [each.message for each in outcomes if isinstance(each, Stored)][SENDERS:]
    for n, message in enumerate(kept):
        change = Change(is_read=True) if n % 2 else Change(folder=Folder.ARCHIVE)
        world.messages.change(message, change, world.clock())
    for n in range(0xABC000, 0xABC000 + 4 * QUOTA.messages):
        post.deliver(f"{n:06x}")

    there = world.messages.newest(post.there, None, 100, world.clock())
    assert {each.id for each in there} >= set(kept)


def test_a_mail_that_comes_again_pushes_out_no_second_one(post: Post) -> None:
    given_a_flood_of_newcomers(post)
    post.count = 10_000
    first = post.deliver("abcdef")
    held = post.there.held_messages
    post.count = 10_000
    again = post.deliver("abcdef")

    assert isinstance(first, Stored) and isinstance(again, Stored) and again.repeated
    assert post.there.held_messages == held


def test_the_row_of_an_inbox_knows_a_bounded_number_of_senders(post: Post, world: World) -> None:
    senders = [f"{n:06x}" for n in range(QUOTA.messages - 1)]
    for sender in senders:
        post.deliver(sender)

    places = post.there.senders

    assert len(places) <= SENDERS + 8
    assert set(senders[:SENDERS]) < set(places)
    assert sum(each.messages for each in places.values()) == post.there.held_messages


def test_senders_of_whom_nothing_is_left_are_forgotten(post: Post, world: World) -> None:
    for sender in (f"{n:06x}" for n in range(SENDERS * 2)):
        outcome = post.deliver(sender)
        assert isinstance(outcome, Stored)
        world.messages.delete(outcome.message, world.clock())

    post.deliver(SHOP)

    there = {place for place, held in post.there.senders.items() if held.messages}
    assert there == {SHOP}
    if world.table is not None:
        assert set(post.there.senders) == {SHOP}


def test_an_inbox_tells_since_when_and_how_often_it_dropped(post: Post, world: World) -> None:
    post.flood(FLOOD, QUOTA.messages)
    world.clock.advance(minutes=1)
    before = post.there.overflow

    post.deliver(FLOOD)

    now = post.there.overflow
    assert before is not None
    assert now is not None
    assert (now.since, now.dropped) == (before.since, before.dropped + 1)
    assert now.dropped == world.deliveries.tally().dropped[DropReason.SENDER_SHARE]


def test_a_mail_that_comes_again_is_dropped_and_told_once(post: Post, world: World) -> None:
    post.flood(FLOOD, QUOTA.messages)
    before = post.there.overflow
    assert before is not None

    for _ in range(2):
        post.count = 10_000
        outcome = post.deliver(FLOOD)

    assert outcome == Dropped(DropReason.SENDER_SHARE, repeated=True)
    after = post.there.overflow
    assert after is not None
    assert after.dropped == before.dropped + 1


def test_deleting_a_message_makes_room_and_ends_the_overflow(post: Post, world: World) -> None:
    first = post.deliver(SHOP)
    post.flood(FLOOD, QUOTA.messages)
    assert isinstance(first, Stored)
    assert post.there.overflow is not None

    world.messages.delete(first.message, world.clock())

    assert post.there.overflow is None
    world.clock.advance(minutes=1)
    post.flood(FLOOD, 5)
    again = post.there.overflow
    assert again is not None
    assert again.since == world.clock()


def test_accepted_is_still_stored_and_dropped(post: Post, world: World) -> None:
    outcomes: Counter[str] = Counter()
    for n in range(QUOTA.messages * 2):
        outcomes[type(post.deliver(FLOOD if n % 3 else SHOP)).__name__] += 1

    tally = world.deliveries.tally()

    assert tally.accepted == QUOTA.messages * 2
    assert tally.stored == outcomes["Stored"]
    assert sum(tally.dropped.values()) == outcomes["Dropped"]


def test_a_drop_of_an_inbox_that_is_gone_is_one_of_an_unknown_recipient(
    post: Post, world: World
) -> None:
    post.flood(FLOOD, QUOTA.messages)
    stale = post.there
    world.inboxes.close(stale.id, world.clock())
    world.clock.advance(days=31)
    later = samples.inbox(
        "alice@mayfly.example",
        created_at=world.clock(),
        expires_at=world.clock() + timedelta(days=1),
    )
    world.inboxes.create(later, world.clock())

    outcome = world.deliveries.deliver(
        samples.accepted("late"), samples.summary(sender=FLOOD), stale, world.clock()
    )

    assert outcome in (
        Dropped(DropReason.UNKNOWN_RECIPIENT),
        Dropped(DropReason.DELETED_RECIPIENT),
        Dropped(DropReason.EXPIRED_RECIPIENT),
    )
    assert world.inboxes.get(later.id).overflow is None
