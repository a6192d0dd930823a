"""The first deployment of another stack: refused at once, failed late, given again, and gone."""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.emulator.cdk import Cdk, CommandFailed
from infra.emulator.emulator import ENVIRONMENT
from tests.cloud.inside import Inside

pytestmark = [pytest.mark.cloud, pytest.mark.needs("stack"), pytest.mark.changes_the_stack]

STACK, DOMAIN = "Second", "second.test"
FREE = {
    *("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::Logs::LogGroup", "AWS::Lambda::LayerVersion"),
    *("AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias"),
    *("AWS::CloudFormation::Stack", "AWS::CDK::Metadata"),
}
"""What the guard needs."""


@pytest.fixture
def second(inside: Inside) -> Cdk:
    """Deploys a stack of its own beside the one that is there, as docs/deploying.md says."""
    context = {
        "domains": DOMAIN,
        "web": "false",
        "sending": "true",
        "apiLogRole": "false",
        "manageIdentities": "false",  # so that the MX record is the first that needs the zone
        "hostedZoneId": next_zone(inside),
        "hostedZoneName": DOMAIN,
    }
    return Cdk(inside.place.emulator, ENVIRONMENT / "layer", context, STACK)


def next_zone(inside: Inside) -> str:
    """The id of the zone that is made next: they count up."""
    zones = inside.client("route53").list_hosted_zones()["HostedZones"]
    return f"Z{1 + max((int(each['Id'].rpartition('Z')[2]) for each in zones), default=0)}"


def there(inside: Inside) -> Mapping[str, set[str]]:
    """All of the account that would be paid for, or be in the way of another try."""
    keys = inside.client("kms")
    found: dict[str, list[Any]] = {
        "tables": inside.client("dynamodb").list_tables()["TableNames"],
        "buckets": [each["Name"] for each in inside.client("s3").list_buckets()["Buckets"]],
        "secrets": [e["ARN"] for e in inside.client("secretsmanager").list_secrets()["SecretList"]],
        "aliases": [each["AliasName"] for each in keys.list_aliases()["Aliases"]],
        "keys": [
            each["KeyId"]
            for each in keys.list_keys()["Keys"]
            if keys.describe_key(KeyId=each["KeyId"])["KeyMetadata"]["KeyState"] == "Enabled"
        ],
        "queues": inside.client("sqs").list_queues().get("QueueUrls", []),
        "functions": [
            each["FunctionName"]
            for page in inside.client("lambda").get_paginator("list_functions").paginate()
            for each in page["Functions"]
        ],
        "rule sets": [
            each["Name"] for each in inside.client("ses").list_receipt_rule_sets()["RuleSets"]
        ],
        "rules": [
            each["Name"]
            for each in inside.client("ses").describe_active_receipt_rule_set()["Rules"]
        ],
        "identities": [
            each["IdentityName"]
            for each in inside.client("sesv2").list_email_identities()["EmailIdentities"]
        ],
        "sets": inside.client("sesv2").list_configuration_sets()["ConfigurationSets"],
        "groups": [
            each["Name"]
            for each in inside.client("scheduler").list_schedule_groups()["ScheduleGroups"]
        ],
    }
    return {kind: set(names) for kind, names in found.items()}


def mx_of(inside: Inside, cdk: Cdk) -> set[str]:
    """The names in its zone that lead mail somewhere."""
    route53, zone = inside.client("route53"), cdk.context["hostedZoneId"]
    listed = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {each["Name"].rstrip(".") for each in listed if each["Type"] == "MX"}


def made(inside: Inside) -> set[str]:
    """The types of the resources that the last try has begun to make."""
    pages = inside.client("cloudformation").get_paginator("describe_stack_events")
    return {
        each["ResourceType"]
        for page in pages.paginate(StackName=STACK)
        for each in page["StackEvents"]
        if each["ResourceStatus"] == "CREATE_IN_PROGRESS"
    }


def test_a_first_deployment_can_fail_and_be_given_again(inside: Inside, second: Cdk) -> None:
    before = there(inside)

    # Another rule set is active, and nobody has said what to do: it ends with the guard.
    with pytest.raises(CommandFailed, match="addToActiveRuleSet"):
        second.deploy()
    assert made(inside) - FREE == {"Custom::DeploymentGuard"}
    assert there(inside) == before

    # The zone is not there yet: it fails at the MX record, when mail is taken already.
    with pytest.raises(CommandFailed):
        second.deploy(addToActiveRuleSet="true")
    assert {"AWS::DynamoDB::Table", "Custom::ActiveReceiptRuleSet"} <= made(inside)
    assert there(inside) == before

    inside.client("route53").create_hosted_zone(Name=DOMAIN, CallerReference=DOMAIN)
    outputs = second.deploy(addToActiveRuleSet="true")
    assert outputs["TableName"] in there(inside)["tables"]

    # Fewer domains than before, by a slip or on purpose.
    other = {"domains": f"other.{DOMAIN}", "addToActiveRuleSet": "true"}
    with pytest.raises(CommandFailed, match=f"removeDomains={DOMAIN}"):
        second.deploy(**other)
    assert mx_of(inside, second) == {DOMAIN}
    second.deploy(**other, removeDomains=DOMAIN)
    assert mx_of(inside, second) == {DOMAIN, f"other.{DOMAIN}"}

    # What is kept is kept with what is in it.
    bucket = outputs["MailBucketName"]
    inside.client("s3").put_object(Bucket=bucket, Key="raw/a", Body=b"x")
    second.destroy(**other, removeDomains=DOMAIN)
    left = {kind: names - before[kind] for kind, names in there(inside).items()}
    assert {kind for kind, names in left.items() if names} == {
        *("tables", "buckets", "secrets", "keys"),
    }
    assert mx_of(inside, second) == {DOMAIN, f"other.{DOMAIN}"}
    assert left["buckets"] == {bucket}
    listed = inside.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
    assert "raw/a" in {each["Key"] for each in listed}
