"""The laptop's engine, with what the blueprint has."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from infra.local.engine.clients import Engine
from infra.local.engine.signing import Signer
from mayfly.settings import Settings

SIGNER = Signer("AKIATESTS", "a secret of the tests", "http://127.0.0.1:4566")
SERVICES = ("dynamodb", "kms", "route53", "s3", "scheduler", "secretsmanager", "sesv2", "sqs")


@contextmanager
def on_engine(settings: Settings) -> Iterator[dict[str, Any]]:
    """Clients by service name, with the blueprint's table and bucket made."""
    with closing(Engine(None, settings.table_name, SIGNER)) as engine:
        engine.s3.create_bucket(Bucket=settings.mail_bucket)
        engine.secrets.create_secret(
            Name=settings.token_secret, SecretString="a secret of the tests, made at deploy time"
        )
        engine.secrets.create_secret(Name=settings.admin_secret)
        engine.kms.make_key(settings.password_key, "a key of the tests")
        yield {service: engine.client(service) for service in SERVICES}
