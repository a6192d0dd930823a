"""The pytest plugin, as the wheel brings it, in runs of pytest of their own."""

import os
import subprocess
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.client.installed import Installed, install
from tests.local.mayfly import Mayfly

TESTS = """
def test_a_code_comes(mayfly_inbox):
    mayfly_inbox.send_sample()
    assert mayfly_inbox.wait_for_code(timeout=60).isdigit()

def test_the_service_is_there(mayfly, mayfly_inbox):
    assert mayfly.service.health().status == "OK"
    print("inbox", mayfly_inbox.id, mayfly_inbox.token)
"""
NEEDLESS = "def test_nothing(): pass\n"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "test_mail.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    return tmp_path


def test_tests_use_the_service_that_is_named(
    installed: Installed, folder: Path, laptop: Mayfly
) -> None:
    said = installed.pytest("--mayfly-url", laptop.http, "-s", cwd=folder)

    assert "2 passed" in said, said
    assert f"mayfly: {laptop.http}" in said
    assert "started a laptop" not in said

    name, token = said.partition("inbox ")[2].split()[:2]
    with pytest.raises(HTTPError, match="404"):
        laptop.ask("GET", f"/v1/inboxes/{name}", token=token)


@pytest.mark.parametrize("way", ["environment", "configuration"])
def test_the_service_is_named_in_other_ways_too(
    installed: Installed, folder: Path, laptop: Mayfly, way: str
) -> None:
    if way == "configuration":
        (folder / "pytest.ini").write_text(f"[pytest]\nmayfly_url = {laptop.http}\n")
    given = {"MAYFLY_URL": laptop.http} if way == "environment" else {}

    assert "2 passed" in installed.pytest(cwd=folder, **given)


SENDS = """
import smtplib

def test_it_takes_mail(mayfly_smtp, mayfly_inbox):
    with smtplib.SMTP(*mayfly_smtp) as server:
        text = "Subject: Verify\\r\\n\\r\\nYour verification code is 482913."
        server.sendmail("a@shop.example", mayfly_inbox.address, text)
    assert mayfly_inbox.wait_for_code() == "482913"
"""


def test_a_laptop_is_started_where_none_is_named_and_ends_with_the_run(
    installed: Installed, folder: Path
) -> None:
    (folder / "test_mail.py").write_text(TESTS + SENDS)

    said = installed.pytest_with_all(cwd=folder)

    assert "3 passed" in said, said
    url = said.partition("started a laptop at ")[2].split()[0]
    assert url.startswith("http://127.0.0.1:")
    with pytest.raises(subprocess.CalledProcessError):
        subprocess.run(["curl", "--silent", "--fail", f"{url}/health"], check=True)


def test_without_a_service_and_a_laptop_tests_are_skipped_with_the_reason(
    installed: Installed, folder: Path
) -> None:
    (folder / "mayfly_laptop").mkdir()
    (folder / "mayfly_laptop" / "__init__.py").write_text("'Something else of this name.'\n")
    without = {"PYTHONPATH": os.pathsep.join([str(installed.folder), str(folder)])}

    said = installed.pytest(cwd=folder, **without)
    assert "2 skipped" in said, said
    assert "no Mayfly: name one by --mayfly-url or MAYFLY_URL" in said

    said = installed.pytest("--mayfly-required", cwd=folder, **without)
    assert "2 errors" in said, said
    assert "no Mayfly: name one by --mayfly-url or MAYFLY_URL" in said


def test_a_service_that_does_not_answer_fails_the_tests(installed: Installed, folder: Path) -> None:
    said = installed.pytest("--mayfly-url", "http://127.0.0.1:9", cwd=folder)

    assert "2 errors" in said, said
    assert "127.0.0.1:9 cannot be reached" in said


def test_a_mail_server_that_nobody_named_is_not_guessed(
    installed: Installed, folder: Path, laptop: Mayfly
) -> None:
    (folder / "test_mail.py").write_text(SENDS)

    said = installed.pytest("--mayfly-url", laptop.http, cwd=folder)

    assert "1 error" in said, said
    assert "no SMTP server: name it by --mayfly-smtp or MAYFLY_SMTP" in said


def test_runs_that_need_no_mail_notice_nothing(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text(NEEDLESS)
    (tmp_path / "conftest.py").write_text(
        "import sys\n"
        "def pytest_unconfigure():\n"
        "    loaded = [each for each in sys.modules if each.startswith('mayfly_client')]\n"
        "    print('loaded', *sorted(loaded))\n"
    )

    said = installed.pytest("-s", cwd=tmp_path)

    assert "loaded mayfly_client mayfly_client.pytest_plugin\n" in said


def test_workers_have_one_each(installed: Installed, folder: Path, laptop: Mayfly) -> None:
    xdist = ("-p", "xdist.plugin", "-n2")
    said = installed.pytest(*xdist, "--mayfly-url", laptop.http, cwd=folder)

    assert "2 passed" in said, said


def test_the_command_is_installed(installed: Installed, tmp_path: Path) -> None:
    done = installed.run("mayfly_client", "--version", cwd=tmp_path)

    assert done.stdout.startswith("mayfly 0.")
    assert (installed.folder / "bin" / "mayfly").exists()
    assert (installed.folder / "mayfly_client" / "py.typed").exists()


def test_the_certificates_of_the_environment_are_what_is_trusted(
    installed: Installed, folder: Path, laptop: Mayfly
) -> None:
    said = installed.pytest(
        "--mayfly-url", laptop.http, cwd=folder, MAYFLY_TRUST=str(folder / "missing.pem")
    )

    assert "FileNotFoundError" in said
