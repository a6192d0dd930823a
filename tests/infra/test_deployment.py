"""The context values: what is taken, what is refused, and that each is documented."""

import json

import pytest

from infra.cloud.context import InvalidContext
from infra.cloud.deployment import Deployment, context_values
from infra.cloud.functions.environment import MADE_HERE, settings_environment
from infra.cloud.name_checks import RECEIVING_REGIONS
from tests.infra.conftest import ROOT

GIVEN = {"domains": "mail.test.org"}
VIRGINIA = "arn:aws:acm:us-east-1:123456789012:certificate/1"
FRANKFURT = "arn:aws:acm:eu-central-1:123456789012:certificate/1"


def test_nothing_but_the_domain_has_to_be_chosen() -> None:
    deployment = Deployment.from_context(GIVEN)

    assert deployment.stack_name == "Mayfly"
    assert deployment.deletion_protection is True


def test_values_come_as_text_from_the_command_line_and_as_json_from_the_file() -> None:
    from_text = Deployment.from_context(
        {"domains": "a.org, b.org", "snapStart": "true", "logDays": "7"}
    )
    from_json = Deployment.from_context(
        {"domains": ["a.org", "b.org"], "snapStart": True, "logDays": 7}
    )

    assert from_text == from_json
    assert from_text.settings.domains == ("a.org", "b.org")


