"""What the other tests rely on: whatever goes wrong in the page is noticed."""

import pytest
from playwright.sync_api import Browser

from tests.browser.visits import NEEDS_CHROMIUM, Visit
from tests.local.conftest import until
from tests.local.mayfly import Mayfly

pytestmark = NEEDS_CHROMIUM

WRONGS = {
    "console": ("console.warn('oh')", "warning: oh"),
    "error": ("setTimeout(() => { throw new Error('oh') })", "oh"),
    "policy": ("new Image().src = 'http://127.0.0.1:9/oh.png'", "Content Security Policy"),
    "html": ("try { document.body.innerHTML = '<b>' } catch { }", "TrustedHTML"),
    "missing": ("return fetch('/missing.js').then(() => 0)", "404"),
    "dialog": ("alert('oh')", "asks oh"),
}


@pytest.mark.parametrize("name", WRONGS)
def test_what_goes_wrong_in_the_page_is_noticed(
    browser: Browser, laptop: Mayfly, name: str
) -> None:
    visit = Visit(browser, laptop).open()
    script, complaint = WRONGS[name]

    visit.page.evaluate(f"() => {{ {script} }}")
    assert until(lambda: visit.page.evaluate("true") and bool(visit.witness.complaints))

    with pytest.raises(AssertionError, match=complaint):
        visit.end()


def test_who_else_is_asked_is_noticed(browser: Browser, laptop: Mayfly) -> None:
    visit = Visit(browser, laptop, bypass_csp=True).open()
    visit.witness.expect("")

    visit.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => {})")

    with pytest.raises(AssertionError, match=r"127\.0\.0\.1:9"):
        visit.end()
