"""The cost model, and the page that is written from it."""

import json
from dataclasses import replace

import pytest

from bench import prices
from bench.cost import PAGE
from bench.cost_inputs import MEASURED, Mail, Taken, measured
from bench.cost_model import Usage
from bench.cost_page import page
from bench.cost_quotas import quotas
from bench.cost_sending import Sending
from bench.cost_standing import an_hour_of_polling, an_hour_of_socket
from bench.cost_visits import Visits
from bench.web_measuring import web
from mayfly.blueprint import limits
from mayfly.blueprint.functions import HTTP_API, WEBSOCKET

MEASUREMENTS = measured()
ORDINARY = MEASUREMENTS.mails["75 KB"]


def usage(reads: float = 1, mail: Mail = ORDINARY) -> Usage:
    return Usage(MEASUREMENTS, mail, reads)


def test_the_page_is_what_the_model_writes_now() -> None:
    assert PAGE.read_text() == page(MEASUREMENTS), "run: python -m bench.cost page"


def test_the_same_measurements_make_the_same_page() -> None:
    again = measured(json.dumps(json.loads(MEASURED.read_text()), sort_keys=True))

    assert page(again) == page(MEASUREMENTS)


def test_every_service_costs_something_once_a_mail_is_read() -> None:
    assert all(dollars > 0 for dollars in usage().dollars().values())


def test_a_mail_that_nobody_reads_is_pushed_to_nobody() -> None:
    assert usage(reads=0).dollars()["API Gateway, WebSocket"] == 0
    assert usage(reads=0).calls("post_to_connection") == 0
    assert usage(reads=1).calls("post_to_connection") == 1


def test_ses_counts_complete_chunks() -> None:
    sizes = {0: 0, 262_143: 0, 262_144: 1, 1_000_000: 3}

    for size, chunks in sizes.items():
        mail = replace(ORDINARY, raw_bytes=size)
        expected = prices.SES_MAIL + chunks * prices.SES_CHUNK
        assert usage(mail=mail).ses == pytest.approx(expected)


def test_each_read_costs_the_same_again() -> None:
    once, twice, thrice = (usage(reads).total() for reads in (1, 2, 3))

    assert thrice - twice == pytest.approx(twice - once)
    assert twice > once


def test_one_more_write_unit_costs_one_more_write_unit() -> None:
    dearer = replace(ORDINARY, receive=replace(ORDINARY.receive, write_units=20.0))
    units = 20.0 - ORDINARY.receive.write_units

    difference = usage(mail=dearer).total() - usage().total()

    assert difference == pytest.approx(units * prices.DYNAMODB_WRITE)


def test_less_memory_makes_the_same_work_last_longer() -> None:
    work = Taken({"get_item": 1}, 0, 1, cpu_ms=10, log_bytes=0, answer_bytes=0)

    assert work.seconds(WEBSOCKET) > work.seconds(HTTP_API) > 0.016


def test_waiting_by_websocket_costs_a_fraction() -> None:
    assert an_hour_of_socket() < an_hour_of_polling(MEASUREMENTS) / 100


def test_a_read_is_two_requests_which_are_counted_with_eighteen_others() -> None:
    once, twice = (usage(reads).dollars()["DynamoDB"] for reads in (1, 2))

    asked = (ORDINARY.list, ORDINARY.read)
    reading = sum(each.read_units for each in asked) * prices.DYNAMODB_READ
    limiting = sum(each.write_units for each in asked) * prices.DYNAMODB_WRITE
    writes = (twice - once - reading - limiting) / prices.DYNAMODB_WRITE
    rows = writes / 2 * limits.REQUESTS_NOTED_TOGETHER
    assert rows == pytest.approx(round(rows))
    assert rows >= 1


def test_each_recipient_costs_the_same_at_ses_and_attachments_by_their_bytes() -> None:
    plain, attached, uploaded = map(Sending, MEASUREMENTS.sent.values())

    assert plain.dollars()["SES"] == prices.SES_SENT
    for mail in (attached, uploaded):
        more = mail.dollars()["SES"] - prices.SES_SENT
        assert more == pytest.approx(mail.mail.raw_bytes / 1e9 * prices.SES_ATTACHED_GB)


def test_an_upload_is_a_second_request_and_a_second_object() -> None:
    uploaded = Sending(MEASUREMENTS.sent["10 MB uploaded"])
    inline = Sending(replace(uploaded.mail, announce=None))

    more = {name: each - inline.dollars()[name] for name, each in uploaded.dollars().items()}
    assert more["API Gateway"] == pytest.approx(prices.REST_REQUEST)
    assert more["S3"] > prices.S3_WRITE
    assert more["DynamoDB"] > 0 and more["SES"] == more["SQS and SNS"] == 0


def test_every_service_costs_something_to_send_a_mail() -> None:
    for mail in MEASUREMENTS.sent.values():
        assert all(dollars > 0 for dollars in Sending(mail).dollars().values())


def test_whoever_comes_back_to_the_page_pays_for_requests_and_hardly_for_bytes() -> None:
    visits = Visits(MEASUREMENTS.web)

    asked = MEASUREMENTS.web.requests * prices.EDGE_REQUEST
    assert asked < visits.again < visits.first
    assert visits.again < 1.2 * asked


def test_the_page_is_about_as_large_as_it_was_when_it_was_measured() -> None:
    now = web()

    assert now["requests"] == pytest.approx(MEASUREMENTS.web.requests, rel=0.2), "run: make cost"
    assert now["first_bytes"] == pytest.approx(MEASUREMENTS.web.first_bytes, rel=0.2)


def test_the_limit_that_is_met_first_is_the_first() -> None:
    months = [each.mails_a_month for each in quotas(usage())]

    assert months == sorted(months)


def test_the_sweep_comes_round_in_time_at_ten_million_mails_a_month() -> None:
    (sweep,) = [each for each in quotas(usage()) if "sweep" in each.name]

    assert sweep.mails_a_month > 10_000_000


def test_a_limit_is_met_when_all_of_it_is_taken() -> None:
    first = quotas(usage())[0]

    assert first.share(first.mails_a_month) == pytest.approx(1)
