"""The bucket, the table and the queues, as the template has them."""

import json

import pytest

from mayfly import functions, limits
from mayfly.kit.dynamodb import keys as table
from mayfly.settings import Settings
from tests.infra.conftest import DOMAIN, Cloud, Resource, Synthesize

pytestmark = pytest.mark.synth
DAY = 24 * 3600


def resources(cloud: Cloud) -> dict[str, Resource]:
    found: dict[str, Resource] = cloud.template["Resources"]
    return found


def test_the_table_has_the_declared_keys(cloud: Cloud) -> None:
    found = cloud.only("AWS::DynamoDB::Table")

    assert found["KeySchema"] == [
        {"AttributeName": table.PARTITION_KEY, "KeyType": "HASH"},
        {"AttributeName": table.SORT_KEY, "KeyType": "RANGE"},
    ]
    assert found["StreamSpecification"] == {"StreamViewType": table.STREAM_VIEW}
    assert found["BillingMode"] == "PAY_PER_REQUEST"


def test_the_table_forgets_by_the_declared_ttl_attribute(cloud: Cloud) -> None:
    found = cloud.only("AWS::DynamoDB::Table")

    assert found["TimeToLiveSpecification"] == {
        "AttributeName": table.TTL_ATTRIBUTE,
        "Enabled": True,
    }


