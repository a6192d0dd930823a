"""People with the page open in a browser, and what goes wrong in it."""

import re
import shutil
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect

from tests.local.mayfly import Mayfly

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDS_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]
PATIENCE = 60_000
"""Milliseconds: twice what the page waits at most between two looks at sent mail."""
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}
LOCAL_SCHEMES = ("about", "blob", "data")


class Witness:
    """Hears what the browser complains of, and sees whom it asks."""

    def __init__(self, context: BrowserContext, laptop: Mayfly) -> None:
        port = urlsplit(laptop.http).port
        self._ours = {f"127.0.0.1:{port}", f"localhost:{port}", urlsplit(laptop.websocket).netloc}
        self._complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self.strangers: list[str] = []
        context.on("console", self._hear)
        context.on("weberror", lambda error: self._complaints.append(str(error.error)))
        context.on("request", lambda request: self._see(request.url))
        context.on("page", lambda page: page.on("websocket", lambda line: self._see(line.url)))
        context.on("dialog", self._answer)

    def expect(self, pattern: str) -> None:
        """This complaint is what the test is about: browsers log each answer that is an error."""
        self._expected.append(re.compile(pattern))

    @property
    def complaints(self) -> list[str]:
        """Everything on the console, breaches of the security policy and errors of scripts."""
        return [
            each
            for each in self._complaints
            if not any(pattern.search(each) for pattern in self._expected)
        ]

    def _hear(self, line: ConsoleMessage) -> None:
        self._complaints.append(f"{line.type}: {line.text} ({line.location.get('url', '')})")

    def _answer(self, dialog: Dialog) -> None:
        self._complaints.append(f"asks {dialog.message}")
        dialog.dismiss()

    def _see(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in LOCAL_SCHEMES and parts.netloc not in self._ours:
            self.strangers.append(url)


class Visit:
    """Somebody who has the page open, in a browser without a past."""

    def __init__(self, browser: Browser, laptop: Mayfly, **options: Any) -> None:
        self.laptop = laptop
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE)
        self.witness = Witness(self.context, laptop)
        self.page = self.context.new_page()
        self.email = ""  # of the account that was made during the visit
        self.domain = ""  # of that account

    def open(self, path: str = "/") -> "Visit":
        """Go to the page, and wait until new mail would be announced."""
        self.page.goto(f"{self.laptop.http}{path}")
        expect(self.page.locator(".state")).to_have_class("state live")
        return self

    @property
    def address(self) -> str:
        """The address that the page shows."""
        shown = self.page.locator("button.address bdi")
        expect(shown).to_be_visible()
        return shown.text_content() or ""

    def receive(self, *mails: bytes) -> None:
        """Have them sent to the address, and wait until all are in the list."""
        before = self.lines.count()
        self.laptop.send(self.address, *mails)
        expect(self.lines).to_have_count(before + len(mails))

    @property
    def lines(self) -> Any:
        """The messages of the list."""
        return self.page.locator("a.line")

    def read(self, subject: str) -> None:
        """Open the message with this subject, and wait until it is shown."""
        self.lines.filter(has_text=subject).first.click()
        expect(self.page.locator("h1.subject")).to_contain_text(subject)

    def stored(self) -> list[dict[str, Any]]:
        """The messages of the anonymous mailbox as the server has them, newest first."""
        session = self._ask("/api/session")
        messages: list[dict[str, Any]] = self._ask(
            f"/api/user/mailbox/{session['mailbox']['id']}/messages"
        )["messages"]
        return messages

    def _ask(self, path: str) -> Any:
        return self.context.request.get(self.laptop.http + path).json()

    def end(self) -> None:
        """Close the browser; nothing may have gone wrong, and nobody else been asked."""
        self.context.close()
        assert not self.witness.complaints, self.witness.complaints
        assert not self.witness.strangers, self.witness.strangers


def told(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait for a note that says so."""
    expect(page.locator(".toast").filter(has_text=text).first).to_be_visible()
