"""DKIM, SPF and DMARC in the page, and the records that a domain's owner adds."""

import pytest
from playwright.sync_api import Locator, expect

from infra.local.dns.server import NameServer
from tests.browser.members import ask, bring_active, dialog, enter, fill, publish, register
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def owner(visit: Visit, names: NameServer) -> Visit:
    """Somebody with an account and an active domain, which is shown."""
    register(visit)
    visit.domain = bring_active(visit, names.zone)
    enter(visit, "Domains")
    stage(visit).get_by_role("link", name=visit.domain).click()
    expect(visit.page.get_by_role("heading", name=visit.domain)).to_be_focused()
    return visit


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def domain_path(visit: Visit) -> str:
    (domain,) = ask(visit, "GET", "/api/v1/domains")["domains"]
    return f"/api/v1/domains/{domain['id']}"


def with_relay(visit: Visit) -> str:
    """Give the domain a relay; the path of its advice."""
    ask(visit, "PUT", f"{domain_path(visit)}/smtp", {"host": "smtp.relay.example", "port": 587})
    return domain_path(visit).replace("/v1/", "/v1/smtp/")


def advice(visit: Visit, name: str) -> Locator:
    """One piece of it, once DNS was asked."""
    shown = (
        stage(visit)
        .locator("section")
        .filter(has=visit.page.get_by_role("heading", name=name, exact=True))
    )
    expect(shown.locator(".pill").first).to_be_visible()
    return shown


def open_advice(visit: Visit) -> None:
    stage(visit).get_by_role("link", name="DKIM, SPF, DMARC").click()
    expect(visit.page.get_by_role("heading", name="DKIM", exact=True)).to_be_visible()


def test_what_ses_signs_with_is_shown_until_it_is_published(
    owner: Visit, names: NameServer
) -> None:
    open_advice(owner)
    dkim = advice(owner, "DKIM")
    expect(dkim.locator(".pill").first).to_have_text("To do")
    expect(dkim.locator("tbody tr")).to_have_count(3)
    expect(dkim.locator("tbody .pill")).to_have_text(["Missing"] * 3)

    wanted = ask(owner, "GET", domain_path(owner))["records"]
    publish(names.zone, [each for each in wanted if each["purpose"] == "dkim"])
    owner.page.reload()

    expect(advice(owner, "DKIM").locator(".pill").first).to_have_text("In order")
    expect(advice(owner, "DKIM").locator("tbody .pill")).to_have_text(["There"] * 3)


def test_a_key_for_a_relay_is_published_and_followed_by_another(
    owner: Visit, names: NameServer
) -> None:
    path = with_relay(owner)
    open_advice(owner)
    dkim = advice(owner, "DKIM")
    expect(dkim.locator("tbody")).to_contain_text("The next key")
    expect(dkim).to_contain_text("Publish the TXT record of")
    expect(dkim.get_by_role("button", name="Make another key")).to_have_count(0)

    (key,) = ask(owner, "POST", f"{path}/dkim", {})["keys"]
    publish(names.zone, [key["record"]])
    owner.page.reload()
    dkim = advice(owner, "DKIM")
    expect(dkim.locator("tbody")).to_contain_text("The key that signs")
    dkim.get_by_role("button", name="Make another key").click()
    dialog(owner).get_by_label("Type").select_option("ed25519")
    fill(owner, "Make another key")

    expect(dkim.locator("tbody tr")).to_have_count(2)
    expect(dkim.locator("tbody")).to_contain_text("k=ed25519")
    assert len(ask(owner, "POST", f"{path}/dkim", {})["keys"]) == 2


