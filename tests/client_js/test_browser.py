"""The client in a browser: the same modules, as a page of the service loads them."""

from pathlib import Path

from playwright.sync_api import Route, sync_playwright

from tests.browser.visits import CHROMIUM, NEEDS_CHROMIUM, PATIENCE
from tests.client_js.conftest import PROOF_ROUNDS
from tests.client_js.node import CLIENT
from tests.local.mayfly import mayfly

pytestmark = NEEDS_CHROMIUM
SOURCE = CLIENT / "src"
ELSEWHERE = "http://localhost"  # pages of others have WebCrypto over TLS only
# Chromium asks its user before a page may ask this machine; services are elsewhere.
ARGUMENTS = ["--no-sandbox", "--disable-features=LocalNetworkAccessChecks"]
_PROGRAM = """async ([url, socketUrl]) => {
  const { Mayfly } = await import("/src/index.js");
  return new Mayfly(url, { socketUrl }).withInbox(async (inbox) => {
    await inbox.sendSample();
    const code = await inbox.waitForCode();
    let watched;
    for await (const { subject } of inbox.watch()) {
      watched = subject;
      break;
    }
    const message = await inbox.waitForMessage();
    return [code, watched, message.confirmation.code, (await inbox.raw(message)).length];
  });
}"""


def test_a_page_of_another_site_waits_for_a_code() -> None:
    """With the proof of work, which is asked of it, and over the WebSocket."""
    with (
        mayfly(CORS_ORIGIN=ELSEWHERE, PROOF_OF_WORK=PROOF_ROUNDS) as laptop,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.route(f"{ELSEWHERE}/**", _serve)
        page.goto(f"{ELSEWHERE}/page")

        code, watched, confirmed, size = page.evaluate(_PROGRAM, [laptop.http, laptop.websocket])

        browser.close()
    assert code.isdigit()
    assert (watched, confirmed) == ("Your sample code", code)
    assert size > 100


def _serve(route: Route) -> None:
    name = Path(route.request.url).name
    if name == "page":
        route.fulfill(content_type="text/html", body="<!doctype html><title>A page</title>")
    else:
        route.fulfill(content_type="text/javascript", body=(SOURCE / name).read_text())
