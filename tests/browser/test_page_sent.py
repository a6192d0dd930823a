"""Sent mail in the page: written, looked after, called back and sent again."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from infra.local.dns.server import NameServer
from tests.browser.conftest import Starting, Visiting
from tests.browser.members import ask, bring_active, dialog, enter, fill, new_name, register
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told

pytestmark = NEEDS_CHROMIUM
NEXT_MONTH = datetime.now(UTC).replace(hour=18, minute=0) + timedelta(days=30)
LATER = NEXT_MONTH.strftime("%Y-%m-%dT%H:%M")
NOBODY = "nobody@mayfly.example"
EMAILS = "/api/v1/emails"
SMALLEST = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def sender(visit: Visit, names: NameServer) -> Visit:
    """Somebody with an account and an active domain."""
    register(visit)
    visit.domain = bring_active(visit, names.zone)
    return visit


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def write(visit: Visit, **fields: str) -> None:
    stage(visit).get_by_role("button", name="New mail").click()
    mail = {"local": "shop", "subject": "Your order", "text": "Thank you."} | fields
    fill(visit, "Send", **mail)


def has_status(visit: Visit, word: str) -> None:
    """Wait until the mail that is shown has it."""
    expect(stage(visit).locator(".pill").first).to_have_text(word)


def open_mail(visit: Visit, subject: str = "Your order") -> None:
    stage(visit).get_by_role("link", name=subject).first.click()
    expect(visit.page.get_by_role("heading", name=subject)).to_be_focused()


def submit(visit: Visit, subject: str) -> Any:
    """A mail that stays scheduled, over the API."""
    mail = {"from": f"shop@{visit.domain}", "to": NOBODY, "subject": subject, "text": "Hello"}
    return ask(visit, "POST", EMAILS, mail | {"scheduledAt": f"{LATER}:00Z"})


def test_a_mail_is_written_and_followed_until_it_has_arrived(sender: Visit) -> None:
    address = sender.address
    enter(sender, "Sent mail")
    expect(stage(sender)).to_contain_text("Nothing sent yet")

    write(sender, to=f'"Example, Ann" <{address}>; bob@elsewhere.example')
    told(sender.page, "Accepted. It is on its way.")
    line = stage(sender).get_by_role("link", name="Your order")
    expect(line).to_contain_text("Example, Ann")
    expect(line.locator(".pill")).to_have_text("Delivered")
    open_mail(sender)

    has_status(sender, "Delivered")
    recipients = stage(sender).locator("tbody tr")
    expect(recipients).to_have_text([re.compile(address), re.compile("bob@elsewhere.example")])
    expect(recipients.locator(".pill")).to_have_text(["Delivered", "Delivered"])
    expect(stage(sender).locator(".history li").first).to_contain_text("Accepted")
    expect(stage(sender).locator(".history")).to_contain_text("Being sent")
    expect(stage(sender)).to_contain_text(f"shop@{sender.domain}")
    sender.page.keyboard.press("Escape")
    sender.page.keyboard.press("Escape")
    sender.read("Your order")
    expect(sender.page.locator("pre.text")).to_have_text("Thank you.")


def test_what_bounces_says_why_and_why_it_is_not_sent_again(sender: Visit) -> None:
    sender.witness.expect("409")
    enter(sender, "Sent mail")
    write(sender, to=NOBODY)
    open_mail(sender)
    has_status(sender, "Bounced")
    expect(stage(sender).locator("tbody tr")).to_contain_text("550")

    stage(sender).get_by_role("button", name="Send again").click()

    told(sender.page, "All recipients that it did not reach are on your suppression list")
    sender.page.keyboard.press("Escape")
    write(sender, to=NOBODY, subject="Another")
    open_mail(sender, "Another")
    has_status(sender, "Failed")
    expect(stage(sender)).to_contain_text("all recipients are on your suppression list")


def test_a_scheduled_mail_is_called_back_sent_and_deleted(sender: Visit) -> None:
    day = f"{NEXT_MONTH:%b} {NEXT_MONTH.day}, {NEXT_MONTH.year}"
    enter(sender, "Sent mail")
    write(sender, to=sender_address(sender), when=LATER)
    told(sender.page, "can be cancelled until then")
    expect(stage(sender).get_by_role("link", name="Your order")).to_contain_text(
        f"scheduled for {day}"
    )
    open_mail(sender)
    expect(stage(sender)).to_contain_text(f"It will be sent {day}, 6:00 PM.")

    stage(sender).get_by_role("button", name="Cancel sending").click()
    has_status(sender, "Cancelled")
    stage(sender).get_by_role("button", name="Send again").click()
    has_status(sender, "Delivered")
    expect(stage(sender).locator(".history")).to_contain_text("Resend requested")
    stage(sender).get_by_role("button", name="Delete").click()
    dialog(sender).get_by_role("button", name="Delete").click()

    told(sender.page, "Message deleted")
    expect(stage(sender)).to_contain_text("Nothing sent yet")
    assert ask(sender, "GET", EMAILS)["emails"] == []


def sender_address(visit: Visit) -> str:
    """The member's own mailbox, which the rooms do not show."""
    return str(ask(visit, "GET", "/api/user/mailbox")["mailboxes"][0]["emailAddress"])


