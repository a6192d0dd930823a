"""An account on moto, as whoever deploys sees it, and what moto cannot say."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from infra.cloud.deployment import Deployment
from infra.deploying.account import Account
from infra.deploying.assembly import Assembly
from infra.deploying.finding import Before
from infra.deploying.stack import Stack
from tests.aws import REGION, client

DOMAIN = "mail.test.org"
SERVICES = ("apigateway", "cloudfront", "cloudwatch", "route53", "ses", "sesv2", "sns")
SESSION = boto3.Session("tests", "tests", region_name=REGION)
Answers = Mapping[str, object]


@pytest.fixture
def account() -> Iterator[Account]:
    """With a hundred functions at once; whether SES sends, only some tests ask."""
    with mock_aws():
        made = Account(REGION, {service: client(service) for service in SERVICES})
        made._clients["lambda"] = answering("lambda", "get_account_settings", settings(100))
        yield made


def settings(concurrency: int, reserved: int = 0) -> Answers:
    left = {"UnreservedConcurrentExecutions": concurrency - reserved}
    return {"AccountLimit": {"ConcurrentExecutions": concurrency, **left}}


def answering(service: str, operation: str, answer: Answers) -> Any:
    """A client for one call, which moto cannot answer."""
    made = SESSION.client(service)
    stubber = Stubber(made)
    stubber.add_response(operation, dict(answer))
    stubber.activate()
    return made


def refusing(service: str, operation: str, code: str = "AccessDeniedException") -> Any:
    """A client whose owner lacks the right for that call, or what else the code says."""
    made = SESSION.client(service)
    stubber = Stubber(made)
    stubber.add_client_error(operation, code)
    stubber.activate()
    return made


def deployed(
    account: Account,
    *domains: str,
    status: str = "UPDATE_COMPLETE",
    resources: Mapping[str, tuple[str, str]] | None = None,
    outputs: Mapping[str, str] | None = None,
    declared: Mapping[str, Any] | None = None,
    name: str = "Mayfly",
    description: str = "Mayfly: disposable email",
) -> Stack:
    """A stack with a guard for these domains, and what else is said."""
    made = Stack(
        account,
        name,
        {
            "StackId": f"arn:aws:cloudformation:{REGION}:123456789012:stack/{name}/1",
            "StackStatus": status,
            "Outputs": [{"OutputKey": k, "OutputValue": v} for k, v in (outputs or {}).items()],
        },
    )
    guard = {"Type": "Custom::DeploymentGuard", "Properties": {"Domains": list(domains)}}
    template = {"Description": description, "Resources": {"Guard": guard, **(declared or {})}}
    # What CloudFormation would answer.
    made.__dict__["_template"] = template
    made.__dict__["resources"] = dict(resources or {})
    return made


MakeBefore = Callable[..., Before]


@pytest.fixture
def before(account: Account, tmp_path: Path) -> MakeBefore:
    """All that is known before a deployment of these values."""
    (tmp_path / "Mayfly.template.json").write_text('{"Resources": {}}')
    made = Assembly(tmp_path, "Mayfly")
    made.__dict__["_properties"] = {
        "requiresBootstrapStackVersion": 6,
        "bootstrapStackVersionSsmParameter": "/cdk-bootstrap/hnb659fds/version",
    }

    def known(stack: Stack | None = None, region: str = REGION, **values: object) -> Before:
        chosen = {"domains": DOMAIN, "concurrency": 100, **values}
        return Before(account, region, Deployment.from_context(chosen), stack, made)

    return known
