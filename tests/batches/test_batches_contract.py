"""What every Batches and every PasswordKeys must do."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from mayfly import limits
from mayfly.batches.dynamodb import DynamoBatches
from mayfly.batches.kms import KmsPasswordKeys
from mayfly.batches.models import Batch, Member, Members
from mayfly.errors import InboxNotFound, PasswordKeyUnavailable
from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.inboxes.models import Access, Inbox
from mayfly.inboxes.ports import Batches, Inboxes
from mayfly.kit.dynamodb.table import Table
from mayfly.kit.tokens.ports import PasswordKeys
from mayfly.settings import Settings
from tests import samples
from tests.aws import SIDES, on_side
from tests.memory import FakeClock, Memory
from tests.worlds import COOLDOWN

NAMES = [f"0000000{number}-0000-4000-8000-000000000000" for number in range(10)]


@dataclass
class World:
    """The ports under test, and the inboxes beside them."""

    clock: FakeClock
    batches: Batches
    keys: PasswordKeys
    inboxes: Inboxes


@pytest.fixture(params=SIDES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    clock = FakeClock()
    if request.param == "fake":
        memory = Memory(clock, cooldown=COOLDOWN)
        yield World(clock, memory.batches, memory.password_keys, memory.inboxes)
        return
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, time.sleep)
        keys = KmsPasswordKeys(lambda: clients["kms"], settings.password_key)
        yield World(clock, DynamoBatches(table, COOLDOWN), keys, DynamoInboxes(table, COOLDOWN))


def a_batch(number: int = 0, **after: float) -> Batch:
    created_at = samples.NOW + timedelta(**after)
    expires_at = created_at + timedelta(hours=24)
    return Batch(NAMES[number], created_at, expires_at, b"sealed\x00\xff")


def inboxes_named(*names: str) -> list[Inbox]:
    return [samples.inbox(f"{name}@mayfly.example", access=Access.TOKEN) for name in names]


def members_of(number: int, inboxes: list[Inbox]) -> Members:
    return Members(number, tuple(Member(each.id, each.address) for each in inboxes))


def test_batches_are_told_in_the_order_in_which_they_were_made(world: World) -> None:
    first, second = a_batch(2), a_batch(1, milliseconds=1)
    together = a_batch(3, milliseconds=1)
    for each in (together, first, second):
        world.batches.add(each)

    assert list(world.batches.all()) == [first, second, together]
    assert list(world.batches.all(second.rank)) == [second, together]
    assert list(world.batches.all(a_batch(0, milliseconds=1).rank)) == [second, together]
    assert list(world.batches.all(a_batch(0, days=1).rank)) == []


def test_placed_inboxes_are_there_and_are_members(world: World) -> None:
    batch, other = a_batch(), a_batch(1)
    first, second = inboxes_named("a", "b"), inboxes_named("c")

    assert list(world.batches.place(batch, 0, first, world.clock())) == []
    assert list(world.batches.place(batch, 11, second, world.clock())) == []

    for each in (*first, *second):
        assert world.inboxes.get(each.id) == each
    assert list(world.batches.members(batch.id)) == [members_of(0, first), members_of(11, second)]
    assert list(world.batches.members(batch.id, 1)) == [members_of(11, second)]
    assert list(world.batches.members(other.id)) == []


def test_as_many_as_the_limit_says_are_placed_together(world: World) -> None:
    names = [f"name{number}" for number in range(limits.GENERATED_TOGETHER)]

    world.batches.place(a_batch(), 0, inboxes_named(*names), world.clock())

    (members,) = world.batches.members(a_batch().id)
    assert [each.address.local for each in members.members] == names


def test_where_an_address_is_taken_nothing_is_placed_and_it_is_named(world: World) -> None:
    there, *gone = inboxes_named("b", "d", "e")
    for each in (there, *gone):
        world.inboxes.create(each, world.clock())
    world.inboxes.close(gone[0].id, world.clock())
    wanted = inboxes_named("a", "b", "c", "d")

    taken = world.batches.place(a_batch(), 0, wanted, world.clock())

    assert list(taken) == [there.address, gone[0].address]
    assert list(world.batches.members(a_batch().id)) == []
    assert world.inboxes.get(there.id) == there
    for each in (wanted[0], wanted[2]):
        with pytest.raises(InboxNotFound):
            world.inboxes.get(each.id)


def test_an_address_that_has_cooled_down_is_free(world: World) -> None:
    (before,) = inboxes_named("a")
    world.inboxes.create(before, world.clock())
    world.clock.now = before.expires_at + COOLDOWN
    (after,) = inboxes_named("a")
    after = replace(after, expires_at=world.clock() + timedelta(hours=1))

    assert list(world.batches.place(a_batch(), 0, [after], world.clock())) == []

    assert world.inboxes.get(after.id) == after


def test_a_secret_is_opened_as_it_was_made_and_for_its_batch_only(world: World) -> None:
    first, second = world.keys.make(NAMES[0]), world.keys.make(NAMES[1])

    assert world.keys.open(NAMES[0], first.sealed) == first.plain
    assert len(first.plain) == 32
    assert first.plain not in (second.plain, first.sealed)
    for batch, sealed in ((NAMES[1], first.sealed), (NAMES[0], b"of nobody")):
        with pytest.raises(PasswordKeyUnavailable):
            world.keys.open(batch, sealed)


def test_neither_half_of_a_secret_is_shown(world: World) -> None:
    secret = world.keys.make(NAMES[0])

    assert repr(secret) == "BatchSecret()"
    assert "sealed" not in repr(a_batch())


def test_kms_is_not_met_before_it_is_needed_and_a_missing_key_is_named() -> None:
    settings, made = Settings(), []
    with on_side(settings) as clients:

        def make_client() -> Any:
            made.append(1)
            return clients["kms"]

        keys = KmsPasswordKeys(make_client, "alias/of-nobody")
        assert made == []

        for _ in range(2):
            with pytest.raises(PasswordKeyUnavailable):
                keys.make(NAMES[0])

    assert made == [1]


def test_rows_of_a_batch_stay_as_long_as_those_of_its_inboxes() -> None:
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, time.sleep)
        batches = DynamoBatches(table, COOLDOWN)
        batches.add(a_batch())
        batches.place(a_batch(), 0, inboxes_named("a"), samples.NOW)
        rows = clients["dynamodb"].scan(TableName=settings.table_name)["Items"]

    assert len(rows) == 3
    kept_until = int((a_batch().expires_at + COOLDOWN).timestamp())
    assert {row["ttl"]["N"] for row in rows} == {str(kept_until)}
