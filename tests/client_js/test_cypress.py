"""The recipe for Cypress, run by Cypress itself where its program is installed.

Cypress's installer brings that program from a host of its own, which is no package registry. Where
`CYPRESS_RUN_BINARY` names none, the recipe's files are run as they are by `stand_in.mjs`: the same
commands, tasks and spec, over Playwright and Chromium.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.visits import CHROMIUM, NEEDS_CHROMIUM
from tests.client_js.inboxes import is_gone
from tests.client_js.node import CLIENT, HERE, put_client
from tests.client_js.shop import opened
from tests.client_js.write_types import tsc
from tests.local.mayfly import Mayfly
from tests.node import Done, installed, node, ran

pytestmark = NEEDS_CHROMIUM
RECIPE = CLIENT / "recipes" / "cypress"
SPEC = "cypress/e2e/sign-up.cy.js"
WITHOUT_CYPRESS = "export const defineConfig = (config) => config;"
"""What the recipe's configuration takes of Cypress's package."""


def test_the_example_signs_a_visitor_up_and_deletes_the_inbox(
    request: pytest.FixtureRequest, laptop: Mayfly
) -> None:
    run = request.getfixturevalue("by_cypress" if "CYPRESS_RUN_BINARY" in os.environ else "alone")
    with opened(laptop) as shop:
        ran(run(MAYFLY_URL=laptop.http, SHOP_URL=shop.url))

    (address,) = shop.welcomed
    assert is_gone(laptop, address)


@pytest.fixture
def by_cypress(cypress: Path) -> Callable[..., Done]:
    def run(**where: str) -> Done:
        program = cypress / "node_modules" / "cypress" / "bin" / "cypress"
        return node(cypress, str(program), "run", "--browser", "electron", **where)

    return run


@pytest.fixture
def alone(tools: Path) -> Callable[..., Done]:
    project = with_recipe(tools / "cypress-recipe")
    package = project / "node_modules" / "cypress"
    package.mkdir(parents=True)
    (package / "index.mjs").write_text(WITHOUT_CYPRESS)
    (package / "package.json").write_text('{"exports": "./index.mjs"}')
    (project / "package.json").write_text('{"type": "module"}')
    shutil.copy(HERE / "stand_in.mjs", project)

    def run(**where: str) -> Done:
        return node(project, "stand_in.mjs", SPEC, CHROMIUM=str(CHROMIUM), **where)

    return run


@pytest.fixture(scope="module")
def cypress(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the recipe, the client, and Cypress's package without its program."""
    folder = installed(HERE / "cypress", tmp_path_factory.mktemp("cypress"))
    put_client(folder, archive)
    return with_recipe(folder)


def with_recipe(folder: Path) -> Path:
    """The folder, with the recipe where Cypress looks for its parts."""
    (folder / "cypress" / "e2e").mkdir(parents=True)
    (folder / "cypress" / "support").mkdir()
    shutil.copy(RECIPE / "cypress.config.js", folder)
    shutil.copy(RECIPE / "sign-up.cy.js", folder / "cypress" / "e2e")
    shutil.copy(RECIPE / "e2e.js", folder / "cypress" / "support")
    return folder


def test_the_example_is_as_the_types_of_the_commands_have_it(cypress: Path, tools: Path) -> None:
    options = ("--allowJs", "--checkJs", "--strict", "--noEmit", "--types", "cypress")
    places = ("--module", "nodenext", "--target", "es2022", "--lib", "es2023,esnext.disposable,dom")
    files = ("cypress/support/e2e.js", SPEC)

    ran(tsc(tools, cypress, *options, *places, "--skipLibCheck", *files))
