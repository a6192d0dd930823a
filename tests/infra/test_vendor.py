"""The layer of third-party code: built when something changed, and only what Lambda can use."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.cloud.functions import vendor
from tests.infra.conftest import ROOT


class Pip:
    """Stands in for the command that fetches packages: unpacks a small one of each kind."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []

    def __call__(self, command: Sequence[str]) -> None:
        self.commands.append(list(command))
        if "--target" in command:
            packages = Path(command[list(command).index("--target") + 1])
            for file in (
                "boto3/__init__.py",
                "botocore/data/endpoints.json",
                "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
                "botocore/data/ec2/2016-11-15/service-2.json.gz",
                "nh3/__init__.py",
                "nh3/__pycache__/__init__.cpython-311.pyc",
                "nh3-1.dist-info/RECORD",
                "nh3-1.dist-info/licenses/LICENSE",
                "bin/mail-parser",
            ):
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                (packages / file).write_bytes(b"")


@pytest.fixture
def pip() -> Pip:
    return Pip()


@pytest.fixture
def lock_file(tmp_path: Path) -> Path:
    path = tmp_path / "runtime.txt"
    path.write_text("nh3==1 --hash=sha256:00\n")
    return path


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    return tmp_path / "vendor"


def test_a_layer_that_fits_the_lock_file_is_not_built_again(
    layer: Path, lock_file: Path, pip: Pip
) -> None:
    first = vendor.build(layer, lock_file, pip)
    commands = len(pip.commands)

    second = vendor.build(layer, lock_file, pip)

    assert (first, second) == (True, False)
    assert len(pip.commands) == commands


def test_another_lock_file_makes_another_layer(layer: Path, lock_file: Path, pip: Pip) -> None:
    vendor.build(layer, lock_file, pip)
    (layer / "python" / "gone.py").write_text("")
    lock_file.write_text("nh3==2 --hash=sha256:00\n")

    built = vendor.build(layer, lock_file, pip)

    assert built is True
    assert not (layer / "python" / "gone.py").exists()


def test_a_layer_for_lambda_is_none_for_this_machine(
    layer: Path, lock_file: Path, pip: Pip
) -> None:
    vendor.build(layer, lock_file, pip)

    built = vendor.build(layer, lock_file, pip, vendor.here())

    assert built is True
    command = pip.commands[-2]
    assert "--platform" not in command and "--python-version" not in command
    assert "--require-hashes" in command


def test_a_build_that_failed_is_not_taken_for_a_layer(layer: Path, lock_file: Path) -> None:
    def fail(command: Sequence[str]) -> None:
        raise OSError("no network")

    with pytest.raises(OSError, match="no network"):
        vendor.build(layer, lock_file, fail)

    assert vendor.build(layer, lock_file, Pip()) is True


def test_only_hashed_wheels_for_lambda_are_fetched(layer: Path, lock_file: Path, pip: Pip) -> None:
    vendor.build(layer, lock_file, pip)

    command = " ".join(pip.commands[0])
    for option in ("--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile"):
        assert option in command
    assert f"--python-version {vendor.PYTHON}" in command
    assert set(re.findall(r"--platform (\S+)", command)) == set(vendor.PLATFORMS)
    assert all(each.endswith("_aarch64") for each in vendor.PLATFORMS)


def test_what_no_function_reads_stays_out(layer: Path, lock_file: Path, pip: Pip) -> None:
    vendor.build(layer, lock_file, pip)

    shipped = {
        str(each.relative_to(layer / "python"))
        for each in (layer / "python").rglob("*")
        if each.is_file()
    }
    assert shipped == {
        ".stamp",
        "boto3/__init__.py",
        "botocore/data/endpoints.json",
        "botocore/data/dynamodb/2012-08-10/service-2.json.gz",
        "nh3/__init__.py",
        "nh3-1.dist-info/licenses/LICENSE",
    }


def test_a_layer_that_grew_too_large_is_refused(layer: Path, lock_file: Path) -> None:
    def fetch(command: Sequence[str]) -> None:
        with (layer / "python" / "huge").open("wb") as file:
            file.truncate(vendor.MAX_BYTES + 1)

    with pytest.raises(vendor.LayerTooLarge):
        vendor.build(layer, lock_file, fetch)


def test_every_service_that_is_called_is_described_in_the_layer() -> None:
    sources = [*(ROOT / "layers" / "core").rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    called = {
        service
        for source in sources
        for service in re.findall(r"""\bclient\(\s*["']([a-z0-9-]+)["']""", source.read_text())
    }

    assert called
    assert called <= set(vendor.SERVICES)


def test_the_built_layer_is_for_lambda() -> None:
    packages = vendor.LAYER / "python"
    if not packages.is_dir():
        pytest.skip("the vendor layer has not been built here: `make layers`")

    libraries = [each.name for each in packages.rglob("*.so")]
    bytecode = [each.name for each in packages.rglob("*.pyc")]
    tag = f".cpython-{vendor.PYTHON.replace('.', '')}.pyc"
    assert {"aws_lambda_powertools", "boto3", "mailparser", "nh3"} <= {
        each.name for each in packages.iterdir()
    }
    assert not [each for each in libraries if "x86_64" in each]
    assert all(each.endswith(tag) for each in bytecode)
