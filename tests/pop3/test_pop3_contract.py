"""What every Pop3Accounts, InboxSecrets, FetchedMails and Pop3Servers must do."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mayfly.domains.models import MailServer
from mayfly.errors import AddressTaken, SecretsUnavailable
from mayfly.inboxes.dynamodb import DynamoInboxes
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.dynamodb.keys import pop3_key
from mayfly.kit.dynamodb.table import Table
from mayfly.pop3.dynamodb import DynamoPop3Accounts
from mayfly.pop3.kms import KmsInboxSecrets
from mayfly.pop3.models import Credentials, Pop3Account, Pop3Failed, Stage, Trouble, fetched_key
from mayfly.pop3.ports import FetchedMails, InboxSecrets, Pop3Accounts, Pop3Servers
from mayfly.pop3.s3 import S3FetchedMails
from mayfly.pop3.servers import TcpPop3Servers
from mayfly.settings import Settings
from mayfly.storage.ports import RawMails
from mayfly.storage.s3 import Bucket, S3RawMails
from tests import samples
from tests.aws import SIDES, on_side
from tests.memory import Memory
from tests.pop3.scripted import HOST, scripted

COOLDOWN = timedelta(days=30)
INBOX = replace(samples.inbox("0123@pop3.invalid"), external="user@example.com")
BARE = Pop3Account(INBOX.id, INBOX.expires_at, samples.NOW)
WHOLE = replace(
    BARE,
    server=MailServer("pop.example.com", 995, True),
    sealed=b"sealed\x00\xff",
    deletes=True,
    every_seconds=300,
    busy_until=samples.NOW,
    failures=2,
    trouble=Trouble(Stage.LOGIN, "no", "AUTH"),
    seen=b"12345678abcdefgh",
    stuck=b"12345678",
    stuck_times=1,
)


@dataclass
class World:
    """The ports under test, and what shows what they did."""

    accounts: Pop3Accounts
    secrets: InboxSecrets
    fetched: FetchedMails
    raw_mails: RawMails
    inboxes: Inboxes
    table: Table | None = None


@pytest.fixture(params=SIDES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "fake":
        memory = Memory()
        yield World(
            memory.pop3_accounts,
            memory.inbox_secrets,
            memory.fetched_mails,
            memory.raw_mails,
            memory.inboxes,
        )
        return
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, time.sleep)
        bucket = Bucket(clients["s3"], settings.mail_bucket)
        yield World(
            DynamoPop3Accounts(table, COOLDOWN),
            KmsInboxSecrets(lambda: clients["kms"], settings.password_key),
            S3FetchedMails(bucket),
            S3RawMails(bucket, settings.raw_prefix),
            DynamoInboxes(table, COOLDOWN),
            table,
        )


def test_an_inbox_and_its_mailbox_are_made_together(world: World) -> None:
    world.accounts.place(INBOX, WHOLE, samples.NOW)

    assert world.accounts.get(INBOX.id) == WHOLE
    found = world.inboxes.get(INBOX.id)
    assert (found.external, str(found.shown_address)) == ("user@example.com", "user@example.com")
    assert found.is_fetched


def test_where_an_inbox_is_already_neither_is_made(world: World) -> None:
    world.accounts.place(INBOX, WHOLE, samples.NOW)
    other = replace(samples.inbox("0123@pop3.invalid"), external="other@example.com")

    with pytest.raises(AddressTaken):
        world.accounts.place(other, replace(BARE, inbox=other.id), samples.NOW)

    assert world.accounts.get(other.id) is None
    assert world.accounts.get(INBOX.id) == WHOLE


def test_of_two_that_begin_one_goes_on(world: World) -> None:
    first = BARE.turn(samples.NOW)
    assert world.accounts.put(first, None)
    assert not world.accounts.put(first, None)
    second = first.turn(samples.NOW + timedelta(minutes=1))

    assert world.accounts.put(second, first.next_at)
    assert not world.accounts.put(replace(second, failures=9), first.next_at)
    assert world.accounts.get(INBOX.id) == second


def test_what_is_forgotten_is_gone(world: World) -> None:
    world.accounts.put(WHOLE, None)

    world.accounts.remove(INBOX.id)
    world.accounts.remove(INBOX.id)

    assert world.accounts.get(INBOX.id) is None


def test_what_opens_a_mailbox_ends_with_the_inbox(world: World) -> None:
    world.accounts.put(WHOLE, None)

    if world.table:
        row = world.table.get(pop3_key(INBOX.id))
        assert row["ttl"] == INBOX.expires_at.timestamp()


def test_a_secret_opens_for_its_inbox_alone(world: World) -> None:
    sealed = world.secrets.seal("one", b"a secret")

    assert world.secrets.open("one", sealed) == b"a secret"
    with pytest.raises(SecretsUnavailable):
        world.secrets.open("other", sealed)


def test_a_fetched_message_is_a_raw_message(world: World) -> None:
    key = fetched_key("raw/", INBOX.id, "uidl", "0a")

    world.fetched.put(key, b"first")
    world.fetched.put(key, b"second")

    assert world.raw_mails.read(key, 100) == b"second"
    assert [each.key for page in world.raw_mails.listed("") for each in page] == [key]


@pytest.fixture(params=["fake", "tcp"])
def servers(request: pytest.FixtureRequest) -> Iterator[tuple[Pop3Servers, MailServer]]:
    """The way to a server with a mailbox of two messages."""
    if request.param == "fake":
        memory = Memory()
        mails = {"one": b"Subject: 1\r\n\r\n1\r\n", "two": b"Subject: 2\r\n\r\n2\r\n"}
        memory.pop3_servers.given("pop.example.com", "ann", mails=mails)
        yield memory.pop3_servers, MailServer("pop.example.com", 995, True)
        return
    with scripted() as heard:
        real = TcpPop3Servers(lambda name: [HOST], with_private=True, in_clear=True)
        yield real, MailServer("pop.example.com", heard.port, False)


def test_a_mailbox_is_read(servers: tuple[Pop3Servers, MailServer]) -> None:
    way, server = servers
    with way.open(server, Credentials("ann", "secret")) as session:
        first, second = session.listing(500)

        assert (first.uidl, second.uidl) == ("one", "two")
        assert session.retrieve(second, 100, 5) == b"Subject: 2\r\n\r\n2\r\n"
        session.delete(first)
        session.quit()


def test_a_host_without_a_server_is_trouble() -> None:
    way = TcpPop3Servers(lambda name: [], with_private=True)

    with (
        pytest.raises(Pop3Failed) as failed,
        way.open(MailServer("no.example", 995, True), Credentials("ann", "secret")),
    ):
        pass

    assert failed.value.trouble.stage is Stage.NAME
