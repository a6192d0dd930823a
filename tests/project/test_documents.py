"""Documents name what exists."""

import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

import mayfly

ROOT = Path(__file__).parents[2]
GUARANTEES = (ROOT / "docs/guarantees.md").read_text()
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(\w+/test_\w+\.py)`", GUARANTEES))))
def test_a_test_that_shows_a_promise_is_there(name: str) -> None:
    assert (ROOT / "tests" / name).is_file()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())

    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []


PORTS = [
    name
    for found in pkgutil.walk_packages(mayfly.__path__, "mayfly.")
    if "ports" in found.name.rpartition(".")[2] or found.name == "mayfly.kit.ports"
    for name, kind in vars(import_module(found.name)).items()
    if getattr(kind, "_is_protocol", False)
]


@pytest.mark.parametrize("port", sorted(set(PORTS) - {"Protocol"}))
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
