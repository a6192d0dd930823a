"""What is released: the client's own files and nothing else, under the version of the service."""

import json
import re
import tarfile
from pathlib import Path

import pytest

from mayfly import __version__
from tests.client_js.node import CLIENT
from tests.local.mayfly import ROOT
from tests.project.test_documents import anchors

PACKAGE = json.loads((CLIENT / "package.json").read_text())


def test_the_version_is_that_of_the_service() -> None:
    assert PACKAGE["version"] == __version__


def test_it_depends_on_nothing_and_runs_nothing_when_it_is_installed() -> None:
    assert not [name for name in PACKAGE if "ependencies" in name or name == "scripts"]


def test_it_has_the_client_its_types_and_its_recipes_and_nothing_else(archive: Path) -> None:
    folders = {"src": "*.js", "types": "*.d.ts", "recipes": "*/*.[jd]*s"}
    ours = [each for name, glob in folders.items() for each in (CLIENT / name).glob(glob)]
    expected = {str(each.relative_to(CLIENT)) for each in ours}

    with tarfile.open(archive) as opened:
        packed = {each.name.removeprefix("package/") for each in opened if each.isfile()}

    assert packed == expected | {"package.json", "README.md", "LICENSE"}


def test_everything_that_can_be_imported_is_there() -> None:
    named = re.findall(r'"(\./[^"]+)"', json.dumps(list(PACKAGE["exports"].values())))

    assert len(named) >= 9
    assert not [each for each in [*named, PACKAGE["types"]] if not (CLIENT / each).is_file()]


def test_the_licence_is_that_of_the_service() -> None:
    assert (CLIENT / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()


@pytest.mark.parametrize(
    ("name", "anchor"),
    re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", (CLIENT / "README.md").read_text()),
)
def test_links_of_the_readme_lead_somewhere(name: str, anchor: str) -> None:
    target = CLIENT / name

    assert target.exists()
    assert not anchor or anchor in anchors(target)
