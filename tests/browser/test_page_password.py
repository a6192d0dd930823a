"""A forgotten password in the page: the mail is asked for, and its link leads to a new one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Starting, Visiting
from tests.browser.members import PASSWORD, dialog, fill, log_in, top
from tests.browser.test_page_looks import fits
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told
from tests.local.mayfly import Mayfly
from tests.local.test_verification import outbox

pytestmark = NEEDS_CHROMIUM
EMAIL = "ann@home.example"
ANOTHER = "another phrase for tests"
NARROW = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def mailing(starting: Starting) -> Mayfly:
    """A laptop that mails accounts, with an account."""
    laptop = starting(SENDER_ADDRESS="no-reply@mayfly.example")
    laptop.ask("POST", "/api/users/register", {"email": EMAIL, "password": PASSWORD})
    return laptop


def link(laptop: Mayfly) -> str:
    """The link of the mail that went out."""
    texts = [file.read_text() for file in outbox(laptop).glob("*.txt")]
    found = [each for text in texts for each in re.findall(r"^http\S+/#/reset/\S+$", text, re.M)]
    return str(found[-1])


def ask_for_it(visit: Visit) -> None:
    top(visit, "Log in")
    dialog(visit).locator("[name=email]").fill(EMAIL)
    dialog(visit).get_by_role("button", name="Forgot password?").click()
    expect(dialog(visit).locator("[name=email]")).to_have_value(EMAIL)
    fill(visit, "Send the link")
    told(visit.page, "A mail to this address says how to go on")


def test_the_link_of_the_mail_leads_to_a_new_password(mailing: Mayfly, visiting: Visiting) -> None:
    visit = visiting(mailing, **NARROW).open()
    visit.witness.expect("401")
    ask_for_it(visit)
    expect(dialog(visit)).to_contain_text("paste its token")
    expect(dialog(visit)).to_be_in_viewport(ratio=1)
    assert fits(visit)

    elsewhere = visiting(mailing, **NARROW).open()
    elsewhere.page.goto(link(mailing))
    expect(dialog(elsewhere)).to_contain_text("Choose a new password")
    expect(dialog(elsewhere)).to_be_in_viewport(ratio=1)
    assert fits(elsewhere)
    expect(dialog(elsewhere).get_by_role("button", name="Forgot")).to_be_in_viewport(ratio=1)
    assert "reset" not in elsewhere.page.url
    fill(elsewhere, "Change password", password=ANOTHER)

    expect(dialog(elsewhere)).to_have_count(0)
    expect(elsewhere.page.locator("#top")).to_contain_text(EMAIL)
    visit.page.reload()
    log_in(visit, EMAIL, PASSWORD)
    expect(dialog(visit).get_by_role("alert")).not_to_be_empty()
    fill(visit, "Log in", password=ANOTHER)
    expect(dialog(visit)).to_have_count(0)


def test_a_token_can_be_pasted_and_one_that_was_used_is_said_so(
    mailing: Mayfly, visiting: Visiting
) -> None:
    visit = visiting(mailing).open()
    visit.witness.expect("401")
    ask_for_it(visit)
    token = link(mailing).rpartition("/")[2]
    fill(visit, "Change password", token=token, password=ANOTHER)
    expect(dialog(visit)).to_have_count(0)

    elsewhere = visiting(mailing).open()
    elsewhere.witness.expect("401")
    elsewhere.page.goto(link(mailing))
    fill(elsewhere, "Change password", password="a third phrase for tests")

    expect(dialog(elsewhere).get_by_role("alert")).to_contain_text("ask for another")
    dialog(elsewhere).get_by_role("button", name="Forgot password?").click()
    expect(dialog(elsewhere)).to_contain_text("Forgotten password")
