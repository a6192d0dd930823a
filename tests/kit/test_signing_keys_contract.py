"""What every SigningKeys must do, and what Secrets Manager's must do on top."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from mayfly.errors import SigningKeysUnavailable, Unauthenticated
from mayfly.kit.tokens.ports import SigningKeys
from mayfly.kit.tokens.secretsmanager import SecretSigningKeys
from mayfly.settings import Settings
from tests.aws import SIDES, on_side
from tests.memory import FakeClock, FakeSigningKeys


@dataclass
class Vault:
    """The port under test, and how an operator changes the key."""

    keys: SigningKeys
    change: Callable[[str], object]
    clock: FakeClock


@pytest.fixture(params=SIDES)
def vault(request: pytest.FixtureRequest) -> Iterator[Vault]:
    clock = FakeClock()
    if request.param == "fake":
        fake = FakeSigningKeys()
        yield Vault(fake, fake.change, clock)
        return
    settings = Settings()
    with on_side(settings) as clients:
        client = clients["secretsmanager"]
        yield Vault(
            SecretSigningKeys(lambda: client, settings.token_secret, clock),
            lambda secret: client.put_secret_value(
                SecretId=settings.token_secret, SecretString=secret
            ),
            clock,
        )


def test_the_current_key_is_found_by_its_id(vault: Vault) -> None:
    current = vault.keys.current()

    assert vault.keys.find(current.id) == current
    assert vault.keys.current() == current


def test_a_key_that_never_was_is_not_found(vault: Vault) -> None:
    for key_id in ("", "None", "of-nobody"):
        with pytest.raises(Unauthenticated):
            vault.keys.find(key_id)


def test_a_new_key_signs_within_minutes_and_the_old_one_still_checks(vault: Vault) -> None:
    old = vault.keys.current()

    vault.change("the second secret, as long as the first was")
    vault.clock.advance(minutes=5)

    new = vault.keys.current()
    assert new.secret == "the second secret, as long as the first was"
    assert vault.keys.find(old.id) == old
    assert vault.keys.find(new.id) == new


def test_the_key_before_the_last_is_forgotten(vault: Vault) -> None:
    old = vault.keys.current()

    for secret in ("the second secret, long enough too", "the third secret, long enough too"):
        vault.change(secret)
    vault.clock.advance(minutes=5)

    with pytest.raises(Unauthenticated):
        vault.keys.find(old.id)


class Client:
    """Secrets Manager's client: counts its calls, and fails while it shall."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.exceptions = client.exceptions
        self.calls = 0
        self.is_down = False

    def get_secret_value(self, **arguments: Any) -> Any:
        self.calls += 1
        if self.is_down:
            raise EndpointConnectionError(endpoint_url="https://secretsmanager.example")
        return self.client.get_secret_value(**arguments)


@pytest.fixture
def client() -> Iterator[Client]:
    with on_side(Settings()) as clients:
        yield Client(clients["secretsmanager"])


def keys_over(client: Client, clock: FakeClock) -> SecretSigningKeys:
    return SecretSigningKeys(lambda: client, Settings().token_secret, clock)


def test_nothing_is_read_before_it_is_needed_and_then_once(client: Client) -> None:
    clock = FakeClock()
    keys = keys_over(client, clock)
    assert client.calls == 0

    for _ in range(100):
        keys.find(keys.current().id)

    assert client.calls == 2  # the current version, and whether there is one before it


def test_a_key_that_another_instance_signs_with_already_is_found_in_seconds(
    client: Client,
) -> None:
    clock = FakeClock()
    here, there = keys_over(client, clock), keys_over(client, clock)
    here.current()
    client.client.put_secret_value(
        SecretId=Settings().token_secret, SecretString="the second secret, long enough"
    )
    clock.advance(seconds=5)

    assert here.find(there.current().id).secret == "the second secret, long enough"


def test_made_up_key_ids_do_not_make_calls(client: Client) -> None:
    clock = FakeClock()
    keys = keys_over(client, clock)
    keys.current()
    before = client.calls

    for number in range(1000):
        clock.advance(milliseconds=10)
        with pytest.raises(Unauthenticated):
            keys.find(f"made-up-{number}")

    assert client.calls - before <= 6


def test_the_last_known_keys_outlive_a_failure(client: Client) -> None:
    clock = FakeClock()
    keys = keys_over(client, clock)
    known = keys.current()
    client.is_down = True

    clock.advance(hours=3)

    assert keys.current() == known
    assert keys.find(known.id) == known


def test_without_any_known_key_the_failure_is_named_and_passes(client: Client) -> None:
    clock = FakeClock()
    keys = keys_over(client, clock)
    client.is_down = True

    for _ in range(10):
        with pytest.raises(SigningKeysUnavailable):
            keys.current()
    assert client.calls == 1
    client.is_down = False
    clock.advance(seconds=5)

    assert keys.current()
