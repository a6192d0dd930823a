"""The stack's own life: an update keeps what is there, and its end leaves nothing running."""

import pytest

from infra.emulator.cdk import STACK
from tests.cloud.inside import Inside
from tests.cloud.letters import a_mail
from tests.cloud.owners import V1, Owner, simulated
from tests.cloud.target import Target

pytestmark = [pytest.mark.cloud, pytest.mark.needs("stack")]


@pytest.mark.changes_the_stack
def test_an_update_with_other_settings_keeps_inboxes_mails_and_tokens(
    target: Target, inside: Inside
) -> None:
    made, private = target.new_address(), target.new_inbox()
    target.send(a_mail("before"), made["email"])
    (before,) = target.messages(made["email"])

    owner = Owner.new(target, inside)
    mail = owner.later(simulated("success"))

    inside.cdk.deploy(publicInboxes="false", sending="false")

    assert target.ask("POST", "/api/emails").status == 403
    (after,) = target.messages(made["email"])
    assert after == before
    inbox = f"/v1/inboxes/{private['inbox_id']}"
    assert target.ask("GET", inbox, token=private["access_token"]).status == 200
    target.send(a_mail("after"), private["email_address"])
    listed = target.get(f"{inbox}/messages?since_uid=0&wait=20", private["access_token"])
    assert [each["subject"] for each in listed["messages"]] == ["after"]
    assert owner.ask("POST", f"{V1}/emails", {}).status == 403
    assert owner.show(mail)["status"] == "scheduled"
    removed = [owner.ask("DELETE", f"{V1}/emails/{mail}").json for _ in range(2)]
    assert [each["deleted"] for each in removed] == [False, True]


@pytest.mark.ends_the_stack
def test_destroying_the_stack_leaves_no_mail_and_nothing_that_takes_mail(
    target: Target, inside: Inside
) -> None:
    s3, bucket, table = inside.client("s3"), inside.bucket, inside.table
    page = inside.find("AWS::S3::Bucket", "PageFiles")
    inbox = target.ask("POST", "/v1/inboxes", {"mode": "generated"}).json
    target.send(a_mail("the last"), inbox["email_address"])
    assert inside.objects()

    inside.cdk.destroy()

    assert table not in inside.client("dynamodb").list_tables()["TableNames"]
    assert not {bucket, page} & {each["Name"] for each in s3.list_buckets()["Buckets"]}
    ses = inside.client("ses")
    assert "Metadata" not in ses.describe_active_receipt_rule_set()
    assert ses.list_receipt_rule_sets()["RuleSets"] == []
    functions = inside.client("lambda").list_functions()["Functions"]
    assert [each["FunctionName"] for each in functions if STACK in each["FunctionName"]] == []
    assert inside.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []
    scheduler = inside.client("scheduler")
    assert scheduler.list_schedules()["Schedules"] == []
    assert [each["Name"] for each in scheduler.list_schedule_groups()["ScheduleGroups"]] == [
        "default"
    ]
    assert inside.client("sesv2").list_configuration_sets()["ConfigurationSets"] == []
    distributions = inside.client("cloudfront").list_distributions()["DistributionList"]
    assert distributions.get("Items", []) == []
