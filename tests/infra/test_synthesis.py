"""The template as a whole: valid, checked, the same every time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.conftest import ROOT, Cloud, MakeApp, Synthesize

pytestmark = pytest.mark.synth


def test_the_same_context_gives_the_same_template(
    make_app: MakeApp, synthesize: Synthesize
) -> None:
    first, second = synthesize({"logDays": 14}), make_app({"logDays": 14}).synth()

    assert (
        first.template_file.read_bytes() == Cloud(Path(second.directory)).template_file.read_bytes()
    )


@pytest.mark.parametrize("sending", ["false", "true"])
def test_cfn_lint_finds_nothing(synthesize: Synthesize, sending: str) -> None:
    cloud = synthesize({"domains": ["mail.test.org"], "sending": sending})
    # W3005: the CDK writes dependencies that references already imply.
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--ignore-checks", "W3005"]
    found = subprocess.run(
        [*command, "--", str(cloud.template_file)], capture_output=True, text=True, check=False
    )

    assert (found.stdout, found.stderr, found.returncode) == ("", "", 0)


def test_a_finding_of_cdk_nag_stops_the_synthesis(make_app: MakeApp) -> None:
    from aws_cdk import aws_sqs as sqs

    app = make_app({})
    sqs.Queue(app.node.find_child("Mayfly"), "WithoutTls")

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


def test_a_synthesis_without_a_domain_ends_with_the_line_to_type(tmp_path: Path) -> None:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CDK_")}
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**mine, "CDK_OUTDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "-c domains=mail.example.org" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_template_fits_into_cloudformation(cloud: Cloud) -> None:
    assert cloud.template_file.stat().st_size < 1_000_000
    assert len(cloud.template["Resources"]) < 500


def test_two_deployments_of_one_account_share_no_name(cloud: Cloud, synthesize: Synthesize) -> None:
    other = synthesize({"stackName": "Mayfly-test"})

    for kind in ("AWS::SES::ReceiptRuleSet", "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        assert cloud.only(kind) != other.only(kind)