def test_the_table_can_be_restored(cloud: Cloud) -> None:
    found = cloud.only("AWS::DynamoDB::Table")

    assert found["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True


def test_stack_and_table_refuse_to_be_deleted_once_that_is_asked_for(
    cloud: Cloud, synthesize: Synthesize
) -> None:
    protected = synthesize({"terminationProtection": "true"})

    assert [each.is_protected for each in (cloud, protected)] == [False, True]
    assert cloud.only("AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is False
    assert protected.only("AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is True


def test_a_stack_that_goes_leaves_its_mail(cloud: Cloud) -> None:
    kept = {
        each["Type"]
        for each in cloud.template["Resources"].values()
        if each.get("DeletionPolicy") == "RetainExceptOnCreate"
    }

    assert kept >= {"AWS::S3::Bucket", "AWS::DynamoDB::Table"}


def test_nothing_outlives_a_creation_that_has_failed(synthesize: Synthesize) -> None:
    cloud = synthesize({"hostedZoneId": "Z1", "hostedZoneName": DOMAIN, "sending": "true"})

    policies = {each.get("DeletionPolicy", "Delete") for each in resources(cloud).values()}
    assert policies == {"Delete", "RetainExceptOnCreate"}


def test_a_stack_to_throw_away_keeps_nothing(synthesize: Synthesize) -> None:
    cloud = synthesize({"deletionProtection": "false"})

    kept = {
        name
        for name, each in cloud.template["Resources"].items()
        if each.get("DeletionPolicy", "Delete") != "Delete"
    }
    assert cloud.only("AWS::DynamoDB::Table")["DeletionProtectionEnabled"] is False
    assert {cloud.template["Resources"][name]["Type"] for name in kept} == {
        "AWS::ApiGateway::Account",
        "AWS::IAM::Role",
    }


def test_nobody_can_make_the_mail_bucket_public(cloud: Cloud) -> None:
    found = cloud.named("AWS::S3::Bucket", "Mail")

    assert found["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert found["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_the_mail_bucket_encrypts_and_keeps_no_old_versions(cloud: Cloud) -> None:
    found = cloud.named("AWS::S3::Bucket", "Mail")

    (rule,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert "VersioningConfiguration" not in found


def test_buckets_topics_and_queues_are_used_over_tls_only(cloud: Cloud) -> None:
    policies = [
        json.dumps(properties["PolicyDocument"])
        for kind in ("AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")
        for properties in cloud.resources(kind).values()
    ]

    queues = cloud.resources("AWS::SQS::Queue")
    topics = cloud.resources("AWS::SNS::Topic")
    assert len(policies) == 2 + len(topics) + len(queues)
    for policy in policies:
        assert '"aws:SecureTransport": "false"' in policy
        assert '"Effect": "Deny"' in policy


@pytest.mark.parametrize(
    ("context", "longest"),
    [
        ({"messageLifetimeSeconds": 40 * DAY}, 40),
        ({"mailboxMessageLifetimeSeconds": 50 * DAY}, 50),
    ],
)
def test_mails_outlive_their_messages_by_the_time_a_notice_can_wait(
    synthesize: Synthesize, context: dict[str, object], longest: int
) -> None:
    cloud = synthesize(context)

    rules = cloud.named("AWS::S3::Bucket", "Mail")["LifecycleConfiguration"]["Rules"]
    days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}
    settings = Settings()
    assert days == {
        settings.raw_prefix: longest + 14,
        settings.content_prefix: longest + 14,
        settings.file_prefix: 1,
        settings.export_prefix: 2,
        f"{settings.outgoing_prefix}soon/": 2 * 30 + 14,
        f"{settings.outgoing_prefix}later/": 365 + 2 * 30 + 14,
        f"{settings.outgoing_prefix}uploads/": 1,
    }
    assert {"DaysAfterInitiation": 1} in [
        rule.get("AbortIncompleteMultipartUpload") for rule in rules
    ]


def test_every_queue_is_encrypted_and_keeps_messages_for_a_fortnight(cloud: Cloud) -> None:
    queues = cloud.resources("AWS::SQS::Queue").values()

    assert [each["SqsManagedSseEnabled"] for each in queues] == [True] * 11
    assert [each["MessageRetentionPeriod"] for each in queues] == [14 * DAY] * 11


def test_a_notice_that_fails_too_often_goes_to_a_dead_letter_queue(cloud: Cloud) -> None:
    (queue,) = [
        each
        for name, each in cloud.resources("AWS::SQS::Queue").items()
        if name.startswith("NoticesQueue")
    ]

    timeout = functions.INBOUND_MAIL.timeout.total_seconds()
    assert queue["RedrivePolicy"]["maxReceiveCount"] == functions.NOTICE_ATTEMPTS
    assert queue["VisibilityTimeout"] >= 6 * timeout


def test_the_bucket_tells_a_queue_of_each_raw_mail_which_is_looked_at_later(cloud: Cloud) -> None:
    queues = cloud.resources("AWS::SQS::Queue")
    (name,) = [each for each in queues if each.startswith("ArrivalsQueue")]
    (bucket,) = [
        each
        for each in cloud.resources("AWS::S3::Bucket").values()
        if "NotificationConfiguration" in each
    ]
    (told,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    (mapping,) = [
        each
        for each in cloud.resources("AWS::Lambda::EventSourceMapping").values()
        if each["EventSourceArn"] == told["Queue"]
    ]

    assert told["Queue"] == {"Fn::GetAtt": [name, "Arn"]}
    assert told["Event"] == "s3:ObjectCreated:*"
    assert told["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": "raw/"}]}}
    assert queues[name]["DelaySeconds"] == limits.ARRIVAL_DELAY.total_seconds()
    assert queues[name]["RedrivePolicy"]["maxReceiveCount"] == functions.ARRIVAL_ATTEMPTS
    window = mapping["MaximumBatchingWindowInSeconds"]
    assert queues[name]["VisibilityTimeout"] >= 6 * functions.SWEEP.timeout.total_seconds() + window
    # SQS hides a record for twelve hours at most, counted from when it handed it out.
    longest = limits.LONGEST_ARRIVAL_WAIT + functions.SWEEP.timeout
    assert longest.total_seconds() < 12 * 3600
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert cloud.functions()["sweep"]["Environment"]["Variables"]["ARRIVALS_QUEUE_URL"]


def test_the_bucket_may_tell_the_queue_before_it_is_made(cloud: Cloud) -> None:
    """S3 tries the queue when it is told of it."""
    resources = cloud.template["Resources"]
    (bucket,) = [
        each
        for each in resources.values()
        if each["Type"] == "AWS::S3::Bucket" and "NotificationConfiguration" in each["Properties"]
    ]
    (policy,) = [
        name
        for name, each in resources.items()
        if each["Type"] == "AWS::SQS::QueuePolicy" and name.startswith("ArrivalsQueue")
    ]

    (allowed,) = [
        each
        for each in resources[policy]["Properties"]["PolicyDocument"]["Statement"]
        if each["Effect"] == "Allow"
    ]
    assert policy in bucket["DependsOn"]
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_a_notice_that_cannot_reach_the_queue_goes_to_a_dead_letter_queue(cloud: Cloud) -> None:
    subscription = cloud.only("AWS::SNS::Subscription")

    undelivered = subscription["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
    assert undelivered in cloud.resources("AWS::SQS::Queue")
    assert undelivered != subscription["Endpoint"]["Fn::GetAtt"][0]
    assert subscription["RawMessageDelivery"] is True
