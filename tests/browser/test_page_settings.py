"""The settings in the page: where they lead, API keys, and addresses that get nothing more."""

import re
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from infra.local.dns.server import NameServer
from tests.browser.conftest import Visiting
from tests.browser.members import (
    ask,
    bring_active,
    dialog,
    enter,
    enter_setting,
    fill,
    register,
)
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told

pytestmark = NEEDS_CHROMIUM
KEY = re.compile(r"mfk_[0-9A-Za-z]{49}")
KEYS = "/api/v1/keys"
SUPPRESSIONS = "/api/v1/suppressions"


@pytest.fixture
def member(visit: Visit) -> Visit:
    """Somebody who has just made an account."""
    visit.email = register(visit)
    return visit


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def status_with(visit: Visit, key: str, path: str) -> int:
    """How the API answers to a program with this key."""
    request = urllib.request.Request(visit.laptop.http + path, headers={"X-API-Key": key})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def make_key(visit: Visit, name: str, *scopes: str, expires: str = "In 90 days") -> str:
    """Create a key in the page; what is shown once."""
    stage(visit).get_by_role("button", name="Create an API key").click()
    for scope in scopes:
        dialog(visit).get_by_label(scope).check()
    dialog(visit).get_by_label("Expires").select_option(expires)
    fill(visit, "Create an API key", name=name)
    shown = visit.page.get_by_role("dialog", name="Your new API key")
    expect(shown.locator("code")).to_have_text(KEY)
    return shown.locator("code").text_content() or ""


def test_the_settings_lead_to_their_rooms_and_back(member: Visit) -> None:
    rooms = ("Rules", "Forwarding", "Export", "Domains")
    for room in (*rooms, "Relays", "Suppressed addresses", "API keys"):
        enter_setting(member, room)
        member.page.keyboard.press("Escape")
        if room != "Domains":  # these have a way of their own, from the mail
            expect(member.page.get_by_role("heading", name="Settings")).to_be_focused()
    member.page.keyboard.press("Escape")

    expect(member.page.locator("#messages")).to_be_visible()
    expect(member.page.locator("#top .account")).to_be_focused()


def test_a_key_is_shown_once_and_opens_what_it_may(visiting: Visiting) -> None:
    visit = visiting(permissions=["clipboard-read", "clipboard-write"]).open()
    register(visit)
    enter_setting(visit, "API keys")
    expect(stage(visit)).to_contain_text("No API key yet")

    key = make_key(visit, "nightly tests", "Read sent messages")
    dialog(visit).get_by_role("button", name="Copy the API key").click()
    expect(visit.page.locator("#spoken")).to_have_text("Copied")
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    visit.page.keyboard.press("Escape")

    expect(visit.page.get_by_role("heading", name="API keys")).to_be_focused()
    expect(stage(visit)).to_contain_text("nightly tests")
    expect(stage(visit)).to_contain_text("Read sent messages and their status")
    expect(stage(visit)).to_contain_text("Never used.")
    assert copied == key
    assert not KEY.search(visit.page.content())
    assert status_with(visit, key, "/api/v1/emails") == 200
    assert status_with(visit, key, "/api/v1/domains") == 403


@pytest.mark.parametrize("expires, days", [("In 30 days", 30), ("Never", None)])
def test_a_key_ends_when_somebody_has_chosen_it(
    member: Visit, expires: str, days: int | None
) -> None:
    enter_setting(member, "API keys")

    make_key(member, "nightly tests", "Read sent", "Manage domains", expires=expires)

    (made,) = ask(member, "GET", KEYS)["keys"]
    assert made["scopes"] == ["domains", "emails:read"]
    if days is None:
        assert made["expiresAt"] is None
        expect(stage(member)).to_contain_text("Does not expire.")
    else:
        wanted = datetime.now(UTC) + timedelta(days=days)
        assert abs(datetime.fromisoformat(made["expiresAt"]) - wanted) < timedelta(hours=1)


def test_what_is_wrong_with_a_key_is_said_at_its_field(member: Visit) -> None:
    member.witness.expect("400")
    enter_setting(member, "API keys")
    stage(member).get_by_role("button", name="Create an API key").click()
    name = dialog(member).get_by_label("Name")

    fill(member, "Create an API key", name="   ")
    dialog(member).get_by_label("Read sent").check()
    fill(member, "Create an API key")

    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    below = name.locator("xpath=ancestor::label/following-sibling::*[1]")
    expect(below).to_have_role("alert")
    expect(name).to_have_accessible_description(re.compile("1 to 100 characters"))
    fill(member, "Create an API key", name="nightly tests")
    expect(member.page.get_by_role("dialog", name="Your new API key")).to_be_visible()


