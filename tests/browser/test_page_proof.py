"""Where the service asks strangers for work, the page does it."""

from playwright.sync_api import expect

from tests.browser.conftest import Starting, Visiting
from tests.browser.visits import NEEDS_CHROMIUM
from tests.local.mayfly import DOMAIN

pytestmark = NEEDS_CHROMIUM


def test_a_visitor_gets_an_address_after_some_work(starting: Starting, visiting: Visiting) -> None:
    visit = visiting(starting(PROOF_OF_WORK="100"))
    visit.witness.expect("403")

    with visit.page.expect_response("**/api/proof-of-work") as asked:
        visit.open()

    assert asked.value.ok
    expect(visit.page.locator("body")).to_contain_text(f"@{DOMAIN}")
