"""The doctor as it is called: what it prints, and how it ends."""

import json
import os
from pathlib import Path

import pytest

from infra.deploying.__main__ import main
from infra.deploying.account import Account


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "mayfly.toml"
    made.write_text('domains = "a.org"\nregion = "us-east-1"\n')
    monkeypatch.setenv("MAYFLY_CONFIG", str(made))
    return made


def test_a_deployment_that_is_not_there_is_not_well(
    file: Path, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--json"]) == 1

    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert [each["name"] for each in told["checks"]] == ["account", "stack"]
    assert told["checks"][1]["todo"] == "make deploy"


def test_without_credentials_it_says_what_to_do(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, os.devnull)

    assert main(["doctor"]) == 1

    said = capsys.readouterr().out
    assert "there are no AWS credentials: set AWS_PROFILE" in said
    assert "1 wrong" in said


@pytest.mark.parametrize("command", ["deploy", "doctor", "destroy", "bootstrap"])
def test_what_is_wrong_in_the_file_is_named_by_every_command(
    file: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    file.write_text('domains = "a.org"\nlogDays = 2\n')

    assert main([command]) == 1

    said = capsys.readouterr()
    assert "mayfly.toml:2: logDays must be one of" in said.out + said.err


@pytest.mark.parametrize("command", ["deploy", "doctor", "destroy", "bootstrap"])
def test_without_the_file_every_command_names_the_one_that_makes_it(
    file: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    file.unlink()

    assert main([command]) == 1

    said = capsys.readouterr()
    assert "make configure" in said.out + said.err


def test_a_profile_that_is_not_there_is_no_traceback(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")

    assert main(["destroy"]) == 1
    assert "nobodys" in capsys.readouterr().err
