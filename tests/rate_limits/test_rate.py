"""Who is counted, and in which window."""

from datetime import UTC, datetime, timedelta

import pytest

from mayfly.rate_limits.models import Client, Window

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8:0:0:ffff::"),
        ("2001:DB8::1", "2001:db8:0:0:0:0:0:2"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
    ],
)
def test_addresses_of_one_client_are_one(one: str, other: str) -> None:
    assert Client.at(one).key == Client.at(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.2"),
        ("2001:db8:0:1::1", "2001:db8:0:2::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("192.0.2.1", ""),
        ("", "no address"),
    ],
)
def test_others_are_others(one: str, other: str) -> None:
    assert Client.at(one).key != Client.at(other).key


def test_an_inbox_and_an_account_of_the_same_name_are_two_clients() -> None:
    assert Client("inbox", "a").key != Client("account", "a").key


def test_a_key_says_nothing_and_a_client_does_not_show_its_name() -> None:
    client = Client.at("192.0.2.1")

    assert len(client.key) == 16
    assert "192.0.2.1" not in f"{client!r} {client} {client.key}"


@pytest.mark.parametrize("second", [0, 1, 59])
def test_a_window_is_a_minute_of_the_clock(second: int) -> None:
    now = datetime(2026, 1, 1, 12, 30, second, tzinfo=UTC)

    window = Window.around(now, MINUTE)

    assert window == Window(datetime(2026, 1, 1, 12, 30, tzinfo=UTC), MINUTE)
    assert window.seconds_left(now) == 60 - second


def test_nobody_is_told_to_come_back_at_once() -> None:
    window = Window.around(datetime(2026, 1, 1, tzinfo=UTC), MINUTE)

    assert window.seconds_left(window.end - timedelta(milliseconds=1)) == 1
    assert window.seconds_left(window.end) == 1
