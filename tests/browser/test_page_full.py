"""An address that somebody fills says so, and stops to say so when there is room."""

from playwright.sync_api import expect

from tests.browser.conftest import Starting, Visiting
from tests.browser.mails import mail
from tests.browser.visits import NEEDS_CHROMIUM

pytestmark = NEEDS_CHROMIUM


def test_who_has_a_full_address_is_told_at_once_and_until_there_is_room(
    visiting: Visiting, starting: Starting
) -> None:
    visit = visiting(starting(INBOX_MESSAGES="5")).open()
    remark = visit.page.locator("#messages .remark")
    visit.receive(*(mail(f"Number {n}") for n in range(4)))
    expect(visit.lines).to_have_count(4)
    expect(remark).to_be_hidden()

    visit.laptop.send(visit.address, mail("Number 5"))

    expect(remark).to_contain_text("1 message was dropped since")
    visit.page.reload()
    expect(remark).to_contain_text("1 message was dropped since")
    visit.read("Number 3")
    visit.page.get_by_role("button", name="Delete", exact=True).click()
    expect(visit.lines).to_have_count(3)
    expect(remark).to_be_hidden()
