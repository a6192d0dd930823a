"""moto inside this process, and in it what the blueprint names: table, bucket, queues, key."""

import threading
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.scheduler.models import scheduler_backends
from moto.ses.models import ses_backends
from moto.sqs.models import sqs_backends

from infra.local.account import (
    ACCOUNT,
    DEAD_LETTERS,
    FAILED_CHANGES,
    NOTICE_QUEUE,
    REGION,
    SCHEDULE_GROUP,
    TOPIC,
    WEBHOOK_SCHEDULES,
    queue_arn,
)
from infra.local.moto import in_process
from mayfly import functions
from mayfly.kit.dynamodb import keys as table
from mayfly.settings import Settings

_RETENTION = timedelta(days=14)
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where what the deployment makes can be found."""

    endpoint: str
    topic_arn: str
    queue_url: str

    @classmethod
    def make(cls, endpoint: str, settings: Settings, token_key: str) -> "Cloud":
        """Make the table, the bucket, the topic, the queues, the secret and the sender."""
        make_table(client("dynamodb", endpoint), settings.table_name)
        client("s3", endpoint).create_bucket(Bucket=settings.mail_bucket)
        client("secretsmanager", endpoint).create_secret(
            Name=settings.token_secret, SecretString=token_key
        )
        kms = client("kms", endpoint)
        key = kms.create_key(Description="Seals the passwords of generated inboxes")
        kms.create_alias(AliasName=settings.password_key, TargetKeyId=key["KeyMetadata"]["KeyId"])
        if settings.sender_address:
            client("sesv2", endpoint).create_email_identity(EmailIdentity=settings.sender_address)
        sqs = client("sqs", endpoint)
        retention = {"MessageRetentionPeriod": str(int(_RETENTION.total_seconds()))}
        for name in {*DEAD_LETTERS.values(), FAILED_CHANGES}:
            sqs.create_queue(QueueName=name, Attributes=retention)
        # Dead-lettering is moto's own: it has the counts. See `lambda_.triggers`.
        for name, failed in DEAD_LETTERS.items():
            redrive = {"RedrivePolicy": _redrive(failed)}
            sqs.create_queue(QueueName=name, Attributes=retention | redrive)
        for group in (SCHEDULE_GROUP, WEBHOOK_SCHEDULES):
            client("scheduler", endpoint).create_schedule_group(Name=group)
        sns = client("sns", endpoint)
        topic_arn = sns.create_topic(Name=TOPIC)["TopicArn"]
        sns.subscribe(
            TopicArn=topic_arn,
            Protocol="sqs",
            Endpoint=queue_arn(NOTICE_QUEUE),
            Attributes={"RawMessageDelivery": "true"},
        )
        return cls(endpoint, topic_arn, f"{endpoint}/{ACCOUNT}/{NOTICE_QUEUE}")


def client(service: str, endpoint: str) -> Any:
    """A client of the local AWS for this process's own use."""
    config = Config(
        connect_timeout=2,
        read_timeout=20,
        retries={"total_max_attempts": 1},
        max_pool_connections=32,
    )
    with _making:  # sessions are not safe under threads
        made = _session().client(service, endpoint_url=endpoint, config=config)
        _ = made.exceptions  # now: threads would make its classes twice, each catching its own only
        return made


@cache
def _session() -> Any:
    """One for all clients: it remembers the descriptions of the services, which are large."""
    in_process.install()
    return boto3.Session("laptop", "laptop", region_name=REGION)


def make_table(dynamodb: Any, name: str) -> None:
    """The one table, as the blueprint has it."""
    keys = {table.PARTITION_KEY: "HASH", table.SORT_KEY: "RANGE"}
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys.items()],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": table.STREAM_VIEW},
    )
    dynamodb.update_time_to_live(
        TableName=name,
        TimeToLiveSpecification={"Enabled": True, "AttributeName": table.TTL_ATTRIBUTE},
    )


def schedules_inside() -> list[dict[str, Any]]:
    """The schedules of each group, by their names."""
    groups = scheduler_backends[ACCOUNT][REGION].schedule_groups
    return [each.schedules for each in groups.values()]


def _redrive(failed: str) -> str:
    attempts = functions.NOTICE_ATTEMPTS
    target = queue_arn(failed)
    return f'{{"deadLetterTargetArn": "{target}", "maxReceiveCount": {attempts}}}'


# moto's own objects, for those who work inside its lock.


def table_inside(name: str) -> Any:
    """moto's table of this name."""
    return dynamodb_backends[ACCOUNT][REGION].tables[name]


def queues_inside() -> Any:
    """moto's SQS."""
    return sqs_backends[ACCOUNT][REGION]


def buckets_inside() -> Any:
    """moto's S3."""
    return s3_backends[ACCOUNT]["aws"]


def mails_inside() -> Any:
    """The messages that were sent, oldest first."""
    return ses_backends[ACCOUNT][REGION].sent_messages
