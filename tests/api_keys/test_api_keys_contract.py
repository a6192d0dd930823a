"""What every ApiKeys must do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from mayfly.accounts.dynamodb import DynamoAccounts
from mayfly.accounts.models import Account
from mayfly.accounts.ports import Accounts
from mayfly.api_keys.dynamodb import DynamoApiKeys
from mayfly.api_keys.models import ApiKey, KeyNotFound, KeyProof, Scope, new_key
from mayfly.api_keys.service import ApiKeys
from mayfly.errors import AccountNotFound, Contended
from mayfly.kit.dynamodb.table import Table
from mayfly.settings import Settings
from tests import samples
from tests.accounts.test_accounts_contract import an_account
from tests.aws import on_moto
from tests.memory import FakeClock, Memory

ANN = an_account()
COOLDOWN = timedelta(days=30)


@dataclass
class World:
    """The ports under test."""

    keys: ApiKeys
    accounts: Accounts
    table: Table | None = None

    def given(self, *numbers: int) -> Account:
        """An account with keys of these numbers."""
        account = ANN
        self.accounts.add(account)
        for number in numbers:
            account = self.keys.add(with_key(account, a_key(number)), a_key(number))
        return account


@pytest.fixture(params=["fake", "moto"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "fake":
        memory = Memory()
        yield World(memory.api_keys, memory.accounts)
        return
    settings = Settings()
    with on_moto(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, FakeClock().pause)
        yield World(DynamoApiKeys(table), DynamoAccounts(table, COOLDOWN), table)


def a_key(number: int = 1, **changes: object) -> ApiKey:
    proof = KeyProof.of(new_key(number.to_bytes(32, "big")))
    key = ApiKey(proof, ANN.id, f"key {number}", frozenset(Scope), samples.NOW)
    return replace(key, **changes)  # type: ignore[arg-type]


def with_key(account: Account, key: ApiKey) -> Account:
    return account.with_key(key.id, account.keys)


def test_a_key_is_found_as_it_was_added(world: World) -> None:
    account = world.given()
    end = samples.NOW + timedelta(days=1)
    key = a_key(7, scopes=frozenset({Scope.SMTP}), expires_at=end, last_used_at=samples.NOW)

    saved = world.keys.add(with_key(account, key), key)

    assert world.keys.find(key.id) == key
    assert world.keys.of(saved) == [key]
    assert world.accounts.get(account.id) == saved
    assert (saved.keys, saved.revision) == ((key.id,), account.revision + 1)


def test_keys_are_listed_in_the_accounts_order(world: World) -> None:
    account = world.given(3, 1, 2)

    assert world.keys.of(account) == [a_key(3), a_key(1), a_key(2)]
    assert world.keys.of(account.without_key(a_key(1).id)) == [a_key(3), a_key(2)]
    assert world.keys.of(an_account()) == []


def test_what_was_read_before_another_write_adds_and_removes_nothing(world: World) -> None:
    account = world.given(1)
    world.accounts.save(replace(account, full_name="Ann"), account.revision)

    with pytest.raises(Contended):
        world.keys.add(with_key(account, a_key(2)), a_key(2))
    with pytest.raises(Contended):
        world.keys.remove(account.without_key(a_key(1).id), a_key(1).id)

    with pytest.raises(KeyNotFound):
        world.keys.find(a_key(2).id)
    assert world.keys.find(a_key(1).id) == a_key(1)
    assert world.accounts.get(account.id).keys == (a_key(1).id,)


def test_a_removed_key_is_gone_and_the_others_stay(world: World) -> None:
    account = world.given(1, 2)

    saved = world.keys.remove(account.without_key(a_key(1).id), a_key(1).id)

    with pytest.raises(KeyNotFound):
        world.keys.find(a_key(1).id)
    assert world.keys.of(saved) == [a_key(2)]
    assert world.accounts.get(account.id) == saved
    again = world.keys.remove(saved, a_key(1).id)
    assert world.keys.of(again) == [a_key(2)]


def test_its_use_is_noted_and_brings_no_key_back(world: World) -> None:
    account = world.given(1)
    later = samples.NOW + timedelta(hours=2)

    world.keys.note_use(a_key(1), later)

    assert world.keys.find(a_key(1).id) == a_key(1, last_used_at=later)
    world.keys.remove(account.without_key(a_key(1).id), a_key(1).id)
    world.keys.note_use(a_key(1), later)
    with pytest.raises(KeyNotFound):
        world.keys.find(a_key(1).id)


def test_keys_go_with_their_account(world: World) -> None:
    account = world.given(*range(1, 21))

    world.accounts.remove(account)

    with pytest.raises(AccountNotFound):
        world.accounts.get(account.id)
    for number in (1, 20):
        with pytest.raises(KeyNotFound):
            world.keys.find(a_key(number).id)
    world.accounts.remove(account)


def test_an_account_that_was_changed_meanwhile_keeps_its_keys(world: World) -> None:
    account = world.given(1)
    world.accounts.save(account, account.revision)

    with pytest.raises(Contended):
        world.accounts.remove(account)

    assert world.keys.find(a_key(1).id) == a_key(1)


@pytest.mark.parametrize("world", ["moto"], indirect=True)
def test_a_row_has_no_key_in_it_and_goes_a_month_after_its_end(world: World) -> None:
    account = world.given()
    text, end = new_key(bytes(32)), samples.NOW + timedelta(days=1)
    key = a_key(0, expires_at=end)
    assert world.table is not None

    world.keys.add(with_key(account, key), key)

    row = world.table.get({"pk": f"key#{key.id}", "sk": "key"})
    assert row["ttl"] == int((end + timedelta(days=30)).timestamp())
    assert text[4:-6] not in str(row)
