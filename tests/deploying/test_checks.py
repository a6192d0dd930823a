"""What is looked at before anything is made."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from infra.deploying import checks, name_checks
from infra.deploying.account import Account
from infra.deploying.finding import Finding, State, run_checks
from tests.deploying.conftest import (
    DOMAIN,
    MakeBefore,
    answering,
    deployed,
    refusing,
    settings,
)

MX = "AWS::Route53::RecordSet"


def only(found: Iterable[Finding]) -> Finding:
    (one,) = found
    return one


def test_a_region_without_receiving_is_refused(before: MakeBefore) -> None:
    assert only(checks.region(before())).state is State.OK
    assert only(checks.region(before(region="ap-east-1"))).state is State.WRONG
    added = before(region="ap-east-1", anyRegion=True)
    assert only(checks.region(added)).state is State.NOTE


@pytest.mark.parametrize(
    ("status", "todo"),
    [
        ("UPDATE_IN_PROGRESS", "wait until CloudFormation is done"),
        ("ROLLBACK_FAILED", "remove that by hand"),
        ("DELETE_FAILED", "make destroy"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback --stack-name Mayfly"),
    ],
)
def test_a_stack_that_cannot_be_deployed_now_says_what_to_do(
    before: MakeBefore, account: Account, status: str, todo: str
) -> None:
    found = only(checks.stack_state(before(deployed(account, status=status))))

    assert (found.state, todo in found.todo) == (State.WRONG, True)


@pytest.mark.parametrize(
    "status", ["CREATE_COMPLETE", "ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "IMPORT_COMPLETE"]
)
def test_a_stack_that_can_be_deployed_is_not_mentioned(
    before: MakeBefore, account: Account, status: str
) -> None:
    assert list(checks.stack_state(before(deployed(account, status=status)))) == []
    assert list(checks.stack_state(before())) == []


def test_a_stack_of_somebody_elses_with_our_name_is_left_alone(
    before: MakeBefore, account: Account
) -> None:
    other = deployed(account, description="a shop")

    assert only(checks.stack_state(before(other))).state is State.WRONG


def test_a_deployed_domain_that_was_forgotten_is_named(
    before: MakeBefore, account: Account
) -> None:
    stack = deployed(account, DOMAIN, "old.test.org")

    found = only(checks.domains(before(stack)))
    assert found.state is State.WRONG
    assert "--remove-domain old.test.org" in found.todo

    assert only(checks.domains(before(stack, removeDomains="old.test.org"))).state is State.OK
    failed = deployed(account, "old.test.org", status="ROLLBACK_COMPLETE")
    assert only(checks.domains(before(failed))).state is State.OK


@pytest.mark.parametrize(
    ("version", "state"), [(None, State.WRONG), ("5", State.WRONG), ("6", State.OK), ("30", "ok")]
)
def test_the_cdk_must_have_been_here_lately_enough(
    before: MakeBefore, account: Account, version: str | None, state: State
) -> None:
    answer = {"Parameter": {"Value": version}}
    account._clients["ssm"] = (
        answering("ssm", "get_parameter", answer)  # moto's takes long to load
        if version
        else refusing("ssm", "get_parameter", "ParameterNotFound")
    )

    found = only(checks.bootstrapped(before()))

    assert found.state == state
    assert state == "ok" or "make bootstrap" in found.todo


def test_another_active_rule_set_needs_a_word(before: MakeBefore, account: Account) -> None:
    assert only(checks.rule_set(before())).state is State.OK
    account.client("ses").create_receipt_rule_set(RuleSetName="theirs")
    account.client("ses").set_active_receipt_rule_set(RuleSetName="theirs")

    found = only(checks.rule_set(before()))
    assert found.state is State.WRONG
    assert "theirs" in found.text and "addToActiveRuleSet = true" in found.todo
    assert only(checks.rule_set(before(addToActiveRuleSet=True))).state is State.NOTE
    assert only(checks.rule_set(before(replaceActiveRuleSet=True))).state is State.NOTE
    assert only(checks.rule_set(before(stackName="theirs"))).state is State.OK


@pytest.mark.parametrize(
    ("has", "said", "state"),
    [(1000, 1000, "ok"), (10, 10, "note"), (1000, 10, "note"), (10, 1000, "wrong")],
)
def test_the_account_must_have_the_concurrency_that_was_said(
    before: MakeBefore, account: Account, has: int, said: int, state: str
) -> None:
    account._clients["lambda"] = answering("lambda", "get_account_settings", settings(has))

    assert only(checks.concurrency(before(concurrency=said))).state == state


@pytest.mark.parametrize(
    ("said", "ours", "state"),
    [(1000, 0, "wrong"), (100, 0, "ok"), (1000, 50, "wrong"), (150, 50, "ok"), (1000, 900, "ok")],
)
def test_what_others_have_reserved_is_not_counted_and_what_we_have_is(
    before: MakeBefore, account: Account, said: int, ours: int, state: str
) -> None:
    account._clients["lambda"] = answering("lambda", "get_account_settings", settings(1000, 900))
    receiving = {"Type": "AWS::Lambda::Function"}
    stack = deployed(
        account,
        declared={
            "One": {**receiving, "Properties": {"ReservedConcurrentExecutions": ours}},
            "Two": {**receiving, "Properties": {}},
        },
    )

    found = only(checks.concurrency(before(stack, concurrency=said)))

    assert found.state == state
    assert state == "ok" or f"concurrency = {100 + ours} " in found.todo


def bucket(days: int, status: str = "Enabled") -> dict[str, object]:
    rules = [
        {"Id": "raw", "ExpirationInDays": days, "Status": status},
        {"Id": "uploads", "AbortIncompleteMultipartUpload": {}, "Status": "Enabled"},
    ]
    properties = {"LifecycleConfiguration": {"Rules": rules}}
    return {"Mail1": {"Type": "AWS::S3::Bucket", "Properties": properties}}


@pytest.mark.parametrize(
    ("there", "wanted", "states"),
    [
        (bucket(44), bucket(44), []),
        (bucket(44), bucket(60), []),
        (bucket(44), bucket(21), ["wrong"]),
        (bucket(44), {}, []),
        (bucket(44, "Disabled"), bucket(21), []),
        ({}, bucket(21), []),
    ],
)
def test_mail_that_is_there_ends_before_its_time_only_if_that_was_said(
    before: MakeBefore,
    account: Account,
    there: dict[str, object],
    wanted: dict[str, object],
    states: list[str],
) -> None:
    known = before(deployed(account, declared=there))
    known.assembly.__dict__["declared"] = wanted

    found = list(checks.lifetimes(known))
    assert [each.state for each in found] == states
    assert all("44 days become 21" in each.text for each in found)
    assert all("ARGS=--shorten-lifetimes" in each.todo for each in found)
    agreed = checks.lifetimes(replace(known, may_shorten=True))
    assert [each.state for each in agreed] == ["note" for _ in states]
    assert list(checks.lifetimes(replace(known, stack=None))) == []


def test_an_identity_that_is_there_already_is_not_taken(
    before: MakeBefore, account: Account
) -> None:
    assert only(name_checks.identities(before())).state is State.OK
    absent = only(name_checks.identities(before(manageIdentities=False)))
    assert absent.state is State.WRONG
    account.client("sesv2").create_email_identity(
        EmailIdentity=DOMAIN, Tags=[{"Key": "mayfly:stack", "Value": "Other"}]
    )

    found = only(name_checks.identities(before()))
    assert found.state is State.WRONG
    assert "of the deployment Other" in found.text and "manageIdentities = false" in found.todo
    assert only(name_checks.identities(before(manageIdentities=False))).state is State.OK
    ours = {"Type": "AWS::SES::EmailIdentity", "Properties": {"EmailIdentity": DOMAIN}}
    stack = deployed(account, DOMAIN, declared={"Identity": ours})
    assert only(name_checks.identities(before(stack))).state is State.OK


def test_the_hosted_zone_must_be_there_and_be_the_one_that_is_named(
    before: MakeBefore, account: Account
) -> None:
    made = account.client("route53").create_hosted_zone(Name="test.org", CallerReference="1")
    zone = made["HostedZone"]["Id"].rpartition("/")[2]
    named = {"hostedZoneId": zone, "hostedZoneName": "test.org"}

    assert list(name_checks.zone(before())) == []
    assert only(name_checks.zone(before(**named))).state is State.OK
    for wrong in ({"hostedZoneId": "Z9"}, {"hostedZoneName": "org"}):
        assert only(name_checks.zone(before(**named | wrong))).state is State.WRONG


def test_a_record_that_leads_mail_elsewhere_is_not_overwritten(
    before: MakeBefore, account: Account
) -> None:
    route53 = account.client("route53")
    zone = route53.create_hosted_zone(Name="test.org", CallerReference="1")["HostedZone"]["Id"]
    record = {
        "Name": DOMAIN,
        "Type": "MX",
        "TTL": 60,
        "ResourceRecords": [{"Value": "10 mx.example"}],
    }
    route53.change_resource_record_sets(
        HostedZoneId=zone,
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    named = {"hostedZoneId": zone.rpartition("/")[2], "hostedZoneName": "test.org"}

    *_, found = name_checks.zone(before(**named))
    assert found.state is State.WRONG and "10 mx.example" in found.text
    ours = {"Type": MX, "Properties": {"Name": DOMAIN, "Type": "MX"}}
    stack = deployed(account, DOMAIN, declared={"Record": ours})
    assert only(name_checks.zone(before(stack, **named))).state is State.OK


def test_cloudfront_is_known_to_be_allowed_once_it_was_used(
    before: MakeBefore, account: Account
) -> None:
    assert only(checks.distributions(before())).state is State.NOTE
    assert list(checks.distributions(before(web=False))) == []


def test_who_sends_is_told_of_the_sandbox(before: MakeBefore, account: Account) -> None:
    assert list(checks.sending(before())) == []
    for answer, state in (
        ({"ProductionAccessEnabled": True, "SendingEnabled": True}, State.OK),
        ({"ProductionAccessEnabled": False, "SendingEnabled": True}, State.NOTE),
        ({"ProductionAccessEnabled": True, "SendingEnabled": False}, State.WRONG),
    ):
        account._clients["sesv2"] = answering("sesv2", "get_account", answer)
        assert only(checks.sending(before(sending=True))).state is state


def test_a_look_without_the_right_says_so_and_the_others_go_on(
    before: MakeBefore, account: Account
) -> None:
    account._clients["lambda"] = refusing("lambda", "get_account_settings")

    found = list(
        run_checks((("concurrency", checks.concurrency), ("region", checks.region)), before())
    )

    assert [each.state for each in found] == [State.UNKNOWN, State.OK]
    assert "your credentials may not ask (GetAccountSettings)" in found[0].text
