"""The page at /docs, opened by a real browser under its own security policy."""

import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from functions.http_api.handler import serve
from mayfly.blueprint.routes import ROUTES
from tests.fakes import Memory
from tests.functions.http import FakeFlows, event, unpacked

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]


class Gateway(BaseHTTPRequestHandler):
    """As much of API Gateway as the page needs, under a stage's name."""

    flows: FakeFlows

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.removeprefix("/live")
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
        self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content)

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[str]:
    handler = type("Site", (Gateway,), {"flows": FakeFlows(Memory())})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/live"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/docs", "/api-docs"])
def test_the_page_shows_the_api_and_calls_it(site: str, path: str) -> None:
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
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
        browser.close()

    assert operations == len(ROUTES)
    assert answered.startswith("201")
    assert complaints == []
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(site).netloc}
