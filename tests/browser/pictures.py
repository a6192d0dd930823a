"""`python -m tests.browser.pictures`: the pictures of the page in docs/images."""

from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser.mails import html_mail, mail
from tests.browser.visits import CHROMIUM, PHONE, Visit
from tests.local.mayfly import ROOT, Mayfly, mayfly

FOLDER = ROOT / "docs/images"
CODE = html_mail(
    "482913 is your code",
    "<h2>Welcome to the Garden Club</h2><p>Your verification code is</p>"
    "<p style='font-size:28px;font-weight:bold;letter-spacing:4px'>482913</p>"
    "<p>It is good for ten minutes. If you did not ask for it, ignore this mail.</p>"
    "<p>The Garden Club</p>",
    sender="The Garden Club <hello@garden.example>",
)
MAILS = (
    mail("Your library card", text="Pick it up at the desk.", sender="City Library <a@b.example>"),
    mail(
        "Rechnung Nr. 17",
        text="Im Anhang.",
        sender="Bäckerei Korn <b@korn.example>",
        files={"Rechnung.pdf": bytes(40_000)},
    ),
    mail("Tickets for Saturday", text="See you at eight.", sender="Small Theatre <a@t.example>"),
)
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 720}}
PICTURES = {
    "page": WIDE,
    "page-dark": WIDE | {"color_scheme": "dark"},
    "page-phone": PHONE,
}


def take(browser: Browser, laptop: Mayfly, name: str) -> None:
    """One picture, of a message with a code among others."""
    visit = Visit(browser, laptop, **PICTURES[name]).open()
    for each in (*MAILS, CODE):
        visit.receive(each)
    visit.read("482913")
    visit.page.frame_locator("iframe.mail").get_by_text("Garden Club").first.wait_for()
    visit.page.screenshot(path=FOLDER / f"{name}.png")
    visit.end()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with mayfly() as laptop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in PICTURES:
            take(browser, laptop, name)
        browser.close()


if __name__ == "__main__":
    main()
