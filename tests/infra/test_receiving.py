"""SES's rule, its permissions, the activation and the domains' records."""

from typing import Any

import pytest

from mayfly.settings import Settings
from tests.infra.conftest import Cloud, Synthesize

pytestmark = pytest.mark.synth
RULE_ARN = ":receipt-rule-set/Mayfly:receipt-rule/Mayfly-receive"


def statement_for_ses(policy: dict[str, Any]) -> dict[str, Any]:
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    (found,) = [
        each for each in statements if each["Principal"] == {"Service": "ses.amazonaws.com"}
    ]
    return found


def records(cloud: Cloud) -> set[tuple[str, str]]:
    found = cloud.resources("AWS::Route53::RecordSet").values()
    return {(each["Type"], str(each["Name"])) for each in found}


def test_one_rule_takes_mail_for_every_verified_domain(cloud: Cloud) -> None:
    rule = cloud.only("AWS::SES::ReceiptRule")["Rule"]

    (action,) = rule["Actions"]
    assert "Recipients" not in rule
    assert rule["Enabled"] is True
    assert rule["ScanEnabled"] is True
    assert rule["TlsPolicy"] == "Optional"
    assert action["S3Action"]["ObjectKeyPrefix"] == Settings().raw_prefix
    assert "TopicArn" in action["S3Action"]
    assert "KmsKeyArn" not in action["S3Action"]


@pytest.mark.parametrize(
    ("kind", "action"),
    [("AWS::S3::BucketPolicy", "s3:PutObject"), ("AWS::SNS::TopicPolicy", "sns:Publish")],
)
def test_ses_may_write_for_this_rule_of_this_account_only(
    cloud: Cloud, kind: str, action: str
) -> None:
    (policy,) = [
        each for each in cloud.resources(kind).values() if "ses.amazonaws.com" in str(each)
    ]

    statement = statement_for_ses(policy)
    assert statement["Action"] == action
    assert statement["Condition"]["StringEquals"] == {
        "AWS:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    assert statement["Condition"]["ArnLike"]["AWS:SourceArn"]["Fn::Join"][1][-1] == RULE_ARN


def test_ses_may_write_raw_mails_and_nothing_else(cloud: Cloud) -> None:
    statement = statement_for_ses(cloud.named("AWS::S3::BucketPolicy", "Mail"))

    assert statement["Resource"]["Fn::Join"][1][-1] == f"/{Settings().raw_prefix}*"


def test_the_rule_waits_for_the_policies_it_is_tried_against(cloud: Cloud) -> None:
    (rule,) = [
        each
        for each in cloud.template["Resources"].values()
        if each["Type"] == "AWS::SES::ReceiptRule"
    ]

    kinds = {cloud.template["Resources"][name]["Type"] for name in rule["DependsOn"]}
    assert {"AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SES::ReceiptRuleSet"} <= kinds


def test_the_rule_set_takes_effect_only_when_mail_can_be_taken(cloud: Cloud) -> None:
    (activation,) = [
        each
        for each in cloud.template["Resources"].values()
        if each["Type"] == "Custom::ActiveReceiptRuleSet"
    ]

    kinds = {cloud.template["Resources"][name]["Type"] for name in activation["DependsOn"]}
    assert {
        "AWS::SES::ReceiptRule",
        "AWS::SNS::Subscription",
        "AWS::SQS::QueuePolicy",
        "AWS::Lambda::EventSourceMapping",
    } <= kinds
    assert activation["Properties"]["IfAnotherIsActive"] == "refuse"


def test_replacing_the_active_rule_set_has_to_be_asked_for(synthesize: Synthesize) -> None:
    cloud = synthesize({"replaceActiveRuleSet": "true"})

    assert cloud.only("Custom::ActiveReceiptRuleSet")["IfAnotherIsActive"] == "replace"


def test_a_rule_added_to_another_set_may_write_from_there(synthesize: Synthesize) -> None:
    cloud = synthesize({"addToActiveRuleSet": True})

    condition = statement_for_ses(cloud.named("AWS::S3::BucketPolicy", "Mail"))["Condition"]
    arn = condition["ArnLike"]["AWS:SourceArn"]["Fn::Join"][1][-1]
    assert cloud.only("Custom::ActiveReceiptRuleSet")["IfAnotherIsActive"] == "add"
    assert arn == ":receipt-rule-set/*:receipt-rule/Mayfly-receive"


def test_without_a_hosted_zone_the_records_to_publish_are_outputs(cloud: Cloud) -> None:
    outputs = cloud.template["Outputs"]

    assert records(cloud) == set()
    told = {name: each for name, each in outputs.items() if name.startswith("Domainmailtestorg")}
    (mx,) = [each for name, each in told.items() if name.startswith("DomainmailtestorgMx")]
    assert len(told) == 4
    assert mx["Value"]["Fn::Join"][1] == [
        "mail.test.org MX 10 inbound-smtp.",
        {"Ref": "AWS::Region"},
        ".amazonaws.com",
    ]


def test_with_a_hosted_zone_the_records_of_every_domain_are_made_there(
    synthesize: Synthesize,
) -> None:
    cloud = synthesize(
        {
            "domains": "test.org,in.test.org",
            "hostedZoneId": "Z0123456789",
            "hostedZoneName": "test.org",
        }
    )

    found = cloud.resources("AWS::Route53::RecordSet").values()
    assert {each["HostedZoneId"] for each in found} == {"Z0123456789"}
    assert {("MX", "test.org"), ("MX", "in.test.org")} <= records(cloud)
    assert sum(each["Type"] == "CNAME" for each in found) == 2 * 3
    assert not any(name.startswith("Domain") for name in cloud.template["Outputs"])


def test_ses_says_where_its_dkim_keys_are(synthesize: Synthesize) -> None:
    cloud = synthesize({"hostedZoneId": "Z0123456789", "hostedZoneName": "mayfly.example"})

    keys = [
        each
        for each in cloud.resources("AWS::Route53::RecordSet").values()
        if each["Type"] == "CNAME"
    ]
    for number, key in enumerate(keys, start=1):
        assert key["Name"]["Fn::GetAtt"][1] == f"DkimDNSTokenName{number}"
        assert key["ResourceRecords"][0]["Fn::GetAtt"][1] == f"DkimDNSTokenValue{number}"


def test_identities_that_are_there_already_are_left_alone(synthesize: Synthesize) -> None:
    cloud = synthesize({"manageIdentities": "false"})

    assert cloud.resources("AWS::SES::EmailIdentity") == {}
    assert any(name.startswith("DomainmayflyexampleMx") for name in cloud.template["Outputs"])
