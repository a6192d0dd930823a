"""The short way to moto answers as the way over HTTP does."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from infra.local.moto.guard import observed
from infra.local.moto.server import SCHEDULE_GROUP, Cloud, client
from mayfly.settings import Settings
from tests.local.conftest import ENDPOINT

Call = Callable[[Callable[[str], Any], Cloud, Settings], Any]


def rows(clients: Callable[[str], Any], cloud: Cloud, settings: Settings) -> Any:
    dynamodb, name = clients("dynamodb"), settings.table_name
    key = {"pk": {"S": "a"}, "sk": {"S": "é"}}
    values = {"b": {"B": b"\x00\xff"}, "n": {"N": "5"}, "l": {"L": [{"M": {"x": {"BOOL": True}}}]}}
    dynamodb.put_item(TableName=name, Item=key | values)
    dynamodb.transact_write_items(
        TransactItems=[{"Put": {"TableName": name, "Item": key | {"sk": {"S": "t"}} | values}}]
    )
    found = dynamodb.query(
        TableName=name,
        KeyConditionExpression="pk = :a",
        ExpressionAttributeValues={":a": {"S": "a"}},
    )
    batch = dynamodb.batch_get_item(RequestItems={name: {"Keys": [key]}})
    return found["Items"], batch["Responses"][name]


def canceled(clients: Callable[[str], Any], cloud: Cloud, settings: Settings) -> Any:
    key = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    write = {
        "TableName": settings.table_name,
        "Item": key,
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    dynamodb = clients("dynamodb")
    dynamodb.put_item(TableName=settings.table_name, Item=key)
    with pytest.raises(ClientError) as error:
        dynamodb.transact_write_items(TransactItems=[{"Put": write}])
    return error.value.response["Error"], error.value.response["CancellationReasons"]


def objects(clients: Callable[[str], Any], cloud: Cloud, settings: Settings) -> Any:
    s3, bucket = clients("s3"), settings.mail_bucket
    content = bytes(range(256)) * 4000
    s3.put_object(Bucket=bucket, Key="raw/a b+é", Body=content, ContentType="message/rfc822")
    whole = s3.get_object(Bucket=bucket, Key="raw/a b+é")
    part = s3.get_object(Bucket=bucket, Key="raw/a b+é", Range="bytes=10-19")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="raw/")["Contents"]
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=bucket, Key="raw/nothing")
    with pytest.raises(ClientError) as missing:
        s3.head_object(Bucket=bucket, Key="raw/nothing")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "raw/a b+é"}]})
    return (
        whole["Body"].read() == content,
        whole["ContentType"],
        whole["ContentLength"],
        part["Body"].read(),
        part["ContentRange"],
        [(each["Key"], each["Size"]) for each in listed],
        missing.value.response["Error"],
        s3.list_objects_v2(Bucket=bucket)["KeyCount"],
    )


def notices(clients: Callable[[str], Any], cloud: Cloud, settings: Settings) -> Any:
    sns = clients("sns")
    sns.publish(TopicArn=cloud.topic_arn, Message="é & <x>")
    with pytest.raises(sns.exceptions.NotFoundException):
        sns.publish(TopicArn=cloud.topic_arn + "x", Message="to nobody")
    sqs = clients("sqs")
    sqs.send_message(QueueUrl=cloud.queue_url, MessageBody="direct")
    got = sqs.receive_message(QueueUrl=cloud.queue_url, MaxNumberOfMessages=10)["Messages"]
    return [each["Body"] for each in got]


def kept_secret(clients: Callable[[str], Any], cloud: Cloud, settings: Settings) -> Any:
    secrets = clients("secretsmanager")
    with pytest.raises(ClientError) as missing:
        secrets.get_secret_value(SecretId="nothing")
    kept = secrets.get_secret_value(SecretId=settings.token_secret)["SecretString"]
    return kept, missing.value.response["Error"]


def sealed(clients: Callable[[str], Any], cloud: Cloud, settings: Settings) -> Any:
    kms = clients("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    made = kms.encrypt(KeyId=key, Plaintext=b"\x00\xff")["CiphertextBlob"]
    return kms.decrypt(CiphertextBlob=made)["Plaintext"]


def sent(clients: Callable[[str], Any], cloud: Cloud, settings: Settings) -> Any:
    ses = clients("sesv2")
    identity = ses.create_email_identity(EmailIdentity="shop.example")
    with pytest.raises(ClientError) as unknown:
        ses.get_email_identity(EmailIdentity="other.example")
    listed = [each["IdentityName"] for each in ses.list_email_identities()["EmailIdentities"]]
    ses.delete_email_identity(EmailIdentity="shop.example")
    return identity["IdentityType"], unknown.value.response["Error"]["Code"], listed


def scheduled(clients: Callable[[str], Any], cloud: Cloud, settings: Settings) -> Any:
    scheduler = clients("scheduler")
    scheduler.create_schedule(
        Name="a",
        GroupName=SCHEDULE_GROUP,
        ScheduleExpression="at(2026-01-01T00:00:00)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:sqs:us-east-1:1:q", "RoleArn": "arn:aws:iam::1:role/r"},
    )
    got = scheduler.get_schedule(Name="a", GroupName=SCHEDULE_GROUP)["ScheduleExpression"]
    scheduler.delete_schedule(Name="a", GroupName=SCHEDULE_GROUP)
    return got


CALLS = [rows, canceled, objects, notices, kept_secret, sealed, sent, scheduled]


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    """moto as it comes, over HTTP, with the same memory."""
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class QuietHandler(MotoRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


@pytest.mark.parametrize("call", CALLS)
def test_both_ways_have_the_same_answers(
    call: Call, cloud: Cloud, settings: Settings, own_server: str
) -> None:
    short = call(lambda service: client(service, cloud.endpoint), cloud, settings)
    _cleared(cloud, settings)

    there = replace(cloud, queue_url=cloud.queue_url.replace(cloud.endpoint, own_server))
    over_http = call(lambda service: client(service, own_server), there, settings)

    assert short == over_http


def _cleared(cloud: Cloud, settings: Settings) -> None:
    dynamodb, sqs = client("dynamodb", cloud.endpoint), client("sqs", cloud.endpoint)
    for sk in ("é", "t", "b"):
        key = {"pk": {"S": "a"}, "sk": {"S": sk}}
        dynamodb.delete_item(TableName=settings.table_name, Key=key)
    sqs.purge_queue(QueueUrl=cloud.queue_url)


def test_calls_do_not_leave_the_process(cloud: Cloud, settings: Settings) -> None:
    listed = client("s3", cloud.endpoint).list_objects_v2(Bucket=settings.mail_bucket)

    assert cloud.endpoint == ENDPOINT
    assert listed["KeyCount"] == 0


def test_a_service_that_is_not_here_is_asked_nowhere(cloud: Cloud) -> None:
    with pytest.raises(ClientError) as refused:
        client("cloudwatch", cloud.endpoint).list_metrics()

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_other_endpoints_are_left_alone(cloud: Cloud) -> None:
    elsewhere = client("s3", "http://127.0.0.1:2")

    with pytest.raises(Exception, match="Could not connect"):
        elsewhere.list_buckets()


def test_a_failure_inside_is_a_500(cloud: Cloud, settings: Settings) -> None:
    def fail() -> None:
        raise OSError("the disk is full")

    with observed(fail), pytest.raises(ClientError) as failed:
        client("sqs", cloud.endpoint).send_message(QueueUrl=cloud.queue_url, MessageBody="x")

    assert failed.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
