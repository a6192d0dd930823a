"""What every RelayConfigs, Keyrings, DomainSecrets and Relays must do."""

import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mayfly.email_auth.dkim import OVERLAP, DkimKey, Keyring, KeyState, KeyType
from mayfly.errors import Contended, SecretsUnavailable
from mayfly.kit.dynamodb.table import Table
from mayfly.kit.kms import KmsDomainSecrets
from mayfly.relays.dynamodb import DynamoKeyrings, DynamoRelayConfigs
from mayfly.relays.models import Relay, RelayConfig, Stage, Verdict
from mayfly.relays.ports import DomainSecrets, Keyrings, RelayConfigs, Relays
from mayfly.relays.smtp import SmtpRelays
from mayfly.settings import Settings
from tests import samples
from tests.aws import SIDES, on_side
from tests.certificates import authority
from tests.mail_relay import HOST, PASSWORD, USER, relay
from tests.memory import Memory

ONE, OTHER = "00000001-0000-8000-8000-000000000000", "00000002-0000-8000-8000-000000000000"
RAW = b"From: a@b.example\r\nSubject: Hi\r\n\r\nHi\r\n"
CONFIG = RelayConfig(
    ONE, "relay.example", 587, False, "ann@relay.example", b"sealed\x00\xff", samples.NOW
)


@dataclass
class World:
    """The ports under test."""

    configs: RelayConfigs
    keyrings: Keyrings
    secrets: DomainSecrets


@pytest.fixture(params=SIDES)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    if request.param == "fake":
        memory = Memory()
        yield World(memory.relay_configs, memory.keyrings, memory.domain_secrets)
        return
    settings = Settings()
    with on_side(settings) as clients:
        table = Table(clients["dynamodb"], settings.table_name, time.sleep)
        secrets = KmsDomainSecrets(lambda: clients["kms"], settings.password_key)
        yield World(DynamoRelayConfigs(table), DynamoKeyrings(table), secrets)


def test_a_relay_is_kept_as_it_is(world: World) -> None:
    world.configs.put(CONFIG)
    bare = replace(CONFIG, domain=OTHER, username="", sealed=b"", secure=True)
    world.configs.put(bare)

    assert world.configs.get(ONE) == CONFIG
    assert world.configs.get(OTHER) == bare


def test_a_relay_takes_the_place_of_the_one_before(world: World) -> None:
    world.configs.put(CONFIG)
    changed = replace(CONFIG, host="other.example", sealed=b"another")

    world.configs.put(changed)

    assert world.configs.get(ONE) == changed


def test_a_relay_that_was_removed_is_gone(world: World) -> None:
    world.configs.put(CONFIG)

    assert world.configs.remove(ONE)
    assert not world.configs.remove(ONE)
    assert world.configs.get(ONE) is None


def a_key(selector: str, **changes: object) -> DkimKey:
    made = DkimKey(selector, KeyType.ED25519, "cHVibGlj", b"sealed\x00", samples.NOW)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_keys_are_kept_in_their_order(world: World) -> None:
    retired = a_key("a1", state=KeyState.RETIRED, ends_at=samples.NOW + OVERLAP)
    ring = Keyring(ONE, (retired, a_key("a2", type=KeyType.RSA), a_key("a3")), 1)

    world.keyrings.put(ring)

    assert world.keyrings.get(ONE) == ring
    assert world.keyrings.get(OTHER) == Keyring(OTHER)


def test_keys_change_from_one_revision_to_the_next(world: World) -> None:
    first = Keyring(ONE, (a_key("a1"),), 1)
    world.keyrings.put(first)
    second = replace(first, keys=(*first.keys, a_key("a2")), revision=2)

    world.keyrings.put(second)

    for late in (first, second, replace(second, revision=4)):
        with pytest.raises(Contended):
            world.keyrings.put(late)
    assert world.keyrings.get(ONE) == second


def test_keys_that_were_removed_are_gone(world: World) -> None:
    world.keyrings.put(Keyring(ONE, (a_key("a1"),), 1))

    world.keyrings.remove(ONE)
    world.keyrings.remove(ONE)

    assert world.keyrings.get(ONE) == Keyring(ONE)


@pytest.mark.parametrize("plain", [b"\x00", "pä$$".encode(), b"k" * 4096])
def test_a_secret_opens_for_its_domain(world: World, plain: bytes) -> None:
    sealed = world.secrets.seal(ONE, plain)

    assert world.secrets.open(ONE, sealed) == plain
    assert plain not in sealed or len(plain) == 1


def test_a_secret_opens_for_no_other(world: World) -> None:
    sealed = world.secrets.seal(ONE, b"a secret")

    with pytest.raises(SecretsUnavailable):
        world.secrets.open(OTHER, sealed)


@pytest.mark.parametrize("sealed", [b"", b"nonsense"])
def test_what_was_not_sealed_does_not_open(world: World, sealed: bytes) -> None:
    with pytest.raises(SecretsUnavailable):
        world.secrets.open(ONE, sealed)


def test_what_is_too_much_is_not_sealed(world: World) -> None:
    with pytest.raises(SecretsUnavailable):
        world.secrets.seal(ONE, b"k" * 4097)


def test_no_client_is_made_before_the_first_secret() -> None:
    KmsDomainSecrets(lambda: pytest.fail("not asked for yet"), "alias/key")


@pytest.fixture(params=["fake", "smtp"])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Relays, Relay]]:
    """The way to a relay that takes one password, and refuses one recipient."""
    if request.param == "fake":
        memory = Memory()
        memory.relays.password = PASSWORD
        memory.relays.refuse("no@d.example")
        yield memory.relays, Relay("relay.example", 587, False, USER, PASSWORD)
        return
    tls: ssl.SSLContext = authority().server(tmp_path, "relay.example")
    with relay(tls) as (port, taken):
        taken.refusals["no@d.example"] = "550 5.1.1 nobody"
        way = SmtpRelays(lambda name: [HOST], "mayfly.example", True, trust=authority().trusted)
        yield way, Relay("relay.example", port, False, USER, PASSWORD)


def test_a_relay_that_works_is_told_with_what_was_agreed(post: tuple[Relays, Relay]) -> None:
    relays, working = post

    tested = relays.test(working)

    assert tested.trouble is None
    assert (tested.tls, tested.mechanism) == ("TLSv1.3", "PLAIN")


def test_a_wrong_password_is_trouble_and_no_exception(post: tuple[Relays, Relay]) -> None:
    relays, working = post
    wrong = replace(working, password="wrong")

    trouble = relays.test(wrong).trouble
    (told,) = relays.deliver(wrong, "a@b.example", ["c@d.example"], RAW)

    assert trouble and (trouble.stage, trouble.code) == (Stage.AUTH, 535)
    assert (told.verdict, told.stage) == (Verdict.PERMANENT, Stage.AUTH)


def test_each_recipient_has_its_answer_in_order(post: tuple[Relays, Relay]) -> None:
    relays, working = post
    recipients = ["c@d.example", "no@d.example", "e@d.example"]

    told = relays.deliver(working, "a@b.example", recipients, RAW)

    assert [each.recipient for each in told] == recipients
    assert [each.verdict for each in told] == [
        *(Verdict.ACCEPTED, Verdict.PERMANENT, Verdict.ACCEPTED),
    ]
    assert told[1].stage is Stage.RECIPIENT
    assert [each.is_gone for each in told] == [False, True, False]
