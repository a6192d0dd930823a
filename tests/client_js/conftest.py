"""What tests of the JavaScript client share: projects that have it installed, and a laptop."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import UNLIMITED
from tests.client_js.node import HERE, packed, put_client
from tests.local.mayfly import LIFE_SECONDS, Mayfly, mayfly
from tests.node import installed

PROOF_ROUNDS = "20"  # whoever makes an inbox has to solve something: the client does


@pytest.fixture(scope="session")
def laptop() -> Iterator[Mayfly]:
    settings = {"PROOF_OF_WORK": PROOF_ROUNDS, **UNLIMITED}
    with mayfly(LIFE_SECONDS, **settings) as running:
        yield running


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client as it is released."""
    return packed(tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="session")
def project(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has the client and nothing else."""
    folder = tmp_path_factory.mktemp("project")
    put_client(folder, archive)
    return folder


@pytest.fixture(scope="session")
def tools(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has TypeScript and Playwright besides."""
    folder = installed(HERE / "tools", tmp_path_factory.mktemp("tools"))
    put_client(folder, archive)
    return folder
