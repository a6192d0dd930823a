"""On a narrow phone nothing scrolls sideways, in any view, however long a name is."""

from uuid import uuid4

from playwright.sync_api import expect

from infra.local.dns.server import NameServer
from tests.browser.conftest import Visiting
from tests.browser.members import make_mailbox, register, top
from tests.browser.states import COUNT, NO_RELAY_YET, states
from tests.browser.test_page_looks import fits
from tests.browser.visits import NEEDS_CHROMIUM

pytestmark = NEEDS_CHROMIUM
WIDTHS = (320, 360, 390)
PHONE = {"viewport": {"width": 390, "height": 740}, "has_touch": True, "is_mobile": True}
SCROLLING = """() => [...document.querySelectorAll("body *")]
    .filter((each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX))
    .filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => `${each.tagName}.${each.className}`)"""
"""What scrolls sideways within the page."""


def test_no_view_scrolls_sideways_on_a_phone(visiting: Visiting, names: NameServer) -> None:
    visit = visiting(**PHONE).open()
    visit.witness.expect(NO_RELAY_YET)
    wide, seen = [], 0

    for state in states(visit, names):
        seen += 1
        for width in WIDTHS:
            visit.page.set_viewport_size({"width": width, "height": 740})
            scrolling = visit.page.evaluate(SCROLLING)
            if scrolling or not fits(visit):
                wide.append((state, width, scrolling))

    assert wide == []
    assert seen == COUNT


def test_all_mailboxes_are_seen_on_a_phone(visiting: Visiting) -> None:
    visit = visiting(**PHONE).open()
    register(visit)
    for count in range(4):
        make_mailbox(visit, f"{count}{'a-long-name-' * 4}{uuid4().hex[:8]}")
        expect(visit.page.get_by_role("dialog")).to_have_count(0)

    tabs = visit.page.get_by_role("navigation", name="Mailboxes").get_by_role("button")
    expect(tabs).to_have_count(5)
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 740})
        assert fits(visit)
        assert visit.page.evaluate(SCROLLING) == []
        for each in tabs.all():
            expect(each).to_be_in_viewport(ratio=1)


def test_a_name_longer_than_a_phone_is_wide_is_cut(visiting: Visiting) -> None:
    visit = visiting(**PHONE).open()
    name = "Ann Example with a name that is longer than a phone is wide"
    register(visit, name)

    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 740})
        assert fits(visit)
        top(visit, name)
        expect(visit.page.get_by_role("dialog", name="Profile")).to_be_in_viewport(ratio=1)
        visit.page.keyboard.press("Escape")
