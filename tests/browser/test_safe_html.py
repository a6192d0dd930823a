"""`?html=safe` in a real browser: nothing of a mail runs, fetches or covers the page."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from mayfly.kit.http.messages import SECURITY_HEADERS
from mayfly.mail.html.sanitize import PLACEHOLDER
from tests.browser.hostile_html import PAYLOADS
from tests.browser.visits import NEEDS_CHROMIUM
from tests.functions.http import Api, MemoryAssembly
from tests.memory import Memory

POLICY = SECURITY_HEADERS["Content-Security-Policy"]
EVENTS = "animationstart error focus load mouseenter mouseover pointerenter pointerover toggle"
UNWANTED = (
    "script style link meta base iframe frame frameset object embed form input button select"
    " textarea template svg math video audio source track dialog portal title xmp"
)
NAMES = "id name class srcset action popover ping background formaction"
SCHEMES = "http: https: mailto: tel:"
# What of the mails in a page, each in a section of its own, a mail had better not have.
# Handlers are tried by their events.
FINDINGS = """([events, unwanted, names, schemes]) => {
  const found = [];
  const sections = [...document.body.children].filter(each => each.localName == 'section');
  sections.forEach((section, number) => {
    const tell = what => found.push(`${number} ${what}`);
    if (!section.textContent.includes('before')) tell('is empty');
    for (const each of section.querySelectorAll('*')) {
      for (const name of events.split(' ')) each.dispatchEvent(new Event(name));
      if (unwanted.split(' ').includes(each.localName)) tell(each.localName);
      if (each.namespaceURI !== document.body.namespaceURI) tell(each.namespaceURI);
      for (const name of each.getAttributeNames())
        if (name.startsWith('on') || names.split(' ').includes(name)) tell(name);
      if (each.hasAttribute('href') && !schemes.split(' ').includes(each.protocol)) tell(each.href);
      if (getComputedStyle(each).position !== 'static') tell('covers');
    }
  });
  return [sections.length, document.body.children.length, found];
}"""
IN_FRAMES = """events => {
  for (const frame of document.querySelectorAll('iframe'))
    for (const each of frame.contentDocument?.querySelectorAll('*') ?? [])
      for (const name of events.split(' ')) each.dispatchEvent(new Event(name));
}"""
CONTROLS = 60
"""So many do something in this browser before they are made safe; others need an older one."""

pytestmark = NEEDS_CHROMIUM


class Site(BaseHTTPRequestHandler):
    """Serves one page; everything else that is asked for is remembered."""

    page = ""
    policy = ""
    asked: list[str]

    def do_GET(self) -> None:
        is_page = self.path == "/mail"
        if not is_page and self.path != "/favicon.ico":
            self.asked.append(self.path)
        self.send_response(200 if is_page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Access-Control-Allow-Origin", "*")
        if self.policy:
            self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        if is_page:
            self.wfile.write(self.page.encode())

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        pass


@dataclass
class Lab:
    """A browser, a site that shows mails, and a trap elsewhere. Both remember who fetches."""

    browser: Browser
    site: type[Site]
    url: str
    trap: str
    happened: list[str]

    def hostile(self, number: int, payload: str) -> str:
        """The payload, which names itself when it fetches."""
        host = f"{self.trap}/{number}"
        js = f"import(`http://{host}/js`)"
        return payload.format(js=js, trap=f"http://{host}", host=host, bare=f"//{host}")

    @contextmanager
    def page(self, body: str, policy: str = "") -> Iterator[Page]:
        """A page of the site; what happens in it is kept."""
        self.site.page = f"<!doctype html><title>x</title><body>{body}</body>"
        self.site.policy = policy
        self.happened.clear()
        page = self.browser.new_page()
        page.on("dialog", lambda dialog: self.happened.append(f"dialog {dialog.message}"))
        page.on("popup", lambda popup: self.happened.append(f"popup {popup.url}"))
        page.on("request", lambda request: self._asked(request.url))
        page.goto(self.url)
        yield page
        page.evaluate("() => new Promise(done => setTimeout(done, 300))")
        page.close()

    def _asked(self, url: str) -> None:
        if url not in (self.url, PLACEHOLDER) and not url.endswith("/favicon.ico"):
            self.happened.append(f"asked for {url}")


@pytest.fixture(scope="module")
def lab(browser: Browser) -> Iterator[Lab]:
    happened: list[str] = []
    site = type("MailSite", (Site,), {"asked": happened})
    trap = type("Trap", (Site,), {"asked": happened})
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), each) for each in (site, trap)]
    threads = [threading.Thread(target=each.serve_forever) for each in servers]
    for thread in threads:
        thread.start()
    shown, elsewhere = (each.server_port for each in servers)
    yield Lab(browser, site, f"http://127.0.0.1:{shown}/mail", f"localhost:{elsewhere}", happened)
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()


def made_safe(mails: list[str], images: str = "blocked") -> list[str]:
    """The HTML as the API gives it back, of mails that brought it."""
    flows = MemoryAssembly(Memory())
    api = Api(flows)
    address, _ = api.make()
    safe = []
    for number, html in enumerate(mails):
        head = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        flows.receive(head + html.encode(), address, name=f"mail-{number}")
        path = "/api/emails/{email}/messages"
        (listed,) = api.call("GET", path, address, after=number).json
        shown = api.call("GET", "/api/messages/{id}", listed["id"], html="safe", images=images)
        safe.append(shown.json["html"])
    return safe


def ask(page: Page) -> tuple[int, int, list[str]]:
    sections, children, found = page.evaluate(FINDINGS, [EVENTS, UNWANTED, NAMES, SCHEMES])
    names = list(PAYLOADS)
    return sections, children, [f"{names[int(each.split()[0])]}: {each}" for each in found]


@pytest.mark.parametrize("way", ["in the page", "put in by a script", "under our policy"])
def test_nothing_of_a_mail_runs_fetches_or_covers(lab: Lab, way: str) -> None:
    hostile = [f"<p>before</p>{lab.hostile(n, p)}" for n, p in enumerate(PAYLOADS.values())]
    body = "".join(f"<section>{safe}</section>" for safe in made_safe(hostile))

    late = way == "put in by a script"
    with lab.page("" if late else body, POLICY if way == "under our policy" else "") as page:
        if late:
            page.evaluate("html => { document.body.innerHTML = html }", body)
        sections, children, found = ask(page)

    assert found == []
    assert lab.happened == []
    assert sections == children == len(PAYLOADS)


def test_remote_images_fetch_nothing_but_themselves_when_asked_for(lab: Lab) -> None:
    hostile = [f"<p>before</p>{lab.hostile(n, p)}" for n, p in enumerate(PAYLOADS.values())]
    body = "".join(f"<section>{safe}</section>" for safe in made_safe(hostile, "remote"))

    with lab.page(body.replace('src="https://localhost', 'src="http://localhost')) as page:
        _, _, found = ask(page)

    names = list(PAYLOADS)
    reached = [re.match(r"/(\d+)(/.*)", each) for each in lab.happened]
    fetched = {names[int(each[1])]: each[2] for each in reached if each}
    assert fetched == {"image": "/pixel.gif", "image without scheme": "/pixel.gif"}
    assert found == []


@pytest.mark.parametrize("policy", ["", POLICY], ids=["without", "with"])
def test_unsafe_html_does_harm_and_the_policy_alone_stops_script(lab: Lab, policy: str) -> None:
    head = f'<meta http-equiv=Content-Security-Policy content="{policy}">' if policy else ""
    frames = "".join(
        f'<iframe srcdoc="{escape(head + lab.hostile(number, payload))}"></iframe>'
        for number, payload in enumerate(PAYLOADS.values())
    )

    with lab.page(frames) as page:
        page.evaluate(IN_FRAMES, EVENTS)

    fetched = [re.match(r"/(\d+)/(js)?", each) for each in lab.happened]
    did_harm = {found[1] for found in fetched if found}
    ran = {found[1] for found in fetched if found and found[2]}
    if policy:
        assert ran == set()
    else:
        assert len(did_harm) >= CONTROLS
        assert len(ran) >= CONTROLS // 2
