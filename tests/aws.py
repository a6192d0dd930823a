"""The table and the bucket of the blueprint, on moto inside the test's process."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from moto import mock_aws

from infra.local.moto.guard import guard_moto
from infra.local.moto.server import make_table
from mayfly.settings import Settings

REGION = "us-east-1"
SERVICES = ("dynamodb", "kms", "route53", "s3", "scheduler", "secretsmanager", "sesv2", "sqs")


@contextmanager
def on_moto(settings: Settings) -> Iterator[dict[str, Any]]:
    """Clients by service name, with the blueprint's table and bucket made."""
    guard_moto()
    with mock_aws():
        clients = {service: client(service) for service in SERVICES}
        make_table(clients["dynamodb"], settings.table_name)
        clients["s3"].create_bucket(Bucket=settings.mail_bucket)
        clients["secretsmanager"].create_secret(
            Name=settings.token_secret, SecretString="a secret of the tests, made at deploy time"
        )
        clients["secretsmanager"].create_secret(Name=settings.admin_secret)
        # moto seals with any key, and draws a pair for each: one of this kind takes no time.
        key = clients["kms"].create_key(KeySpec="ECC_NIST_P256")["KeyMetadata"]["KeyId"]
        clients["kms"].create_alias(AliasName=settings.password_key, TargetKeyId=key)
        yield clients


@cache
def client(service: str) -> Any:
    """A client that every test may use: making one takes longer than most tests."""
    session = boto3.Session("tests", "tests", region_name=REGION)
    config = Config(account_id_endpoint_mode="disabled", signature_version="s3v4")
    return session.client(service, config=config)
