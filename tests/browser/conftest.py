"""What the tests with a browser share: the browser, a laptop, and people who visit it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from infra.local.dns.server import NameServer, Zone
from tests.browser.visits import CHROMIUM, PATIENCE, Visit
from tests.local.mayfly import DOMAIN, Mayfly, mayfly

UNLIMITED = {
    f"RATE_LIMIT_{each}": "0" for each in ("REQUESTS", "CREATE", "FETCH", "LOGIN", "FAILURES")
}
OTHER_DOMAIN = "other.example"
LIFE_SECONDS = 3600.0
Starting = Callable[..., Mayfly]
Visiting = Callable[..., Visit]


# Until the end of the package and no longer: nobody else in this thread could run a loop.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def names() -> NameServer:
    """What the laptop knows of other domains."""
    return NameServer(Zone())


@pytest.fixture(scope="package")
def laptop(names: NameServer) -> Iterator[Mayfly]:
    settings = {"DOMAINS": f"{DOMAIN},{OTHER_DOMAIN}", **UNLIMITED}
    with (
        names.serving() as port,
        mayfly(LIFE_SECONDS, DNS_SERVERS=f"127.0.0.1:{port}", **settings) as laptop,
    ):
        yield laptop


@pytest.fixture
def starting() -> Iterator[Starting]:
    """Starts laptops with settings of their own; they end after those who visit them."""
    with ExitStack() as running:
        yield lambda **settings: running.enter_context(mayfly(**(UNLIMITED | settings)))


@pytest.fixture
def visiting(browser: Browser, laptop: Mayfly, starting: Starting) -> Iterator[Visiting]:
    """Makes visits, and looks at the end whether anything went wrong in them."""
    visits: list[Visit] = []

    def visiting(at: Mayfly = laptop, **options: Any) -> Visit:
        visits.append(Visit(browser, at, **options))
        return visits[-1]

    yield visiting
    for each in visits:
        each.end()


@pytest.fixture
def visit(visiting: Visiting) -> Visit:
    """Somebody who has just opened the page."""
    return visiting().open()
