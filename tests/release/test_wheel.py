"""The wheel of the laptop: what is in it, and that it runs wherever it is."""

import configparser
import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from pathlib import Path

import pytest

from infra.release import trial
from tests.local.conftest import DEADLINE
from tests.local.mayfly import environment, started
from tests.release.conftest import ROOT, SECONDS, built

PORTS = {"HTTP_PORT": "0", "SMTP_SERVER_PORT": "0", "WS_PORT": "0", "DNS_PORT": "0"}


def outside(installed: Path) -> dict[str, str]:
    """The environment of a Python that has our dependencies, the wheel, and no checkout."""
    packages = sysconfig.get_path("purelib")
    return {"PYTHONPATH": os.pathsep.join([str(installed), packages])}


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def asked(
    arguments: list[str], installed: Path, folder: Path
) -> "subprocess.CompletedProcess[str]":
    # -S: what is installed here knows the checkout.
    return subprocess.run(
        [sys.executable, "-S", *arguments],
        cwd=folder,
        env=environment(**outside(installed)),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_no_name_but_its_own_is_taken_from_others(wheel: Path) -> None:
    tops = {each.partition("/")[0] for each in names(wheel)}

    assert {each for each in tops if not each.endswith(".dist-info")} == {
        "mayfly_laptop",
        "mayfly_client",
    }


def test_the_page_and_all_files_of_the_program_are_in_it(wheel: Path) -> None:
    home = "mayfly_laptop/home/"
    listed = subprocess.run(
        ["git", "ls-files", "layers/core/python", "functions", "infra/local", "web"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    expected = {home + each.removeprefix("layers/core/python/") for each in listed}

    found = {each for each in names(wheel) if each.startswith(home)}
    own = {
        "__main__.py",
        "infra/__init__.py",
        "infra/gateway_responses.py",
        "infra/page_headers.py",
    }

    assert found - {home + each for each in own} == expected


def test_building_it_again_gives_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    assert built(tmp_path).read_bytes() == wheel.read_bytes()


def test_its_commands_are_those_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith("entry_points.txt")]
        scripts = configparser.ConfigParser()
        scripts.read_string(archive.read(name).decode())

    assert scripts["console_scripts"]["mayfly-laptop"] == "mayfly_laptop:main"
    assert scripts["console_scripts"]["mayfly"] == "mayfly_client.cli.main:run"


def test_it_serves_the_page_from_any_folder(installed: Path, tmp_path: Path) -> None:
    start = [sys.executable, "-S", "-m", "mayfly_laptop", "serve"]
    with started(start, tmp_path, outside(installed)) as laptop:
        page = laptop.fetch("/")
        address = laptop.new_address()["email"]
        laptop.send(address, b"Subject: 482913 is your code\r\n\r\nHello\r\n")
        [message] = laptop.messages(address)
        with urllib.request.urlopen(f"{laptop.http}/docs", timeout=DEADLINE) as response:
            status = response.status

    assert b"app.js" in page
    assert (message["subject"], status) == ("482913 is your code", 200)
    assert "mayfly-laptop send" in laptop.announced
    assert list(tmp_path.iterdir()) == []


def test_the_program_of_the_wheel_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    code = "import mayfly_laptop; print(*mayfly_laptop.command(['send']))"

    done = asked(["-c", code], installed, tmp_path)
    of_others = asked(["-c", "import infra"], installed, tmp_path)

    assert done.stdout.split()[1:] == [str(installed / "mayfly_laptop" / "home"), "send"]
    assert "ModuleNotFoundError" in of_others.stderr


@pytest.mark.parametrize("word", ["--help", "nonsense"])
def test_it_says_how_it_is_called_there(installed: Path, tmp_path: Path, word: str) -> None:
    done = asked(["-m", "mayfly_laptop", word], installed, tmp_path)

    assert done.returncode == (0 if word == "--help" else 2)
    assert "mayfly-laptop [send" in (done.stdout if word == "--help" else done.stderr)
    of_send = asked(["-m", "mayfly_laptop", "send", "--help"], installed, tmp_path)
    assert re.search(r"mayfly-laptop\s+send", of_send.stdout)


def test_without_what_it_needs_it_says_how_to_get_it(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "mayfly_laptop"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert done.returncode == 1
    assert "pip install 'mayfly_mail-….whl[local]'" in done.stderr


def test_a_trial_needs_one_wheel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert trial.main(tmp_path) == 1

    assert "0 wheels of the laptop: `make release`" in capsys.readouterr().err
