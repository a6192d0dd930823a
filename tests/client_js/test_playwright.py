"""The recipe for Playwright: its own program runs the example, with Debian's Chromium."""

import json
import shutil
from pathlib import Path

from tests.browser.visits import CHROMIUM, NEEDS_CHROMIUM
from tests.client_js.inboxes import is_gone
from tests.client_js.node import CLIENT
from tests.client_js.shop import opened
from tests.local.mayfly import Mayfly
from tests.node import Done, node, ran

pytestmark = NEEDS_CHROMIUM
RECIPE = CLIENT / "recipes" / "playwright"
FAILING = """
import { expect, test } from "mayfly-client/playwright";

test("fails", async ({ inbox }) => {
  console.log(`address ${inbox.address}`);
  expect(inbox.address).toBe("another");
});
"""


def test_the_example_signs_a_visitor_up_and_deletes_the_inbox(
    tools: Path, laptop: Mayfly, tmp_path: Path
) -> None:
    project = _project(tools, "recipe")

    with opened(laptop) as shop:
        said = ran(_playwright(project, laptop, shop.url))

    assert json.loads(said)["stats"]["expected"] == 1
    (address,) = shop.welcomed
    assert is_gone(laptop, address)


def test_the_inbox_of_a_test_that_fails_is_deleted_too(tools: Path, laptop: Mayfly) -> None:
    project = _project(tools, "failing")
    (project / "sign-up.spec.js").write_text(FAILING)

    done = _playwright(project, laptop, "http://127.0.0.1:9")

    told = json.loads(done.stdout)
    assert told["stats"]["unexpected"] == 1
    (result,) = told["suites"][0]["specs"][0]["tests"][0]["results"]
    address = result["stdout"][0]["text"].split()[1]
    assert is_gone(laptop, address)


def _project(tools: Path, name: str) -> Path:
    project = tools / name
    shutil.copytree(RECIPE, project, ignore=shutil.ignore_patterns("mayfly.*"))
    return project


def _playwright(project: Path, laptop: Mayfly, shop: str) -> Done:
    program = project.parent / "node_modules" / "@playwright" / "test" / "cli.js"
    where = {"MAYFLY_URL": laptop.http, "SHOP_URL": shop, "CHROMIUM": str(CHROMIUM)}
    return node(project, str(program), "test", "--reporter=json", **where)
