"""The questions, their flags, and the file that comes of them."""

import os
import pty
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.cloud import config_file
from infra.cloud.deployment import context_values
from infra.deploying import configure
from infra.deploying.__main__ import main
from infra.deploying.account import Account
from infra.deploying.questions import Questions
from infra.deploying.stack import Stack
from infra.deploying.writing import changed_text, new_text
from tests.aws import REGION
from tests.deploying.conftest import answering, deployed, settings

ROOT = Path(__file__).parents[2]
ANSWERS = ["--domain", "a.org", "--region", "us-east-1", "--concurrency", "100"]
Run = Callable[..., int]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAYFLY_CONFIG", str(tmp_path / "mayfly.toml"))
    return tmp_path / "mayfly.toml"


@pytest.fixture
def run(file: Path, account: Account) -> Run:
    """Configures with these flags; nobody is there to answer."""
    return lambda *flags: main(["configure", *flags])


def values(file: Path) -> dict[str, object]:
    return tomllib.loads(file.read_text())


def test_a_new_file_has_every_value_there_is_with_its_meaning(run: Run, file: Path) -> None:
    assert run(*ANSWERS) == 0

    lines = file.read_text().splitlines()
    for name, value in context_values().items():
        (at,) = [n for n, each in enumerate(lines) if each.lstrip("#").startswith(f"{name} = ")]
        comment = " ".join(each[2:] for each in lines[:at] if each.startswith("# "))
        assert comment.endswith(value.metadata["help"])
    assert config_file.read(file) == {
        "domains": ["a.org"],
        "region": "us-east-1",
        "dailyBudgetUsd": 5,
        "concurrency": 100,
    }


def test_each_default_that_is_shown_is_one_that_can_be_chosen(tmp_path: Path) -> None:
    text = new_text().replace("#domains = []", 'domains = "mail.test.org"')
    shown = "".join(
        each.lstrip("#") + "\n" if "\n#" in f"\n{each}" and " = " in each else f"{each}\n"
        for each in text.splitlines()
        if not each.startswith("# ")
    )

    assert set(config_file.checked(tmp_path / "mayfly.toml", shown)) == set(context_values())


