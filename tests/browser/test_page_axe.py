"""The page's main states, looked through by axe for what keeps people from using them."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from infra.local.dns.server import NameServer
from tests.browser.conftest import Visiting
from tests.browser.mails import html_mail, mail
from tests.browser.members import bring_active, enter, fill, register, top
from tests.browser.visits import NEEDS_CHROMIUM, PHONE, Visit

pytestmark = NEEDS_CHROMIUM
GRAVE = {"serious", "critical"}


def states(visit: Visit, names: NameServer) -> Iterator[str]:
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
    yield from states_with_domains(visit, names)
    yield from states_with_sent_mail(visit)


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
    expect(page.get_by_role("dialog", name="Create an account")).to_be_visible()
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
    page.keyboard.press("Escape")


def states_with_domains(visit: Visit, names: NameServer) -> Iterator[str]:
    page = visit.page
    enter(visit, "Domains")
    yield "no domain"
    page.get_by_role("button", name="Add a domain").click()
    yield "add a domain"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    visit.domain = bring_active(visit, names.zone)
    enter(visit, "Domains")
    yield "domains"
    page.get_by_role("link", name=visit.domain).click()
    page.get_by_role("button", name="Check now").click()
    expect(page.locator(".remark.good")).to_be_visible()
    expect(page.locator(".stage")).to_contain_text("of 8 are published correctly")
    yield "domain"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def states_with_sent_mail(visit: Visit) -> Iterator[str]:
    page = visit.page
    enter(visit, "Sent mail")
    yield "nothing sent"
    page.get_by_role("button", name="New mail", exact=True).click()
    yield "compose"
    fill(visit, "Send", local="shop", to="nobody@mayfly.example", subject="Hello", text="Hello")
    expect(page.get_by_role("link", name="Hello").locator(".pill")).to_have_text("Bounced")
    yield "sent"
    page.get_by_role("link", name="Hello").click()
    expect(page.locator(".history")).to_be_visible()
    yield "sent mail"


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
def test_axe_finds_nothing_grave(
    visiting: Visiting, names: NameServer, options: dict[str, Any]
) -> None:
    visit = visiting(bypass_csp=True, reduced_motion="reduce", **options).open()

    found = {state: grave(visit) for state in states(visit, names)}

    assert {state: each for state, each in found.items() if each} == {}
    assert len(found) == 21
