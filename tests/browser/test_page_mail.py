"""Mail arrives while the page is open, and is read in it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visiting
from tests.browser.mails import html_mail, mail
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told

pytestmark = NEEDS_CHROMIUM


def view(page: Page, name: str) -> None:
    page.locator(".views").get_by_role("button", name=name).click()


def downloaded(page: Page, name: str, folder: Path) -> tuple[str, bytes]:
    """What a click on the link with this name leaves on the disk."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    path = folder / "downloaded"
    download.value.save_as(path)
    return download.value.suggested_filename, path.read_bytes()


def test_mail_appears_by_itself_and_is_unread(visit: Visit) -> None:
    expect(visit.page.locator("#messages")).to_contain_text("Waiting for mail")
    expect(visit.page).to_have_title("Mayfly")

    visit.receive(mail("Your order", text="It is on its way."))

    (line,) = visit.lines.all()
    expect(line).to_have_class("line unread")
    expect(line.locator(".sender")).to_have_text("Ann Example")
    expect(line.locator(".subject")).to_have_text("Your order")
    expect(line.locator(".preview")).to_have_text("It is on its way.")
    expect(visit.page).to_have_title("(1) Mayfly")
    expect(visit.page.locator("#spoken")).to_have_text("New mail from Ann Example: Your order")
    visit.receive(mail("Another"), mail("A third"))
    expect(visit.page).to_have_title("(3) Mayfly")


def test_reading_marks_as_read_here_and_on_the_server_and_r_takes_it_back(visit: Visit) -> None:
    visit.receive(mail("Your order"))
    with visit.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        visit.read("Your order")
    expect(visit.lines).to_have_class("line")
    expect(visit.page).to_have_title("Mayfly")
    was_read = [message["isRead"] for message in visit.stored()]

    with visit.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        visit.page.keyboard.press("r")

    expect(visit.lines).to_have_class("line unread")
    expect(visit.page).to_have_title("(1) Mayfly")
    assert (was_read, [message["isRead"] for message in visit.stored()]) == ([True], [False])


def test_a_message_is_shown_as_html_as_text_and_by_its_headers(visit: Visit) -> None:
    html = "<h2>Thanks</h2><a href='https://shop.example/a'>our shop</a>"
    visit.receive(mail("Both", text="See https://shop.example/b.", html=html))
    visit.read("Both")
    frame = visit.page.frame_locator("iframe.mail")
    expect(frame.get_by_role("heading", name="Thanks")).to_be_visible()

    view(visit.page, "Plain text")
    link = visit.page.locator("pre.text a")
    expect(link).to_have_attribute("href", "https://shop.example/b")
    expect(visit.page.locator("pre.text")).to_have_text("See https://shop.example/b.")
    view(visit.page, "Headers")

    expect(visit.page.locator("dl.headers dt", has_text="Subject")).to_be_visible()
    expect(visit.page.locator("dl.headers")).to_contain_text("ann@shop.example")


def test_the_frame_is_as_high_as_the_mail(visit: Visit) -> None:
    visit.receive(html_mail("Long", "<p>line</p>" * 200))
    visit.read("Long")

    frame = visit.page.locator("iframe.mail")
    expect(visit.page.frame_locator("iframe.mail").locator("p").last).to_be_attached()
    expect(frame).to_have_css("height", f"{frame_height(visit.page)}px")
    assert frame_height(visit.page) > 200 * 15


def frame_height(page: Page) -> int:
    (frame,) = page.frames[1:]
    return int(frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)"))


def test_the_raw_mail_is_downloaded_byte_for_byte(visit: Visit, tmp_path: Path) -> None:
    raw = mail("As it came", text="Zeile mit Ümlaut\r\n\r\n.\r\n..\r\nend")
    visit.receive(raw)
    visit.read("As it came")

    name, content = downloaded(visit.page, "Download (.eml)", tmp_path)

    assert name == "As it came.eml"
    assert content.endswith(raw)
    # As SES does it, who accepts a mail says so in its first lines, and changes nothing else.
    assert content.removesuffix(raw).startswith(b"Return-Path: <sender@example.org>\r\n")


def test_attachments_are_downloaded_byte_for_byte_by_their_names(
    visit: Visit, tmp_path: Path
) -> None:
    files = {"Rechnung für 東京 😀.pdf": bytes(range(256)) * 400, "empty.txt": b""}
    visit.receive(mail("Two files", files=files))
    expect(visit.lines.get_by_role("img", name="Has attachments")).to_be_visible()
    visit.read("Two files")

    found = [downloaded(visit.page, f"Download {name}", tmp_path) for name in files]

    assert found == list(files.items())


def copied(visit: Visit, button: str) -> str:
    """What a click on the button puts on the clipboard."""
    visit.page.get_by_role("button", name=button).click()
    told(visit.page, "Copied")
    return str(visit.page.evaluate("navigator.clipboard.readText()"))


def test_a_code_or_a_confirmation_link_is_offered(visiting: Visiting) -> None:
    visit = visiting(permissions=["clipboard-read", "clipboard-write"]).open()
    link = "https://shop.example/confirm?token=abc123"
    visit.receive(mail("Your code", text="Your verification code is 482913."))
    visit.receive(mail("Confirm your address", text=f"Please confirm your address: {link}"))

    visit.read("Your code")
    code = copied(visit, "Copy the code 482913")
    visit.read("Confirm your address")

    assert (code, copied(visit, "Copy link")) == ("482913", link)
    shown = visit.page.get_by_role("link", name="Open shop.example")
    expect(shown).to_have_attribute("href", link)


def test_a_confirmation_link_of_http_has_a_warning(visit: Visit) -> None:
    for subject, scheme in (("Confirm your account", "http"), ("Confirm your address", "https")):
        link = f"{scheme}://shop.example/confirm?token=abc123"
        visit.receive(mail(subject, text=f"Please confirm your address: {link}"))
    warning = visit.page.get_by_text("This link is http")

    visit.read("Confirm your account")
    expect(warning).to_be_visible()
    visit.read("Confirm your address")
    expect(warning).to_have_count(0)


def test_a_link_that_names_another_place_is_marked(visit: Visit) -> None:
    html = "<a href='https://bad.example/'>www.bank.example</a> <a href='https://b.example'>x</a>"
    visit.receive(html_mail("Your account", html))
    visit.read("Your account")
    links = visit.page.frame_locator("iframe.mail").get_by_role("link")
    expect(links).to_have_count(2)

    after = [
        link.evaluate("link => getComputedStyle(link, '::after').content") for link in links.all()
    ]

    assert "bad.example" in after[0]
    assert after[1] == "none"


def test_what_is_known_of_the_sender_is_said_in_words(visit: Visit) -> None:
    visit.receive(mail("Hello"))
    visit.read("Hello")
    verdict = visit.page.locator(".verdict")

    verdict.locator("summary").click()

    expect(verdict).to_contain_text("Sender not checked")
    expect(verdict.get_by_role("listitem")).to_contain_text(
        ["DMARC: the domain in From says nothing about forgeries."]
    )


def test_a_message_opened_by_its_address_is_there_after_a_reload(visit: Visit) -> None:
    visit.receive(mail("Your order"), mail("Another"))
    visit.read("Your order")

    visit.page.reload()
    expect(visit.page.locator("h1.subject")).to_have_text("Your order")
    visit.page.go_back()

    expect(visit.page.locator("#reader")).to_contain_text("Choose a message")
