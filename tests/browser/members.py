"""People who make an account in the page, and use it."""

from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, expect

from infra.local.dns.server import Zone
from tests.browser.visits import Visit
from tests.given_domains import shown_records
from tests.local.mayfly import DOMAIN

PASSWORD = "a phrase for the tests"


def dialog(visit: Visit) -> Locator:
    return visit.page.get_by_role("dialog")


def fill(visit: Visit, send: str, **fields: str) -> None:
    """Fill in the dialog's fields by their names, and press its button."""
    for name, value in fields.items():
        dialog(visit).locator(f"[name={name}]").fill(value)
    dialog(visit).locator("form").get_by_role("button", name=send).click()


def top(visit: Visit, name: str) -> None:
    visit.page.locator("#top").get_by_role("button", name=name).click()


def register(visit: Visit, name: str = "Ann Example") -> str:
    """Create an account in the page; its e-mail address."""
    email = f"{uuid4().hex}@shop.example"
    top(visit, "Log in")
    dialog(visit).get_by_role("button", name="I need an account").click()
    fill(visit, "Create an account", email=email, password=PASSWORD, fullName=name)
    expect(dialog(visit)).to_have_count(0)
    expect(visit.page.locator("#top")).to_contain_text(name)
    return email


def log_in(visit: Visit, email: str, password: str) -> None:
    top(visit, "Log in")
    fill(visit, "Log in", email=email, password=password)


def make_mailbox(visit: Visit, alias: str, domain: str = DOMAIN) -> None:
    visit.page.get_by_role("button", name="New mailbox").first.click()
    dialog(visit).locator("[name=domain]").select_option(domain)
    fill(visit, "Create", alias=alias)


def enter(visit: Visit, room: str) -> None:
    """Go into one of the account's rooms, by the menu of the account."""
    visit.page.locator("#top .account").click()
    dialog(visit).get_by_role("link", name=room).click()
    expect(visit.page.get_by_role("heading", level=1, name=room)).to_be_focused()


def enter_setting(visit: Visit, room: str) -> None:
    """Go into one of the rooms that the settings lead to."""
    if not visit.page.get_by_role("heading", level=1, name="Settings").count():
        enter(visit, "Settings")
    visit.page.locator(".stage").get_by_role("link", name=room).click()
    expect(visit.page.get_by_role("heading", level=1, name=room)).to_be_focused()


def new_name() -> str:
    """A domain that nobody has brought yet."""
    return f"shop-{uuid4().hex[:8]}.com"


def ask(visit: Visit, method: str, path: str, body: object = None) -> Any:
    """What the API answers to whoever is logged in."""
    origin = {"Origin": visit.laptop.http}
    answer = visit.context.request.fetch(
        visit.laptop.http + path, method=method, data=body, headers=origin
    )
    assert answer.ok, answer.text()
    return answer.json()


def bring(visit: Visit, name: str) -> Any:
    """Bring a domain over the API."""
    return ask(visit, "POST", "/api/v1/domains", {"name": name})


def publish(zone: Zone, records: list[dict[str, Any]]) -> None:
    zone.publish(shown_records(records))


def bring_active(visit: Visit, zone: Zone) -> str:
    """Bring a domain over the API, with all its records; its name."""
    domain = bring(visit, new_name())
    publish(zone, domain["records"])
    assert ask(visit, "POST", f"/api/v1/domains/{domain['id']}/verify", {})["verified"]
    return str(domain["name"])
