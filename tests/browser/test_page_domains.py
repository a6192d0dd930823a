"""The account's domains in the page: brought, checked against DNS, and given up."""

import json
from typing import Any

import dns.rcode
import pytest
from playwright.sync_api import Locator, Route, expect

from infra.local.dns.server import NameServer
from tests.browser.conftest import Visiting
from tests.browser.members import (
    ask,
    bring,
    bring_active,
    dialog,
    enter,
    fill,
    new_name,
    publish,
    register,
)
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told

pytestmark = NEEDS_CHROMIUM
SMALLEST = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
AT_FIRST = 5
RECORDS = 8
"""With those of DKIM, which a domain has once it is proven."""


@pytest.fixture
def member(visit: Visit) -> Visit:
    """Somebody who has just made an account."""
    visit.email = register(visit)
    return visit


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def row(visit: Visit, purpose: str) -> Locator:
    return stage(visit).get_by_role("row").filter(has_text=purpose).first


def open_domain(visit: Visit, name: str, records: int = AT_FIRST) -> None:
    """From the list, and wait until DNS was asked."""
    enter(visit, "Domains")
    stage(visit).get_by_role("link", name=name).click()
    expect(visit.page.get_by_role("heading", name=name)).to_be_focused()
    expect(stage(visit)).to_contain_text(f"of {records} are published correctly.")


def check(visit: Visit) -> Locator:
    """Press the button; what is said then."""
    stage(visit).get_by_role("button", name="Check now").click()
    return stage(visit).locator(".remark")


def test_who_has_no_domain_is_told_what_one_is_for_and_adds_one(member: Visit) -> None:
    member.witness.expect("400|409")
    name = new_name()
    enter(member, "Domains")
    expect(stage(member)).to_contain_text("Bring a domain of your own")

    stage(member).get_by_role("button", name="Add a domain").click()
    fill(member, "Add a domain", name="no-domain")
    expect(dialog(member).get_by_role("alert")).to_contain_text("must look like")
    fill(member, "Add a domain", name=f" {name.upper()} ")

    expect(member.page.get_by_role("heading", name=name)).to_be_focused()
    expect(stage(member).locator(".pill").first).to_have_text("Not verified yet")
    expect(stage(member)).to_contain_text(f"0 of {AT_FIRST} are published correctly.")
    expect(stage(member).locator("tbody tr")).to_have_count(AT_FIRST)
    member.page.get_by_role("link", name="Back to all of them").click()
    member.page.get_by_role("button", name="Add a domain").click()
    fill(member, "Add a domain", name=name)
    expect(dialog(member).get_by_role("alert")).to_contain_text("You have this domain already")


def test_each_record_is_shown_as_it_is_wanted_beside_what_is_found(
    member: Visit, names: NameServer
) -> None:
    name = new_name()
    domain = bring(member, name)
    names.zone.put(name, "TXT", ['"v=spf1 -all"', '"mayfly-verify=another"'])
    publish(names.zone, [each for each in domain["records"] if each["purpose"] == "spf"])

    open_domain(member, name)

    proof = row(member, "Shows that it is yours")
    expect(proof.locator(".pill.bad")).to_have_text("Different")
    for text in ("TXT", name, domain["verification"]["value"], "mayfly-verify=another"):
        expect(proof).to_contain_text(text)
    mx = row(member, "Brings its mail here")
    expect(mx.locator(".pill.bad")).to_have_text("Missing")
    expect(mx).to_contain_text("priority 10")
    expect(mx).to_contain_text("nothing")
    expect(row(member, "Says who may send").locator(".pill.good")).to_have_text("There")
    dmarc = row(member, "DMARC")
    expect(dmarc.locator(".pill.warn")).to_have_text("Missing")
    expect(dmarc).to_contain_text("(optional)")
    expect(check(member)).to_contain_text("its value is different")


