"""The way of somebody who deploys, from a clone and with an empty home, by the printed commands."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.emulator.emulator import ENVIRONMENT, ROOT
from tests.cloud.inside import Inside

pytestmark = [pytest.mark.cloud, pytest.mark.needs("stack"), pytest.mark.changes_the_stack]

STACK, DOMAIN = "Third", "third.test"
_SECONDS = 300


@dataclass(frozen=True)
class Clone:
    """What git has, in a folder of its own, with the packages that are installed already."""

    folder: Path
    variables: Mapping[str, str]

    def make(self, target: str, arguments: str = "", **more: str) -> tuple[int, str]:
        """The exit status and all that was said."""
        done = subprocess.run(
            # As if the packages were just installed.
            ["make", "-o", ".venv/.cloud", target, f"ARGS={arguments}"],
            cwd=self.folder,
            env={**self.variables, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        return done.returncode, done.stdout

    def succeeds(self, target: str, arguments: str = "") -> str:
        status, said = self.make(target, arguments)
        assert status == 0, said
        return said


@pytest.fixture
def clone(inside: Inside, tmp_path: Path) -> Clone:
    folder = tmp_path / "clone"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    (tmp_path / "home").mkdir()
    emulator = inside.place.emulator
    return Clone(
        folder,
        {
            **emulator.environment(),
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path / "home"),
            "PYTHONPATH": str(folder / "layers" / "core" / "python"),
            "VENDOR_LAYER": str(ENVIRONMENT / "layer"),
        },
    )


def test_a_deployment_from_the_first_question_to_the_end(inside: Inside, clone: Clone) -> None:
    dns = inside.place.context["dnsServers"]
    more = f"--set stackName={STACK} --set web=false --set apiLogRole=false --set dnsServers={dns}"
    status, said = clone.make("configure")
    assert (status, "--domain" in said) == (2, True), said
    clone.succeeds("configure", f"--domain {DOMAIN} --region us-east-1 --concurrency 100 {more}")

    # Another rule set is active: it is said before anything is made.
    status, said = clone.make("deploy", "--yes")
    assert status == 2 and "addToActiveRuleSet = true" in said, said  # make's own status
    assert STACK not in stacks(inside)

    clone.succeeds("configure", "--set addToActiveRuleSet=true")
    said = clone.succeeds("deploy", "--yes")
    assert f"{DOMAIN}  " in said and "MX     10 inbound-smtp.us-east-1.amazonaws.com" in said
    before, table = stacks(inside)[STACK], table_of(inside)

    inside.zone.put(DOMAIN, "MX", ["10 inbound-smtp.us-east-1.amazonaws.com."])
    status, said = clone.make(
        "doctor",
        "--json",
        PYTHONPATH=f"{ROOT / 'infra/emulator/names'}:{clone.variables['PYTHONPATH']}",
        GATEWAY_PORT=str(inside.place.port),
    )
    found = json.loads(said.splitlines()[0])
    assert status == 0 and found["ok"], said
    assert {each["name"] for each in found["checks"] if each["state"] == "ok"} >= {
        *("stack", "MX", "identity", "rule", "breaker", "API", "alarms", "concurrency"),
    }

    assert "nothing changes" in clone.succeeds("deploy", "--yes")
    assert stacks(inside)[STACK] == before
    status, said = clone.make("configure", f"--domain other.{DOMAIN}")
    assert status == 2 and f"--remove-domain {DOMAIN}" in said, said

    # What is kept goes on in the next stack.
    said = clone.succeeds("destroy", "--yes")
    assert f"--table-name {table}" in said
    assert STACK not in stacks(inside)
    rules = inside.client("ses").describe_active_receipt_rule_set()["Rules"]
    assert [each["Name"] for each in rules] == ["Mayfly-receive"]
    clone.succeeds("deploy", "--yes --attach")
    assert table_of(inside) == table
    clone.succeeds("destroy", "--yes --everything")
    assert table not in inside.client("dynamodb").list_tables()["TableNames"]
    identities = inside.client("sesv2").list_email_identities()["EmailIdentities"]
    assert DOMAIN not in [each["IdentityName"] for each in identities]


def stacks(inside: Inside) -> dict[str, object]:
    """When each stack that is there was last changed."""
    listed = inside.client("cloudformation").describe_stacks()["Stacks"]
    return {
        each["StackName"]: each.get("LastUpdatedTime")
        for each in listed
        if each["StackStatus"] not in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS")
    }


def table_of(inside: Inside) -> str:
    (found,) = inside.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}
    name: str = outputs["TableName"]
    return name
