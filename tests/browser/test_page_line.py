"""The line to the server is cut, and comes back; and a mailbox with as much as it holds."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from infra.local.engine.dynamodb.client import SCHEMA, DynamoDb
from infra.local.engine.store import Store
from mayfly.settings import Settings
from tests.browser.conftest import LIFE_SECONDS, UNLIMITED, Visiting
from tests.browser.mails import mail
from tests.browser.visits import NEEDS_CHROMIUM, Visit
from tests.local.conftest import until
from tests.local.mayfly import Mayfly, mayfly

pytestmark = NEEDS_CHROMIUM
FULL = 1000
PAGE = 100
LONGEST_WAIT = 31_000  # milliseconds between two attempts of the page
POLL = 10_000  # milliseconds between two looks for mail, while there is no line


class Plug:
    """A laptop that can be unplugged, and is then as it was, at the same place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running = ExitStack()
        self._ports: dict[str, str] = {}

    def put_in(self) -> Mayfly:
        kept = {"DATA": str(self.folder)}
        laptop = self._running.enter_context(
            mayfly(LIFE_SECONDS, **UNLIMITED, **self._ports, **kept)
        )
        self._ports = {
            "HTTP_PORT": laptop.http.rpartition(":")[2],
            "WS_PORT": laptop.websocket.rpartition(":")[2],
            "SMTP_SERVER_PORT": str(laptop.smtp_port),
        }
        return laptop

    def pull(self) -> None:
        self._running.close()


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    plug = Plug(tmp_path)
    yield plug
    plug.pull()


@pytest.fixture
def visit(plug: Plug, visiting: Visiting) -> Visit:
    visit = visiting(plug.put_in())
    visit.witness.expect("ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
    visit.page.clock.install()
    return visit.open()


def fill(folder: Path) -> None:
    """Put so many copies of the one message beside it that its mailbox is full."""
    with closing(Store(folder, SCHEMA)) as store, store.writing():
        table = DynamoDb(store, Settings().table_name, filters=())  # nobody is told
        rows = table.scan(TableName=Settings().table_name)["Items"]
        (message,) = (row for row in rows if row["sk"]["S"].startswith("message#"))
        (inbox,) = (row for row in rows if row["pk"] == message["pk"] and row["sk"]["S"] == "inbox")
        first = message["sk"]["S"]
        for number in range(2, FULL + 1):
            sk = f"{first[:-10]}{number:010d}"
            named = {"sk": {"S": sk}, "subject": {"S": f"Letter {number:04d}"}}
            table.put_item(TableName=Settings().table_name, Item=message | named)
        count = {"N": str(FULL)}
        full = inbox | {"sequence": count, "held_messages": count}
        table.put_item(TableName=Settings().table_name, Item=full)


def test_the_page_comes_back_by_itself_and_misses_nothing(visit: Visit, plug: Plug) -> None:
    state = visit.page.locator(".state")
    visit.receive(mail("before"))
    plug.pull()
    expect(state).to_have_class("state down")
    expect(state).to_have_text("Reconnecting…")
    visit.page.clock.pause_at(datetime.now() + timedelta(seconds=1))

    # Lists are asked for as well while the line is down: here the line itself has to bring it.
    visit.witness.expect("ERR_FAILED")
    visit.page.route(re.compile("[?&]after="), lambda route: route.abort())
    plug.put_in().send(visit.address, mail("meanwhile"))
    assert until(lambda: len(visit.stored()) == 2)
    visit.page.clock.fast_forward(LONGEST_WAIT)
    visit.page.clock.resume()

    expect(state).to_have_class("state live")
    expect(visit.lines).to_contain_text(["meanwhile", "before"])
    visit.receive(mail("after"))


def test_mail_is_looked_for_while_there_is_no_line(visiting: Visiting) -> None:
    visit = visiting()
    visit.page.route_web_socket("**", lambda line: line.close())
    visit.page.clock.install()
    visit.page.goto(visit.laptop.http)
    expect(visit.page.locator(".state")).to_have_class("state down")
    visit.laptop.send(visit.address, mail("without a line"))
    assert until(lambda: len(visit.stored()) == 1)

    visit.page.clock.fast_forward(POLL)

    expect(visit.lines).to_contain_text(["without a line"])


def test_a_full_mailbox_is_scrolled_and_searched(visit: Visit, plug: Plug) -> None:
    visit.receive(mail("Letter 0001"))
    plug.pull()
    fill(plug.folder)
    plug.put_in()
    visit.open()

    count = visit.page.locator(".list-head .hint")
    for pages in (1, 2, 3):
        expect(count).to_have_text(f"{pages * PAGE}+ messages")
        visit.lines.last.scroll_into_view_if_needed()
    visit.page.get_by_role("searchbox").fill("letter 0042")
    expect(count).to_have_text("1 message")
    expect(visit.lines).to_contain_text(["Letter 0042"])
    visit.page.keyboard.press("Escape")

    expect(count).to_have_text(f"{FULL} messages")
    expect(visit.lines).to_have_count(FULL)
    visit.lines.last.scroll_into_view_if_needed()
    visit.read("Letter 0001")
    visit.page.keyboard.press("k")
    expect(visit.page.locator("h1.subject")).not_to_have_text("Letter 0001")


def test_who_is_offline_is_told_and_gets_all_once_back(visiting: Visiting) -> None:
    visit = visiting()
    visit.witness.expect("ERR_INTERNET_DISCONNECTED")
    visit.open()
    banner = visit.page.locator("#banner")
    expect(banner).to_be_hidden()

    visit.context.set_offline(True)
    expect(banner).to_contain_text("You are offline.")
    visit.laptop.send(visit.address, mail("meanwhile"))
    visit.context.set_offline(False)

    expect(banner).to_be_hidden()
    expect(visit.lines).to_contain_text(["meanwhile"])
    expect(visit.page.locator(".state")).to_have_class("state live")
