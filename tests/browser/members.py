"""People who make an account in the page, and use it."""

from uuid import uuid4

from playwright.sync_api import Locator, expect

from tests.browser.visits import Visit
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
    """Make an account in the page; its e-mail address."""
    email = f"{uuid4().hex}@shop.example"
    top(visit, "Log in")
    dialog(visit).get_by_role("button", name="I need an account").click()
    fill(visit, "Make an account", email=email, password=PASSWORD, fullName=name)
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
