"""On a narrow phone, logged in, nothing scrolls sideways, however long a name is."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visiting
from tests.browser.members import enter, register, top
from tests.browser.test_page_looks import fits
from tests.browser.visits import NEEDS_CHROMIUM

pytestmark = NEEDS_CHROMIUM


@pytest.mark.parametrize("width", [320, 360, 390])
def test_who_is_logged_in_sees_all_of_the_page_on_a_phone(visiting: Visiting, width: int) -> None:
    size = {"width": width, "height": 740}
    visit = visiting(viewport=size, has_touch=True, is_mobile=True).open()
    name = "Ann Example with a name that is longer than a phone is wide"
    register(visit, name)

    assert fits(visit)
    for room in ("Domains", "Sent mail"):
        enter(visit, room)
        assert fits(visit)
    top(visit, name)
    expect(visit.page.get_by_role("dialog", name="Profile")).to_be_in_viewport(ratio=1)
