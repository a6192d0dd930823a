"""Every contract runs twice: on the fakes, and on the adapters over moto."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from mayfly.aws.account_watching import DynamoAccountWatching
from mayfly.aws.accounts import DynamoAccounts
from mayfly.aws.contents import DynamoContents
from mayfly.aws.deliveries import DynamoDeliveries
from mayfly.aws.inboxes import DynamoInboxes
from mayfly.aws.messages import DynamoMessages
from mayfly.aws.objects import Bucket, S3PartFiles, S3RawMails
from mayfly.aws.table import Table
from mayfly.aws.watching import DynamoWatching
from mayfly.blueprint.settings import Settings
from mayfly.domain.inbox import Quota
from mayfly.ports.accounts import Accounts
from mayfly.ports.inboxes import Inboxes
from mayfly.ports.mails import Contents, PartFiles, RawMails
from mayfly.ports.messages import Deliveries, Messages
from mayfly.ports.watching import AccountWatching, Watching
from tests.aws import on_moto
from tests.fakes import PLACES, FakeClock, FakeRawMails, Memory

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
    watching: Watching
    raw_mails: RawMails
    part_files: PartFiles
    accounts: Accounts
    account_watching: AccountWatching
    put_raw: Callable[[str, bytes], None]
    table: Table | None = None


@pytest.fixture(params=["fake", "moto"])
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
    with on_moto(settings) as clients:
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
            DynamoWatching(table, PLACES),
            S3RawMails(bucket, settings.raw_prefix),
            S3PartFiles(bucket, settings.file_prefix),
            DynamoAccounts(table, COOLDOWN),
            DynamoAccountWatching(table, PLACES),
            put_raw,
            table,
        )


@pytest.fixture
def table() -> Iterator[Table]:
    """The table alone, on moto."""
    settings = Settings()
    with on_moto(settings) as clients:
        yield Table(clients["dynamodb"], settings.table_name, time.sleep)
