"""Accounts in the page: registering, mailboxes with chosen names, the profile, and leaving."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OTHER_DOMAIN, Visiting
from tests.browser.mails import mail
from tests.browser.members import PASSWORD, dialog, fill, log_in, make_mailbox, register, top
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told
from tests.local.mayfly import DOMAIN

pytestmark = NEEDS_CHROMIUM
ANOTHER = "another phrase for tests"


def profile(visit: Visit, action: str, name: str = "Ann Example") -> None:
    top(visit, name)
    dialog(visit).get_by_role("button", name=action).click()


@pytest.fixture
def member(visit: Visit) -> Visit:
    """Somebody who has just made an account."""
    visit.email = register(visit)
    return visit


def test_who_registers_takes_the_address_and_its_mail_along(visit: Visit) -> None:
    address = visit.address
    visit.receive(mail("from before"))

    register(visit)

    told(visit.page, f"{address} is yours now.")
    assert visit.address == address
    expect(visit.lines).to_contain_text(["from before"])
    expect(visit.page.locator(".card .left")).to_have_text("6 days left")
    expect(visit.page.locator(".state")).to_have_class("state live")
    visit.receive(mail("from after"))
    visit.page.reload()
    expect(visit.lines).to_contain_text(["from after", "from before"])


def test_mailboxes_with_chosen_names_receive_side_by_side(member: Visit) -> None:
    first, alias = member.address, f"ann-{uuid4().hex[:8]}"
    make_mailbox(member, alias, OTHER_DOMAIN)
    expect(member.page.locator("button.address")).to_have_text(f"{alias}@{OTHER_DOMAIN}")
    expect(member.page.locator(".state")).to_have_class("state live")

    member.receive(mail("to the second"))
    member.laptop.send(first, mail("to the first"))

    tabs = member.page.get_by_role("navigation", name="Mailboxes")
    other = tabs.get_by_role("button", name=first.split("@")[0])
    expect(other.locator(".count")).to_contain_text("1")
    expect(member.page).to_have_title("(2) Mayfly")
    expect(member.lines).to_contain_text(["to the second"])
    other.click()
    expect(member.lines).to_contain_text(["to the first"])
    member.read("to the first")
    expect(member.page).to_have_title("(1) Mayfly")


def test_a_name_that_is_taken_is_said_so_and_another_can_be_tried(member: Visit) -> None:
    member.witness.expect("409|400")
    alias = f"ann-{uuid4().hex[:8]}"
    make_mailbox(member, alias)
    expect(dialog(member)).to_have_count(0)

    make_mailbox(member, alias)
    expect(dialog(member).get_by_role("alert")).not_to_be_empty()
    fill(member, "Create", alias="no spaces allowed")
    expect(dialog(member).get_by_role("alert")).not_to_be_empty()
    fill(member, "Create", alias=f"{alias}-2")

    expect(dialog(member)).to_have_count(0)
    expect(member.page.locator("button.address")).to_have_text(f"{alias}-2@{DOMAIN}")


def test_a_mailbox_is_extended_and_deleted(member: Visit) -> None:
    make_mailbox(member, f"ann-{uuid4().hex[:8]}")
    left = member.page.locator(".card .left")
    expect(left).to_have_text("6 days left")

    member.page.get_by_role("button", name="Delete mailbox").click()
    dialog(member).get_by_role("button", name="Delete mailbox").click()
    expect(dialog(member)).to_have_count(0)
    tabs = member.page.get_by_role("navigation", name="Mailboxes")
    expect(tabs.locator(".tab:not(.add)")).to_have_count(1)
    member.page.get_by_role("button", name="Extend").click()

    told(member.page, "It now lasts until")


def test_a_wrong_password_is_said_in_the_dialog(member: Visit) -> None:
    member.witness.expect("401")
    email = member.email
    profile(member, "Log out")
    told(member.page, "You are logged out.")

    log_in(member, email, "not the phrase")

    expect(dialog(member).get_by_role("alert")).not_to_be_empty()
    fill(member, "Log in", email=email, password=PASSWORD)
    expect(dialog(member)).to_have_count(0)
    expect(member.page.locator("#top")).to_contain_text("Ann Example")


def test_name_and_password_are_changed_in_the_profile(member: Visit) -> None:
    member.witness.expect("401")
    address = member.address
    top(member, "Ann Example")
    fill(member, "Save", fullName="Ann the Second")
    expect(member.page.locator("#top")).to_contain_text("Ann the Second")
    profile(member, "Change password", "Ann the Second")
    fill(member, "Change password", current=PASSWORD, wanted=ANOTHER)
    told(member.page, "Password changed.")
    profile(member, "Log out", "Ann the Second")
    expect(member.page.locator("#top")).to_contain_text("Log in")

    log_in(member, member.email, PASSWORD)
    expect(dialog(member).get_by_role("alert")).not_to_be_empty()
    dialog(member).locator("[name=migrate]").uncheck()
    fill(member, "Log in", password=ANOTHER)

    expect(dialog(member)).to_have_count(0)
    expect(member.page.locator("button.address")).to_have_text(address)


def test_who_deletes_the_account_is_nobody_again(member: Visit) -> None:
    member.witness.expect("401")
    address = member.address
    profile(member, "Delete account")
    fill(member, "Delete account", password=PASSWORD)
    told(member.page, "Your account and its mailboxes are deleted.")
    expect(member.page.locator("button.address")).not_to_have_text(address)

    log_in(member, member.email, PASSWORD)

    expect(dialog(member).get_by_role("alert")).not_to_be_empty()


def test_an_account_is_there_in_another_browser(member: Visit, visiting: Visiting) -> None:
    elsewhere = visiting().open()
    log_in(elsewhere, member.email, PASSWORD)
    expect(dialog(elsewhere)).to_have_count(0)
    tabs = elsewhere.page.get_by_role("navigation", name="Mailboxes")
    tabs.get_by_role("button", name=member.address.split("@")[0]).click()
    expect(elsewhere.page.locator("button.address")).to_have_text(member.address)

    member.receive(mail("to both"))

    expect(elsewhere.lines).to_contain_text(["to both"])
