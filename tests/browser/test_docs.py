"""The page at /docs, opened by a real browser under its own security policy."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from functions.http_api.handler import serve
from mayfly.api import ROUTES
from mayfly.kit.tokens.models import key_hash
from tests.browser.visits import NEEDS_CHROMIUM
from tests.functions.http import MemoryAssembly, event, unpacked
from tests.memory import Memory

ADMIN_KEY = "the admin key of the tests, with its random bits"
pytestmark = NEEDS_CHROMIUM


class Gateway(BaseHTTPRequestHandler):
    """As much of API Gateway as the page needs, under a stage's name."""

    flows: MemoryAssembly

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.removeprefix("/live").removesuffix("/")
        resource, values = path, []
        if path.startswith("/docs/"):
            resource, values = "/docs/{file}", [path.rpartition("/")[2]]
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode() if length else None
        headers = {**self.headers, "X-Forwarded-Proto": "http"}
        told = event(self.command, resource, *values, body=body, headers=headers)
        reply = unpacked(serve(told, self.flows))
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            if name != "Content-Encoding":
                self.send_header(name, value)
        for cookie in reply.cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content)

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    memory = Memory()
    memory.admin_keys.replace(key_hash(ADMIN_KEY), memory.clock())
    handler = type("Site", (Gateway,), {"flows": MemoryAssembly(memory)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/live"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/docs", "/api-docs", "/docs/", "/api-docs/"])
def test_the_page_shows_the_api_and_calls_it(site: str, browser: Browser, path: str) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}{path}")
    page.wait_for_selector("#operations-addresses-create_address")
    operations = page.locator(".opblock").count()
    page.click("#operations-addresses-create_address .opblock-summary-control")
    page.click("#operations-addresses-create_address .try-out__btn")
    page.click("#operations-addresses-create_address .execute")
    status = page.wait_for_selector(".live-responses-table tbody .response-col_status")
    assert status is not None
    answered = status.inner_text()
    page.close()

    assert operations == len(ROUTES)
    assert answered.startswith("201")
    assert complaints == []
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(site).netloc}


def executed(page: Page, tag: str, operation: str, body: str = "") -> str:
    """The status that the page shows once the operation was tried from it."""
    block = f"#operations-{tag}-{operation}"
    page.click(f"{block} .opblock-summary-control")
    page.click(f"{block} .try-out__btn")
    if body:
        page.fill(f"{block} textarea.body-param__text", body)
    page.click(f"{block} .execute")
    status = page.wait_for_selector(f"{block} .live-responses-table tbody .response-col_status")
    assert status is not None
    return status.inner_text()[:3]


def test_who_logs_in_or_tells_a_key_on_the_page_can_go_on_from_it(
    site: str, browser: Browser
) -> None:
    who = '{"email": "ann@shop.example", "password": "a phrase for the tests"}'
    page = browser.new_page()
    page.goto(f"{site}/docs")
    before = executed(page, "admin", "list_domains")
    page.click("button.authorize")
    page.fill('.auth-container:has-text("X-Admin-Key") input', ADMIN_KEY)
    page.click('.auth-container:has-text("X-Admin-Key") button.authorize')
    page.click(".close-modal")
    told = executed(page, "admin", "show_stats")
    executed(page, "accounts", "register_user", who)
    logged_in = executed(page, "accounts", "login_user", who)
    known = executed(page, "accounts", "show_user")
    made = executed(page, "mailboxes", "create_mailbox", '{"alias": "myalias"}')
    page.close()

    assert (before, told) == ("401", "200")
    assert (logged_in, known, made) == ("200", "200", "201")
