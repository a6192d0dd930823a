"""What mails cost by the one table of prices, and the page that is written from it."""

import pytest

from bench.cost import limits as cost_limits
from bench.cost import prices
from bench.cost.__main__ import PAGE, measured_part
from bench.cost.measuring import web
from bench.cost.page import kept_row, opening, page
from bench.cost.prices import Work
from mayfly import prices as unit_prices
from mayfly.functions import FUNCTIONS


def whole(costs: prices.Costs) -> float:
    return sum(costs.values())


def dearer(monkeypatch: pytest.MonkeyPatch, name: str, **changes: float) -> None:
    work = prices.WORK[name]._replace(**changes)  # type: ignore[arg-type]
    monkeypatch.setattr(prices, "WORK", {**prices.WORK, name: work})


def test_the_page_is_what_the_model_writes_now() -> None:
    assert PAGE.read_text() == page(), "run: python -m bench.cost page"


def test_what_was_measured_is_written_as_it_stands_there() -> None:
    works = {name: tuple(work) for name, work in prices.WORK.items()}
    names: dict[str, object] = {
        "Mapping": dict,
        "Work": Work,
        "Size": prices.Size,
        "Page": prices.Page,
    }

    exec(measured_part(works, prices.SIZES, prices.SENT_SIZES, prices.PAGE), names)

    for name in ("WORK", "SIZES", "SENT_SIZES", "PAGE", "UPLOADED"):
        assert names[name] == getattr(prices, name)


def test_every_service_costs_something_once_a_mail_is_read() -> None:
    assert all(dollars > 0 for dollars in prices.received("75 KB", 1).values())


def test_a_mail_that_nobody_reads_is_pushed_to_nobody() -> None:
    never = [work for work, _ in prices.received_by("75 KB", 0)]
    once = [work for work, _ in prices.received_by("75 KB", 1)]

    assert prices.WORK["push"] not in never and prices.WORK["push"] in once
    assert not [work for work in never if work.function == "websocket"]


@pytest.mark.parametrize(("size", "chunks"), [(0, 0), (262_143, 0), (262_144, 1), (1_000_000, 3)])
def test_ses_counts_complete_chunks(
    monkeypatch: pytest.MonkeyPatch, size: int, chunks: int
) -> None:
    mail = prices.SIZES["75 KB"]._replace(raw_bytes=size)
    monkeypatch.setattr(prices, "SIZES", {"75 KB": mail})

    assert prices.received("75 KB")["SES"] == pytest.approx(
        prices.SES_MAIL + chunks * prices.SES_CHUNK
    )


def test_each_read_costs_the_same_again() -> None:
    once, twice, thrice = (whole(prices.received("75 KB", reads)) for reads in (1, 2, 3))

    assert thrice - twice == pytest.approx(twice - once)
    assert twice > once


def test_one_more_write_unit_costs_one_more_write_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    before = whole(prices.received("75 KB"))

    dearer(monkeypatch, "receive 75 KB", writes=prices.WORK["receive 75 KB"].writes + 1)

    assert whole(prices.received("75 KB")) - before == pytest.approx(prices.DYNAMODB_WRITE)


def test_less_memory_makes_the_same_work_last_longer() -> None:
    slow, fast = Work("websocket", 10, 6), Work("http_api", 10, 6)

    assert slow.seconds > fast.seconds > 0.016


def test_the_sweep_is_a_row_that_can_be_another(monkeypatch: pytest.MonkeyPatch) -> None:
    before = whole(prices.received("20 KB"))
    sweep = whole(prices.running([(prices.WORK["sweep"], 1)]))

    monkeypatch.setattr(prices, "WORK", {**prices.WORK, "sweep": Work("sweep", 0, 0)})

    assert before - whole(prices.received("20 KB")) == pytest.approx(sweep)


