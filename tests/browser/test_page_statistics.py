"""Statistics in the page: charts, a table and a file, for members and for admins."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.mails import mail
from tests.browser.members import ask, enter_setting, register
from tests.browser.visits import NEEDS_CHROMIUM, Visit

pytestmark = NEEDS_CHROMIUM
SUBJECTS = ("one", "two", "three")


@pytest.fixture
def member(visit: Visit) -> Visit:
    """Somebody with an account, a mailbox of which has three messages."""
    visit.email = register(visit)
    visit.receive(*map(mail, SUBJECTS))
    return visit


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def counted(visit: Visit) -> int:
    """How many deliveries to the account are counted by now."""
    return int(ask(visit, "GET", "/api/v1/stats")["totals"]["received"])


def look(visit: Visit) -> None:
    """Go and see the numbers, once all is counted."""
    for _ in range(200):
        if counted(visit) == len(SUBJECTS):
            break
    enter_setting(visit, "Statistics")


def choose(visit: Visit, name: str, value: str) -> None:
    stage(visit).locator(f"[name={name}]").select_option(value)


def admin_key(visit: Visit) -> str:
    found = re.search(r"admin key +(\S+)", visit.laptop.announced)
    assert found
    return found[1]


def test_what_came_is_drawn_and_said_in_numbers(member: Visit) -> None:
    look(member)

    chart = stage(member).get_by_role("img", name="Messages received")
    expect(chart).to_have_accessible_description(re.compile("Stored, Spam, Dropped, from .* to"))
    expect(chart.locator("rect")).to_have_count(1)
    expect(chart.locator("rect title")).to_have_text(re.compile("Stored: 3$"))
    high = chart.locator("rect").get_attribute("height")
    assert high == "100"  # the largest there is
    assert chart.get_attribute("viewBox") == "0 0 30 100"
    expect(stage(member).locator(".legend").first).to_contain_text("Stored: 3")
    expect(stage(member).get_by_role("img")).to_have_count(1)  # nothing was sent
    table = stage(member).get_by_role("table", name="The same in numbers")
    expect(table.get_by_role("row").last.get_by_role("cell")).to_have_text(
        [re.compile("Total"), re.compile("3"), re.compile("3")]
    )


def test_a_day_has_its_parts_one_above_the_other(member: Visit) -> None:
    def answer(counts: dict[str, int], day: str) -> dict[str, object]:
        none = dict.fromkeys(ask(member, "GET", "/api/v1/stats")["totals"], 0)
        return {"key": day, "counts": none | counts}

    first = answer({"received": 10, "stored": 8, "spam": 3, "dropped": 2}, "2026-01-30")
    last = answer({"received": 5, "stored": 5}, "2026-01-31")
    lines = [first, last]
    document = {
        "firstDay": "2026-01-29",
        "lastDay": "2026-01-31",
        "groupBy": "day",
        "lines": lines,
        "totals": first["counts"],
    }
    member.page.route("**/api/v1/stats?**", lambda route: route.fulfill(json=document))
    enter_setting(member, "Statistics")

    bars = stage(member).get_by_role("img", name="Messages received").locator("rect")
    places = bars.evaluate_all("""all => all.map(each => [
        each.getAttribute("class"), Math.floor(each.getAttribute("x")),
        ...["y", "height"].map(name => Math.round(each.getAttribute(name)))])""")
    assert places == [
        ["wanted", 1, 50, 50],
        ["spam", 1, 20, 30],
        ["dropped", 1, 0, 20],
        ["wanted", 2, 50, 50],
    ]
    member.page.unroute("**/api/v1/stats?**")


def test_numbers_are_put_together_by_something_else(member: Visit) -> None:
    look(member)

    choose(member, "groupBy", "kind")

    line = stage(member).get_by_role("img", name="mailbox")
    expect(line).to_have_accessible_description("mailbox, Stored: 3")
    expect(stage(member).get_by_role("table")).to_contain_text("mailbox")
    expect(stage(member).get_by_role("columnheader").first).to_have_text("Kind of inbox")


def test_a_time_without_anything_says_so(member: Visit) -> None:
    member.witness.expect("400")
    look(member)
    choose(member, "period", "")
    first, last = (stage(member).locator(f"[name={each}]") for each in ("from", "to"))
    first.fill("2026-01-01")
    last.fill("2026-01-31")
    stage(member).get_by_role("button", name="Show").click()
    expect(stage(member)).to_contain_text("Nothing was counted in this time")

    first.fill("2026-02-01")
    stage(member).get_by_role("button", name="Show").click()
    expect(first).to_have_attribute("aria-invalid", "true")
    expect(first).to_have_accessible_description(re.compile("From must be a day before to"))


def test_numbers_come_as_a_file(member: Visit, tmp_path: Path) -> None:
    look(member)

    with member.page.expect_download() as found:
        stage(member).get_by_role("link", name="Download as CSV").click()

    (line,) = read(found.value, tmp_path)
    assert (line["received"], line["stored"]) == ("3", "3")


def read(download: object, folder: Path) -> list[dict[str, str]]:
    """The lines of the file, each with the names of its columns."""
    assert download.suggested_filename == "mayfly-stats.csv"  # type: ignore[attr-defined]
    place = folder / "stats.csv"
    download.save_as(place)  # type: ignore[attr-defined]
    with place.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_admin_sees_the_whole_service_with_the_key(member: Visit, tmp_path: Path) -> None:
    member.witness.expect("401")
    look(member)
    stage(member).get_by_role("link", name="The whole service").click()
    key = stage(member).get_by_label("Admin key")
    expect(stage(member).get_by_role("img")).to_have_count(0)
    key.fill("not the key")
    stage(member).get_by_role("button", name="Show").click()
    expect(key).to_have_accessible_description(re.compile("This is not the admin key"))
    expect(key).to_be_focused()

    key.fill(admin_key(member))
    stage(member).get_by_role("button", name="Show").click()
    expect(stage(member).get_by_role("img", name="Messages received")).to_be_visible()
    expect(key).not_to_have_attribute("aria-invalid", "true")
    with member.page.expect_download() as found:
        stage(member).get_by_role("button", name="Download as CSV").click()
    assert sum(int(line["received"]) for line in read(found.value, tmp_path)) >= len(SUBJECTS)


def test_the_admin_key_is_kept_nowhere(member: Visit) -> None:
    look(member)
    stage(member).get_by_role("link", name="The whole service").click()
    stage(member).get_by_label("Admin key").fill(admin_key(member))
    stage(member).get_by_role("button", name="Show").click()
    expect(stage(member).get_by_role("img", name="Messages received")).to_be_visible()

    kept = member.page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert admin_key(member) not in kept + member.page.url
    stage(member).get_by_role("link", name="Your account").click()
    expect(stage(member).get_by_role("img", name="Messages received")).to_be_visible()
    stage(member).get_by_role("link", name="The whole service").click()
    expect(stage(member).get_by_label("Admin key")).to_have_value("")