def test_a_domain_becomes_active_once_its_records_are_there(
    member: Visit, names: NameServer
) -> None:
    name = new_name()
    domain = bring(member, name)
    open_domain(member, name)
    expect(check(member)).to_contain_text("is not there yet")
    expect(stage(member).locator(".pill").first).to_have_text("Not verified yet")

    expect(stage(member)).to_contain_text("then its DKIM records join the list")
    publish(names.zone, domain["records"])
    expect(check(member)).to_contain_text("this domain is yours")

    expect(stage(member).locator(".pill").first).to_have_text("Active")
    expect(stage(member)).to_contain_text(f"{AT_FIRST} of {RECORDS} are published correctly")
    wanted = ask(member, "GET", f"/api/v1/domains/{domain['id']}")["records"]
    publish(names.zone, [each for each in wanted if each["purpose"] == "dkim"])
    expect(check(member)).to_contain_text("this domain is yours")
    expect(stage(member)).to_contain_text(f"{RECORDS} of {RECORDS} are published correctly")
    expect(stage(member).locator(".history")).to_contain_text("Verified")
    member.page.keyboard.press("Escape")
    expect(stage(member).get_by_role("link", name=name)).to_contain_text("Active")
    member.page.keyboard.press("Escape")
    member.page.get_by_role("button", name="New mailbox").click()
    dialog(member).locator("[name=domain]").select_option(name)
    fill(member, "Create", alias="info")
    expect(member.page.locator("button.address")).to_have_text(f"info@{name}")


def test_dns_that_does_not_answer_says_nothing(member: Visit, names: NameServer) -> None:
    name = bring_active(member, names.zone)

    names.rcode = dns.rcode.SERVFAIL
    try:
        open_domain(member, name, RECORDS)
        expect(check(member)).to_contain_text("DNS did not answer")
        mx = row(member, "Brings its mail here")
        expect(mx.locator(".pill.plain")).to_have_text("No answer")
    finally:
        names.rcode = None

    expect(stage(member).locator(".pill").first).to_have_text("Active")


def test_records_are_copied_one_by_one_and_all_at_once(visiting: Visiting) -> None:
    visit = visiting(permissions=["clipboard-read", "clipboard-write"]).open()
    register(visit)
    domain = bring(visit, new_name())
    open_domain(visit, domain["name"])
    clipboard = "navigator.clipboard.readText()"
    proof = row(visit, "Shows that it is yours")

    proof.get_by_role("button", name="Copy the value").click()
    expect(visit.page.locator("#spoken")).to_have_text("Copied")
    value = visit.page.evaluate(clipboard)
    proof.get_by_role("button", name="Copy the name").click()
    visit.page.wait_for_function(f"{clipboard}.then((text) => text === '{domain['name']}')")
    stage(visit).get_by_role("button", name="Copy all as a zone file").click()
    told(visit.page, "All records are copied")

    assert value == domain["verification"]["value"]
    assert visit.page.evaluate(clipboard) == domain["zoneFile"]


def test_a_domain_is_given_up_only_when_somebody_is_sure(member: Visit) -> None:
    name = new_name()
    bring(member, name)
    open_domain(member, name)
    stage(member).get_by_role("button", name="Remove domain").click()
    dialog(member).get_by_role("button", name="Cancel").click()
    assert len(ask(member, "GET", "/api/v1/domains")["domains"]) == 1

    stage(member).get_by_role("button", name="Remove domain").click()
    dialog(member).get_by_role("button", name="Remove domain").click()

    told(member.page, f"{name} is removed.")
    expect(stage(member)).to_contain_text("No domain yet")
    assert ask(member, "GET", "/api/v1/domains")["domains"] == []


STANDINGS: dict[str, tuple[dict[str, Any], str, str]] = {
    "pending": ({"status": "pending"}, "Not verified yet", "Publish its records"),
    "suspended": ({"status": "suspended"}, "Suspended", "has been missing since Jul 1, 2026"),
    "expired": ({"status": "expired", "missingSince": None}, "Expired", "within a week"),
    "missing": ({"status": "active", "isActive": True}, "Active", "After three days"),
    "off": ({"status": "active", "missingSince": None}, "Switched off", "The operator of this"),
}


