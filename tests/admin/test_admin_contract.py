"""What every AdminKeys and every Domains must do."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mayfly.admin.dynamodb import DynamoAdminKeys
from mayfly.domains.dynamodb import DynamoDomains
from mayfly.domains.models import DomainTaken, MailDomain, MailServer
from mayfly.domains.ports import Domains
from mayfly.errors import Contended, DomainNotFound
from mayfly.kit.dynamodb.table import Table
from mayfly.kit.tokens.ports import AdminKeys, AdminSecret
from mayfly.kit.tokens.secretsmanager import ManagedAdminSecret
from mayfly.settings import Settings
from tests import samples
from tests.admin.fakes import FakeAdminKeys, FakeAdminSecret, FakeDomains
from tests.aws import on_moto
from tests.memory import FakeClock

LATER = samples.NOW + timedelta(milliseconds=1)
TEMPBOX = MailDomain("tempbox.example", samples.NOW, samples.NOW)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["fake", "moto"])
def keys(request: pytest.FixtureRequest, clock: FakeClock) -> AdminKeys:
    if request.param == "fake":
        return FakeAdminKeys()
    return DynamoAdminKeys(request.getfixturevalue("table"), clock)


@pytest.fixture(params=["fake", "moto"])
def domains(request: pytest.FixtureRequest) -> Domains:
    if request.param == "fake":
        return FakeDomains()
    return DynamoDomains(request.getfixturevalue("table"))


def test_there_is_no_key_before_one_is_made(keys: AdminKeys) -> None:
    assert list(keys.hashes()) == []


def test_a_new_key_takes_the_place_of_the_one_before(keys: AdminKeys, clock: FakeClock) -> None:
    keys.hashes()

    keys.replace("first", clock())
    first = list(keys.hashes())
    keys.replace("second", clock())

    assert first == ["first"]
    assert list(keys.hashes()) == ["second"]


def test_another_instance_knows_a_new_key_within_ten_seconds(
    table: Table, clock: FakeClock
) -> None:
    here, there = DynamoAdminKeys(table, clock), DynamoAdminKeys(table, clock)
    here.replace("first", clock())
    there.hashes()

    here.replace("second", clock())
    clock.advance(seconds=10)

    assert list(there.hashes()) == ["second"]


def test_guessing_costs_one_read_in_ten_seconds(table: Table, clock: FakeClock) -> None:
    reads: list[str] = []

    class Counting:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            reads.append(name)
            found: Callable[..., Any] = getattr(table.client, name)
            return found

    keys = DynamoAdminKeys(replace(table, client=Counting()), clock)
    for _ in range(100):
        keys.hashes()
        clock.advance(milliseconds=99)

    assert reads == ["get_item"]


@pytest.fixture(params=["fake", "moto"])
def vault(request: pytest.FixtureRequest) -> Iterator[tuple[AdminSecret, Callable[[], str]]]:
    """The secret, and how people read it."""
    if request.param == "fake":
        fake = FakeAdminSecret()
        yield fake, lambda: fake.keys[-1]
        return
    settings = Settings()
    with on_moto(settings) as clients:
        client, name = clients["secretsmanager"], settings.admin_secret
        yield (
            ManagedAdminSecret(client, name),
            lambda: str(client.get_secret_value(SecretId=name)["SecretString"]),
        )


def test_people_find_the_newest_key(vault: tuple[AdminSecret, Callable[[], str]]) -> None:
    secret, read = vault

    secret.keep("first")
    secret.keep("second")

    assert read() == "second"


def test_domains_come_back_as_they_were_put_by_name(domains: Domains) -> None:
    every = [
        replace(TEMPBOX, name="a.example", pop3=MailServer("pop.example", 995, tls=True)),
        replace(TEMPBOX, name="b.example", is_on=False, updated_at=LATER),
        MailDomain("c.example", None, LATER, is_deployed=True),
    ]

    for each in reversed(every):
        domains.add(each)

    assert domains.all() == every


def test_a_name_is_added_once(domains: Domains) -> None:
    domains.add(TEMPBOX)

    with pytest.raises(DomainTaken):
        domains.add(replace(TEMPBOX, is_on=False))

    assert domains.all() == [TEMPBOX]


def test_a_change_counts_if_nobody_else_made_one(domains: Domains) -> None:
    domains.add(TEMPBOX)
    changed = replace(TEMPBOX, is_on=False, updated_at=LATER)

    domains.change(changed, samples.NOW)

    assert domains.all() == [changed]
    for seen in (samples.NOW, None):
        with pytest.raises(Contended):
            domains.change(replace(changed, is_on=True), seen)
    assert domains.all() == [changed]


def test_a_domain_that_was_not_there_is_changed_once(domains: Domains) -> None:
    deployed = MailDomain("c.example", None, LATER, is_deployed=True)

    domains.change(deployed, None)

    assert domains.all() == [deployed]
    with pytest.raises(Contended):
        domains.change(deployed, None)


def test_a_removed_domain_is_not_changed_back(domains: Domains) -> None:
    domains.add(TEMPBOX)
    domains.remove(TEMPBOX.id)

    with pytest.raises(Contended):
        domains.change(replace(TEMPBOX, updated_at=LATER), samples.NOW)
    with pytest.raises(DomainNotFound):
        domains.remove(TEMPBOX.id)

    assert domains.all() == []


def test_of_many_who_change_what_they_saw_one_does(domains: Domains) -> None:
    domains.add(TEMPBOX)

    def attempt(number: int) -> bool:
        server = MailServer("pop.example", number, tls=True)
        try:
            domains.change(replace(TEMPBOX, pop3=server, updated_at=LATER), samples.NOW)
        except Contended:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(attempt, range(1, 17)))

    assert sum(done) == 1
    (domain,) = domains.all()
    assert domain.pop3 is not None
    assert done[domain.pop3.port - 1]