def test_a_mail_that_went_meanwhile_is_not_deleted_by_calling_it_back(sender: Visit) -> None:
    scheduled = submit(sender, "Your order")
    enter(sender, "Sent mail")
    open_mail(sender)
    shown = ask(sender, "GET", f"{EMAILS}/{scheduled['id']}")
    gone = json.dumps(shown | {"status": "delivered"})

    def answered(route: Route) -> None:
        route.fulfill(body=gone, content_type="application/json")

    sender.page.route(f"**{EMAILS}/{scheduled['id']}", answered)
    stage(sender).get_by_role("button", name="Cancel sending").click()

    told(sender.page, "It had already been sent.")
    has_status(sender, "Delivered")
    assert len(ask(sender, "GET", EMAILS)["emails"]) == 1


def test_what_may_have_arrived_is_sent_again_only_when_somebody_is_sure(sender: Visit) -> None:
    scheduled = submit(sender, "Your order")
    shown = ask(sender, "GET", f"{EMAILS}/{scheduled['id']}")
    unclear = json.dumps(shown | {"status": "uncertain"})
    asked: list[str] = []
    sender.page.on("request", lambda request: asked.append(request.url))

    def answered(route: Route) -> None:
        route.fulfill(body=unclear, content_type="application/json")

    sender.page.route(f"**{EMAILS}/{scheduled['id']}", answered)
    enter(sender, "Sent mail")
    open_mail(sender)
    expect(stage(sender)).to_contain_text("Not known whether it was sent")
    stage(sender).get_by_role("button", name="Send again").click()
    expect(dialog(sender)).to_contain_text("It may have arrived already: then it arrives twice.")
    dialog(sender).get_by_role("button", name="Cancel").click()

    assert not [each for each in asked if each.endswith("/resend")]


