"""New mail while nobody looks at the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visiting
from tests.browser.hidden_tab import HiddenTab
from tests.browser.mails import mail
from tests.browser.visits import NEEDS_CHROMIUM, told
from tests.local.conftest import until
from tests.local.mayfly import Mayfly

pytestmark = NEEDS_CHROMIUM
ADDRESS = (
    "document.querySelector('.state.live') && document.querySelector('.address bdi').textContent"
)


@pytest.fixture
def tab(browser: Browser, laptop: Mayfly) -> Iterator[HiddenTab]:
    tab = HiddenTab(browser, laptop.http)
    yield tab
    tab.close()


def test_a_notification_tells_of_mail_behind_other_tabs(tab: HiddenTab, laptop: Mayfly) -> None:
    icon = f"{laptop.http}/icon-192.png"  # only notifications show it
    assert until(lambda: bool(tab.evaluate(ADDRESS)))
    assert tab.evaluate("document.visibilityState + ' ' + Notification.permission") == (
        "hidden granted"
    )
    before = list(tab.asked)

    laptop.send(tab.evaluate(ADDRESS), mail("Your order"))

    assert until(lambda: tab.evaluate("document.title") == "(1) Mayfly")
    assert icon not in before
    assert until(lambda: icon in tab.asked)


def test_the_page_asks_whether_it_may_notify_only_when_told_to(visiting: Visiting) -> None:
    visit = visiting().open()
    bell = visit.page.get_by_role("button", name="Notify me of new mail")
    expect(bell).to_be_visible()

    visit.context.grant_permissions(["notifications"])
    bell.click()

    told(visit.page, "You will be notified of new mail while this page is open.")
    expect(bell).to_have_count(0)
