"""Documents name what exists."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

import mayfly
from mayfly.openapi import document

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "layers/core/python/mayfly"
GUARANTEES = (ROOT / "docs/guarantees.md").read_text()
PLACES = ("*.md", "docs/**/*.md", "clients/*/README.md")
DOCUMENTS = [path for place in PLACES for path in sorted(ROOT.glob(place))]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(\w+/test_\w+\.py)`", GUARANTEES))))
def test_a_test_that_shows_a_promise_is_there(name: str) -> None:
    assert (ROOT / "tests" / name).is_file()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", path.read_text())

    missing = [
        f"{name}#{anchor}"
        for name, anchor in links
        if not (target := path.parent / name if name else path).exists()
        or (anchor and anchor not in anchors(target))
    ]
    assert missing == []


def anchors(page: Path) -> list[str]:
    """What headings can be linked to by: in small letters, with hyphens for blanks."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings]


PORTS = [
    name
    for found in pkgutil.walk_packages(mayfly.__path__, "mayfly.")
    if "ports" in found.name.rpartition(".")[2]
    for name, kind in vars(import_module(found.name)).items()
    if getattr(kind, "_is_protocol", False) and any(not each.startswith("_") for each in vars(kind))
]


@pytest.mark.parametrize("port", sorted(set(PORTS)))
def test_every_port_has_a_fake_and_a_contract(port: str) -> None:
    contracts = "".join(
        path.read_text()
        for path in [*(ROOT / "tests").glob("**/test_*_contract.py"), ROOT / "tests/worlds.py"]
    )

    fakes = "".join(path.read_text() for path in (ROOT / "tests").glob("**/*.py"))

    assert f"class Fake{port}" in fakes
    assert re.search(rf"\b{port}\b", contracts)


TESTS = "".join(path.read_text() for path in (ROOT / "tests").glob("**/test_*.py"))
FAULTS = (ROOT / "docs/faults.md").read_text()


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", FAULTS))))
def test_a_test_that_shows_a_fault_does_no_harm_is_there(name: str) -> None:
    assert re.search(rf"^def {name}\(", TESTS, re.MULTILINE)


def test_every_fault_has_a_test_or_says_why_it_does_not_apply() -> None:
    rows = [line for line in FAULTS.partition("\n## ")[0].splitlines() if line.startswith("| ")]

    for row in rows[2:]:
        assert re.search(r"`test_\w+`|does not apply|the same", row), row


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
SUBJECTS = re.findall(r"^\| ([\w ]+) \| ((?:`\w+` ?)+)\| ", CONTRIBUTING, re.MULTILINE)
TAGS = [tag["name"] for tag in document("")["tags"]]  # type: ignore[attr-defined]


def test_the_subjects_of_the_house_are_those_of_the_api() -> None:
    assert [subject for subject, _ in SUBJECTS] == TAGS


def test_every_folder_of_the_program_has_its_place_in_the_list() -> None:
    without_paths = CONTRIBUTING.partition("No paths of their own have ")[2].partition("\n\n")[0]
    named = {name for _, folders in SUBJECTS for name in re.findall(r"`(\w+)`", folders)}

    folders = {path.parent.name for path in PROGRAM.glob("*/*.py") if path.name != "__init__.py"}
    assert named | set(re.findall(r"`(\w+)`", without_paths)) == folders | {"mail", "kit"}


def test_the_api_is_described_by_subject_and_each_has_examples() -> None:
    page = (ROOT / "docs/api.md").read_text()
    sections = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)[1:]
    texts = dict(zip(sections[::2], sections[1::2], strict=True))

    assert list(texts) == [*TAGS, "WebSocket", "Errors and limits"]
    for name, text in texts.items():
        assert re.search(r"^\$ .*\n(?:.*\n)*?[{\[<]", text, re.MULTILINE), name


def test_the_newest_version_of_the_changelog_is_the_programs() -> None:
    released = re.findall(
        r"^## \[([\d.]+)\] - \d{4}-\d\d-\d\d$",
        (ROOT / "CHANGELOG.md").read_text(),
        re.MULTILINE,
    )

    assert released[0] == mayfly.__version__ == document("")["info"]["version"]  # type: ignore[index]