def test_a_mail_whose_answer_got_lost_is_tried_again_and_sent_once(sender: Visit) -> None:
    sender.witness.expect("ERR_FAILED")
    enter(sender, "Sent mail")

    def lost(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        route.fetch()
        route.abort()

    sender.page.route(f"**{EMAILS}", lost)
    write(sender, to=NOBODY, when=LATER)
    expect(dialog(sender).get_by_role("alert")).to_contain_text("does not answer")
    sender.page.unroute(f"**{EMAILS}")
    fill(sender, "Send")

    told(sender.page, "Accepted.")
    expect(stage(sender).locator("a.line")).to_have_count(1)
    assert len(ask(sender, "GET", EMAILS)["emails"]) == 1


def test_errors_are_said_in_the_form_and_what_was_typed_is_kept(sender: Visit) -> None:
    sender.witness.expect("400")
    enter(sender, "Sent mail")

    write(sender, to="not an address", text="A long text.")
    expect(dialog(sender).get_by_role("alert")).not_to_be_empty()
    sender.page.keyboard.press("Escape")
    stage(sender).get_by_role("button", name="New mail").click()

    expect(dialog(sender).locator("[name=to]")).to_have_value("not an address")
    expect(dialog(sender).locator("[name=text]")).to_have_value("A long text.")
    fill(sender, "Send", to=NOBODY, when=LATER)
    told(sender.page, "Accepted.")
    stage(sender).get_by_role("button", name="New mail").click()
    expect(dialog(sender).locator("[name=text]")).to_have_value("")
    expect(dialog(sender).locator("[name=local]")).to_have_value("shop")


def test_a_long_list_goes_on_and_can_be_of_one_status(sender: Visit) -> None:
    mails = [submit(sender, f"Number {count}") for count in range(52)]
    ask(sender, "DELETE", f"{EMAILS}/{mails[0]['id']}")
    enter(sender, "Sent mail")
    lines = stage(sender).locator("a.line")
    expect(lines).to_have_count(50)
    expect(lines.first).to_contain_text("Number 51")

    stage(sender).get_by_role("button", name="Load more").click()
    expect(lines).to_have_count(52)
    expect(stage(sender).get_by_role("button", name="Load more")).to_have_count(0)
    chosen = stage(sender).get_by_label("Show only one status")
    chosen.select_option("Cancelled")
    expect(lines).to_have_count(1)
    expect(lines.first).to_contain_text("Number 0")
    chosen.select_option("Bounced")

    expect(stage(sender)).to_contain_text("No message has this status.")


def test_without_an_active_domain_the_way_to_one_is_shown(visit: Visit) -> None:
    register(visit)
    ask(visit, "POST", "/api/v1/domains", {"name": new_name()})
    enter(visit, "Sent mail")
    expect(stage(visit).get_by_role("button", name="New mail")).to_have_count(0)

    stage(visit).get_by_role("link", name="Go to your domains").click()

    expect(visit.page.get_by_role("heading", name="Domains")).to_be_focused()


def test_where_sending_is_off_it_is_said(visiting: Visiting, starting: Starting) -> None:
    visit = visiting(starting(SENDING="off")).open()
    register(visit)

    enter(visit, "Sent mail")

    expect(stage(visit)).to_contain_text("This service sends no mail")
    expect(stage(visit).get_by_role("button", name="New mail")).to_have_count(0)


def test_who_needs_approval_asks_for_it_and_sends_once_it_is_there(
    visiting: Visiting, starting: Starting, names: NameServer
) -> None:
    with names.serving() as port:
        laptop = starting(SENDING_NEEDS_APPROVAL="on", DNS_SERVERS=f"127.0.0.1:{port}")
        visit = visiting(laptop, **SMALLEST).open()
        register(visit)
        bring_active(visit, names.zone)
        enter(visit, "Sent mail")
        expect(stage(visit).get_by_role("button", name="New mail")).to_have_count(0)
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        stage(visit).get_by_role("button", name="Ask to send mail").click()
        expect(dialog(visit)).to_be_in_viewport(ratio=1)
        fill(visit, "Ask", purpose="Orders of my shop,\nto who has ordered.")

        expect(dialog(visit)).to_have_count(0)
        expect(stage(visit)).to_contain_text("has not answered yet")
        (asked,) = laptop.administer("GET", "/v1/admin/accounts/sending?state=asked")["accounts"]
        assert asked["purpose"] == "Orders of my shop,\nto who has ordered."
        path = f"/v1/admin/accounts/{asked['account_id']}/sending"
        laptop.administer("PUT", path, {"approved": True})
        visit.page.reload()
        expect(stage(visit).get_by_role("button", name="New mail")).to_be_visible()


def test_sent_mail_fits_the_smallest_phone(visiting: Visiting, names: NameServer) -> None:
    visit = visiting(**SMALLEST).open()
    register(visit)
    visit.domain = bring_active(visit, names.zone)
    submit(visit, f"Wide {'w' * 300}")
    fits = "document.documentElement.scrollWidth <= innerWidth"

    enter(visit, "Sent mail")
    assert visit.page.evaluate(fits)
    stage(visit).get_by_role("button", name="New mail").click()
    expect(dialog(visit)).to_be_visible()
    assert visit.page.evaluate(fits)
    visit.page.keyboard.press("Escape")
    open_mail(visit, "Wide")

    assert visit.page.evaluate(fits)


def test_a_subject_from_right_to_left_reads_so(sender: Visit) -> None:
    subject = "שלום, ההזמנה 42 בדרך"
    submit(sender, subject)

    enter(sender, "Sent mail")
    line = stage(sender).locator("a.line .strong")
    expect(line).to_have_css("direction", "rtl")
    open_mail(sender, subject)

    expect(sender.page.locator("h1")).to_have_css("direction", "rtl")


def test_what_is_being_written_goes_with_its_place(sender: Visit) -> None:
    enter(sender, "Sent mail")
    stage(sender).get_by_role("button", name="New mail").click()
    expect(sender.page.get_by_role("dialog")).to_be_visible()

    sender.page.go_back()

    expect(sender.page.get_by_role("dialog")).to_have_count(0)
    expect(sender.page.locator(".address .local")).to_be_visible()


def test_two_quick_escapes_lead_out_of_the_room(sender: Visit) -> None:
    submit(sender, "Your order")
    enter(sender, "Sent mail")
    open_mail(sender)

    sender.page.evaluate(  # both before the browser tells of the first one's change of the address
        "for (const _ of [1, 2])"
        " document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))"
    )

    expect(sender.page.locator(".address .local")).to_be_visible()
