"""What every Waits must do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bench.cost.units import item_bytes
from mayfly.limits import MOST_WAITS_AT_ONCE
from mayfly.settings import Settings
from mayfly.waits.dynamodb import DynamoWaits
from mayfly.waits.models import Lease, Waiter, WaitLimits
from mayfly.waits.service import Waits
from tests.aws import on_moto
from tests.memory import FakeClock
from tests.samples import NOW
from tests.waits.fakes import FakeWaits

SOON = NOW + timedelta(seconds=30)
WIDE = WaitLimits(100, 100, 100)


@dataclass
class Places:
    """The port under test, and the table's client where there is one."""

    waits: Waits
    client: Any = None


@pytest.fixture(params=["fake", "moto"])
def places(request: pytest.FixtureRequest) -> Iterator[Places]:
    if request.param == "fake":
        yield Places(FakeWaits())
        return
    settings = Settings()
    with on_moto(settings) as clients:
        client = clients["dynamodb"]
        yield Places(DynamoWaits(client, settings.table_name, FakeClock().pause), client)


def lease(number: int, address: str = "here", holder: str = "ann") -> Lease:
    return Lease(f"{number:012x}", Waiter(address, holder), SOON)


def begun(places: Places, limits: WaitLimits, *leases: Lease) -> list[bool]:
    return [places.waits.begin(each, limits, NOW) for each in leases]


def test_no_more_get_a_place_than_there_are(places: Places) -> None:
    told = begun(places, WaitLimits(2, 9, 9), *map(lease, range(4)))

    assert told == [True, True, False, False]


def test_one_address_gets_its_share_whoever_it_waits_for(places: Places) -> None:
    mine = [lease(number, holder=f"holder-{number}") for number in range(3)]
    theirs = lease(9, address="elsewhere")

    told = begun(places, WaitLimits(9, 2, 9), *mine, theirs)

    assert told == [True, True, False, True]


def test_one_holder_gets_its_share_wherever_it_calls_from(places: Places) -> None:
    mine = [lease(number, address=f"address-{number}") for number in range(3)]
    others = lease(9, holder="bob")

    told = begun(places, WaitLimits(9, 9, 2), *mine, others)

    assert told == [True, True, False, True]


@pytest.mark.parametrize("none", [WaitLimits(0, 9, 9), WaitLimits(9, 0, 9), WaitLimits(9, 9, 0)])
def test_zero_is_nobody(places: Places, none: WaitLimits) -> None:
    assert begun(places, none, lease(1)) == [False]


def test_a_place_that_was_given_back_is_free(places: Places) -> None:
    one = WaitLimits(1, 1, 1)
    begun(places, one, lease(1))

    places.waits.end(lease(1))
    places.waits.end(lease(1))

    assert begun(places, one, lease(2), lease(3)) == [True, False]


def test_a_place_whose_holder_died_is_free_once_its_lease_has_ended(places: Places) -> None:
    one = WaitLimits(1, 1, 1)
    begun(places, one, lease(1))
    later = Lease("2", Waiter("there", "bob"), SOON + timedelta(seconds=30))

    before = places.waits.begin(later, one, SOON - timedelta(seconds=1))
    after = places.waits.begin(later, one, SOON)
    places.waits.end(lease(1))

    assert (before, after) == (False, True)
    assert not places.waits.begin(lease(3), one, SOON), "the dead one's end frees nobody else's"


def test_of_many_who_ask_at_once_no_more_get_a_place_than_there_are(places: Places) -> None:
    with ThreadPoolExecutor(16) as pool:
        told = list(
            pool.map(
                lambda number: places.waits.begin(lease(number), WaitLimits(5, 3, 9), NOW),
                range(48),
            )
        )

    assert sum(told) == 3


def test_ending_while_others_begin_takes_no_place_from_them(places: Places) -> None:
    begun(places, WIDE, *map(lease, range(8)))

    def turn(number: int) -> bool:
        if number < 8:
            places.waits.end(lease(number))
            return False
        return places.waits.begin(lease(number), WIDE, NOW)

    with ThreadPoolExecutor(4) as pool:
        took = sum(pool.map(turn, range(16)))

    left = WaitLimits(took + 1, 100, 100)
    assert begun(places, left, lease(99), lease(100)) == [True, False]


@pytest.mark.parametrize("places", ["moto"], indirect=True)
def test_a_wait_is_two_writes_to_one_small_row(places: Places) -> None:
    calls: list[str] = []
    places.client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))

    begun(places, WaitLimits(1, 1, 1), lease(1, address="a" * 16, holder="b" * 16), lease(2))
    (row,) = places.client.scan(TableName=Settings().table_name)["Items"]
    places.waits.end(lease(1))

    assert calls == ["GetItem", "UpdateItem", "GetItem", "Scan", "UpdateItem"]
    assert item_bytes(row) < 150  # ten in a write unit


@pytest.mark.parametrize("places", ["moto"], indirect=True)
def test_the_row_holds_as_many_as_may_be_set_and_drops_those_that_have_ended(
    places: Places,
) -> None:
    most = WaitLimits(MOST_WAITS_AT_ONCE, MOST_WAITS_AT_ONCE, MOST_WAITS_AT_ONCE)
    client, name = places.client, Settings().table_name
    full = {
        f"wait#{number:012x}": {"S": f"{int(SOON.timestamp())} {'a' * 16} {'b' * 16}"}
        for number in range(MOST_WAITS_AT_ONCE)
    }
    client.put_item(
        TableName=name,
        Item={"pk": {"S": "waits"}, "sk": {"S": "now"}, "revision": {"N": "7"}, **full},
    )

    refused = places.waits.begin(lease(10_000), most, NOW)
    later = [Lease(f"{n}", lease(n).waiter, SOON + timedelta(days=1)) for n in range(25)]
    taken = [places.waits.begin(each, most, SOON) for each in later]

    (row,) = client.scan(TableName=name)["Items"]
    assert (refused, taken) == (False, [True] * 25)
    assert {each for each in row if each.startswith("wait#")} == {f"wait#{n}" for n in range(25)}
