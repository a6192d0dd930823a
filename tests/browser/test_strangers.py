"""A page of another origin, in Chromium: it reads nothing of the laptop and does nothing there."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.elsewhere import Elsewhere, elsewhere
from tests.browser.visits import CHROMIUM, NEEDS_CHROMIUM
from tests.local.conftest import DEADLINE
from tests.local.mayfly import Mayfly, mayfly

pytestmark = NEEDS_CHROMIUM

REBOUND = "rebound.example"
SECRET = "the code is 471100"
LARGE = b"Subject: large\r\n\r\n" + (SECRET.encode() + b"x" * 900 + b"\r\n") * 6000
ACCOUNT = {"email": "stranger@example.com", "password": "a phrase of a stranger"}
FETCH = """async ([url, options]) => {
  try {
    const answer = await fetch(url, options);
    return `${answer.type} ${answer.status} ${await answer.text()}`;
  } catch (error) {
    return "blocked";
  }
}"""
CONNECT = """(url) => new Promise((told) => {
  const line = new WebSocket(url);
  line.onopen = () => told("open");
  line.onerror = () => told("refused");
})"""
SUBMIT = """(url) => {
  const form = document.createElement("form");
  Object.assign(form, { action: url, method: "post", enctype: "text/plain", target: "frame" });
  const frame = document.createElement("iframe");
  frame.name = "frame";
  const done = new Promise((told) => { frame.onload = () => told("loaded"); });
  document.body.append(frame, form);
  form.submit();
  return done;
}"""
BARE = {"method": "POST", "mode": "no-cors"}
FORM = BARE | {"body": "{}"}


@pytest.fixture(scope="module")
def service() -> Iterator[Mayfly]:
    with mayfly() as service:
        service.send(service.first_address, f"Subject: x\r\n\r\n{SECRET}".encode(), LARGE)
        service.messages(service.first_address, at_least=2)
        yield service


@pytest.fixture(scope="module")
def link(service: Mayfly) -> str:
    """Where a signed link leads."""
    large = next(
        each for each in service.messages(service.first_address) if each["subject"] == "large"
    )
    parts = urlsplit(service.http)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=DEADLINE)
    connection.request("GET", f"/api/messages/{large['id']}/raw")
    location = connection.getresponse().headers["Location"]
    connection.close()
    return str(location)


@pytest.fixture(scope="module")
def bucket(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture(scope="module")
def wild(browser: Browser) -> Iterator[Browser]:
    """A browser in which a stranger's name leads to this machine.

    Without what this Chromium itself does against it: others do not.
    """
    lax = "LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessChecks"
    arguments = [
        "--no-sandbox",
        f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1",
        f"--disable-features={lax}",
    ]
    wild = browser.browser_type.launch(executable_path=CHROMIUM, args=arguments)
    yield wild
    wild.close()


@pytest.fixture
def stranger() -> Iterator[Elsewhere]:
    with elsewhere(b"<!doctype html><title>stranger</title><body>", "text/html") as stranger:
        yield stranger


Opening = Callable[[str], Page]


@pytest.fixture
def opening(wild: Browser) -> Iterator[Opening]:
    """Opens a page of a stranger. One at the laptop's own port is what it was before the name led
    to the laptop."""
    context = wild.new_context()

    def opening(url: str) -> Page:
        page = context.new_page()
        content = "<!doctype html><title>stranger</title><body>"
        page.route("**/before", lambda route: route.fulfill(body=content, content_type="text/html"))
        page.goto(url)
        expect(page).to_have_title("stranger")
        return page

    yield opening
    context.close()


@pytest.fixture(params=["another port", "another name", "a rebound name"])
def page(
    request: pytest.FixtureRequest, opening: Opening, stranger: Elsewhere, service: Mayfly
) -> Page:
    port = urlsplit(service.http).port
    return opening(
        {
            "another port": f"http://{stranger.host}/",
            "another name": f"http://{stranger.host.replace('127.0.0.1', REBOUND)}/",
            "a rebound name": f"http://{REBOUND}:{port}/before",
        }[request.param]
    )


def fetched(page: Page, url: str, **options: Any) -> str:
    told: str = page.evaluate(FETCH, [url, options])
    return told


def at_rebound(url: str) -> str:
    return url.replace("127.0.0.1", REBOUND)


def test_it_reads_nothing_of_the_api(page: Page, service: Mayfly) -> None:
    paths = [
        f"/api/emails/{service.first_address}/messages",
        f"/api/emails/{service.first_address}",
        "/api/domains",
        "/openapi.json",
        "/metrics",
        "/config.json",
    ]

    told = [
        fetched(page, place(service.http) + path, **options)
        for path in paths
        for place in (str, at_rebound)
        for options in ({}, {"mode": "no-cors"}, {"credentials": "include"})
    ]

    assert not any(SECRET in each for each in told)
    assert all(each in ("blocked", "opaque 0 ") or " 421 " in each for each in told), told


def test_it_makes_nothing_and_registers_nobody(page: Page, service: Mayfly) -> None:
    answers: list[tuple[str, int]] = []
    page.on("response", lambda answer: answers.append((answer.request.method, answer.status)))
    wanted = {"method": "POST", "body": "{}", "headers": {"Content-Type": "application/json"}}

    told = []
    for place in (service.http, at_rebound(service.http)):
        told += [
            fetched(page, f"{place}/api/emails", **wanted),
            fetched(page, f"{place}/api/emails", **BARE),
            fetched(page, f"{place}/api/emails", **FORM),
            fetched(page, f"{place}/v1/inboxes", **FORM),
            fetched(page, f"{place}/api/session", **FORM),
            fetched(
                page,
                f"{place}/api/users/register",
                **FORM | {"body": json.dumps(ACCOUNT)},
            ),
            page.evaluate(SUBMIT, f"{place}/api/emails"),
        ]

    assert not any("expiresAt" in each for each in told)
    assert {status for _, status in answers} <= {403, 421}
    assert len([method for method, _ in answers if method == "POST"]) >= 10
    with pytest.raises(HTTPError) as unknown:
        service.ask("POST", "/api/users/login", ACCOUNT)
    assert unknown.value.code == 401
    unknown.value.close()


def test_it_has_no_line(page: Page, service: Mayfly) -> None:
    lines = [service.websocket, at_rebound(service.websocket)]

    assert [page.evaluate(CONNECT, each) for each in lines] == ["refused", "refused"]


def test_it_finds_nothing_of_aws_and_resets_nothing(
    page: Page, service: Mayfly, bucket: str, link: str
) -> None:
    before = service.messages(service.first_address)
    header = {"X-Amz-Target": "secretsmanager.GetSecretValue"}

    told = []
    for place in (str, at_rebound):
        told += [
            fetched(page, place(f"{bucket}/moto-api/reset"), method="POST"),
            fetched(page, place(f"{bucket}/moto-api/reset"), **FORM),
            fetched(page, place(f"{bucket}/moto-api/data.json")),
            fetched(page, place(f"{bucket}/mayfly-mail?list-type=2")),
            fetched(page, place(f"{bucket}/"), method="POST", headers=header, body="{}"),
            fetched(page, place(link.partition("?")[0])),
        ]
    told.append(fetched(page, at_rebound(link)))

    assert set(told) <= {"blocked", "opaque 0 "}
    assert service.messages(service.first_address) == before


def test_who_has_a_signed_link_can_follow_it(
    opening: Opening, stranger: Elsewhere, link: str
) -> None:
    page = opening(f"http://{stranger.host}/")
    read = fetched(page, link)

    with page.expect_download() as waiting:
        page.evaluate("(url) => { location.href = url; }", link)

    assert SECRET.encode() in waiting.value.path().read_bytes()
    assert read.startswith("cors 200 ") and SECRET in read


def test_a_page_that_the_setting_names_may_ask(opening: Opening, stranger: Elsewhere) -> None:
    page = opening(f"http://{stranger.host}/")

    with mayfly(CORS_ORIGIN=f"http://{stranger.host}") as service:
        made = fetched(page, f"{service.http}/api/emails", method="POST")
        line = page.evaluate(CONNECT, service.websocket)

    assert made.startswith("cors 201 ")
    assert line == "open"
