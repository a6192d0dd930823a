"""What is made before what, and so what is removed after what."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.cloud.name_checks import RECEIVING_REGIONS
from tests.infra.conftest import DOMAIN, Cloud, Synthesize

pytestmark = pytest.mark.synth


def needs(cloud: Cloud, name: str) -> set[str]:
    """The logical ids of all that is made before this resource."""
    resources, found, ahead = cloud.template["Resources"], set[str](), [name]
    while ahead:
        for each in _named(resources[ahead.pop()]):
            if each in resources and each not in found:
                found.add(each)
                ahead.append(each)
    return found


def _named(part: Any) -> Iterator[str]:
    match part:
        case {"DependsOn": [*names], **rest}:
            yield from names
            yield from _named(rest)
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
            yield name
        case dict():
            for each in part.values():
                yield from _named(each)
        case list():
            for each in part:
                yield from _named(each)


def of_type(cloud: Cloud, kind: str) -> str:
    (found,) = cloud.resources(kind)
    return found


@pytest.fixture(scope="module")
def whole(synthesize: Synthesize) -> Cloud:
    return synthesize({"hostedZoneId": "Z1", "hostedZoneName": DOMAIN, "sending": "true"})


def test_nothing_is_made_before_the_guard_has_answered_but_what_it_needs(whole: Cloud) -> None:
    guard = of_type(whole, "Custom::DeploymentGuard")
    resources = whole.template["Resources"]
    first = needs(whole, guard) | {guard}

    assert {resources[name]["Type"] for name in first} == {
        "Custom::DeploymentGuard",
        "AWS::IAM::Role",
        "AWS::IAM::Policy",
        "AWS::Logs::LogGroup",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Function",
        "AWS::Lambda::Version",
        "AWS::Lambda::Alias",
    }
    late = {
        name
        for name, each in resources.items()
        if name not in first and each["Type"] != "AWS::Lambda::LayerVersion"
    }
    assert [name for name in sorted(late) if guard not in needs(whole, name)] == []


def test_the_guard_asks_for_what_cannot_be_undone(cloud: Cloud, synthesize: Synthesize) -> None:
    guard = cloud.only("Custom::DeploymentGuard")

    assert guard["IfAnotherIsActive"] == "refuse"
    assert guard["Regions"] == list(RECEIVING_REGIONS)
    assert synthesize({"anyRegion": "true"}).only("Custom::DeploymentGuard")["Regions"] == []


def test_the_bucket_is_emptied_once_nothing_writes_to_it_any_more(whole: Cloud) -> None:
    emptying = of_type(whole, "Custom::EmptyBucket")
    bucket = whole.template["Resources"][emptying]["Properties"]["Bucket"]["Ref"]

    writers = [
        *whole.resources("AWS::SES::ReceiptRule"),
        *whole.resources("AWS::Lambda::EventSourceMapping"),
        *whole.resources("Custom::ActiveReceiptRuleSet"),
        *whole.resources("AWS::ApiGateway::Deployment"),
        *whole.resources("AWS::Scheduler::Schedule"),
    ]
    assert len(writers) == 1 + 9 + 1 + 1 + 3
    assert [name for name in writers if emptying not in needs(whole, name)] == []
    assert bucket in needs(whole, emptying)


def test_the_bucket_is_emptied_when_it_goes_and_never_otherwise(
    whole: Cloud, synthesize: Synthesize
) -> None:
    thrown = synthesize({"deletionProtection": "false"})

    for cloud in (whole, thrown):
        resources = cloud.template["Resources"]
        emptying = resources[of_type(cloud, "Custom::EmptyBucket")]
        bucket = resources[emptying["Properties"]["Bucket"]["Ref"]]
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            assert emptying[policy] == bucket[policy]


def test_keeping_the_mail_no_longer_is_a_change_that_cloudformation_sees(
    whole: Cloud, synthesize: Synthesize
) -> None:
    kept, thrown = (
        cloud.only("Custom::EmptyBucket")["Kept"]
        for cloud in (whole, synthesize({"deletionProtection": "false"}))
    )

    assert kept != thrown


def test_mail_is_led_here_only_once_it_is_taken(whole: Cloud) -> None:
    activation = of_type(whole, "Custom::ActiveReceiptRuleSet")

    for name, each in whole.resources("AWS::Route53::RecordSet").items():
        assert (activation in needs(whole, name)) is (each["Type"] == "MX")


def test_schedules_come_late_as_their_roles_have_to_be_known(whole: Cloud) -> None:
    activation = of_type(whole, "Custom::ActiveReceiptRuleSet")

    for name in whole.resources("AWS::Scheduler::Schedule"):
        assert activation in needs(whole, name)


def test_each_change_of_the_code_puts_the_rule_into_effect_anew(whole: Cloud) -> None:
    version = whole.only("Custom::ActiveReceiptRuleSet")["Version"]["Fn::GetAtt"][0]

    assert whole.template["Resources"][version]["Type"] == "AWS::Lambda::Version"


def test_the_page_can_be_added_later_and_changes_nothing_else(
    cloud: Cloud, synthesize: Synthesize
) -> None:
    def made(of: Cloud) -> dict[str, Any]:
        found = of.template["Resources"]
        return {k: v for k, v in found.items() if v["Type"] != "AWS::Lambda::Version"}

    without = made(synthesize({"domains": ["mail.test.org"], "web": "false"}))
    resources = made(cloud)

    assert without.keys() < resources.keys()
    added = {resources[name]["Type"] for name in resources.keys() - without.keys()}
    assert "AWS::CloudFront::Distribution" in added
    kept = {"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::ApiGateway::RestApi", *_CUSTOM}
    for name, each in without.items():
        assert resources[name]["Type"] == each["Type"]
        if each["Type"] in kept:
            assert resources[name] == each


_CUSTOM = {"Custom::ActiveReceiptRuleSet", "Custom::EmptyBucket", "Custom::DeploymentGuard"}
