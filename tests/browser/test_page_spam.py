"""Spam in the page: out of sight, one click away, and taken out of spam by its reader."""

from playwright.sync_api import expect

from tests.browser.conftest import Starting, Visiting
from tests.browser.visits import NEEDS_CHROMIUM

pytestmark = NEEDS_CHROMIUM


def mail(subject: str, *headers: str) -> bytes:
    lines = ["From: Shop <orders@shop.example>", f"Subject: {subject}", *headers, "", "Hello."]
    return "\r\n".join(lines).encode()


def test_spam_is_shown_to_who_asks_and_can_be_taken_out(
    starting: Starting, visiting: Visiting
) -> None:
    laptop = starting()
    visit = visiting(laptop).open()
    page, lines = visit.page, visit.lines
    laptop.send(visit.address, mail("You won", "X-Mayfly-Verdicts: spam=FAIL"))
    visit.receive(mail("Lunch?"))
    expect(lines).to_have_count(1)

    page.get_by_role("button", name="Show spam (1)").click()
    expect(lines).to_have_count(2)
    expect(lines.filter(has_text="You won").locator(".pill")).to_have_text("Spam")
    visit.read("You won")
    page.get_by_role("button", name="Not spam").click()
    expect(page.get_by_text("This message lies in spam.")).to_have_count(0)

    page.reload()
    expect(lines).to_have_count(2)
    expect(page.get_by_role("button", name="spam")).to_have_count(0)
