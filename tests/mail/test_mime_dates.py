"""Date headers as mail has them."""

from datetime import UTC, datetime

import pytest

from mayfly.mail.mime.dates import Dated, dated

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "Sat, 21 Nov 2026 12:00:00 +0000",
        "Sat, 21 Nov 2026 13:00:00 +0100 (CET)",
        "21 Nov 2026 07:00:00 -0500",
        "21 Nov 26 12:00 GMT",
        "Sat,21 Nov 2026 12:00:00 UT",
        "Sat, 21 November 2026 12:00:00 Z",
        "Saturday, 21-Nov-26 12:00:00 GMT",
        "Sat Nov 21 12:00:00 2026",
        "Sat Nov 21 04:00:00 PST 2026",
        "2026-11-21T12:00:00Z",
        "2026-11-21 13:00:00 +01:00",
        "Sat, 21 Nov 2026 12.00.00 +0000",
        "Sat, 21 Nov 2026 12:00:00 PM",
        "  Sat,  21  Nov  2026  12:00:00  +0000 ",
        "Sat, 21 Nov 2026 12:00:00",
        "Sat Nov 21 2026 14:00:00 GMT+0200 (Eastern European Standard Time)",
        "Sat, 21 Nov 2026 14:00:00 GMT+02:00",
        "Sat, 21 Nov 2026 06:30:00 UTC-5:30",
        "Sat Nov 21 14:00:00 2026 +0200",
        "Sat Nov 21 14:00:00 +0200 2026",
        "Sat, 21 Nov (a (nested) remark) 2026 14:00:00 (another) +0200 (EET",
        "sam., 21 novembre 2026 13:00:00 +01:00",
        "Nov 21, 2026 12:00:00 PM",
        "2026/11/21 12:00:00",
        "Sat, 021 Nov 2026 12:00:00 +0000",
        "Sat, 21 Nov 2026 12 : 00(noon):00 +0000",
    ],
)
def test_date_is_read_in_utc(written: str) -> None:
    assert dated(written).moment == NOON


@pytest.mark.parametrize(
    "written",
    [
        "",
        "tomorrow",
        "Sat, 32 Nov 2026 12:00:00 +0000",
        "Sat, 21 Foo 2026 12:00:00 +0000",
        "Sat, 21 Nov 2026 25:00:00 +0000",
        "1 Jan 0000 00:00:00 +0000",
        "1 Jan 0001 00:00:00 +1400",
        "31 Dec 9999 23:59:59 -1400",
        "1" * 5000,
    ],
)
def test_what_is_no_date_gives_none(written: str) -> None:
    assert dated(written).moment is None


@pytest.mark.parametrize("zone", ["XYZ", "A", "+9900"])
def test_an_unknown_zone_is_taken_for_utc_and_named(zone: str) -> None:
    assert dated(f"Sat, 21 Nov 2026 12:00:00 {zone}") == Dated(NOON, "unknown-zone")


def test_years_of_two_digits_are_of_this_century_up_to_49() -> None:
    assert dated("1 Jan 49 00:00 GMT").moment == datetime(2049, 1, 1, tzinfo=UTC)
    assert dated("1 Jan 50 00:00 GMT").moment == datetime(1950, 1, 1, tzinfo=UTC)


def test_leap_second_is_the_second_before() -> None:
    expected = datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)

    assert dated("Sat, 31 Dec 2016 23:59:60 +0000").moment == expected


@pytest.mark.parametrize(
    "written",
    [
        "Sat, 21 Nov 2026 14:00:00 (GMT+2)",
        "Sat Nov 21 2026 13:00:00 (CET)",
        "Sat, 21 Nov 2026 14:00:00 ( +02:00 )",
        "Sat, 21 Nov 2026 12:00:0 +0000",
        "Sat, 21 Nov 2026 12:0:0 GMT",
    ],
)
def test_a_zone_in_a_comment_and_single_digits_are_taken(written: str) -> None:
    assert dated(written) == Dated(NOON)


@pytest.mark.parametrize("zone", ["", " (Shop)", " (of the shop)"])
def test_a_date_without_a_zone_says_that_it_is_a_guess(zone: str) -> None:
    assert dated(f"Sat, 21 Nov 2026 12:00:00{zone}") == Dated(NOON, "unknown-zone")
