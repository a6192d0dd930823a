"""When the service has done as much as it may in a day, its page says so."""

import json

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visiting
from tests.browser.test_page_looks import fits
from tests.browser.visits import NEEDS_CHROMIUM, Visit

pytestmark = NEEDS_CHROMIUM
UNTIL = "2099-01-02T00:00:00Z"


def restricted(visit: Visit, kind: str, until: str = UNTIL) -> Visit:
    """The page of a service that says so of itself."""

    def answered(route: Route) -> None:
        told = route.fetch().json()
        told["restriction"] = {"kind": kind, "since": "2026-01-01T12:00:00Z", "until": until}
        route.fulfill(body=json.dumps(told), content_type="application/json")

    visit.page.route("**/health", answered)
    return visit.open()


@pytest.mark.parametrize("size", [(1280, 800), (360, 740)], ids=["wide", "phone"])
@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("no-mail", "This service accepts no new mail until"),
        ("no-new-inboxes", "This service creates no new addresses until"),
    ],
)
def test_the_page_says_what_the_service_does_not_do_and_until_when(
    visiting: Visiting, size: tuple[int, int], kind: str, text: str
) -> None:
    visit = visiting(viewport={"width": size[0], "height": size[1]})
    restricted(visit, kind)

    banner = visit.page.locator("#banner")
    expect(banner).to_contain_text(text)
    expect(banner).to_contain_text("2099")
    assert "$" not in banner.inner_text()
    assert fits(visit)


def test_a_restriction_that_is_over_is_not_told(visiting: Visiting) -> None:
    visit = visiting()
    with visit.page.expect_response("**/health"):
        restricted(visit, "no-mail", until="2020-01-01T00:00:00Z")

    expect(visit.page.locator("#banner")).to_be_hidden()


def test_a_service_that_does_all_it_can_says_nothing(visiting: Visiting) -> None:
    visit = visiting()
    with visit.page.expect_response("**/health"):
        visit.open()

    expect(visit.page.locator("#banner")).to_be_hidden()