def test_a_key_that_may_nothing_is_not_made(member: Visit) -> None:
    member.witness.expect("400")
    enter_setting(member, "API keys")
    stage(member).get_by_role("button", name="Create an API key").click()

    fill(member, "Create an API key", name="nightly tests")

    alert = dialog(member).get_by_role("alert")
    expect(alert).to_contain_text("Scopes must be")
    expect(dialog(member).get_by_label("Read sent")).to_be_focused()
    assert ask(member, "GET", KEYS)["keys"] == []


def test_a_revoked_key_opens_nothing_more(member: Visit) -> None:
    enter_setting(member, "API keys")
    key = make_key(member, "nightly tests", "Read sent messages")
    member.page.keyboard.press("Escape")
    stage(member).get_by_role("button", name="Revoke nightly tests").click()
    dialog(member).get_by_role("button", name="Cancel").click()
    assert status_with(member, key, "/api/v1/emails") == 200

    stage(member).get_by_role("button", name="Revoke nightly tests").click()
    dialog(member).get_by_role("button", name="Revoke").click()

    told(member.page, "nightly tests is revoked.")
    expect(stage(member)).to_contain_text("No API key yet")
    expect(member.page.get_by_role("heading", name="API keys")).to_be_focused()
    assert status_with(member, key, "/api/v1/emails") == 401


def test_who_has_all_keys_is_told_to_revoke_one(member: Visit) -> None:
    for count in range(20):
        ask(member, "POST", KEYS, {"name": f"Number {count}", "scopes": ["smtp"]})

    enter_setting(member, "API keys")

    expect(stage(member)).to_contain_text("You have 20 keys, which is the limit.")
    expect(stage(member).get_by_role("listitem")).to_have_count(20)
    expect(stage(member).get_by_role("button", name="Create an API key")).to_have_count(0)


def bounce(visit: Visit, *recipients: str) -> None:
    """Send to addresses that are not there, and wait until the account knows it."""
    enter(visit, "Sent mail")
    stage(visit).get_by_role("button", name="New mail").click()
    fill(visit, "Send", local="shop", to=", ".join(recipients), subject="Your order", text="Hello")
    line = stage(visit).get_by_role("link", name="Your order").first
    expect(line.locator(".pill")).to_have_text("Bounced")


def test_an_address_that_bounced_is_listed_and_let_go(visit: Visit, names: NameServer) -> None:
    register(visit)
    bring_active(visit, names.zone)
    bounce(visit, "nobody@mayfly.example", "none@mayfly.example")
    enter_setting(visit, "Suppressed addresses")
    lines = stage(visit).get_by_role("listitem")
    expect(lines).to_have_count(2)
    expect(lines.first.locator(".pill")).to_have_text("Bounced")

    stage(visit).get_by_role("button", name="Remove nobody@mayfly.example").click()
    dialog(visit).get_by_role("button", name="Cancel").click()
    expect(lines).to_have_count(2)
    stage(visit).get_by_role("button", name="Remove nobody@mayfly.example").click()
    dialog(visit).get_by_role("button", name="Remove").click()

    told(visit.page, "nobody@mayfly.example gets your messages again.")
    expect(lines).to_have_count(1)
    (left,) = ask(visit, "GET", SUPPRESSIONS)["suppressions"]
    assert left["address"] == "none@mayfly.example"
    lines.get_by_role("link", name="The message").click()
    expect(visit.page.get_by_role("heading", name="Your order")).to_be_focused()


def test_a_message_that_was_not_sent_leads_to_the_list_that_is_why(
    visit: Visit, names: NameServer
) -> None:
    register(visit)
    bring_active(visit, names.zone)
    enter(visit, "Sent mail")
    for _ in range(2):
        stage(visit).get_by_role("button", name="New mail").click()
        fill(visit, "Send", local="shop", to="nobody@mayfly.example", subject="Hi", text="Hello")
        pill = stage(visit).get_by_role("link", name="Hi").first.locator(".pill")
        expect(pill).to_have_text(re.compile("Bounced|Failed"))

    stage(visit).get_by_role("link", name="Hi").first.click()
    stage(visit).get_by_role("link", name="Suppressed addresses").click()

    expect(stage(visit).get_by_role("listitem")).to_contain_text("nobody@mayfly.example")


def test_who_has_no_suppressed_address_is_told_what_one_would_be(member: Visit) -> None:
    enter_setting(member, "Suppressed addresses")

    expect(stage(member)).to_contain_text("No suppressed addresses")
    expect(stage(member)).to_contain_text("An address that bounced for good")