@pytest.mark.parametrize("changes, word, about", STANDINGS.values(), ids=STANDINGS)
def test_every_status_is_said_in_words(
    member: Visit, changes: dict[str, Any], word: str, about: str
) -> None:
    time = "2026-07-01T10:00:00Z"
    line = {
        "id": "0",
        "name": "shop.example",
        "isActive": False,
        "expiresAt": time,
        "verifiedAt": time,
        "missingSince": time,
    }
    answer = json.dumps({"domains": [line | changes], "cursor": None})

    def answered(route: Route) -> None:
        route.fulfill(body=answer, content_type="application/json")

    member.page.route("**/api/v1/domains", answered)
    enter(member, "Domains")

    shown = stage(member).get_by_role("link", name="shop.example")
    expect(shown.locator(".pill")).to_have_text(word)
    expect(shown).to_contain_text(about)


def test_a_claim_that_has_expired_is_begun_anew(member: Visit) -> None:
    domain = bring(member, new_name())
    path = f"**/api/v1/domains/{domain['id']}"
    expired = json.dumps(domain | {"status": "expired"})

    def answered(route: Route) -> None:
        route.fulfill(body=expired, content_type="application/json")

    def begun(route: Route) -> None:
        route.fulfill(status=201, body=json.dumps(domain), content_type="application/json")

    member.page.route(path, answered)
    enter(member, "Domains")
    stage(member).get_by_role("link", name=domain["name"]).click()
    expect(stage(member).get_by_role("button", name="Check now")).to_have_count(0)
    member.page.route("**/api/v1/domains", begun)
    stage(member).get_by_role("button", name="Add it again").click()

    expect(stage(member).locator(".pill").first).to_have_text("Not verified yet")
    expect(stage(member)).to_contain_text(f"0 of {AT_FIRST} are published correctly")
    expect(stage(member).locator(".remark")).to_be_hidden()  # it was not checked


def test_the_room_is_where_the_address_bar_says_and_keys_leave_it(member: Visit) -> None:
    name = new_name()
    bring(member, name)
    open_domain(member, name)
    expect(member.page.locator("#messages")).to_be_hidden()

    member.page.reload()
    expect(member.page.get_by_role("heading", name=name)).to_be_visible()
    member.page.keyboard.press("c")  # the address is not here
    member.page.keyboard.press("Escape")
    expect(member.page.get_by_role("heading", name="Domains")).to_be_focused()
    member.page.go_back()
    expect(member.page.get_by_role("heading", name=name)).to_be_focused()
    member.page.keyboard.press("Escape")
    expect(member.page.get_by_role("heading", name="Domains")).to_be_focused()
    member.page.keyboard.press("Escape")

    expect(member.page.locator("#messages")).to_be_visible()
    expect(member.page.locator("#top .account")).to_be_focused()
    expect(member.page.locator("#spoken")).to_be_empty()


def test_who_is_not_logged_in_finds_no_room(visit: Visit) -> None:
    visit.open("/#/domains")

    expect(visit.page.locator("#messages")).to_be_visible()
    expect(stage(visit)).to_have_count(0)


def test_a_room_that_does_not_open_can_be_tried_again(member: Visit) -> None:
    member.witness.expect("ERR_FAILED")
    member.page.route("**/api/v1/domains", lambda route: route.abort())
    member.page.locator("#top .account").click()
    dialog(member).get_by_role("link", name="Domains").click()
    expect(stage(member).get_by_role("alert")).to_contain_text("The service does not answer")

    member.page.unroute("**/api/v1/domains")
    stage(member).get_by_role("button", name="Try again").click()

    expect(member.page.get_by_role("heading", name="Domains")).to_be_focused()


def test_records_stand_one_below_the_other_on_a_phone(visiting: Visiting) -> None:
    visit = visiting(**SMALLEST).open()
    register(visit)
    domain = bring(visit, new_name())
    open_domain(visit, domain["name"])

    proof = row(visit, "Shows that it is yours")
    boxes = [each.bounding_box() for each in proof.get_by_role("cell").all()]
    corners = [(each["x"], each["y"]) for each in boxes if each]
    assert len({x for x, _ in corners}) == 1
    assert len({y for _, y in corners}) == len(boxes) == 6
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(proof.get_by_text("Expected", exact=True)).to_be_visible()
    expect(stage(visit).get_by_role("columnheader", name="Expected")).to_have_count(1)
