"""What the page's headers let a browser do, with files that try more than the page's own."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from infra.local.apigateway.page import Page as PageFiles
from infra.local.apigateway.rest import HttpGateway
from tests.browser.visits import NEEDS_CHROMIUM
from tests.local.conftest import Loop, listener

pytestmark = NEEDS_CHROMIUM

# A mail as hostile as can be, as if it had come through the sanitiser unchanged.
MAIL = """<p style="color: red">hello
<script>parent.postMessage("inline script", "*")</script>
<img src="x:" onerror="parent.postMessage('handler', '*')">
<img src="%(beacon)s/pixel.png">
<style>@import "%(beacon)s/style.css"; p { background: url(%(beacon)s/background.png) }</style>
<link rel="stylesheet" href="%(beacon)s/link.css">
<iframe src="%(beacon)s/frame"></iframe>
<object data="%(beacon)s/object"></object>
<video src="%(beacon)s/video" autoplay></video>
<meta http-equiv="refresh" content="0;url=%(beacon)s/refresh">
<form action="%(beacon)s/form" id="form"><input name="a"></form>
<a ping="%(beacon)s/ping" href="#">link</a>"""
FRAME = """<!doctype html><title>mail</title><body><script src="/mail.js"></script>"""
FRAME_SCRIPT = """
addEventListener("message", event => {
  document.body.innerHTML = event.data;
  document.getElementById("form")?.submit();
  const tell = what => parent.postMessage(what, "*");
  try { tell("storage: " + localStorage.length); } catch { tell("no storage"); }
  try { tell("cookie: " + document.cookie); } catch { tell("no cookies"); }
  try { tell("page: " + parent.document.title); } catch { tell("no page"); }
  tell("colour: " + getComputedStyle(document.querySelector("p")).color);
  fetch("/config.json").then(() => tell("fetched"), () => tell("no fetching"));
});
parent.postMessage("ready", "*");
"""
PAGE = """<!doctype html><title>page</title><link rel="stylesheet" href="/style.css">
<script type="module" src="/app.js"></script><body>"""
STYLE = "body { --loaded: yes }"
PAGE_SCRIPT = """
window.told = [];
addEventListener("message", event => told.push([event.origin, event.data]));
window.config = await (await fetch("/config.json")).json();
window.frame = (name, mail) => {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts allow-popups allow-popups-to-escape-sandbox";
  frame.src = name.includes(":") ? name : config.mailOrigin + name;
  addEventListener("message", ({ data }) => {
    if (data === "ready") frame.contentWindow.postMessage(mail, "*");
  });
  document.body.append(frame);
};
window.refused = [];
document.addEventListener("securitypolicyviolation", e => refused.push(e.effectiveDirective));
document.title = "ready";
"""


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop()
    yield loop
    loop.stop()


@pytest.fixture
def site(loop: Loop, tmp_path: Path) -> Iterator[str]:
    """The files above, served as the laptop serves the page."""
    frames = {"mail.html": FRAME, "mail.js": FRAME_SCRIPT}
    page = {"index.html": PAGE, "style.css": STYLE, "app.js": PAGE_SCRIPT}
    for name, text in (frames | page).items():
        (tmp_path / name).write_text(text)
    socket_ = listener()
    port = socket_.getsockname()[1]
    with ThreadPoolExecutor(1) as threads:
        gateway = HttpGateway(_nobody, threads, page=PageFiles(tmp_path, port, "ws://127.0.0.1:9"))
        with loop.inside(gateway.serving(socket_)):
            yield f"http://127.0.0.1:{port}"


def _nobody(event: dict[str, Any]) -> Any:
    raise AssertionError("no function was meant")


@pytest.fixture
def beacon() -> Iterator[tuple[str, list[str]]]:
    """Somebody else's server, and what it was asked for."""
    asked: list[str] = []

    class Somebody(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Somebody)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(site: str, browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(site)
    _wait(page, "document.title === 'ready'")
    yield page
    page.close()


def _wait(page: Page, condition: str) -> None:
    """Until it holds. Playwright's own way evaluates text in the page, which is forbidden there."""
    page.evaluate(
        f"new Promise(done => {{ const look = () => {condition} ? done()"
        f" : setTimeout(look, 10); look() }})"
    )


@pytest.mark.parametrize(
    ("frame", "fetched"),
    [("/mail.html", set()), ("/mail-images.html", {"/pixel.png", "/background.png"})],
)
def test_a_mail_in_its_frame_reaches_nothing(
    page: Page, beacon: tuple[str, list[str]], frame: str, fetched: set[str]
) -> None:
    url, asked = beacon

    page.evaluate("([name, mail]) => window.frame(name, mail)", [frame, MAIL % {"beacon": url}])
    _wait(page, "told.some(([, said]) => said.endsWith('fetching'))")
    page.wait_for_load_state("networkidle")

    told = page.evaluate("told")
    assert {origin for origin, _ in told} == {"null"}
    assert [said for _, said in told] == [
        *("ready", "no storage", "no cookies", "no page", "colour: rgb(255, 0, 0)", "no fetching")
    ]
    assert set(asked) == fetched


def test_the_page_loads_its_own_files_and_frames_nobody_else(
    page: Page, beacon: tuple[str, list[str]]
) -> None:
    url, asked = beacon
    style = page.evaluate("getComputedStyle(document.body).getPropertyValue('--loaded')")

    page.evaluate("url => window.frame(url, '')", url)
    page.evaluate("url => fetch(url).catch(() => 0)", url)
    page.evaluate("url => { new Image().src = url }", url)
    page.evaluate("new WebSocket(config.socketUrl)")
    _wait(page, "refused.length >= 3")

    assert style == "yes"
    assert sorted(page.evaluate("refused")) == ["connect-src", "frame-src", "img-src"]
    assert asked == []


def test_text_does_not_become_script_in_the_page(page: Page) -> None:
    told = page.evaluate("try { document.body.innerHTML = '<b>' } catch (error) { error.name }")

    assert told == "TypeError"
    assert page.evaluate("refused") == ["require-trusted-types-for"]


def test_nobody_frames_the_page(page: Page, site: str) -> None:
    other = site.replace("127.0.0.1", "localhost")

    page.goto("about:blank")
    page.set_content(f'<iframe src="{other}/"></iframe>')
    page.wait_for_load_state("networkidle")

    assert page.frames[1].url.startswith("chrome-error:")
