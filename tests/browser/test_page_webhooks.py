"""Webhooks in the page: added, tried, paused, changed and deleted, against a real receiver."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect
from standardwebhooks import Webhook

from tests.browser.mails import mail
from tests.browser.members import ask, dialog, enter_setting, fill, register
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told
from tests.webhooks.receiver import Answer, Receiver, receiver

pytestmark = NEEDS_CHROMIUM
HOOKS = "/api/v1/webhooks"
SECRET = re.compile(r"whsec_[0-9A-Za-z+/=]{44}")


@pytest.fixture
def told_to() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


@pytest.fixture
def member(visit: Visit) -> Visit:
    """Somebody who has just made an account."""
    visit.email = register(visit)
    return visit


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def press(visit: Visit, name: str) -> None:
    stage(visit).get_by_role("button", name=name, exact=True).click()


def sure(visit: Visit, name: str) -> None:
    dialog(visit).get_by_role("button", name=name, exact=True).click()


def add(visit: Visit, url: str, **more: str) -> str:
    """Add a webhook in the page; its secret."""
    enter_setting(visit, "Webhooks")
    press(visit, "Add a webhook")
    fill(visit, "Save", url=url, **more)
    shown = visit.page.get_by_role("dialog", name="The webhook's secret")
    secret = shown.locator("code").text_content() or ""
    assert SECRET.fullmatch(secret)
    expect(dialog(visit)).to_have_count(1)
    visit.page.keyboard.press("Escape")
    expect(dialog(visit)).to_have_count(0)
    return secret


def hooks(visit: Visit) -> Any:
    return ask(visit, "GET", HOOKS)["webhooks"]


def given(visit: Visit, told_to: Receiver, **more: Any) -> str:
    """A webhook made over the API, opened in the page; its id."""
    made = ask(visit, "POST", HOOKS, {"url": told_to.url, **more})
    visit.page.evaluate("id => { location.hash = `#/webhooks/${id}` }", made["id"])
    expect(stage(visit).get_by_role("heading", level=1)).to_be_focused()
    return str(made["id"])


def deliveries(visit: Visit) -> Locator:
    return stage(visit).locator(".log > li")


def look_until(visit: Visit, state: str) -> None:
    """Look at the log again until one delivery is in this state, and there."""
    refresh = stage(visit).get_by_role("button", name="Refresh")
    for _ in range(50):
        refresh.click()
        expect(refresh).to_be_focused()  # once the answer is there
        if deliveries(visit).filter(has_text=state).count():
            break
    expect(deliveries(visit).filter(has_text=state)).to_have_count(1)


def test_what_comes_is_told_signed_with_the_secret_that_was_shown(
    member: Visit, told_to: Receiver
) -> None:
    address = member.address
    secret = add(member, told_to.url, description="nightly tests", q='subject:"your code"')
    line = stage(member).get_by_role("link", name="nightly tests")
    expect(line).to_contain_text("Active")
    assert secret not in member.page.content()

    member.laptop.send(address, mail("Other news"), mail("Here is your code"))

    (told_of,) = told_to.wait_for(1)
    event = Webhook(secret).verify(told_of.body, told_of.headers)
    assert event["type"] == "message.received"
    line.click()
    delivered = deliveries(member).filter(has_text="Delivered")
    expect(delivered).to_have_count(1)
    delivered.get_by_text("1 attempt").click()
    expect(delivered).to_contain_text(re.compile(r"Answered 200 · \d+ ms"))
    expect(delivered.locator(".excerpt")).to_have_text("thank you")
    expect(deliveries(member)).to_have_count(1)


def test_the_secret_is_copied(member: Visit, told_to: Receiver) -> None:
    enter_setting(member, "Webhooks")
    press(member, "Add a webhook")
    fill(member, "Save", url=told_to.url)
    member.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown = member.page.get_by_role("dialog", name="The webhook's secret")

    shown.get_by_role("button", name="Copy the secret").click()

    expect(member.page.locator("#spoken")).to_have_text("Copied")
    copied = member.page.evaluate("navigator.clipboard.readText()")
    assert copied == shown.locator("code").text_content()


def test_what_is_wrong_with_a_webhook_is_said_at_its_field(
    member: Visit, told_to: Receiver
) -> None:
    member.witness.expect("400")
    enter_setting(member, "Webhooks")
    expect(stage(member)).to_contain_text("No webhook yet")
    press(member, "Add a webhook")

    fill(member, "Save", url="ftp://shop.example")
    url = dialog(member).locator("[name=url]")
    expect(url).to_have_attribute("aria-invalid", "true")
    expect(url).to_have_accessible_description(re.compile("must begin with http"))
    expect(url).to_be_focused()
    fill(member, "Save", url=told_to.url, q='subject:"your code')
    words = dialog(member).locator("[name=q]")
    expect(words).to_have_accessible_description(re.compile("this quote has no end"))
    expect(url).not_to_have_attribute("aria-invalid", "true")
    dialog(member).get_by_label("A message came in").uncheck()
    fill(member, "Save", q="")
    expect(dialog(member).get_by_role("alert")).to_contain_text("Events must be")

    assert hooks(member) == []


def test_a_change_leaves_alone_what_was_not_changed(member: Visit, told_to: Receiver) -> None:
    with_password = told_to.url.replace("http://", "http://ann:secret@")
    wanted = {
        "url": with_password,
        "events": ["message.received", "inbox.full"],
        "filter": {"from": "Ann B", "hasAttachment": True, "isRead": False},
    }
    id = given(member, told_to, **wanted)
    shown = 'has:attachment is:unread from:"Ann B"'
    expect(stage(member)).to_contain_text(shown)

    press(member, "Edit")
    expect(dialog(member).locator("[name=url]")).to_have_value(told_to.url)
    expect(dialog(member).locator("[name=q]")).to_have_value(shown)
    dialog(member).get_by_label("A mailbox expired").check()
    fill(member, "Save", description="Renamed")

    expect(stage(member).get_by_role("heading", level=1)).to_have_text("Renamed")
    (kept,) = hooks(member)
    assert kept["id"] == id
    assert kept["events"] == ["inbox.expired", "inbox.full", "message.received"]
    assert kept["filter"] == wanted["filter"]
    press(member, "Test now")
    expect(stage(member).locator(".remark.good")).to_contain_text("Answered 200")
    (sample,) = told_to.told
    assert sample.headers["authorization"].startswith("Basic ")

    press(member, "Edit")
    fill(member, "Save", q="larger:5")
    expect(dialog(member)).to_have_count(0)
    assert hooks(member)[0]["filter"] == {"larger": 5}
    press(member, "Edit")
    fill(member, "Save", q="")
    expect(dialog(member)).to_have_count(0)
    assert hooks(member)[0]["filter"] == {}


def test_a_test_says_what_the_receiver_said(member: Visit, told_to: Receiver) -> None:
    told_to.answers.append(Answer(503, b"<b>come back later</b>"))
    given(member, told_to)

    press(member, "Test now")

    remark = stage(member).locator(".remark.bad")
    expect(remark).to_contain_text("Answered 503")
    expect(remark.locator("code")).to_have_text("<b>come back later</b>")
    expect(stage(member).get_by_role("button", name="Test now")).to_be_focused()
    expect(deliveries(member)).to_have_count(0)


def test_a_test_says_why_nobody_answered(member: Visit) -> None:
    with receiver() as gone:
        pass
    given(member, gone)

    press(member, "Test now")

    expect(stage(member).locator(".remark.bad")).to_contain_text("no connection: refused")


def test_a_paused_webhook_waits_and_goes_on(member: Visit, told_to: Receiver) -> None:
    address = member.address
    given(member, told_to)
    press(member, "Pause")
    told(member.page, "The webhook is paused.")
    expect(stage(member)).to_contain_text("Events wait until you resume it")
    expect(stage(member).get_by_role("button", name="Resume")).to_be_focused()

    member.laptop.send(address, mail("meanwhile"))
    look_until(member, "Waiting")
    assert told_to.told == []

    press(member, "Resume")
    told_to.wait_for(1)
    expect(deliveries(member).filter(has_text="Delivered")).to_have_count(1)
    assert hooks(member)[0]["paused"] is False


def test_a_disabled_webhook_says_why_and_is_enabled_again(member: Visit, told_to: Receiver) -> None:
    told_to.answers.append(Answer(410, b"no more"))
    address = member.address
    given(member, told_to)
    member.laptop.send(address, mail("the last one"))
    told_to.wait_for(1)

    pill = stage(member).locator(".pill").first
    look_until(member, "Given up")
    expect(pill).to_have_text("Disabled")
    expect(stage(member)).to_contain_text("410")
    expect(deliveries(member)).to_contain_text("the receiver answered 410")

    press(member, "Enable again")
    expect(pill).to_have_text("Active")
    deliveries(member).get_by_role("button", name="Send again").click()
    told(member.page, "1 delivery is sent again.")
    again = told_to.wait_for(2)
    assert again[0].headers["webhook-id"] == again[1].headers["webhook-id"]
    expect(deliveries(member).locator(".pill")).to_have_text("Delivered")


def test_all_since_a_time_are_sent_again(member: Visit, told_to: Receiver) -> None:
    address = member.address
    given(member, told_to)
    member.laptop.send(address, mail("one"), mail("two"))
    told_to.wait_for(2)

    press(member, "Send again since…")
    dialog(member).get_by_label("Only what was given up").uncheck()
    sure(member, "Send again")

    told(member.page, "2 deliveries are sent again.")
    ids = [each.headers["webhook-id"] for each in told_to.wait_for(4)]
    assert sorted(ids[:2]) == sorted(ids[2:])


def test_only_one_state_is_shown(member: Visit, told_to: Receiver) -> None:
    address = member.address
    given(member, told_to)
    member.laptop.send(address, mail("one"))
    told_to.wait_for(1)
    look_until(member, "Delivered")

    stage(member).get_by_label("Show only one state").select_option(label="Given up")
    expect(stage(member)).to_contain_text("No delivery is in this state.")
    stage(member).get_by_label("Show only one state").select_option(label="Delivered")
    expect(deliveries(member)).to_have_count(1)


def test_a_new_secret_is_shown_once_and_the_one_before_still_signs(
    member: Visit, told_to: Receiver
) -> None:
    before = add(member, told_to.url, description="CI")
    stage(member).get_by_role("link", name="CI").click()
    press(member, "New secret")
    sure(member, "Cancel")
    press(member, "New secret")
    sure(member, "New secret")

    shown = member.page.get_by_role("dialog", name="The webhook's secret")
    after = shown.locator("code").text_content() or ""
    assert SECRET.fullmatch(after)
    assert after != before
    expect(dialog(member)).to_have_count(1)
    expect(shown.get_by_role("button", name="Close")).to_be_focused()
    member.page.keyboard.press("Escape")
    expect(dialog(member)).to_have_count(0)
    assert after not in member.page.content()
    press(member, "Test now")
    expect(stage(member).locator(".remark.good")).to_be_visible()
    (sample,) = told_to.told
    for secret in (before, after):
        Webhook(secret).verify(sample.body, sample.headers)


def test_a_webhook_is_deleted_only_when_somebody_is_sure(member: Visit, told_to: Receiver) -> None:
    given(member, told_to, description="CI")
    press(member, "Delete")
    sure(member, "Cancel")
    assert len(hooks(member)) == 1

    press(member, "Delete")
    sure(member, "Delete")

    told(member.page, "The webhook is deleted.")
    expect(stage(member)).to_contain_text("No webhook yet")
    assert hooks(member) == []


def test_who_has_all_webhooks_is_told_to_delete_one(member: Visit, told_to: Receiver) -> None:
    for count in range(20):
        ask(member, "POST", HOOKS, {"url": told_to.url, "description": f"Number {count}"})

    enter_setting(member, "Webhooks")

    expect(stage(member)).to_contain_text("You have 20 webhooks, which is the limit.")
    expect(stage(member).get_by_role("button", name="Add a webhook")).to_have_count(0)
