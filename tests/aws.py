"""The table and the bucket of the blueprint, on moto inside the test's process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from moto import mock_aws

from infra.local.moto_guard import guard_moto
from mayfly.blueprint import table
from mayfly.blueprint.settings import Settings

REGION = "us-east-1"


@contextmanager
def on_moto(settings: Settings) -> Iterator[dict[str, Any]]:
    """Clients by service name, with the blueprint's table and bucket made."""
    guard_moto()
    with mock_aws():
        config = Config(account_id_endpoint_mode="disabled", signature_version="s3v4")
        clients = {
            service: boto3.client(service, region_name=REGION, config=config)
            for service in ("dynamodb", "s3", "secretsmanager", "sqs")
        }
        make_table(clients["dynamodb"], settings.table_name)
        clients["s3"].create_bucket(Bucket=settings.mail_bucket)
        clients["secretsmanager"].create_secret(
            Name=settings.token_secret, SecretString="a secret of the tests, made at deploy time"
        )
        yield clients


def make_table(dynamodb: Any, name: str) -> None:
    """The one table, as the blueprint has it."""
    keys = [(table.PARTITION_KEY, "HASH"), (table.SORT_KEY, "RANGE")]
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": k, "AttributeType": "S"} for k, _ in keys],
        KeySchema=[{"AttributeName": k, "KeyType": kind} for k, kind in keys],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": table.STREAM_VIEW},
    )
