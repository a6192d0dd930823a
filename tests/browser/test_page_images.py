"""Pictures in mails: those that came along are shown, those from elsewhere only when asked for."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.browser.conftest import Visiting
from tests.browser.elsewhere import Elsewhere, elsewhere
from tests.browser.mails import html_mail, with_picture
from tests.browser.visits import NEEDS_CHROMIUM, Visit
from tests.local.mayfly import ROOT

pytestmark = NEEDS_CHROMIUM
PICTURE = (ROOT / "web/icon-192.png").read_bytes()
WIDTH = 192  # of the picture


@pytest.fixture
def sender() -> Iterator[Elsewhere]:
    with elsewhere(PICTURE, "image/png") as sender:
        yield sender


def mail_frame(visit: Visit) -> FrameLocator:
    return visit.page.frame_locator("iframe.mail")


def is_shown(image: Locator) -> None:
    expect(image).to_have_js_property("naturalWidth", WIDTH)
    expect(image).to_be_visible()


def test_a_picture_that_came_along_is_shown(visit: Visit) -> None:
    visit.receive(with_picture(PICTURE))
    visit.read("A picture")

    is_shown(mail_frame(visit).get_by_role("img", name="a dot"))
    # It is part of the text and no file.
    expect(visit.page.locator(".files")).to_have_count(0)


def test_a_picture_from_elsewhere_is_fetched_only_once_it_is_asked_for(
    visiting: Visiting, sender: Elsewhere
) -> None:
    visit = visiting()
    visit.context.add_cookies([{"name": "known", "value": "1", "url": f"http://{sender.host}"}])
    visit.open()
    html = f"<p>News</p><img alt='pixel' src='http://{sender.host}/pixel.png?who=you'>"
    visit.receive(html_mail("Newsletter", html))
    visit.read("Newsletter")
    expect(mail_frame(visit).get_by_text("News")).to_be_visible()
    expect(visit.page.locator(".remark.row")).to_contain_text("1 remote image is blocked")
    before = list(sender.asked)

    visit.page.get_by_role("button", name="Show images").click()

    is_shown(mail_frame(visit).get_by_role("img", name="pixel"))
    ((path, headers),) = sender.asked
    assert (before, path) == ([], "/pixel.png?who=you")
    assert (headers["Referer"], headers["Cookie"], headers["Origin"]) == (None, None, "null")
    expect(visit.page.get_by_role("button", name="Show images")).to_have_count(0)
    assert {urlsplit(url).netloc for url in visit.witness.strangers} == {sender.host}
    visit.witness.strangers.clear()


def test_images_shown_once_are_not_shown_the_next_time(visit: Visit, sender: Elsewhere) -> None:
    html = f"<img alt='pixel' src='http://{sender.host}/pixel.png'>"
    visit.receive(html_mail("Newsletter", html), html_mail("Another", "<p>words</p>"))
    visit.read("Newsletter")
    visit.page.get_by_role("button", name="Show images").click()
    is_shown(mail_frame(visit).get_by_role("img", name="pixel"))
    asked = len(sender.asked)
    visit.witness.strangers.clear()

    visit.read("Another")
    expect(mail_frame(visit).get_by_text("words")).to_be_visible()
    visit.read("Newsletter")

    expect(visit.page.get_by_role("button", name="Show images")).to_be_visible()
    assert len(sender.asked) == asked
