"""The page's main states, looked through by axe for what keeps people from using them."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Visiting
from tests.browser.mails import html_mail, mail
from tests.browser.members import register, top
from tests.browser.visits import NEEDS_CHROMIUM, PHONE, Visit

pytestmark = NEEDS_CHROMIUM
GRAVE = {"serious", "critical"}


def states(visit: Visit) -> Iterator[str]:
    """Brings the page into one state after the other, and tells its name."""
    page = visit.page
    yield "empty"
    for name in ("Show as QR code", "New address", "Log in"):
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        yield name
        page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    yield "keys"
    page.keyboard.press("Escape")
    yield from states_with_mail(visit)
    yield from states_with_an_account(visit)


def states_with_mail(visit: Visit) -> Iterator[str]:
    page = visit.page
    html = "<h1>Hi</h1><p>Look: <img src=http://shop.example/a.png>"
    visit.receive(mail("one", files={"a.txt": b"a"}))
    visit.receive(html_mail("two", html))
    visit.receive(mail("Confirm", text="Your verification code is 482913."))
    yield "list"
    visit.read("two")
    expect(page.frame_locator("iframe.mail").get_by_text("Look")).to_be_visible()
    page.locator(".verdict summary").click()
    yield "message"
    page.keyboard.press("Escape")
    visit.read("Confirm")
    yield "code"
    page.keyboard.press("d")
    yield "note"


def states_with_an_account(visit: Visit) -> Iterator[str]:
    page = visit.page
    top(visit, "Log in")
    page.get_by_role("button", name="I need an account").click()
    expect(page.get_by_role("dialog", name="Make an account")).to_be_visible()
    yield "register"
    page.keyboard.press("Escape")
    register(visit)
    yield "account"
    top(visit, "Ann Example")
    expect(page.get_by_role("dialog", name="Profile")).to_be_visible()
    yield "profile"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New mailbox").click()
    expect(page.get_by_role("dialog").locator("option").first).to_be_attached()
    yield "new mailbox"


def grave(visit: Visit) -> list[str]:
    """What keeps people from using the page as it stands, by axe's judgement."""
    found = Axe().run(visit.page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(
    "options",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, PHONE],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_nothing_grave(visiting: Visiting, options: dict[str, Any]) -> None:
    visit = visiting(bypass_csp=True, reduced_motion="reduce", **options).open()

    found = {state: grave(visit) for state in states(visit)}

    assert {state: each for state, each in found.items() if each} == {}
    assert len(found) == 13