def test_without_a_terminal_what_is_missing_is_named(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    assert run() == 2

    assert "domains (--domain …), region (--region …)" in capsys.readouterr().err
    assert not file.exists()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--domain", "not a domain"], "domains: not a domain name"),
        (["--region", "ap-east-1"], "SES does not receive mail in ap-east-1"),
        (["--alarm-mail", "me"], "alarmMail must be an e-mail address"),
        (["--daily-budget-usd", "2.5"], "dailyBudgetUsd must be a whole number"),
        (["--daily-budget-usd", "-1"], "dailyBudgetUsd must be 0 (no limit) or more"),
        (["--concurrency", "9"], "concurrency must be at least 10"),
        (["--hosted-zone", "Z1=b.org"], "not in the hosted zone b.org: a.org"),
        (["--hosted-zone", "Z1"], "--hosted-zone Z1=example.org"),
        (["--set", "logDayz=7"], "did you mean logDays?"),
        (["--set", "logDays=2"], "logDays must be one of"),
        (["--set", "domains=b.org"], "domains has a flag of its own"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_nothing_is_written(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str], flags: list[str], message: str
) -> None:
    given = ANSWERS if flags[0] == "--set" else [*pairs_without(flags[0]), *flags]

    assert run(*given, *(flags if flags[0] == "--set" else [])) == 2

    assert message in capsys.readouterr().err
    assert not file.exists()


def pairs_without(flag: str) -> list[str]:
    pairs = zip(ANSWERS[::2], ANSWERS[1::2], strict=True)
    return [part for pair in pairs if pair[0] != flag for part in pair]


def test_what_else_is_in_the_file_stays_and_what_changes_is_said(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(
        '# mine\nlogDays = 7  # a week\ndomains = [\n  "a.org",\n]\nregion = "us-east-1"\n'
    )

    assert run("--domain", "a.org,b.org", "--concurrency", "10") == 0

    assert file.read_text().startswith(
        '# mine\nlogDays = 7  # a week\ndomains = ["a.org", "b.org"]\nregion = "us-east-1"\n'
    )
    said = capsys.readouterr().out
    assert "domains: a.org -> a.org,b.org" in said
    assert "region:" not in said


def test_a_second_time_with_the_same_answers_changes_nothing(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(*ANSWERS, "--alarm-mail", "a@a.org", "--set", "web=false")
    written = file.read_bytes()
    capsys.readouterr()

    assert run() == 0

    assert file.read_bytes() == written
    assert "mayfly.toml stays as it is" in capsys.readouterr().out


def test_an_answer_can_be_taken_back(run: Run, file: Path) -> None:
    run(*ANSWERS, "--alarm-mail", "a@a.org", "--hosted-zone", "Z1=a.org")
    assert values(file)["hostedZoneId"] == "Z1"

    assert run("--alarm-mail", "none", "--hosted-zone", "none") == 0

    assert not {"alarmMail", "hostedZoneId", "hostedZoneName"} & set(values(file))
    assert '#alarmMail = ""' in file.read_text()


def test_a_file_that_is_wrong_is_not_written_over(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('domains = "a.org"\nlogDays = 2\n')

    assert run(*ANSWERS) == 1

    assert "mayfly.toml:2: logDays must be one of" in capsys.readouterr().err
    assert file.read_text() == 'domains = "a.org"\nlogDays = 2\n'


def test_the_zone_of_the_domain_is_found(run: Run, file: Path, account: Account) -> None:
    route53 = account.client("route53")
    for name in ("org", "a.org", "b.org"):
        route53.create_hosted_zone(Name=name, CallerReference=name)

    assert run(*ANSWERS) == 0

    assert values(file)["hostedZoneName"] == "a.org"
    listed = {each["Name"]: each["Id"] for each in route53.list_hosted_zones()["HostedZones"]}
    assert listed["a.org."] == f"/hostedzone/{values(file)['hostedZoneId']}"
    # Once decided, it is not found again.
    run("--hosted-zone", "none")
    run("--daily-budget-usd", "7")
    assert "hostedZoneId" not in values(file)


def test_a_deployed_domain_goes_only_if_it_is_named(account: Account) -> None:
    stack = deployed(account, "a.org", "b.org")

    assert removed(stack, ["a.org"], ["b.org"]) == ["b.org"]
    assert removed(stack, ["a.org", "b.org"], []) == []
    with pytest.raises(Exception, match=r"b\.org would be taken out.*--remove-domain b\.org"):
        removed(stack, ["a.org"], [])


def removed(stack: Stack, domains: list[str], said: list[str]) -> list[str]:
    return configure.removed({}, domains, said, stack.domains)


def test_where_nobody_knows_what_is_deployed_the_file_counts(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    assert main(["configure", *ANSWERS]) == 0

    assert main(["configure", "--domain", "b.org"]) == 2
    assert "--remove-domain a.org" in capsys.readouterr().err
    assert main(["configure", "--domain", "b.org", "--remove-domain", "a.org"]) == 0
    assert values(file)["removeDomains"] == ["a.org"]
    assert main(["configure", "--domain", "b.org,a.org"]) == 0
    assert "removeDomains" not in values(file)


def test_a_value_on_several_lines_becomes_one_and_the_rest_stays(tmp_path: Path) -> None:
    text = 'domains = [\n  "a.org",\n  "b.org",\n]\n\n# mine\nweb = false'

    changed = changed_text(tmp_path / "mayfly.toml", text, {"domains": ["c.org"], "web": None})

    assert changed == 'domains = ["c.org"]\n\n# mine\n#web = true\n'


def test_questions_are_asked_again_until_the_answer_can_be(account: Account) -> None:
    said: list[str] = []
    answers = iter(
        ["", "no domain", "a.org", "mars-1", "us-east-1", "me", "", "none", "", "9", "10"]
    )
    questions = Questions({}, {}, lambda text: next(answers), said.append, lambda region: account)

    found = questions.put()

    assert found == {
        "domains": ["a.org"],
        "region": "us-east-1",
        "alarmMail": "",
        "hostedZoneId": "",
        "hostedZoneName": "",
        "dailyBudgetUsd": 5,
        "concurrency": 10,
    }
    refused = ("domains", "domains", "SES does not receive", "alarmMail", "concurrency")
    told = [each.strip() for each in said if each.strip().startswith(refused)]
    assert len(told) == len(refused)


def test_the_concurrency_that_is_offered_is_what_others_have_not_reserved(
    account: Account,
) -> None:
    account._clients["lambda"] = answering("lambda", "get_account_settings", settings(1000, 900))
    asked: list[str] = []

    def ask(text: str) -> str:
        asked.append(text)
        return "a.org" if "domain" in text else "none" if "Its id" in text else ""

    found = Questions({"region": REGION}, {}, ask, print, lambda region: account).put()

    assert found["concurrency"] == 100
    assert any("[100]" in each for each in asked)


def test_somebody_at_a_terminal_is_asked(file: Path) -> None:
    terminal, theirs = pty.openpty()
    variables = {**os.environ, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    variables = {n: v for n, v in variables.items() if "ACCESS_KEY" not in n}
    with subprocess.Popen(
        [sys.executable, "-m", "infra.deploying", "configure"],
        cwd=ROOT,
        env={**variables, "AWS_CONFIG_FILE": os.devnull, "MAYFLY_CONFIG": str(file)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        os.write(terminal, b"mail.a.org\neu-west-1\nme@a.org\nnone\n7\n\n")
        said = b""
        while b"Next:" not in said:
            said += os.read(terminal, 4096)
        assert process.wait(60) == 0
    os.close(terminal)

    assert b"Which domain is the mail for?" in said
    assert b"there are no AWS credentials" in said
    assert values(file) == {
        "domains": ["mail.a.org"],
        "region": "eu-west-1",
        "alarmMail": "me@a.org",
        "dailyBudgetUsd": 7,
        "concurrency": 10,
    }
