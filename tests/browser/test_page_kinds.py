"""What of a mail is shown, listed and in which order, and in which direction it is read."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visiting
from tests.browser.mails import html_mail
from tests.browser.test_page_looks import fits
from tests.browser.visits import NEEDS_CHROMIUM, Visit

pytestmark = NEEDS_CHROMIUM

HEAD = "From: Ann Example <ann@shop.example>\r\nSubject: Kinds\r\nMIME-Version: 1.0\r\n"


def part(content_type: str, body: str, **fields: str) -> str:
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join(["--b", f"Content-Type: {content_type}", *lines, "", body, ""])


def mixed(*parts: str) -> bytes:
    kind = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    return f"{HEAD}{kind}{''.join(parts)}--b--\r\n".encode()


def test_every_file_that_is_called_inline_is_listed(visit: Visit) -> None:
    visit.receive(
        mixed(
            part("text/plain", "See both."),
            part("application/pdf", "%PDF", Content_Disposition="inline; filename=bill.pdf"),
            part("image/png", "x", Content_Disposition="inline; filename=plan.png"),
            part("text/csv", "a,b", Content_Disposition="inline; filename=list.csv"),
        )
    )

    visit.read("Kinds")

    files = visit.page.locator(".files .file bdi")
    expect(files).to_have_text(["bill.pdf", "plan.png", "list.csv"])


def test_texts_and_html_side_by_side_are_read_in_their_order(visit: Visit) -> None:
    visit.receive(
        mixed(
            part("text/plain", "First: 1 < 2"),
            part("text/html", "<p>Second</p>"),
            part("text/plain", "Third"),
        )
    )

    visit.read("Kinds")

    body = visit.page.frame_locator("iframe.mail").locator("body")
    expect(body).to_have_text(re.compile(r"^\s*First: 1 < 2\s*Second\s*Third\s*$"))


@pytest.mark.parametrize("tag", ["html", "body"])
def test_a_mail_that_is_read_from_the_right_is_shown_so(visit: Visit, tag: str) -> None:
    around = {"html": "<html dir=rtl><body>{}</body></html>", "body": "<body dir=rtl>{}</body>"}
    visit.receive(html_mail("Kinds", around[tag].format("<p id=x>שלום, מה שלומך?</p>")))

    visit.read("Kinds")

    words = visit.page.frame_locator("iframe.mail").get_by_text("שלום")
    expect(words).to_have_css("direction", "rtl")


@pytest.mark.parametrize("width", [1280, 360])
def test_plain_text_finds_its_direction_itself(visiting: Visiting, width: int) -> None:
    visit = visiting(viewport={"width": width, "height": 740}).open()
    visit.receive(mixed(part("text/plain; charset=utf-8", "שלום, מה שלומך?\r\n\r\nHello.")))

    visit.read("Kinds")

    text = visit.page.locator("pre.text")
    expect(text).to_have_attribute("dir", "auto")
    assert fits(visit)
