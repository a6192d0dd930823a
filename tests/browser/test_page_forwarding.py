"""Agreeing to get forwarded mail: the link of the email leads to a page where one click does it."""

from playwright.sync_api import expect

from tests.browser.conftest import Starting, Visiting
from tests.browser.members import dialog, fill
from tests.browser.visits import NEEDS_CHROMIUM, told
from tests.local.test_rules import ELSEWHERE, SENDER, Ann

pytestmark = NEEDS_CHROMIUM


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
