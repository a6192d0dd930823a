"""Exports in the page: begun, followed, downloaded, and what was missing."""

import io
import json
import mailbox
import urllib.request
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.mails import mail
from tests.browser.members import dialog, enter_setting, fill, register
from tests.browser.visits import NEEDS_CHROMIUM, Visit

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def member(visit: Visit) -> Visit:
    """Somebody with an account, and a mailbox with two messages."""
    visit.receive(mail("One"), mail("Two"))
    register(visit)
    enter_setting(visit, "Export")
    return visit


def stage(visit: Visit) -> Locator:
    return visit.page.locator(".stage")


def line(visit: Visit, name: str) -> Locator:
    return stage(visit).get_by_role("listitem").filter(has_text=name)


def export(visit: Visit, name: str, form: str) -> None:
    line(visit, name).get_by_role("button", name="Export", exact=False).last.click()
    dialog(visit).locator("[name=format]").select_option(form)
    fill(visit, "Export")


def downloaded(visit: Visit, name: str) -> tuple[str, bytes]:
    """The name and the bytes of the file that the page's button gives."""
    with visit.page.expect_download() as found:
        line(visit, name).get_by_role("button", name="Download").click()
    link = found.value.url
    assert visit.witness.strangers == [link]  # it lies in the bucket
    visit.witness.strangers.clear()
    with urllib.request.urlopen(link, timeout=30) as answer:
        return found.value.suggested_filename, answer.read()


def test_all_mailboxes_are_exported_and_downloaded(member: Visit) -> None:
    export(member, "All mailboxes", "zip")

    expect(line(member, "All mailboxes")).to_contain_text("2 messages, ")
    expect(line(member, "All mailboxes")).to_contain_text("Nothing is missing.")
    expect(member.page.locator("#spoken")).to_have_text("The export of All mailboxes is ready.")
    name, content = downloaded(member, "All mailboxes")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        listed = json.loads(file.read("manifest.json"))["messages"]
        texts = [file.read(each["file"]) for each in listed]
    assert name.endswith(".zip")
    assert {each["subject"] for each in listed} == {"One", "Two"}
    assert all(b"Good morning." in each for each in texts)


def test_a_mailbox_is_exported_as_mbox_and_still_there_after_a_reload(
    member: Visit, tmp_path: Path
) -> None:
    export(member, "@mayfly.example", "mbox")
    expect(line(member, "@mayfly.example").locator(".pill")).to_have_text("Ready")

    member.page.reload()

    expect(line(member, "@mayfly.example").locator(".pill")).to_have_text("Ready")
    expect(line(member, "All mailboxes").locator(".pill")).to_have_count(0)
    name, content = downloaded(member, "@mayfly.example")
    (tmp_path / name).write_bytes(content)
    with closing(mailbox.mbox(tmp_path / name)) as file:
        assert {each["subject"] for each in file} == {"One", "Two"}


def test_who_asks_again_too_soon_is_told_when(member: Visit) -> None:
    member.witness.expect("429")
    export(member, "All mailboxes", "zip")
    expect(line(member, "All mailboxes").locator(".pill")).to_have_text("Ready")

    export(member, "All mailboxes", "zip")

    expect(dialog(member)).to_contain_text("The file of the last export is deleted.")
    expect(dialog(member).get_by_role("alert")).to_have_text(
        "The next export can begin in 10 minutes."
    )


def test_progress_and_what_was_missing_are_shown(member: Visit) -> None:
    """The service is too fast to be seen at work: its answers are those of a slower one."""
    slower: list[dict[str, Any]] = [
        {"status": "running", "messages": 1, "downloadUrl": None},
        {"status": "done", "messages": 1, "missing": 1},
    ]
    held: list[Route] = []
    member.page.route("**/api/user/exports/*", lambda route: held.append(route))
    shown = line(member, "All mailboxes")

    with member.page.expect_request("**/api/user/exports/*"):
        export(member, "All mailboxes", "zip")
    expect(shown.get_by_role("progressbar")).to_have_js_property("value", 0)
    expect(shown.get_by_role("button", name="Export")).to_be_disabled()
    with member.page.expect_request("**/api/user/exports/*"):
        answer(held.pop(), slower[0])
    expect(shown.get_by_role("progressbar")).to_have_js_property("value", 1)
    expect(shown).to_contain_text("1 of 2 messages")
    answer(held.pop(), slower[1])

    expect(shown).to_contain_text(
        "1 message was deleted while the file was made, and is not in it."
    )


def answer(route: Route, changed: dict[str, Any]) -> None:
    found = route.fetch()
    route.fulfill(response=found, json={**found.json(), **changed})
