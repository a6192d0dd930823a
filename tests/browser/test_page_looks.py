"""What the page looks like: phone to wide, dark and light, and in other directions."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visiting
from tests.browser.mails import html_mail, mail
from tests.browser.visits import NEEDS_CHROMIUM, PHONE, Visit

pytestmark = NEEDS_CHROMIUM
SMALLEST = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
WIDE_MAIL = html_mail(
    "Wide " + "w" * 300,
    "<table width=3000><tr><td width=3000>wide</table><div style='width:3000px'>wide</div>"
    f"<p>{'w' * 3000}</p><pre>{'w ' * 1500}</pre>",
)


def fits(visit: Visit) -> bool:
    """Whether nothing is wider than the window."""
    return bool(visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", [PHONE, SMALLEST], ids=["390", "320"])
def test_a_phone_shows_one_thing_at_a_time(visiting: Visiting, size: dict[str, Any]) -> None:
    visit = visiting(**size).open()
    visit.receive(mail("one"), WIDE_MAIL)
    page = visit.page
    expect(page.locator("#reader")).to_be_hidden()
    assert fits(visit)

    visit.read("Wide")
    expect(page.frame_locator("iframe.mail").locator("table")).to_be_visible()
    expect(page.locator("#messages")).to_be_hidden()
    assert fits(visit)
    page.go_back()
    expect(visit.lines.first).to_be_visible()
    expect(page.locator("#reader")).to_be_hidden()
    visit.read("one")
    page.get_by_role("button", name="Back to the list").click()

    expect(visit.lines.first).to_be_visible()
    assert fits(visit)


@pytest.mark.parametrize("name", ["Log in", "Show as QR code", "New address"])
def test_dialogs_fit_the_smallest_phone(visiting: Visiting, name: str) -> None:
    visit = visiting(**SMALLEST).open()

    visit.page.get_by_role("button", name=name).click()

    expect(visit.page.get_by_role("dialog")).to_be_in_viewport(ratio=1)
    assert fits(visit)


def test_the_page_is_dark_where_the_system_is(visiting: Visiting) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        visit = visiting(color_scheme=scheme).open()
        visit.receive(html_mail("A mail", "<p>text</p>"))
        visit.read("A mail")
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        grounds[scheme] = visit.page.evaluate(ground)
        body = visit.page.frame_locator("iframe.mail").locator("html")
        expect(body).to_have_css("background-color", "rgb(255, 255, 255)")  # what senders expect

    assert grounds == {"light": "rgb(244, 246, 245)", "dark": "rgb(19, 26, 25)"}


def test_nothing_moves_for_who_does_not_want_it(visiting: Visiting) -> None:
    moving = "document.getAnimations().length"
    visit = visiting(reduced_motion="reduce")
    visit.page.goto(visit.laptop.http)
    visit.page.get_by_role("button", name="Log in").click()
    visit.page.get_by_role("dialog").get_by_role("button", name="Close").click()

    visit.receive(mail("one"))
    visit.lines.first.focus()
    visit.page.keyboard.press("d")
    expect(visit.page.locator(".toast")).to_be_visible()

    assert visit.page.evaluate(moving) == 0


def test_text_from_right_to_left_reads_so(visit: Visit) -> None:
    subject = "שלום, ההזמנה 42 בדרך"
    visit.receive(mail(subject, text="الرسالة هنا.", sender="דנה כהן <dana@shop.example>"))
    expect(visit.lines.first.locator(".subject")).to_have_css("direction", "rtl")
    expect(visit.lines.first.locator(".sender")).to_have_css("direction", "rtl")
    visit.read(subject)

    expect(visit.page.locator("h1.subject")).to_have_css("direction", "rtl")
    expect(visit.page.locator("pre.text")).to_have_css("direction", "rtl")
    expect(visit.page.locator(".card-actions")).to_have_css("direction", "ltr")
