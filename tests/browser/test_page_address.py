"""The page gives an address at once, and what people do with it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Starting, Visiting
from tests.browser.mails import mail
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told
from tests.local.conftest import until

pytestmark = NEEDS_CHROMIUM


def test_an_address_is_there_and_stays_across_reloads_and_in_other_tabs(visit: Visit) -> None:
    address = visit.address
    visit.page.reload()
    again = visit.address
    first, visit.page = visit.page, visit.context.new_page()
    visit.open()

    assert re.fullmatch(r"[a-z0-9.]+@mayfly\.example", address)
    assert (again, visit.address) == (address, address)
    expect(first.locator(".card .left")).to_have_text("23 h 59 min left")


@pytest.mark.parametrize("name", ["Copy", "Copy the address"])
def test_one_click_copies_the_address(visiting: Visiting, name: str) -> None:
    visit = visiting(permissions=["clipboard-read", "clipboard-write"]).open()

    visit.page.get_by_role("button", name=re.compile(rf"^{name}( \S+@\S+)?$")).click()

    expect(visit.page.locator("button.copy")).to_have_text("Copied")
    assert visit.page.evaluate("navigator.clipboard.readText()") == visit.address


def test_the_address_is_shown_as_qr_code(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Show as QR code").click()

    image = visit.page.get_by_role("img", name=f"QR code of {visit.address}")
    expect(image).to_have_js_property("complete", True)
    assert image.evaluate("image => image.naturalWidth") > 0
    visit.page.keyboard.press("Escape")
    expect(visit.page.get_by_role("dialog")).to_have_count(0)


def test_another_address_is_given_and_the_old_one_takes_no_mail(visit: Visit) -> None:
    old = visit.address
    visit.receive(mail("To the old one"))
    visit.page.get_by_role("button", name="New address").click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"{old} and all its mail are deleted at once.")
    dialog.get_by_role("button", name="Delete and get a new one").click()
    expect(dialog).to_have_count(0)
    expect(visit.page.locator("button.address")).not_to_contain_text(old.split("@")[0])
    expect(visit.lines).to_have_count(0)
    expect(visit.page.locator(".state")).to_have_class("state live")

    visit.receive(mail("To the new one"))

    expect(visit.lines).to_contain_text(["To the new one"])


def test_an_address_that_has_ended_says_so_and_gives_another(
    visiting: Visiting, starting: Starting
) -> None:
    laptop = starting(ADDRESS_LIFETIME_SECONDS="4")
    visit = visiting(laptop)
    visit.page.clock.install()
    ended = visit.open().address
    assert until(lambda: visit.context.request.get(f"{laptop.http}/api/session").status == 401)
    visit.page.clock.fast_forward(15_000)
    expect(visit.page.locator(".card .left")).to_have_text("This address has ended.")
    expect(visit.page.get_by_role("button", name="Copy", exact=True)).to_have_count(0)

    visit.page.get_by_role("button", name="New address").click()

    expect(visit.page.locator("button.address")).not_to_contain_text(ended.split("@")[0])
    expect(visit.page.get_by_role("dialog")).to_have_count(0)


def test_where_anonymous_addresses_are_off_the_page_says_so(
    visiting: Visiting, starting: Starting
) -> None:
    visit = visiting(starting(PRIVATE_INBOXES="off"))
    visit.witness.expect("403|401")
    visit.page.goto(visit.laptop.http)

    expect(visit.page.locator("#address")).to_contain_text("are switched off here")
    visit.page.locator("#address").get_by_role("button", name="Log in").click()

    expect(visit.page.get_by_role("dialog")).to_contain_text("E-mail address")


def test_who_asks_too_often_is_told_and_the_page_asks_again_by_itself(
    visiting: Visiting, starting: Starting
) -> None:
    # The announcement has made the one of this hour; of a minute, it may be over by now.
    visit = visiting(starting(RATE_LIMIT_CREATE="1", RATE_LIMIT_WINDOW="3600000"))
    visit.witness.expect("429")
    visit.page.clock.install()
    visit.page.goto(visit.laptop.http)
    told(visit.page, re.compile(r"Too many requests\. It goes on in \d+ s\."))

    with visit.page.expect_request("**/api/session"):
        visit.page.clock.fast_forward(3_661_000)
