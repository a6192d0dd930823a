"""What every RequestCounts and every Budgets must do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from bench.cost.units import item_bytes
from mayfly.kit.dynamodb.table import Table
from mayfly.rate_limits.dynamodb import DynamoBudgets, DynamoRequestCounts
from mayfly.rate_limits.models import Client, Window
from mayfly.rate_limits.ports import Budgets, RequestCounts
from mayfly.settings import Settings
from tests import samples
from tests.aws import AWS_SIDES, SIDES, on_side
from tests.memory import FakeClock
from tests.rate_limits.fakes import FakeBudgets, FakeRequestCounts

WHO = Client.at("192.0.2.1").key
MINUTE = Window.around(samples.NOW, timedelta(minutes=1))
NEXT = Window(MINUTE.end, MINUTE.length)
TODAY = date(2026, 1, 1)
THREADS = 16


@dataclass
class Counters:
    """The ports under test, and the rows of those that have some."""

    requests: RequestCounts
    budgets: Budgets
    client: Any = None

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.scan(TableName=Settings().table_name)["Items"]
        return found


@pytest.fixture(params=SIDES)
def counters(request: pytest.FixtureRequest) -> Iterator[Counters]:
    if request.param == "fake":
        yield Counters(FakeRequestCounts(), FakeBudgets())
        return
    settings = Settings()
    with on_side(settings) as clients:
        client = clients["dynamodb"]
        yield Counters(
            DynamoRequestCounts(client, settings.table_name),
            DynamoBudgets(Table(client, settings.table_name, FakeClock().pause)),
            client,
        )


def test_counters_rise_together_and_are_told(counters: Counters) -> None:
    first = counters.requests.count(WHO, MINUTE, ["all"])
    second = counters.requests.count(WHO, MINUTE, ["all", "create"])
    third = counters.requests.count(WHO, MINUTE, ["failures"])

    assert first == {"all": 1}
    assert second == {"all": 2, "create": 1}
    assert third == {"all": 2, "create": 1, "failures": 1}


def test_a_count_can_be_taken_back(counters: Counters) -> None:
    counters.requests.count(WHO, MINUTE, ["failures"])

    assert counters.requests.count(WHO, MINUTE, ["failures"], by=-1) == {"failures": 0}


def test_counts_can_be_seen_without_being_raised(counters: Counters) -> None:
    counters.requests.count(WHO, MINUTE, ["all", "fetch"])

    seen = [counters.requests.seen(WHO, each) for each in (MINUTE, MINUTE, NEXT)]

    assert seen == [{"all": 1, "fetch": 1}] * 2 + [{}]


def test_clients_and_windows_are_counted_apart(counters: Counters) -> None:
    counters.requests.count(WHO, MINUTE, ["all"])

    other = counters.requests.count(Client.at("192.0.2.2").key, MINUTE, ["all"])
    later = counters.requests.count(WHO, NEXT, ["all"])

    assert (other, later) == ({"all": 1}, {"all": 1})


def test_200_counts_from_16_threads_are_200(counters: Counters) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        told = list(
            pool.map(lambda _: counters.requests.count(WHO, MINUTE, ["all", "fetch"]), range(200))
        )

    assert sorted(each["all"] for each in told) == list(range(1, 201))
    assert counters.requests.count(WHO, MINUTE, ["failures"])["fetch"] == 200


def test_a_budget_is_spent_to_the_last_inbox_and_not_beyond(counters: Counters) -> None:
    spent = [counters.budgets.spend(TODAY, count, 10) for count in (4, 6, 1)]
    tomorrow = counters.budgets.spend(TODAY + timedelta(days=1), 10, 10)

    assert spent == [True, True, False]
    assert tomorrow is True


def test_what_does_not_fit_is_not_counted(counters: Counters) -> None:
    too_many = [counters.budgets.spend(TODAY, 11, 10), counters.budgets.spend(TODAY, 8, 10)]
    rest = [counters.budgets.spend(TODAY, 3, 10), counters.budgets.spend(TODAY, 2, 10)]

    assert too_many == [False, True]
    assert rest == [False, True]


def test_what_is_given_back_can_be_spent_again(counters: Counters) -> None:
    counters.budgets.spend(TODAY, 10, 10)

    counters.budgets.give_back(TODAY, 4)

    assert [counters.budgets.spend(TODAY, count, 10) for count in (5, 4, 1)] == [False, True, False]


def test_many_who_spend_at_once_spend_no_more_than_there_is(counters: Counters) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        spent = list(pool.map(lambda _: counters.budgets.spend(TODAY, 3, 100), range(60)))

    assert sum(spent) == 33


def test_mails_are_spent_beside_inboxes(counters: Counters) -> None:
    counters.budgets.spend(TODAY, 10, 10)

    spent = [counters.budgets.spend_mail(TODAY, 2) for _ in range(3)]
    tomorrow = counters.budgets.spend_mail(TODAY + timedelta(days=1), 2)

    assert spent == [True, True, False]
    assert tomorrow is True


def test_the_first_number_of_a_day_is_its_baseline(counters: Counters) -> None:
    told = [counters.budgets.baseline(TODAY, number) for number in (70, 80, 60)]
    counters.budgets.spend(TODAY, 1, 10)
    tomorrow = counters.budgets.baseline(TODAY + timedelta(days=1), 90)

    assert told == [70, 70, 70]
    assert tomorrow == 90
    assert counters.budgets.baseline(TODAY, 99) == 70


@pytest.mark.parametrize("counters", AWS_SIDES, indirect=True)
def test_rows_are_small_name_nobody_and_do_not_stay(counters: Counters) -> None:
    counters.requests.count(WHO, MINUTE, ["all", "create", "failures"])
    counters.budgets.spend(TODAY, 1, 10)
    counters.budgets.baseline(TODAY, 5)

    by_partition = {row["pk"]["S"]: row for row in counters.rows()}

    assert set(by_partition) == {f"rate#{WHO}", "budget"}
    assert "192.0.2.1" not in str(by_partition)
    # One write unit has 1,024 bytes.
    assert max(map(item_bytes, by_partition.values())) < 200
    assert int(by_partition[f"rate#{WHO}"]["ttl"]["N"]) == int(NEXT.end.timestamp())
    assert int(by_partition["budget"]["ttl"]["N"]) > int(samples.NOW.timestamp())
