"""What a deployment keeps, gives up and mends, seen from its account."""

import asyncio
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mayfly.kit.dynamodb.keys import MESSAGE_ROW
from tests.cloud.inside import Inside
from tests.cloud.letters import LARGE, LONG, a_mail
from tests.cloud.target import Target, in_thread, until

pytestmark = [pytest.mark.cloud, pytest.mark.needs("inside")]


def test_deleting_an_address_removes_every_object_of_its_mail(
    target: Target, inside: Inside
) -> None:
    before, made = inside.objects(), target.new_address()
    target.send(a_mail(attached=LARGE, html=LONG), made["email"])
    (listed,) = target.messages(made["email"])
    (attachment,) = target.get(f"/api/messages/{listed['id']}")["attachments"]
    target.ask("GET", f"/api/messages/{listed['id']}/attachments/{attachment['id']}")
    kept = {key.partition("/")[0] for key in inside.objects() - before}

    target.ask("DELETE", f"/api/emails/{made['email']}", token=made["access_token"])

    assert kept == {"raw", "content", "files"}
    assert until(lambda: inside.objects() <= before)


def test_a_notice_that_cannot_be_read_ends_in_the_dead_letter_queue(inside: Inside) -> None:
    sqs, queue = inside.client("sqs"), inside.find("AWS::SQS::Queue", "NoticesQueue")
    before = inside.waiting("NoticesFailed")
    asked = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])
    policy = asked["Attributes"]["RedrivePolicy"]
    # The second attempt would be seconds later, and the last one hours.
    once = json.dumps(json.loads(policy) | {"maxReceiveCount": 1})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": once})

    inside.client("sns").publish(
        TopicArn=inside.find("AWS::SNS::Topic", "NoticesTopic"), Message=json.dumps({"poison": 1})
    )

    assert until(lambda: inside.waiting("NoticesFailed") == before + 1)
    assert inside.waiting("NoticesQueue") == 0
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy})


def test_the_sweep_delivers_a_mail_whose_notice_was_lost(target: Target, inside: Inside) -> None:
    address, two_hours_ago = target.new_address()["email"], datetime.now(UTC) - timedelta(hours=2)
    # Nobody gets mail that came before the inbox was made.
    inside.change_inbox(address, created_at=int(two_hours_ago.timestamp() * 1000) - 1)
    mail = a_mail("lost").replace(b"somebody@example.org", address.encode())
    inside.client("s3").put_object(
        Bucket=inside.bucket,
        Key=f"raw/{secrets.token_hex(20)}",
        Body=mail,
        Metadata={"stored-at": two_hours_ago.strftime("%Y-%m-%dT%H:%M:%S.000Z")},
    )

    found = inside.invoke("sweep", {"round": "now"})

    assert found["recovered"] == 1
    (listed,) = target.messages(address)
    assert target.get(f"/api/messages/{listed['id']}")["recovered"] is True


def test_the_clock_starts_the_sweep(inside: Inside) -> None:
    schedules = inside.client("scheduler")
    name = inside.find("AWS::Scheduler::Schedule", "SweepSchedule")
    schedule = schedules.get_schedule(Name=name)
    wanted = {
        part: schedule[part] for part in ("Name", "FlexibleTimeWindow", "Target", "Description")
    }
    group = inside.find("AWS::Logs::LogGroup", "FunctionsSweepLogs")
    before = _swept(inside, group)

    schedules.update_schedule(**wanted, ScheduleExpression="rate(1 minute)")

    assert until(lambda: _swept(inside, group) > before, seconds=90)
    schedules.update_schedule(**wanted, ScheduleExpression=schedule["ScheduleExpression"])


def test_rows_that_expired_are_reclaimed(inside: Inside) -> None:
    dynamodb = inside.client("dynamodb")

    found = dynamodb.describe_time_to_live(TableName=inside.table)["TimeToLiveDescription"]

    assert found == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}


@pytest.mark.needs("mail")
def test_a_message_that_ttl_removed_takes_its_raw_mail_along_and_nobody_is_told(
    target: Target, inside: Inside
) -> None:
    address, before = target.new_address()["email"], inside.objects()
    target.send(a_mail("first", html=LONG), address)
    target.messages(address)
    kept = inside.objects() - before

    async def watch() -> list[Any]:
        async with target.socket() as socket:
            await socket.say(type="subscribe", email=address)
            await in_thread(inside.end_message, address, 1)
            gone = await in_thread(until, lambda: "message" not in inside.rows(address), 90)
            # Changes of one address are followed in their order: that one before this one.
            await in_thread(target.send, a_mail("second"), address)
            return [gone, (await socket.next())["data"]["seq"]]

    told = asyncio.run(watch())

    assert told == [True, 2]
    removed = inside.removals(address)  # the socket's row goes as well, by now or later
    (record,) = [e for e in removed if e["dynamodb"]["Keys"]["sk"]["S"].startswith(MESSAGE_ROW)]
    assert "userIdentity" in record
    assert {key.partition("/")[0] for key in kept} == {"raw", "content"}
    raw = {key for key in kept if key.startswith("raw/")}
    assert until(lambda: not raw & inside.objects())
    assert kept - raw <= inside.objects()
    assert [each["seq"] for each in target.messages(address)] == [2]


def test_the_deployment_activated_its_rule_set(inside: Inside) -> None:
    active = inside.client("ses").describe_active_receipt_rule_set()

    assert active["Metadata"]["Name"] == "Mayfly"
    (rule,) = active["Rules"]
    (action,) = rule["Actions"]
    assert action["S3Action"]["BucketName"] == inside.bucket


def _swept(inside: Inside, group: str) -> int:
    events = inside.client("logs").filter_log_events(logGroupName=group)["events"]
    return sum("Swept" in each["message"] for each in events)