def test_senders_are_added_to_the_spf_record_that_is_published(
    owner: Visit, names: NameServer
) -> None:
    owner.witness.expect("400")
    with_relay(owner)
    names.zone.put(owner.domain, "TXT", ['"v=spf1 ip4:192.0.2.1 ~all"'])
    open_advice(owner)
    spf = advice(owner, "SPF")
    expect(spf.locator(".remark")).to_contain_text("Who the relay sends from is not known here")

    spf.get_by_role("button", name="Add senders").click()
    fill(owner, "Show the record", addresses="192.0.2.300")
    expect(dialog(owner).get_by_role("alert")).to_contain_text("192.0.2.300")
    dialog(owner).get_by_label("Everybody else").select_option("-all")
    fill(owner, "Show the record", addresses="198.51.100.0/24, 203.0.113.7")

    expect(dialog(owner)).to_have_count(0)
    row = spf.locator("tbody tr")
    expect(row).to_contain_text("v=spf1 ip4:192.0.2.1 ip4:198.51.100.0/24 ip4:203.0.113.7 -all")
    expect(row.locator(".pill")).to_have_text("Different")
    expect(spf).to_contain_text("Put this record of")


def test_a_policy_is_chosen_and_put_in_words(owner: Visit) -> None:
    owner.witness.expect("400")
    open_advice(owner)
    dmarc = advice(owner, "DMARC")
    expect(dmarc.locator(".pill").first).to_have_text("In order")

    dmarc.get_by_role("button", name="Choose a policy").click()
    fill(owner, "Show the record", reportTo="nowhere")
    expect(dialog(owner).get_by_role("alert")).not_to_be_empty()
    dialog(owner).get_by_label("Unproven messages").select_option("reject")
    fill(owner, "Show the record", reportTo="dmarc@reports.example")

    expect(dmarc.locator(".pill").first).to_have_text("To do")
    first = dmarc.locator("tbody tr").first
    expect(first).to_contain_text("v=DMARC1; p=reject; rua=mailto:dmarc@reports.example")
    expect(dmarc).to_contain_text("it should be refused")
    expect(dmarc).to_contain_text("Ask reports.example to publish the TXT record")


def test_one_piece_of_advice_that_fails_leaves_the_others(owner: Visit) -> None:
    owner.witness.expect("ERR_FAILED")
    owner.page.route("**/spf", lambda route: route.abort())
    open_advice(owner)
    alert = stage(owner).get_by_role("alert")
    expect(alert).to_contain_text("The service does not answer")
    expect(advice(owner, "DMARC").locator(".pill").first).to_have_text("In order")

    owner.page.unroute("**/spf")
    stage(owner).get_by_role("button", name="Try again").click()

    expect(alert).to_have_count(0)
    expect(advice(owner, "SPF").locator("tbody")).to_contain_text("v=spf1")


def test_a_record_of_one_s_own_is_added_seen_in_dns_and_removed(
    owner: Visit, names: NameServer
) -> None:
    owner.witness.expect("400")
    add = stage(owner).get_by_role("button", name="Add a record of your own")
    row = stage(owner).get_by_role("row").filter(has_text="A record of your own")
    add.click()
    fill(owner, "Add a record", name="www", value="no address")
    value = dialog(owner).locator("[name=value]")
    expect(value).to_have_accessible_description("Value must be an IPv4 address")
    fill(owner, "Add a record", value="192.0.2.1")
    told(owner.page, "Saved. Publish it where your DNS is.")
    expect(row).to_contain_text(f"www.{owner.domain}")
    expect(stage(owner).locator(".history")).to_contain_text("Your own records changed")
    expect(row.locator(".pill")).to_have_text("Missing")

    names.zone.put(f"www.{owner.domain}", "A", ["192.0.2.1"])
    stage(owner).get_by_role("button", name="Check now").click()
    expect(row.locator(".pill")).to_have_text("There")
    add.click()
    dialog(owner).get_by_label("Type").select_option("SRV")
    numbers = {"priority": "1", "weight": "2", "port": "443"}
    fill(owner, "Add a record", name="_api._tcp", value=f"www.{owner.domain}", **numbers)
    expect(row).to_have_count(2)
    expect(row.last).to_contain_text("priority 1, weight 2, port 443")
    row.first.get_by_role("button", name="Remove the A record").click()
    dialog(owner).get_by_role("button", name="Remove").click()

    expect(row).to_have_count(1)
    (left,) = ask(owner, "GET", domain_path(owner))["dnsRecords"]
    assert (left["type"], left["name"]) == ("SRV", f"_api._tcp.{owner.domain}")
