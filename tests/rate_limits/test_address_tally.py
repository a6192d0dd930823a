"""What one address asks for with tokens: told to the table some at a time, and never too late."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mayfly.limits import ADDRESSES_REMEMBERED
from mayfly.rate_limits.addresses import AddressTally, total
from mayfly.rate_limits.models import Client, Window
from tests.rate_limits.fakes import FakeRequestCounts
from tests.samples import NOW

HERE, THERE = Client.at("192.0.2.1"), Client.at("192.0.2.2")
MINUTE = Window.around(NOW, timedelta(minutes=1))
NEXT = Window(MINUTE.end, MINUTE.length)


@pytest.fixture
def counts() -> FakeRequestCounts:
    return FakeRequestCounts()


def test_one_process_knows_each_request_of_its_own(counts: FakeRequestCounts) -> None:
    tally = AddressTally(together=5)

    told = [tally.add(counts, HERE, MINUTE, ["all"])["all"] for _ in range(12)]

    assert told == list(range(1, 13))
    assert counts.calls == 2


def test_two_processes_know_of_each_other_but_for_a_few(counts: FakeRequestCounts) -> None:
    one, other = AddressTally(together=5), AddressTally(together=5)
    for _ in range(50):
        one.add(counts, HERE, MINUTE, ["all"])

    told = [other.add(counts, HERE, MINUTE, ["all"])["all"] for _ in range(5)]

    assert told[-1] == 55


def test_groups_are_counted_beside_all_and_addresses_and_windows_apart(
    counts: FakeRequestCounts,
) -> None:
    tally = AddressTally(together=2)
    for names in (["all"], ["all", "fetch"], ["all", "fetch"], ["all"]):
        told = tally.add(counts, HERE, MINUTE, names)

    fetched = tally.add(counts, HERE, MINUTE, ["all", "fetch"])
    there = tally.add(counts, THERE, MINUTE, ["all"])
    later = tally.add(counts, HERE, NEXT, ["all"])

    assert (told, fetched) == ({"all": 4}, {"all": 5, "fetch": 3})
    assert (there, later) == ({"all": 1}, {"all": 1})


def test_requests_without_a_token_are_in_the_same_row(counts: FakeRequestCounts) -> None:
    tally = AddressTally(together=2)
    for _ in range(3):
        counts.count(HERE.key, MINUTE, ["all"])
    for _ in range(2):
        told = tally.add(counts, HERE, MINUTE, ["all"])

    assert told == {"all": 5}
    assert total(counts.seen(HERE.key, MINUTE), "all") == 5


def test_what_the_table_does_not_take_is_not_counted_and_the_next_ones_are(
    counts: FakeRequestCounts,
) -> None:
    tally = AddressTally(together=2)
    tally.add(counts, HERE, MINUTE, ["all"])
    counts.failing = TimeoutError()
    with pytest.raises(TimeoutError):
        tally.add(counts, HERE, MINUTE, ["all"])
    counts.failing = None

    told = [tally.add(counts, HERE, MINUTE, ["all"])["all"] for _ in range(2)]

    assert told == [1, 2], "two are not counted: as with all counts, that is no reason to fail"


def test_what_is_taken_back_is_not_counted(counts: FakeRequestCounts) -> None:
    tally = AddressTally(together=5)
    for _ in range(20):
        tally.add(counts, HERE, MINUTE, ["made"])
        tally.add(counts, HERE, MINUTE, ["made"], by=-1)

    assert tally.add(counts, HERE, MINUTE, ["made"]) == {"made": 1}
    assert counts.calls == 0


def test_a_day_goes_on_while_minutes_pass(counts: FakeRequestCounts) -> None:
    tally = AddressTally(together=5)
    day = Window.around(NOW, timedelta(days=1))
    for minute in (MINUTE, NEXT):
        tally.add(counts, HERE, minute, ["all"])
        told = tally.add(counts, HERE, day, ["made"])

    assert told == {"made": 2}


def test_no_more_addresses_are_remembered_than_are_meant_to(counts: FakeRequestCounts) -> None:
    tally = AddressTally(together=2)
    for _ in range(2):
        tally.add(counts, HERE, MINUTE, ["all"])
    for number in range(ADDRESSES_REMEMBERED):
        tally.add(counts, Client("address", str(number)), MINUTE, ["all"])

    told = [tally.add(counts, HERE, MINUTE, ["all"])["all"] for _ in range(2)]

    assert told == [1, 4], "forgotten, and heard of again from the table"


def test_of_many_threads_none_is_lost(counts: FakeRequestCounts) -> None:
    tally = AddressTally(together=5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: tally.add(counts, HERE, MINUTE, ["all"]), range(399)))

    assert tally.add(counts, HERE, MINUTE, ["all"]) == {"all": 400}
    assert total(counts.seen(HERE.key, MINUTE), "all") == 400
