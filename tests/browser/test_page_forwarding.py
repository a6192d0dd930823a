"""Forwarding in the page: its destinations, and the link that their readers get.

One click there confirms it, and another one ends it; opening the link does neither.
"""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Starting, Visiting
from tests.browser.members import dialog, enter, enter_setting, fill, log_in, register
from tests.browser.test_page_looks import fits
from tests.browser.visits import NEEDS_CHROMIUM, PHONE, Visit, told
from tests.local.test_rules import ELSEWHERE, SENDER, WHO, Ann

pytestmark = NEEDS_CHROMIUM


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def line(visit: Visit) -> Locator:
    return stage(visit).get_by_role("listitem")


def test_the_link_of_the_mail_is_opened_and_a_click_confirms_it(
    starting: Starting, visiting: Visiting
) -> None:
    laptop = starting(SENDER_ADDRESS=SENDER)
    ann = Ann(laptop)
    ann.ask("POST", "/api/user/forwarding", {"address": ELSEWHERE})
    visit = visiting(laptop).open()

    visit.page.goto(ann.link())
    expect(dialog(visit)).to_contain_text("Shall mail be forwarded to you?")
    assert "forwarding" not in visit.page.url
    before = ann.ask("GET", "/api/user/forwarding")["destinations"]
    fill(visit, "Forward mail to me")

    told(visit.page, f"Mail is forwarded to {ELSEWHERE}")
    after = ann.ask("GET", "/api/user/forwarding")["destinations"]
    assert [each["isConfirmed"] for each in (*before, *after)] == [False, True]


def test_destinations_are_added_confirmed_used_and_removed(
    starting: Starting, visiting: Visiting
) -> None:
    laptop = starting(SENDER_ADDRESS=SENDER)
    ann = Ann(laptop)
    visit = visiting(laptop, **PHONE).open()
    visit.witness.expect("40[04]")
    log_in(visit, WHO["email"], WHO["password"])
    enter_setting(visit, "Forwarding")
    expect(stage(visit)).to_contain_text("No address yet")
    stage(visit).get_by_role("button", name="Add an address").click()
    fill(visit, "Add an address", address="me@mayfly.example")
    address = dialog(visit).locator("[name=address]")
    expect(address).to_have_attribute("aria-invalid", "true")

    dialog(visit).get_by_label("Also mailing lists").check()
    fill(visit, "Add an address", address=ELSEWHERE)
    told(visit.page, f"A message with a link is on its way to {ELSEWHERE}.")
    expect(line(visit).locator(".pill")).to_have_text("Not confirmed yet")
    expect(line(visit)).to_contain_text("Mailing lists and bulk mail go there, too.")
    link = ann.link()
    visit.page.goto(link)
    fill(visit, "Forward mail to me")
    told(visit.page, f"Mail is forwarded to {ELSEWHERE}")
    enter_setting(visit, "Forwarding")
    expect(line(visit).locator(".pill")).to_have_text("Confirmed")
    assert fits(visit)
    stage(visit).get_by_role("link", name="Go to the rules").click()
    stage(visit).get_by_role("link", name=ann.address).click()
    stage(visit).get_by_role("button", name="New rule").click()
    dialog(visit).get_by_role("button", name="Remove condition 1").click()
    dialog(visit).get_by_label("Forward to").select_option(ELSEWHERE)
    fill(visit, "Save", name="All")
    expect(stage(visit)).to_contain_text(f"Then: forward to {ELSEWHERE}")
    ann.mail("Lunch?")
    ann.mail("An answer", "Auto-Submitted: auto-replied")
    visit.page.goto(laptop.http)
    visit.read("An answer")
    reader = visit.page.locator("#reader")
    expect(reader).to_contain_text("Filed by rules: All.")
    told_why = f"Not forwarded to {ELSEWHERE}: a program sent it by itself."
    expect(reader).to_contain_text(told_why)
    visit.page.go_back()
    visit.read("Lunch?")
    expect(reader).to_contain_text(f"Forwarded to {ELSEWHERE}: ")

    enter(visit, "Settings")
    enter_setting(visit, "Forwarding")
    stage(visit).get_by_role("button", name=f"Remove {ELSEWHERE}").click()
    dialog(visit).get_by_role("button", name="Cancel").click()
    expect(line(visit)).to_have_count(1)
    stage(visit).get_by_role("button", name=f"Remove {ELSEWHERE}").click()
    dialog(visit).get_by_role("button", name="Remove").click()

    told(visit.page, f"Nothing is forwarded to {ELSEWHERE} any more.")
    expect(stage(visit)).to_contain_text("No address yet")
    assert ann.ask("GET", "/api/user/forwarding")["destinations"] == []


def test_who_reads_mail_there_ends_it_by_the_same_link(
    starting: Starting, visiting: Visiting
) -> None:
    laptop = starting(SENDER_ADDRESS=SENDER)
    ann = Ann(laptop)
    ann.ask("POST", "/api/user/forwarding", {"address": ELSEWHERE})
    visit = visiting(laptop).open()
    visit.page.goto(ann.link())
    fill(visit, "Forward mail to me")
    told(visit.page, f"Mail is forwarded to {ELSEWHERE}")

    visit.page.goto(ann.link())
    dialog(visit).get_by_role("button", name="Forward nothing to me").click()
    (kept,) = ann.ask("GET", "/api/user/forwarding")["destinations"]
    assert kept["isConfirmed"]
    dialog(visit).get_by_role("button", name="Forward nothing to me").click()

    told(visit.page, f"Nothing is forwarded to {ELSEWHERE} any more.")
    assert ann.ask("GET", "/api/user/forwarding")["destinations"] == []


def test_where_nothing_can_be_mailed_adding_says_so(visit: Visit) -> None:
    visit.witness.expect("403")
    register(visit)
    enter_setting(visit, "Forwarding")
    stage(visit).get_by_role("button", name="Add an address").click()

    fill(visit, "Add an address", address=ELSEWHERE)

    expect(dialog(visit).get_by_role("alert")).to_contain_text("nobody could confirm it")
