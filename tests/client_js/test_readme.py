"""The examples of the client's README: each runs, and prints what stands behind it."""

import re
from pathlib import Path

import pytest

from tests.client_js.node import CLIENT, HERE
from tests.local.mayfly import Mayfly
from tests.node import node, ran

README = (CLIENT / "README.md").read_text()
_BLOCK = re.compile(r"^```js(?: (?P<file>\S+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_SHOWN = re.compile(r"console\.log\(.*\)+; // (.+)$", re.MULTILINE)
EXAMPLES = [found["text"] for found in _BLOCK.finditer(README) if not found["file"]]
RECIPES = {found["file"]: found["text"] for found in _BLOCK.finditer(README) if found["file"]}


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_each_example_prints_what_it_says(number: int, project: Path, laptop: Mayfly) -> None:
    example = project / f"example-{number}.js"
    example.write_text(EXAMPLES[number].replace("https://mail.example.org", laptop.http))
    (project / "package.json").write_text('{"type": "module"}')

    # A shop's sign-up is there, as the reader has one.
    given = {"SMTP_PORT": str(laptop.smtp_port)}
    said = ran(node(project, "--import", str(HERE / "live" / "sign_up.js"), example.name, **given))

    shown = _SHOWN.findall(EXAMPLES[number])
    assert shown
    pattern = "\n".join(re.escape(each).replace("…", ".*") for each in shown)
    assert re.fullmatch(pattern, said.strip()), said


def test_the_recipes_are_shown_as_they_are() -> None:
    files = {each.name: each for each in (CLIENT / "recipes").glob("*/*.js")}
    ours = {"mayfly.js", "tasks.js", "commands.js"}

    assert RECIPES.keys() == files.keys() - ours
    for name, text in RECIPES.items():
        assert text == files[name].read_text(), name
