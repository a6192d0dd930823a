"""The keys, and deleting, which can be taken back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visiting
from tests.browser.mails import html_mail, mail
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told
from tests.local.conftest import until

pytestmark = NEEDS_CHROMIUM
UNDO_SECONDS = 5


def heading(page: Page, subject: str) -> None:
    expect(page.locator("h1.subject")).to_have_text(subject)


def deletes(page: Page) -> Callable[[], bool]:
    """Whether the page has asked for a deletion since."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    return lambda: "DELETE" in asked


def test_the_keys_go_through_the_messages(visit: Visit) -> None:
    visit.receive(mail("one"))
    visit.receive(mail("two"))
    visit.receive(mail("three"))
    press = visit.page.keyboard.press
    press("j")
    expect(visit.lines.first).to_be_focused()
    press("j")
    expect(visit.lines.nth(1)).to_be_focused()

    press("Enter")
    heading(visit.page, "two")
    press("j")
    heading(visit.page, "one")
    press("j")  # there is none below
    heading(visit.page, "one")
    press("k")
    press("k")
    heading(visit.page, "three")
    press("Escape")

    expect(visit.page.locator("h1.subject")).to_have_count(0)
    expect(visit.lines.first).to_be_focused()


def test_keys_work_while_the_mail_has_the_focus(visit: Visit) -> None:
    visit.receive(html_mail("one", "<p>click here</p>"))
    visit.receive(html_mail("two", "<p>click here</p>"))
    visit.read("two")
    visit.page.frame_locator("iframe.mail").get_by_text("click here").click()

    visit.page.keyboard.press("j")
    heading(visit.page, "one")
    visit.page.frame_locator("iframe.mail").get_by_text("click here").click()
    visit.page.keyboard.press("d")  # a mail's frame may be told what to say: not this

    heading(visit.page, "one")
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("h1.subject")).to_have_count(0)
    expect(visit.lines).to_have_count(2)


def test_keys_copy_search_mark_and_explain_themselves(visiting: Visiting) -> None:
    visit = visiting(permissions=["clipboard-read", "clipboard-write"]).open()
    visit.receive(mail("one"))
    press = visit.page.keyboard.press

    press("c")
    expect(visit.page.locator("button.copy")).to_have_text("Copied")
    press("/")
    expect(visit.page.get_by_role("searchbox")).to_be_focused()
    visit.page.keyboard.type("jdrc?")
    expect(visit.page.locator("#messages")).to_contain_text("Nothing found for “jdrc?”.")
    press("Escape")
    expect(visit.lines).to_have_count(1)
    visit.lines.first.focus()
    press("r")
    expect(visit.lines.first).to_have_class("line")
    press("?")
    dialog = visit.page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("next / previous message")
    press("d")  # nothing happens behind a dialog
    press("Escape")

    expect(dialog).to_have_count(0)
    expect(visit.lines).to_have_count(1)
    assert visit.page.evaluate("navigator.clipboard.readText()") == visit.address


def test_a_deleted_message_can_be_taken_back(visit: Visit) -> None:
    visit.page.clock.install()
    visit.receive(mail("one"))
    visit.receive(mail("two"))
    visit.read("two")
    deleted = deletes(visit.page)

    visit.page.keyboard.press("d")
    expect(visit.lines).to_have_count(1)
    expect(visit.lines.first).to_be_focused()
    visit.page.get_by_role("button", name="Undo").click()

    expect(visit.lines).to_have_count(2)
    visit.page.clock.fast_forward(UNDO_SECONDS * 1000)
    assert not deleted()
    assert len(visit.stored()) == 2


def test_what_nobody_takes_back_is_deleted(visit: Visit) -> None:
    visit.page.clock.install()
    visit.receive(mail("one"), mail("two"))
    visit.lines.first.focus()
    deleted = deletes(visit.page)
    visit.page.keyboard.press("d")
    told(visit.page, "Message deleted")
    assert not deleted()

    with visit.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        visit.page.clock.fast_forward(UNDO_SECONDS * 1000)

    expect(visit.lines).to_have_count(1)
    assert len(visit.stored()) == 1


@pytest.mark.parametrize("way", ["leave", "close"])
def test_who_deletes_and_goes_has_deleted(visit: Visit, way: str) -> None:
    visit.receive(mail("one"))
    visit.lines.first.focus()
    visit.page.keyboard.press("d")
    told(visit.page, "Message deleted")

    if way == "leave":
        visit.page.goto("about:blank")
    else:
        visit.page.close(run_before_unload=True)

    assert until(lambda: visit.stored() == [])
