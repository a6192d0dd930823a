"""Which Mayfly the suite talks to: TARGET=laptop (without it), emulator, or MAYFLY_URL's."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from infra.emulator.place import FILE, Place
from infra.local.dns.server import HOST, NameServer, Zone
from mayfly.settings import Settings
from tests.cloud.inside import DEPLOYED, Inside
from tests.cloud.target import Target, until
from tests.local.mayfly import DOMAIN, mayfly

ROOT = Path(__file__).parents[2]
TARGETS = ("laptop", "emulator", "deployed")
_START_SECONDS = 240.0
_LIFE_SECONDS = 1800.0


def chosen() -> str:
    named = os.environ.get("TARGET") or ("deployed" if "MAYFLY_URL" in os.environ else "laptop")
    assert named in TARGETS, f"TARGET must be one of {', '.join(TARGETS)}"
    return named


@pytest.fixture(scope="session")
def target() -> Iterator[Target]:
    with {"laptop": laptop, "emulator": emulator, "deployed": deployed}[chosen()]() as found:
        yield found


@pytest.fixture(autouse=True)
def _able(request: pytest.FixtureRequest, target: Target) -> None:
    for marker in request.node.iter_markers("needs"):
        for need in marker.args:
            if reason := target.lacks(need):
                pytest.skip(f"{target.name}: {reason}")


@pytest.fixture
def inside(target: Target) -> Inside:
    assert target.inside is not None
    return target.inside


# aiohttp leaves the transport of a refused handshake to the garbage collector, which may come
# while another test runs.
_LEFT = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What changes the stack comes last, and what ends it at the very end."""
    for item in items:
        if "cloud" in item.keywords:
            item.add_marker(_LEFT)
    last = ("changes_the_stack", "ends_the_stack")
    items.sort(
        key=lambda item: max(
            (last.index(each.name) + 1 for each in item.iter_markers() if each.name in last),
            default=0,
        )
    )


@contextmanager
def laptop() -> Iterator[Target]:
    named = (each.name for each in fields(Settings) if "rate_limit" in each.name)
    limits: Any = {name.upper(): "0" for name in named if name != "rate_limit_window"}
    with mayfly(**limits) as running:
        yield Target(
            "laptop",
            running.http,
            running.websocket,
            DOMAIN,
            ("127.0.0.1", running.smtp_port),
            page=running.http,
        )


@contextmanager
def emulator() -> Iterator[Target]:
    """Started for this run; `MAYFLY_PLACE` names the folder of one that runs already."""
    zone = Zone()
    if folder := os.environ.get("MAYFLY_PLACE"):
        place = Place.read(Path(folder))
        _, _, port = place.context["dnsServers"].partition(":")
        with NameServer(zone).serving(port=int(port)):
            yield _emulated(place, zone)
        return
    with (
        NameServer(zone).serving() as free_port,
        tempfile.TemporaryDirectory(prefix="mayfly-test-") as folder,
        _started(folder, {**DEPLOYED, "dnsServers": f"{HOST}:{free_port}"}),
    ):
        (file,) = Path(folder).glob(f"*/{FILE}")
        yield _emulated(Place.read(file.parent), zone)


@contextmanager
def deployed() -> Iterator[Target]:
    host, _, port = os.environ.get("MAYFLY_SMTP", "").partition(":")
    found = Target(
        "deployed",
        os.environ["MAYFLY_URL"].rstrip("/"),
        os.environ["MAYFLY_SOCKET_URL"],
        os.environ["MAYFLY_DOMAIN"],
        (host, int(port or 25)) if host else None,
        page=os.environ.get("MAYFLY_PAGE_URL", "").rstrip("/"),
    )
    yield found
    found.delete_what_was_made()


def _emulated(place: Place, zone: Zone) -> Target:
    return Target(
        "emulator",
        place.http,
        place.websocket,
        place.domain,
        ("127.0.0.1", place.smtp_port),
        place.emulator.certificate,
        Inside(place, zone),
        place.page.rstrip("/"),
    )


@contextmanager
def _started(folder: str, context: Mapping[str, str]) -> Iterator[None]:
    """`make cloud`'s own program, which keeps what it makes in the folder."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    said = Path(folder) / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.emulator", *(f"{n}={v}" for n, v in context.items())],
            env=mine | {"SMTP_SERVER_PORT": "0", "TMPDIR": folder},
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    watchdog = threading.Timer(_LIFE_SECONDS, process.kill)
    watchdog.start()
    try:
        announced = until(
            lambda: process.poll() is not None or "An address" in said.read_text(), _START_SECONDS
        )
        assert announced and process.poll() is None, said.read_text()
        yield
        process.send_signal(signal.SIGINT)
        process.wait(120)  # a busy machine removes files slowly
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
