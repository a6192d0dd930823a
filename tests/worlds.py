"""Every contract runs on the fakes, and on the adapters over moto and over the engine."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from mayfly.accounts.dynamodb import DynamoAccounts
from mayfly.accounts.ports import Accounts
from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.inboxes.models import Quota
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.dynamodb.table import Table
from mayfly.messages.dynamodb import DynamoMessages
from mayfly.messages.ports import Deliveries, Messages
from mayfly.receiving.dynamodb import DynamoDeliveries
from mayfly.settings import Settings
from mayfly.storage.dynamodb import DynamoContents
from mayfly.storage.ports import Contents, PartFiles, RawMails
from mayfly.storage.s3 import Bucket, S3PartFiles, S3RawMails
from mayfly.subscriptions.dynamodb import DynamoSubscriptions
from mayfly.subscriptions.dynamodb_accounts import DynamoAccountSubscriptions
from mayfly.subscriptions.ports import AccountSubscriptions, Subscriptions
from tests.aws import AWS_SIDES, SIDES, Side, on_side
from tests.memory import PLACES, FakeClock, FakeRawMails, Memory

COOLDOWN = timedelta(days=30)
QUOTA = Quota(messages=50, size_bytes=100_000, sender_share=80)


@dataclass
class World:
    """The ports under test, and what a test needs beside them."""

    clock: FakeClock
    inboxes: Inboxes
    messages: Messages
    deliveries: Deliveries
    contents: Contents
    watching: Subscriptions
    raw_mails: RawMails
    part_files: PartFiles
    accounts: Accounts
    account_watching: AccountSubscriptions
    put_raw: Callable[[str, bytes], None]
    table: Table | None = None


@pytest.fixture(params=SIDES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    clock = FakeClock()
    if request.param == "fake":
        memory = Memory(clock, QUOTA, COOLDOWN)
        assert isinstance(memory.raw_mails, FakeRawMails)
        yield World(
            clock,
            memory.inboxes,
            memory.messages,
            memory.deliveries,
            memory.contents,
            memory.watching,
            memory.raw_mails,
            memory.part_files,
            memory.accounts,
            memory.account_watching,
            memory.raw_mails.put,
        )
        return
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, time.sleep)
        bucket = Bucket(clients["s3"], settings.mail_bucket)

        def put_raw(key: str, raw: bytes) -> None:
            clients["s3"].put_object(Bucket=settings.mail_bucket, Key=key, Body=raw)

        yield World(
            clock,
            DynamoInboxes(table, COOLDOWN),
            DynamoMessages(table),
            DynamoDeliveries(table, QUOTA, clock),
            DynamoContents(table, clients["s3"], settings.mail_bucket, settings.content_prefix),
            DynamoSubscriptions(table, PLACES),
            S3RawMails(bucket, settings.raw_prefix),
            S3PartFiles(bucket, settings.file_prefix),
            DynamoAccounts(table, COOLDOWN),
            DynamoAccountSubscriptions(table, PLACES),
            put_raw,
            table,
        )


@pytest.fixture(autouse=True)
def _side(request: pytest.FixtureRequest) -> None:
    """Tell `on_side` what this test is parametrised with."""
    parameters = getattr(request.node, "callspec", None)
    given = parameters.params.values() if parameters else ()
    Side.current = next((each for each in AWS_SIDES if each in given), "moto")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Those who take the table itself, and no port over it, run on both tables."""
    if "table" in metafunc.function.__code__.co_varnames and "table" in metafunc.fixturenames:
        metafunc.parametrize("table", AWS_SIDES, indirect=True)


@pytest.fixture
def table() -> Iterator[Table]:
    """The table alone."""
    settings = Settings()
    with on_side(settings) as clients:
        yield Table(clients["dynamodb"], settings.table_name, time.sleep)
