"""The pytest plugin: `mayfly` is a service for the session, `mayfly_inbox` an inbox for a test.

`mayfly_smtp` is where the program that is tested can send its mail: host and port.

Which service: `--mayfly-url`, else `MAYFLY_URL`, else `mayfly_url` of the configuration, else a
laptop that is started for this run, if that package is installed. With none of them, tests that
ask for one of the fixtures are skipped, with the reason; with `--mayfly-required` (or
`MAYFLY_REQUIRED=1`, for CI) they fail. A service that was named and does not answer fails them,
too. Nothing is imported or started before a test asks for it.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mayfly_client.client import Mayfly
    from mayfly_client.inbox import Inbox

_NONE = (
    "no Mayfly: name one by --mayfly-url or MAYFLY_URL, or have one started for the tests with"
    " pip install 'mayfly_mail-….whl[local]', with the wheel of a release"
)
_STARTED = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("mayfly", "disposable email")
    group.addoption("--mayfly-url", metavar="URL", help="the Mayfly that tests use; else a laptop")
    group.addoption(
        "--mayfly-smtp", metavar="HOST:PORT", help="where it takes mail; of a laptop it is known"
    )
    group.addoption(
        "--mayfly-required",
        action="store_true",
        help="fail tests that need a Mayfly where there is none, instead of skipping them",
    )
    parser.addini("mayfly_url", "the Mayfly that tests use", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is started yet."""
    config.stash[_STARTED] = ""


def pytest_report_header(config: pytest.Config) -> str | None:
    """The service, where one was named."""
    url = _named(config)
    return f"mayfly: {url}" if url else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say that a laptop was there for this run, if one was; the workers of xdist have their own."""
    url = terminalreporter.config.stash.get(_STARTED, "")
    if url:
        terminalreporter.write_line(f"mayfly: started a laptop at {url} for this run, and ended it")


def _named(config: pytest.Config) -> str:
    option: str | None = config.getoption("--mayfly-url")
    return option or os.environ.get("MAYFLY_URL", "") or str(config.getini("mayfly_url"))


@pytest.fixture(scope="session")
def _mayfly_place(pytestconfig: pytest.Config) -> Iterator[tuple[str, str]]:
    """URL and SMTP server of the service."""
    smtp = pytestconfig.getoption("--mayfly-smtp") or os.environ.get("MAYFLY_SMTP", "")
    with ExitStack() as stack:
        url = _named(pytestconfig)
        yield (url, smtp) if url else _laptop(pytestconfig, stack)


@pytest.fixture(scope="session")
def mayfly_smtp(_mayfly_place: tuple[str, str]) -> tuple[str, int]:
    """Host and port that take mail for the service: of a laptop, or as they were named."""
    host, _, port = _mayfly_place[1].rpartition(":")
    if not host or not port.isdigit():
        pytest.fail("no SMTP server: name it by --mayfly-smtp or MAYFLY_SMTP", pytrace=False)
    return host, int(port)


@pytest.fixture(scope="session")
def mayfly(_mayfly_place: tuple[str, str]) -> "Iterator[Mayfly]":
    """The service: a `mayfly_client.Mayfly`, with the token, key and trust of the environment."""
    from mayfly_client.client import Mayfly

    url, _ = _mayfly_place
    with ExitStack() as stack:
        env = os.environ.get
        client = Mayfly(
            url,
            token=env("MAYFLY_TOKEN", ""),
            api_key=env("MAYFLY_API_KEY", ""),
            admin_key=env("MAYFLY_ADMIN_KEY", ""),
            trust=env("MAYFLY_TRUST", ""),
        )
        stack.enter_context(client)
        client.service.health_ping()
        yield client


@pytest.fixture
def mayfly_inbox(mayfly: "Mayfly") -> "Iterator[Inbox]":
    """A new private inbox, deleted at the end of the test."""
    with mayfly.inbox() as inbox:
        yield inbox


def _laptop(config: pytest.Config, stack: ExitStack) -> tuple[str, str]:
    from mayfly_client.cli.serving import has_laptop
    from mayfly_client.laptops import laptop

    if not has_laptop():
        if config.getoption("--mayfly-required") or os.environ.get("MAYFLY_REQUIRED") == "1":
            pytest.fail(_NONE, pytrace=False)
        pytest.skip(_NONE)
    started = stack.enter_context(laptop())
    config.stash[_STARTED] = started.url
    return started.url, f"{started.smtp_host}:{started.smtp_port}"
