"""Files that go with a message written in the page."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from infra.local.dns.server import NameServer
from tests.browser.members import ask, bring_active, dialog, enter, fill, register
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told

pytestmark = NEEDS_CHROMIUM
BYTES = bytes(range(256)) * 40


@pytest.fixture
def sender(visit: Visit, names: NameServer) -> Visit:
    """Somebody who writes a message from a domain of theirs."""
    register(visit)
    visit.domain = bring_active(visit, names.zone)
    enter(visit, "Sent mail")
    visit.page.locator(".stage").get_by_role("button", name="New mail").click()
    return visit


def file(name: str, content: bytes = BYTES, kind: str = "application/pdf") -> Any:
    return {"name": name, "mimeType": kind, "buffer": content}


def attach(visit: Visit, *files: Any) -> None:
    """Choose files, as the browser's own dialog has it."""
    with visit.page.expect_file_chooser() as chosen:
        dialog(visit).get_by_role("button", name="Attach files").click()
    chosen.value.set_files(list(files))


def chosen(visit: Visit) -> Locator:
    return dialog(visit).get_by_role("list", name="Attachments").get_by_role("listitem")


def test_files_arrive_as_they_were(sender: Visit) -> None:
    address = ask(sender, "GET", "/api/user/mailbox")["mailboxes"][0]
    attach(sender, file("Rechnung Nr. 17.pdf"), file("unwanted.pdf"))
    attach(sender, file("notes.txt", b"see you", "text/plain"))
    expect(chosen(sender)).to_have_count(3)
    expect(chosen(sender).first).to_contain_text("10 KB")
    dialog(sender).get_by_role("button", name="Remove unwanted.pdf").click()
    expect(chosen(sender)).to_have_count(2)
    fill(sender, "Send", local="shop", to=address["emailAddress"], subject="Files", text="Hello")
    told(sender.page, "Accepted. It is on its way.")

    line = sender.page.locator(".stage").get_by_role("link", name="Files")
    expect(line.locator(".pill")).to_have_text("Delivered")
    line.click()
    expect(sender.page.locator(".facts")).to_contain_text("Rechnung Nr. 17.pdf (10 KB), notes.txt")
    sender.page.keyboard.press("Escape")
    sender.page.keyboard.press("Escape")
    sender.read("Files")
    path = f"/api/user/mailbox/{address['id']}/messages/1/attachments"
    (first, second) = (sender.context.request.get(f"{sender.laptop.http}{path}/{n}") for n in "12")
    assert (first.body(), second.body()) == (BYTES, b"see you")


def test_too_much_is_said_before_it_is_sent(sender: Visit) -> None:
    asked: list[str] = []
    sender.page.on("request", lambda request: asked.append(request.url))
    attach(sender, file("large.pdf", bytes(2_000_000)), file("second.pdf", bytes(1_500_000)))

    fill(sender, "Send", local="shop", to="bob@elsewhere.example", subject="Files", text="Hello")
    button = dialog(sender).get_by_role("button", name="Attach files")
    expect(button).to_be_focused()
    expect(dialog(sender).get_by_role("alert")).to_contain_text("these have 3.5 MB")
    assert not [each for each in asked if each.endswith("/api/v1/emails")]

    dialog(sender).get_by_role("button", name="Remove second.pdf").click()
    fill(sender, "Send")
    told(sender.page, "Accepted. It is on its way.")


def test_a_file_of_a_kind_that_is_not_sent_is_refused_where_it_was_chosen(sender: Visit) -> None:
    sender.witness.expect("400")
    attach(sender, file("setup.exe", b"MZ", "application/x-msdownload"))

    fill(sender, "Send", local="shop", to="bob@elsewhere.example", subject="Files", text="Hello")

    alert = dialog(sender).get_by_role("alert")
    expect(alert).to_contain_text("Attachments of this kind are not sent")
    expect(dialog(sender).get_by_role("button", name="Attach files")).to_be_focused()


def test_files_are_kept_with_what_was_typed_and_gone_once_it_is_sent(sender: Visit) -> None:
    attach(sender, file("one.pdf"))
    dialog(sender).locator("[name=text]").fill("Hello")
    sender.page.keyboard.press("Escape")
    write = sender.page.locator(".stage").get_by_role("button", name="New mail")
    write.click()
    expect(chosen(sender)).to_have_count(1)
    fill(sender, "Send", local="shop", to="bob@elsewhere.example", subject="Files")
    told(sender.page, "Accepted. It is on its way.")

    write.click()

    expect(dialog(sender).locator("[name=text]")).to_have_value("")
    expect(chosen(sender)).to_have_count(0)


def test_the_page_sends_what_fits_into_one_request(sender: Visit) -> None:
    attach(sender, file("full.pdf", bytes(3_000_000)))

    fill(sender, "Send", local="shop", to="bob@elsewhere.example", subject="Full", text="Hello")

    told(sender.page, "Accepted. It is on its way.")