def test_the_cdks_own_context_is_none_of_our_business() -> None:
    given = GIVEN | {
        "@aws-cdk/aws-lambda:recognizeLayerVersion": True,
        "aws:cdk:enable-path-metadata": True,
    }

    assert Deployment.from_context(given) == Deployment.from_context(GIVEN)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"domans": "a.org"}, "no such context value: domans"),
        ({"tableName": "mine"}, "no such context value: tableName"),
        ({"log_days": 7}, "no such context value: log_days; did you mean logDays"),
        ({"logDays": [7]}, "logDays must be one value, not a list"),
        ({"alarmMail": ["a@a.org", "b@b.org"]}, "alarmMail must be one value"),
        ({"alarmMail": "a@a.org,b@b.org"}, "alarmMail must be an e-mail address"),
        ({"domains": {"a.org": True}}, "domains must be a value, not a table"),
        ({"hostedZoneId": "/hostedzone/Z1", "hostedZoneName": "test.org"}, "hostedZoneId"),
        (
            {"webDomain": "https://page.test.org", "webCertificateArn": VIRGINIA},
            "webDomain: not a domain name",
        ),
        ({"domains": "not a domain"}, "domains"),
        ({"domains": ""}, "domains"),
        ({"publicInboxes": "perhaps"}, "publicInboxes"),
        ({"messageLifetimeSeconds": "3 days"}, "messageLifetimeSeconds"),
        ({"inboxMessages": -1}, "inboxMessages must be 0 or more"),
        ({"maxMailBytes": -1}, "maxMailBytes must be 1024 or more"),
        ({"stackName": "my stack"}, "stackName"),
        ({"tlsPolicy": "always"}, "tlsPolicy must be Optional or Require"),
        ({"snapStart": "yes"}, "snapStart must be true or false"),
        ({"logDays": "2"}, "logDays must be one of"),
        ({"logSample": "101"}, "logSample must be from 0 to 100"),
        ({"logSample": "-1"}, "logSample must be"),
        ({"logDays": "-1"}, "logDays must be a whole number"),
        ({"recoveryDays": 36}, "recoveryDays must be from 1 to 35"),
        ({"requestRate": 0}, "requestRate"),
        ({"requestRate": 300}, "requestBurst"),
        ({"alarmMail": "nobody"}, "alarmMail must be an e-mail address"),
        ({"hostedZoneId": "Z1"}, "hostedZoneName"),
        ({"senderAddress": "Mayfly <no-reply@a.org>"}, "senderAddress"),
        ({"domains": "a.org", "senderAddress": "accounts@a.org"}, "senderAddress"),
        ({"corsOrigin": "https://a.example/"}, "corsOrigin"),
        ({"corsOrigin": "https://a.example'"}, "corsOrigin"),
        ({"corsOrigin": "null"}, "corsOrigin"),
        ({"corsOrigin": "https://a.example,b.example"}, "corsOrigin"),
        ({"corsOrigin": ["https://a.example", "*"]}, "corsOrigin"),
        ({"corsOrigin": ""}, "corsOrigin"),
        ({"web": "off"}, "web must be true or false"),
        ({"webDomain": "page.test.org"}, "webCertificateArn"),
        ({"mailFrameDomain": "mail.test.org"}, "webDomain, too"),
        ({"webDomain": "page.test.org", "webCertificateArn": FRANKFURT}, "us-east-1"),
        (
            {
                "webDomain": "page.test.org",
                "mailFrameDomain": "page.test.org",
                "webCertificateArn": VIRGINIA,
            },
            "another name than webDomain",
        ),
        ({"concurrency": 9}, "concurrency must be at least 10"),
        ({"terminationProtection": "true", "deletionProtection": "false"}, "deletionProtection"),
        ({"domains": "a.org", "removeDomains": "A.org"}, "removeDomains names what domains has"),
        ({"removeDomains": "not a domain"}, "removeDomains: not a domain name"),
        (
            {"domains": "a.org", "hostedZoneId": "Z1", "hostedZoneName": "b.org"},
            "not in the hosted zone b.org: a.org",
        ),
        (
            {"replaceActiveRuleSet": "true", "addToActiveRuleSet": "true"},
            "exclude each other",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_named(given: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidContext, match=message):
        Deployment.from_context(GIVEN | given)


def test_without_a_domain_the_refusal_is_the_line_to_type() -> None:
    with pytest.raises(InvalidContext, match="make configure"):
        Deployment.from_context({})


def test_the_file_that_everybody_gets_names_nobodys_domain() -> None:
    assert "domains" not in json.loads((ROOT / "cdk.json").read_text())["context"]


def test_domains_to_remove_are_known_by_their_one_spelling() -> None:
    deployment = Deployment.from_context(GIVEN | {"removeDomains": "Old.Example, bücher.example"})

    assert deployment.domains_to_remove == ("old.example", "xn--bcher-kva.example")


def test_the_region_that_is_chosen_is_the_one_that_is_deployed_to() -> None:
    chosen = GIVEN | {"region": "eu-west-1"}

    assert Deployment.from_context(chosen, region="eu-west-1").region == "eu-west-1"
    with pytest.raises(InvalidContext, match="region is eu-west-1, and this would go to us-east-1"):
        Deployment.from_context(chosen, region="us-east-1")
    with pytest.raises(InvalidContext, match="SES does not receive mail in ap-east-1"):
        Deployment.from_context(GIVEN | {"region": "ap-east-1"})


def test_a_region_where_ses_receives_no_mail_is_refused() -> None:
    with pytest.raises(InvalidContext, match="SES does not receive mail in ap-east-1"):
        Deployment.from_context(GIVEN, region="ap-east-1")


def test_a_region_that_aws_added_since_can_be_used() -> None:
    deployment = Deployment.from_context(GIVEN | {"anyRegion": "true"}, region="ap-east-1")

    assert deployment.any_region is True


def test_ses_receives_mail_in_22_regions() -> None:
    for region in RECEIVING_REGIONS:
        Deployment.from_context(GIVEN, region=region)

    assert len(set(RECEIVING_REGIONS)) == 22


def test_a_misspelt_variable_fails_before_it_is_deployed() -> None:
    settings = Deployment.from_context(GIVEN).settings
    made = dict.fromkeys(MADE_HERE, "x")

    with pytest.raises(TypeError, match="table_name"):
        settings_environment(settings, {**made, "tabel_name": "x"})


@pytest.mark.parametrize("name", context_values())
def test_every_context_value_is_documented(name: str) -> None:
    page = (ROOT / "docs" / "deploying.md").read_text()
    value = context_values()[name]
    default = "" if name == "domains" else shown(value.default)

    # More may follow, as in "see *Sending*".
    assert f"| `{name}` | {default} | {value.metadata['help']}" in page


def shown(default: object) -> str:
    if isinstance(default, tuple):
        default = ",".join(default)
    if isinstance(default, bool):
        default = str(default).lower()
    elif isinstance(default, int):
        return str(default)
    return f"`{default}`" if default else ""
