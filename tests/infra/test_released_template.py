"""The template of a release: whoever has its zip needs neither the CDK nor a checkout."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infra.deploying.assembly import references
from infra.release import template as released_templates
from infra.release.template import (
    ALARM_MAIL,
    DOMAIN,
    STAND_IN,
    STAND_IN_MAIL,
    Unfit,
    assets,
    released,
    texts,
)
from tests.infra.conftest import Cloud, Synthesize

pytestmark = pytest.mark.synth


@pytest.fixture(scope="module")
def cloud(synthesize: Synthesize) -> Cloud:
    return synthesize({"domains": STAND_IN, "alarmMail": STAND_IN_MAIL})


@pytest.fixture(scope="module")
def template(cloud: Cloud) -> dict[str, Any]:
    return released(cloud.template, "1.2.3")


def test_cfn_lint_finds_nothing(template: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text(json.dumps(template))
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", "W3005"]

    found = subprocess.run([*command, "--", str(file)], capture_output=True, text=True, check=False)

    assert (found.stdout, found.stderr, found.returncode) == ("", "", 0)


def test_its_assets_are_those_of_the_synthesis(template: dict[str, Any], cloud: Cloud) -> None:
    assert len(assets(template)) == 4
    assert all((cloud.asset_of(each) / "").is_dir() for each in assets(template))


def test_any_domain_gives_the_same_template_but_for_names(
    template: dict[str, Any], synthesize: Synthesize, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is made of the domain in another way than by its text would differ here."""
    monkeypatch.setattr(released_templates, "STAND_IN", "another.example.org")
    other = synthesize({"domains": "another.example.org", "alarmMail": STAND_IN_MAIL})

    made = released(other.template, "1.2.3")
    written, renamed = json.dumps(made), set()
    for ours, theirs in zip(template["Resources"], made["Resources"], strict=True):
        if ours != theirs:
            written = written.replace(theirs, ours)
            renamed.add(template["Resources"][ours]["Type"])

    assert json.loads(written) == template
    # A version's name has what the function is given in it, and the parameter does not change it:
    # that is why deploy.sh refuses another domain for a stack.
    assert renamed == {"AWS::SES::EmailIdentity", "AWS::Lambda::Version"}


def test_what_needs_an_alarm_mail_is_left_out_without_one(template: dict[str, Any]) -> None:
    conditional = [each for each in template["Resources"].values() if "Condition" in each]

    assert {each["Type"] for each in conditional} == {
        "AWS::SNS::Subscription",
        "AWS::Budgets::Budget",
    }
    assert all(ALARM_MAIL in references(each) for each in conditional)


def test_the_records_to_publish_are_outputs_by_plain_names(template: dict[str, Any]) -> None:
    records = {"MxRecord", "Dkim1Record", "Dkim2Record", "Dkim3Record"}

    assert records <= template["Outputs"].keys()
    assert DOMAIN in references(template["Outputs"]["MxRecord"])


def test_nothing_of_the_cdks_bootstrap_is_asked_for(template: dict[str, Any]) -> None:
    assert set(template["Parameters"]) == {DOMAIN, ALARM_MAIL, "AssetsBucket", "AssetsPrefix"}
    assert not [path for path, text in texts(template) if "cdk-" in text]


def test_what_is_left_of_the_stand_in_is_no_release() -> None:
    within: dict[str, Any] = {"Resources": {"A": {"Properties": {"Name": f"x.{STAND_IN}"}}}}
    within |= {"Parameters": {"BootstrapVersion": 1}, "Rules": {"CheckBootstrapVersion": 1}}
    bucket = {"Resources": {"A": {"Properties": {"Name": "cdk-hnb659fds-assets"}}}}

    released(within, "1.2.3")  # a reference by now
    with pytest.raises(Unfit, match="/Resources/A/Properties/Name"):
        released(within | bucket, "1.2.3")
