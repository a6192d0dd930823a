"""What every Inboxes must do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mayfly.errors import AddressTaken, InboxNotFound, Unauthenticated
from mayfly.inboxes.models import CLOCK_SKEW, Access
from mayfly.mail.address import Address
from mayfly.subscriptions.models import Connection, Subscription
from tests import samples
from tests.worlds import COOLDOWN, World


@pytest.mark.parametrize("access", Access)
def test_a_created_inbox_is_found_as_it_was_made(world: World, access: Access) -> None:
    owner = "ann" if access is Access.OWNER else ""
    inbox = samples.inbox(access=access, owner=owner)

    world.inboxes.create(inbox, world.clock())

    assert world.inboxes.get(inbox.id) == inbox
    assert world.inboxes.find([inbox.address]) == {inbox.address: inbox}


def test_many_addresses_are_looked_up_and_unknown_ones_left_out(world: World) -> None:
    inboxes = [samples.inbox(f"user{n}@mayfly.example") for n in range(3)]
    for inbox in inboxes:
        world.inboxes.create(inbox, world.clock())
    unknown = [Address.parse(f"nobody{n}@mayfly.example") for n in range(120)]

    found = world.inboxes.find([*unknown, *(inbox.address for inbox in inboxes)])

    assert found == {inbox.address: inbox for inbox in inboxes}
    assert world.inboxes.find([]) == {}


def test_odd_addresses_are_kept_apart(world: World) -> None:
    odd = ['"a b"@mayfly.example', '"a#b"@mayfly.example', "ü@mayfly.example", "a+b@mayfly.example"]
    inboxes = [samples.inbox(address) for address in odd]

    for inbox in inboxes:
        world.inboxes.create(inbox, world.clock())

    found = world.inboxes.find([inbox.address for inbox in inboxes])
    assert list(found.values()) == inboxes


def test_an_address_that_is_taken_cannot_be_taken_again(world: World) -> None:
    first = samples.inbox()
    world.inboxes.create(first, world.clock())

    with pytest.raises(AddressTaken):
        world.inboxes.create(samples.inbox(), world.clock())

    assert world.inboxes.get(first.id) == first


@pytest.mark.parametrize("end", ["expires", "is deleted"])
def test_an_address_cools_down_before_somebody_else_gets_it(world: World, end: str) -> None:
    first = samples.inbox(sequence=1)
    world.inboxes.create(first, world.clock())
    if end == "expires":
        world.clock.advance(hours=24)
    else:
        world.clock.advance(hours=1)
        world.inboxes.close(first.id, world.clock())
    world.clock.now += COOLDOWN - timedelta(seconds=1)

    with pytest.raises(AddressTaken):
        world.inboxes.create(samples.inbox(), world.clock())
    world.clock.advance(seconds=1)
    second = samples.inbox()
    world.inboxes.create(second, world.clock())

    assert world.inboxes.get(second.id) == second
    with pytest.raises(InboxNotFound):
        world.inboxes.get(first.id)


@pytest.mark.parametrize("end", ["expires", "is deleted"])
def test_an_address_that_never_had_mail_is_free_at_once(world: World, end: str) -> None:
    first = samples.inbox()
    world.inboxes.create(first, world.clock())
    if end == "expires":
        world.clock.now = first.expires_at - timedelta(milliseconds=1)
        with pytest.raises(AddressTaken):
            world.inboxes.create(samples.inbox(), world.clock())
        world.clock.now = first.expires_at
    else:
        world.inboxes.close(first.id, world.clock())
    second = replace(samples.inbox(), expires_at=world.clock() + timedelta(days=1))

    world.inboxes.create(second, world.clock())

    assert world.inboxes.get(second.id) == replace(second, is_heir=True)
    with pytest.raises(InboxNotFound):
        world.inboxes.get(first.id)


def test_who_comes_minutes_after_an_unused_inbox_is_no_heir(world: World) -> None:
    first = samples.inbox()
    world.inboxes.create(first, world.clock())
    world.inboxes.close(first.id, world.clock())
    world.clock.now += CLOCK_SKEW
    second = samples.inbox()

    world.inboxes.create(second, world.clock())

    assert world.inboxes.get(second.id) == second


def test_closing_is_visible_at_once_and_happens_once(world: World) -> None:
    inbox = samples.inbox()
    world.inboxes.create(inbox, world.clock())

    world.inboxes.close(inbox.id, world.clock())

    assert world.inboxes.get(inbox.id) == replace(inbox, deleted_at=samples.NOW)
    assert not world.inboxes.get(inbox.id).is_active(world.clock())
    with pytest.raises(InboxNotFound):
        world.inboxes.close(inbox.id, world.clock())


def test_another_generation_can_be_neither_read_nor_closed(world: World) -> None:
    inbox = samples.inbox()
    world.inboxes.create(inbox, world.clock())
    other = samples.inbox()

    with pytest.raises(InboxNotFound):
        world.inboxes.get(other.id)
    with pytest.raises(InboxNotFound):
        world.inboxes.close(other.id, world.clock())

    assert world.inboxes.get(inbox.id).is_active(world.clock())


def test_erasing_leaves_the_row_of_the_inbox_and_nothing_else_of_it(world: World) -> None:
    alice, bob = samples.inbox(), samples.inbox("bob@mayfly.example")
    for inbox in (alice, bob):
        world.inboxes.create(inbox, world.clock())
        for n in range(30):
            world.deliveries.deliver(
                samples.accepted(f"{inbox.address.local}-{n}"),
                samples.summary(),
                world.inboxes.get(inbox.id),
                world.clock(),
            )
        world.watching.connect(Connection("c1", samples.NOW + timedelta(hours=2)))
        world.watching.subscribe(
            Subscription("c1", inbox.id, inbox.address, samples.NOW + timedelta(hours=1)),
            world.clock(),
        )
    world.inboxes.close(alice.id, world.clock())

    world.inboxes.erase(alice.id)
    world.inboxes.erase(alice.id)

    now = world.clock()
    assert world.messages.after(alice.id, 0, 100, now) == []
    assert world.watching.subscribers(alice.id, now) == []
    assert world.inboxes.get(alice.id).deleted_at == samples.NOW
    assert len(world.messages.after(bob.id, 0, 100, now)) == 30
    assert len(world.watching.subscribers(bob.id, now)) == 1


def test_rotating_raises_the_version_and_nothing_else(world: World) -> None:
    inbox = samples.inbox(access=Access.TOKEN)
    world.inboxes.create(inbox, world.clock())

    first = world.inboxes.rotate(inbox.id, 0)
    second = world.inboxes.rotate(inbox.id, 1)

    assert first == replace(inbox, token_version=1)
    assert second == world.inboxes.get(inbox.id) == replace(inbox, token_version=2)


def test_of_two_who_rotate_the_same_version_one_is_refused(world: World) -> None:
    inbox = samples.inbox(access=Access.TOKEN)
    world.inboxes.create(inbox, world.clock())
    world.inboxes.rotate(inbox.id, 0)

    with pytest.raises(Unauthenticated):
        world.inboxes.rotate(inbox.id, 0)

    assert world.inboxes.get(inbox.id).token_version == 1


def test_what_is_deleted_or_of_another_generation_is_not_rotated(world: World) -> None:
    inbox = samples.inbox(access=Access.TOKEN)
    world.inboxes.create(inbox, world.clock())

    with pytest.raises(InboxNotFound):
        world.inboxes.rotate(samples.inbox().id, 0)
    world.inboxes.close(inbox.id, world.clock())
    with pytest.raises(InboxNotFound):
        world.inboxes.rotate(inbox.id, 0)

    assert world.inboxes.get(inbox.id).token_version == 0


def test_mail_leaves_the_version_alone(world: World) -> None:
    inbox = samples.inbox(access=Access.TOKEN)
    world.inboxes.create(inbox, world.clock())
    rotated = world.inboxes.rotate(inbox.id, 0)

    world.deliveries.deliver(samples.accepted(), samples.summary(), rotated, world.clock())

    held = world.inboxes.get(inbox.id)
    assert (held.token_version, held.sequence) == (1, 1)
