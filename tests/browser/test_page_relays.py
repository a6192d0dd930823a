"""A domain's relay in the page: kept, tried, changed and removed, against a real SMTP server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from infra.local.dns.server import NameServer
from tests.browser.conftest import LIFE_SECONDS, UNLIMITED, Visiting
from tests.browser.members import (
    ask,
    bring_active,
    dialog,
    enter,
    enter_setting,
    fill,
    register,
)
from tests.browser.states import NO_RELAY_YET
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told
from tests.certificates import authority
from tests.local.mayfly import Mayfly, mayfly
from tests.mail_relay import PASSWORD, USER, Taken, relay

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, Taken]]:
    """A relay with TLS and a password, at localhost.

    It is begun by another thread: in this one runs the browser's loop.
    """
    running = relay(authority().server(tmp_path, "localhost"))
    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(running.__enter__).result()
        thread.submit(running.__exit__, None, None, None).result()


@pytest.fixture(scope="module")
def trusting(names: NameServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mayfly]:
    """A laptop that trusts the relay's certificate."""
    known = tmp_path_factory.mktemp("known") / "ca.pem"
    known.write_text(authority().pem)
    with (
        names.serving() as port,
        mayfly(
            LIFE_SECONDS, DNS_SERVERS=f"127.0.0.1:{port}", SSL_CERT_FILE=str(known), **UNLIMITED
        ) as laptop,
    ):
        yield laptop


@pytest.fixture
def owner(visiting: Visiting, trusting: Mayfly, names: NameServer) -> Visit:
    """Somebody with a domain, at that laptop."""
    visit = visiting(trusting).open()
    visit.witness.expect(NO_RELAY_YET)
    register(visit)
    visit.domain = bring_active(visit, names.zone)
    return visit


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def open_relay(visit: Visit) -> None:
    enter_setting(visit, "Relays")
    stage(visit).get_by_role("link", name=visit.domain).click()
    expect(visit.page.get_by_role("heading", name=visit.domain)).to_be_focused()


def keep(visit: Visit, **fields: str) -> None:
    """Fill in the dialog of a relay, and save."""
    fill(visit, "Save", **fields)
    told(visit.page, f"{visit.domain} sends through this relay now.")


def remark(place: Locator) -> Locator:
    return place.locator(".remark")


def test_a_relay_is_tried_kept_and_sent_through(owner: Visit, server: tuple[int, Taken]) -> None:
    port, taken = server
    open_relay(owner)
    expect(stage(owner)).to_contain_text("Amazon SES sends its messages")
    stage(owner).get_by_role("button", name="Use a relay").click()
    form = {"host": "localhost", "port": str(port), "username": USER}
    for name, value in {**form, "password": "wrong"}.items():
        dialog(owner).locator(f"[name={name}]").fill(value)
    dialog(owner).get_by_role("button", name="Test").click()
    expect(remark(dialog(owner))).to_contain_text("535")

    dialog(owner).locator("[name=password]").fill(PASSWORD)
    dialog(owner).get_by_role("button", name="Test").click()
    expect(remark(dialog(owner))).to_have_text("The relay took the connection (TLSv1.3, PLAIN)")
    keep(owner)

    expect(stage(owner)).to_contain_text("localhost")
    expect(stage(owner)).to_contain_text("Stored, and never shown")
    assert PASSWORD not in owner.page.content()
    stage(owner).get_by_role("button", name="Test").click()
    expect(remark(stage(owner))).to_contain_text("The relay took the connection")
    enter_setting(owner, "Relays")
    line = stage(owner).get_by_role("link", name=owner.domain)
    expect(line).to_contain_text(f"localhost, port {port}")
    enter(owner, "Sent mail")
    stage(owner).get_by_role("button", name="New mail").click()
    fill(owner, "Send", local="shop", to="bob@elsewhere.example", subject="Hi", text="Hello")
    expect(stage(owner).get_by_role("link", name="Hi").locator(".pill")).to_have_text("Sent")
    (mail,) = taken.mails
    assert mail.rcpt_tos == ["bob@elsewhere.example"]


def test_a_password_that_is_stored_stays_unless_another_is_typed(
    owner: Visit, server: tuple[int, Taken]
) -> None:
    owner.witness.expect("400")
    port, taken = server
    path = f"/api/v1/smtp/domains/{domain_id(owner)}/config"
    wanted = {"host": "localhost", "port": port, "username": USER, "password": PASSWORD}
    ask(owner, "PUT", path, wanted)
    open_relay(owner)

    stage(owner).get_by_role("button", name="Change the relay").click()
    expect(dialog(owner).locator("[name=host]")).to_have_value("localhost")
    expect(dialog(owner).locator("[name=password]")).to_have_value("")
    dialog(owner).get_by_role("button", name="Test").click()
    expect(remark(dialog(owner))).to_contain_text("The relay took the connection")
    keep(owner)
    assert taken.logins == ["PLAIN"]
    assert ask(owner, "GET", path)["hasPassword"] is True

    stage(owner).get_by_role("button", name="Change the relay").click()
    fill(owner, "Save", host="smtp.elsewhere.example")
    expect(dialog(owner).get_by_role("alert")).to_contain_text("needs a password")


def domain_id(visit: Visit) -> str:
    return str(ask(visit, "GET", "/api/v1/domains")["domains"][0]["id"])


def test_what_is_wrong_with_a_relay_is_said_at_its_field(owner: Visit) -> None:
    owner.witness.expect("400")
    open_relay(owner)
    stage(owner).get_by_role("button", name="Use a relay").click()

    fill(owner, "Save", host=" ", port="587")
    host = dialog(owner).locator("[name=host]")
    expect(host).to_have_accessible_description("Host must be the name of the relay")
    expect(host).to_be_focused()
    fill(owner, "Save", host="smtp.relay.example", username="ann")
    user = dialog(owner).locator("[name=username]")
    expect(user).to_have_attribute("aria-invalid", "true")
    expect(host).not_to_have_attribute("aria-invalid", "true")

    fill(owner, "Save", username="")
    expect(dialog(owner)).to_have_count(0)


def test_a_relay_is_removed_only_when_somebody_is_sure(owner: Visit) -> None:
    path = f"/api/v1/smtp/domains/{domain_id(owner)}/config"
    ask(owner, "PUT", path, {"host": "smtp.relay.example", "port": 587})
    open_relay(owner)
    stage(owner).get_by_role("button", name="Remove the relay").click()
    dialog(owner).get_by_role("button", name="Cancel").click()
    assert ask(owner, "GET", path)["host"] == "smtp.relay.example"

    stage(owner).get_by_role("button", name="Remove the relay").click()
    dialog(owner).get_by_role("button", name="Remove the relay").click()

    told(owner.page, f"Amazon SES sends for {owner.domain} again.")
    expect(stage(owner).get_by_role("button", name="Use a relay")).to_be_visible()
    enter_setting(owner, "Relays")
    expect(stage(owner).get_by_role("link", name=owner.domain)).to_contain_text("No relay")


def test_who_has_no_domain_is_led_to_one(visit: Visit) -> None:
    register(visit)
    enter_setting(visit, "Relays")

    stage(visit).get_by_role("link", name="Go to your domains").click()

    expect(visit.page.get_by_role("heading", name="Domains")).to_be_focused()