def test_raw_mails_cost_what_their_days_do(monkeypatch: pytest.MonkeyPatch) -> None:
    before, gb = prices.received("1 MB"), prices.SIZES["1 MB"].raw_bytes / 1e9

    monkeypatch.setattr(prices, "MESSAGE_DAYS", prices.MESSAGE_DAYS + prices.DAYS_A_MONTH)

    more = prices.received("1 MB")["S3"] - before["S3"]
    assert more == pytest.approx(gb * prices.S3_GB_MONTH)


def test_an_upload_is_a_second_request_and_a_second_object() -> None:
    plain, uploaded = map(prices.sent, prices.SENT_SIZES)

    assert uploaded["API Gateway"] - plain["API Gateway"] == pytest.approx(prices.REST_REQUEST)
    assert uploaded["S3"] - plain["S3"] > prices.S3_WRITE
    attached = prices.SENT_SIZES["10 MB uploaded"].raw_bytes / 1e9 * prices.SES_ATTACHED_GB
    assert uploaded["SES"] - plain["SES"] == pytest.approx(attached)


def test_a_budget_buys_so_many_mails_and_not_one_more() -> None:
    mails = prices.mails_for(5, "75 KB", 1)

    assert mails / 1e6 * prices.a_million("75 KB", 1) <= 5
    assert (mails + 1) / 1e6 * prices.a_million("75 KB", 1) > 5


def test_a_deployment_that_may_send_stands_for_more() -> None:
    more = prices.idle_month(is_sending=True) - prices.idle_month()

    assert more > prices.SENDING_ALARMS * prices.ALARM


def test_an_idle_month_costs_some_eleven_dollars() -> None:
    assert prices.idle_month() <= 11.5


def test_the_breaker_counts_rather_too_much_than_too_little() -> None:
    mail, reckoned = whole(prices.received("75 KB")), prices.unit_prices()

    assert {name: getattr(unit_prices, name) for name in reckoned} == pytest.approx(reckoned)
    assert mail < unit_prices.MAIL < 1.1 * mail
    assert unit_prices.CHUNK > prices.SES_CHUNK
    assert unit_prices.REQUEST > prices.REST_REQUEST
    assert unit_prices.REQUEST_SECOND > prices.LAMBDA_GB_SECOND


def test_it_knows_how_much_memory_each_function_has() -> None:
    ours = {each.name: each.memory_mb for each in FUNCTIONS}

    assert {name: ours[name] for name in prices.MEMORY_MB} == prices.MEMORY_MB
    assert {work.function for work in prices.WORK.values()} <= set(prices.MEMORY_MB)


def test_a_row_of_content_pays_for_what_is_read_again_and_again_and_for_nothing_else() -> None:
    for size in prices.SIZES:
        kept, anew = kept_row(size)
        assert kept > 3 * anew > 0


def test_whoever_comes_back_to_the_page_pays_for_requests_and_hardly_for_bytes() -> None:
    asked = prices.PAGE.requests * prices.EDGE_REQUEST

    assert asked < opening(prices.PAGE.later_bytes) < opening(prices.PAGE.first_bytes)
    assert opening(prices.PAGE.later_bytes) < 1.2 * asked


def test_the_page_is_about_as_large_as_it_was_when_it_was_measured() -> None:
    now = web()

    assert now.requests == pytest.approx(prices.PAGE.requests, rel=0.2), "run: make cost"
    assert now.first_bytes == pytest.approx(prices.PAGE.first_bytes, rel=0.2)


def test_the_limit_that_is_met_first_is_the_first() -> None:
    met = [each.mails_a_second for each in cost_limits.all_limits()]

    assert met == sorted(met)
    assert all(each > 0 for each in met)


def test_the_sweep_comes_round_in_time_at_ten_million_mails_a_month() -> None:
    (sweep,) = [each for each in cost_limits.all_limits() if each.name.startswith("the sweep")]

    assert sweep.mails_a_second > 10e6 / prices.DAYS_A_MONTH / 86400
