"""The table and the bucket as they are declared, in the test's process: on moto or the engine."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.models import botocore_stubber

from infra.local.moto.guard import guard_moto
from infra.local.moto.server import make_table
from mayfly.settings import Settings
from tests.copies import pickle
from tests.engine import SERVICES, on_engine

REGION = "us-east-1"
SIDES = ["fake", "moto", "engine"]
"""Where the suite of a contract runs: what its fixtures are parametrised with."""
AWS_SIDES = SIDES[1:]
QUICK_SIDES = ["fake", "engine"]
"""For what makes many rows: moto walks over all of them again and again."""


@dataclass(frozen=True)
class Contents:
    """All that moto held at some time; keys of KMS cannot be copied and need not be."""

    state: bytes
    keys: list[Any]

    @classmethod
    def kept(cls) -> "Contents":
        """What there is now."""
        services: Any = BackendDict
        state = {
            (each.service_name, account, region): vars(backend)
            for each in services._instances
            for account, regions in each.items()
            for region, backend in regions.items()
        }
        written, keys = io.BytesIO(), list[Any]()
        pickler: Any = pickle.Pickler(written)

        def place_of(value: object) -> int | None:
            if not isinstance(value, EllipticCurvePrivateKey):
                return None
            keys.append(value)
            return len(keys) - 1

        pickler.persistent_id = place_of
        pickler.dump(state)
        return cls(written.getvalue(), keys)

    def fill(self) -> None:
        """Let moto have it all, which is as it was made."""
        unpickler: Any = pickle.Unpickler(io.BytesIO(self.state))
        unpickler.persistent_load = self.keys.__getitem__
        for (service, account, region), state in unpickler.load().items():
            backend: Any = get_backend(service)[account][region]
            vars(backend).update(state)


@contextmanager
def on_moto(settings: Settings) -> Iterator[dict[str, Any]]:
    """Clients by service name, with the declared table and bucket made."""
    guard_moto()
    with _answering():
        names = (settings.token_secret, settings.admin_secret)
        _made(settings.table_name, settings.mail_bucket, names, settings.password_key).fill()
        yield {service: client(service) for service in SERVICES}


class Side:
    """Which of the sides the test at hand is for; `tests.worlds` says it."""

    current = "moto"


@contextmanager
def on_side(settings: Settings) -> Iterator[dict[str, Any]]:
    """`on_moto`, or the engine if the test is for the engine's side."""
    side = on_engine if Side.current == "engine" else on_moto
    with side(settings) as clients:
        yield clients


@contextmanager
def _answering() -> Iterator[None]:
    """moto answers boto3's clients, with nothing in it before and after.

    `mock_aws` does so too, but first tells `requests` a thousand addresses, each time anew.
    """
    BackendDict.reset()
    botocore_stubber.enabled = True
    try:
        yield
    finally:
        botocore_stubber.enabled = False
        BackendDict.reset()
        reset_model_data()


@cache
def _made(table: str, bucket: str, secrets: tuple[str, str], key_alias: str) -> Contents:
    """What moto has once these are made, which takes longer than most tests."""
    make_table(client("dynamodb"), table)
    client("s3").create_bucket(Bucket=bucket)
    tokens, admin = secrets
    client("secretsmanager").create_secret(
        Name=tokens, SecretString="a secret of the tests, made at deploy time"
    )
    client("secretsmanager").create_secret(Name=admin)
    # moto seals with any key, and draws a pair for each: one of this kind takes no time.
    key = client("kms").create_key(KeySpec="ECC_NIST_P256")["KeyMetadata"]["KeyId"]
    client("kms").create_alias(AliasName=key_alias, TargetKeyId=key)
    return Contents.kept()


@cache
def session() -> Any:
    """A session that every test may use: each reads megabytes of descriptions of the services."""
    return boto3.Session("tests", "tests", region_name=REGION)


@cache
def client(service: str) -> Any:
    """A client that every test may use: making one takes longer than most tests."""
    config = Config(account_id_endpoint_mode="disabled", signature_version="s3v4")
    return session().client(service, config=config)
