"""`mayfly.toml`: the same values as on the command line, and refused with the line."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st

from infra.cloud import config_file
from infra.cloud.config_file import InvalidFile
from infra.deploying.writing import changed_text, in_toml
from tests.infra.conftest import ROOT

REGIONS = 'region = "eu-west-1"\n'
WEB = "web = false\n"
GOOD = f'# mine\ndomains = [\n  "a.org",\n  "b.org",\n]\n{REGIONS}logDays = 7\n{WEB}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mayfly.toml"


def test_the_values_are_those_of_the_file(file: Path) -> None:
    file.write_text(GOOD)

    assert config_file.read(file) == {
        "domains": ["a.org", "b.org"],
        "region": "eu-west-1",
        "logDays": 7,
        "web": False,
    }


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("logDayz = 7", "no such context value: logDayz; did you mean logDays?"),
        ("log_days = 7", "no such context value: log_days; did you mean logDays?"),
        ('"@aws-cdk/x:y" = true', "no such context value: @aws-cdk/x:y"),
        ("[web]", "web must be a value, not a table"),
        ("web.domain = 1", "web must be a value, not a table"),
        ("[limits]\nlogDays = 7", "no such context value: limits"),
        ('web = "off"', "web must be true or false, not 'off'"),
        ("recoveryDays = 36", "recoveryDays must be from 1 to 35"),
        ("recoveryDays = -1", "recoveryDays must be a whole number"),
        ("recoveryDays = 1.5", "recoveryDays must be a whole number"),
        ("dailyBudgetUsd = -5", "dailyBudgetUsd must be 0 (no limit) or more"),
        ("dailyBudgetUsd = 2.5", "dailyBudgetUsd must be a whole number"),
        ("concurrency = 9", "concurrency must be at least 10"),
        ('alarmMail = "me"', "alarmMail must be an e-mail address"),
        ('hostedZoneId = "Z1"', "hostedZoneId and hostedZoneName belong together"),
        ('senderAddress = "a@b"', "senderAddress must be a plain address"),
        ("messageLifetimeSeconds = 5", "messageLifetimeSeconds is shorter than"),
        ('removeDomains = ["a.org"]', "removeDomains names what domains has"),
        ("replaceActiveRuleSet = true; web = 1", "Expected newline or end of document"),
        ("web = yes", "Invalid value"),
        ("web", "Expected '=' after a key"),
        ('domains = ["c.org"]', "Cannot overwrite a value"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(file: Path, line: str, message: str) -> None:
    file.write_text(f"{GOOD.removesuffix(WEB)}# the next is wrong\n{line}\n")

    with pytest.raises(InvalidFile) as refused:
        config_file.read(file)

    assert str(refused.value).startswith("mayfly.toml:9: ")
    assert message in str(refused.value)


def test_what_does_not_fit_together_is_refused_at_a_line_that_takes_part(file: Path) -> None:
    file.write_text('domains = "a.org"\n\nhostedZoneId = "Z1"\nhostedZoneName = "b.org"\n')

    with pytest.raises(
        InvalidFile, match=r"^mayfly\.toml:1: domains: not in the hosted zone b\.org"
    ):
        config_file.read(file)


def test_a_file_without_a_domain_says_what_is_missing(file: Path) -> None:
    file.write_text(REGIONS)

    with pytest.raises(InvalidFile, match=r"^mayfly\.toml: which domain is the mail for"):
        config_file.read(file)


def test_a_file_that_is_no_text_is_refused_with_its_line(file: Path) -> None:
    file.write_bytes(b'domains = "a.org"\nalarmMail = "\xff@a.org"\n')

    with pytest.raises(InvalidFile, match=r"^mayfly\.toml:2: this is not text in UTF-8"):
        config_file.read(file)


def test_editors_that_mark_utf_8_are_no_trouble(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbfdomains = "a.org"\r\n')

    assert config_file.read(file) == {"domains": "a.org"}


def test_the_environment_names_another_file_or_none(tmp_path: Path) -> None:
    assert config_file.file_of({}) == ROOT / "mayfly.toml"
    assert config_file.file_of({"MAYFLY_CONFIG": "/etc/mine.toml"}) == Path("/etc/mine.toml")
    assert config_file.file_of({"MAYFLY_CONFIG": ""}) is None


KEYS = st.text("abc", min_size=1, max_size=3)
# Other programs end lines at these; TOML does not.
TEXTS = st.text(
    st.sampled_from("a \t\u0085\u2028\u2029\x0b\x0c\x1c\x1d\x1e\n\r#'\"[]=\\"), max_size=6
)
FORMS = (
    "{} = '{}'",
    '{} = """{}"""',
    "{} = '''{}'''",
    "{} = [ # {}\n 1,\n]",
    "{} = 1 # {}",
    "# {}{}",
    "[{}]",
)


@given(st.lists(st.tuples(st.sampled_from(FORMS), KEYS, TEXTS)), st.sampled_from(["\n", "\r\n"]))
@example([("{} = 1 # {}", "a", "\u2028x"), ("{} = '{}'", "b", "\u0085")], "\n")
@settings(max_examples=500, deadline=None)
def test_what_toml_reads_is_read_with_the_same_names_and_lines(
    lines: list[tuple[str, str, str]], end: str
) -> None:
    text = "".join(form.format(key, value) + end for form, key, value in lines)
    try:
        expected = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        reject()

    found = config_file.entries(Path("mayfly.toml"), text)

    assert {each.name for each in found} == set(expected)
    for each in found:
        itself = "\n".join([*text.split("\n")[each.first - 1 : each.last], ""])
        assert set(tomllib.loads(itself)) == {each.name}


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\u0085"])
def test_what_only_others_end_a_line_at_hides_no_value_and_stays_when_another_changes(
    file: Path, odd: str
) -> None:
    text = f'domains = "a.org"  # mine{odd}too\r\nlogDays = 7\r\nweb = false\r\n'
    file.write_bytes(text.encode())

    assert config_file.read(file) == {"domains": "a.org", "logDays": 7, "web": False}

    changed = changed_text(file, config_file.text_of(file), {"logDays": 14})
    assert changed == text.replace("logDays = 7\r\n", "logDays = 14\n")


def test_a_value_is_written_so_that_toml_reads_it() -> None:
    odd = '\x7f\u2028\x0b\x1f"\\'

    assert tomllib.loads(f"a = {in_toml(odd)}") == {"a": odd}


def synthesized(
    folder: Path, *arguments: str, **variables: str
) -> "subprocess.CompletedProcess[str]":
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CDK_")}
    (folder / "vendor" / "python").mkdir(parents=True, exist_ok=True)
    (folder / "vendor" / "python" / "one.py").write_text("")
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={
            **mine,
            "CDK_OUTDIR": str(folder / "out"),
            "VENDOR_LAYER": str(folder / "vendor"),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.synth
def test_a_synthesis_takes_the_file_and_what_is_said_besides_goes_first(
    file: Path, tmp_path: Path
) -> None:
    file.write_text('domains = "a.org"\nweb = false\nstackName = "Mine"\nalarmMail = "a@a.org"\n')

    done = synthesized(tmp_path, "alarmMail=b@b.org", MAYFLY_CONFIG=str(file))

    assert done.returncode == 0, done.stderr
    template = json.loads((tmp_path / "out" / "Mine.template.json").read_text())
    kinds = {each["Type"] for each in template["Resources"].values()}
    assert "AWS::CloudFront::Distribution" not in kinds
    assert "b@b.org" in str(template)
    assert "a@a.org" not in str(template)


@pytest.mark.synth
def test_a_synthesis_ends_with_the_line_that_is_wrong(file: Path, tmp_path: Path) -> None:
    file.write_text('domains = "a.org"\nlogDays = 2\n')

    done = synthesized(tmp_path, MAYFLY_CONFIG=str(file))

    assert done.returncode == 1
    assert done.stderr.startswith("mayfly.toml:2: logDays must be one of")
    assert "Traceback" not in done.stderr
