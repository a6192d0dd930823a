"""The first opening: how much it loads, how soon it is useful, and that it can be installed."""

import time
from typing import Any

import pytest
from playwright.sync_api import Request, expect

from tests.browser.conftest import Visiting
from tests.browser.mails import mail
from tests.browser.visits import NEEDS_CHROMIUM, told

pytestmark = NEEDS_CHROMIUM
BUDGET_BYTES = 150_000
OF_ROOMS = (
    "/domains.js",
    "/sent.js",
    "/room_texts.js",
    "/rules.js",
    "/exports.js",
)  # these come when they are entered
CONTROLLED = "navigator.serviceWorker.ready.then(() => true)"


def transferred(requests: list[Request]) -> int:
    """Bytes of the answers as they were sent, with their headers."""
    sizes = [request.sizes() for request in requests]
    return sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes)


def test_the_first_opening_transfers_little(visiting: Visiting) -> None:
    visit = visiting()
    loaded: list[Request] = []
    visit.context.on("requestfinished", lambda request: loaded.append(request))
    visit.open()
    visit.page.evaluate(CONTROLLED)

    total = transferred(loaded)
    print(f"first opening: {total} bytes in {len(loaded)} requests")
    assert len(loaded) > 10
    assert total < BUDGET_BYTES
    assert not [each.url for each in loaded if each.url.endswith(OF_ROOMS)]


def test_an_address_and_a_mail_are_soon_there(visiting: Visiting) -> None:
    visit = visiting()
    began = time.perf_counter()
    visit.page.goto(visit.laptop.http)
    visit.page.locator("button.address").wait_for()
    opened = time.perf_counter()
    expect(visit.page.locator(".state")).to_have_class("state live")
    visit.laptop.send(visit.address, mail("soon"))
    accepted = time.perf_counter()
    visit.lines.wait_for()
    shown = time.perf_counter()

    print(f"open to address: {opened - began:.2f} s, 250 to screen: {shown - accepted:.2f} s")


def test_the_page_can_be_installed(visiting: Visiting) -> None:
    visit = visiting().open()
    visit.page.evaluate(CONTROLLED)
    devtools = visit.context.new_cdp_session(visit.page)

    manifest: dict[str, Any] = devtools.send("Page.getAppManifest")
    errors = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]

    assert manifest["errors"] == []
    assert manifest["url"] == f"{visit.laptop.http}/manifest.webmanifest"
    # A context of tests counts as a private window, in which nothing is installed.
    assert {each["errorId"] for each in errors} <= {"in-incognito"}


@pytest.mark.parametrize("visits", [1, 2], ids=["once", "twice"])
def test_who_was_here_opens_the_page_without_a_network(visiting: Visiting, visits: int) -> None:
    visit = visiting()
    visit.witness.expect("ERR_INTERNET_DISCONNECTED|ERR_FAILED")
    for _ in range(visits):
        visit.open()
        visit.page.evaluate(CONTROLLED)

    visit.context.set_offline(True)
    visit.page.reload()

    told(visit.page, "The service does not answer. Trying again…")
    expect(visit.page.locator(".state")).to_have_text("Reconnecting…")
    visit.context.set_offline(False)
    expect(visit.page.locator("button.address")).to_be_visible()
