"""A domain's relay and keys: kept, made, followed by others, forgotten with the domain."""

from typing import Any

import dkim

from mayfly.assembly import Assembly
from mayfly.kit.dns.records import RecordType
from mayfly.kit.dynamodb import keys as table
from mayfly.relays.models import Relay
from tests.domains.fakes_dns import FakeResolver
from tests.faults.scenario import Scenario, answered
from tests.faults.world import Step, World, asked
from tests.functions.http import Reply
from tests.given_domains import given_domain
from tests.relays.fakes import FakeRelays

WHO = {"email": "ann@home.example", "password": "a phrase for tests"}
CONFIG = "/api/v1/smtp/domains/{domainId}/config"
DKIM = "/api/v1/smtp/domains/{domainId}/dkim"
RELAY = {"host": "relay.example", "port": 587, "username": "ann", "password": "first"}
RAW = b"From: ann@shop.example\r\nSubject: Hi\r\n\r\nHi\r\n"


def _given_a_domain(world: World) -> None:
    process = world.process()
    asked("POST", "/api/users/register", body=WHO)(world, process)
    world.notes["token"] = asked("POST", "/api/users/login", body=WHO)(world, process).json["token"]
    me = asked("GET", "/api/users/me", token=world.notes["token"])(world, process).json
    world.notes["domain"] = given_domain(process.domains.service, me["id"])
    world.notes["dns"] = FakeResolver()


def _given_a_relay(world: World) -> None:
    _given_a_domain(world)
    assert _asks("PUT", CONFIG, 200, body=RELAY)(world, world.process())


def _given_a_key(world: World) -> None:
    _given_a_relay(world)
    assert _asks("POST", DKIM, 200)(world, world.process())
    _publish(world)


def _given_a_current_key(world: World) -> None:
    _given_a_key(world)
    assert _asks("POST", DKIM, 200)(world, world.process())


def _publish(world: World) -> None:
    for each in world.notes["reply"].json["keys"]:
        record = each["record"]
        world.notes["dns"].answers[record["name"], RecordType.TXT.value] = (record["value"],)


def _asks(method: str, path: str, *statuses: int, body: object = None) -> Step:
    def step(world: World, process: Assembly) -> Reply:
        process.adapters.resolver = world.notes["dns"]
        process.adapters.relays = FakeRelays()
        values = [world.notes["domain"].id] if "{" in path else []
        return asked(method, path, *values, body=body, token=world.notes["token"])(world, process)

    return answered(step, *statuses)


def _keys(world: World) -> list[Any]:
    assert _asks("POST", DKIM, 200)(world, world.process())
    keys: list[Any] = world.notes["reply"].json["keys"]
    return keys


def _verifies(world: World) -> bool:
    """Whether a mail that is signed now verifies by what is published."""
    mail = world.process().email_auth.keys.sign(world.notes["domain"], RAW)

    def published(name: bytes, timeout: int = 5) -> bytes:
        (value,) = world.notes["dns"].ask(name.decode().rstrip("."), RecordType.TXT)
        return str(value).encode()

    return bool(dkim.verify(mail, dnsfunc=published))


def keeping_a_relay() -> Scenario:
    """The relay of the last answer is the one that is used, with its own password."""

    def check(world: World) -> None:
        relay = world.process().relays.service.relay_of(world.notes["domain"].id)
        assert relay == Relay("other.example", 465, True, "ann", "second")

    body = {"host": "other.example", "port": 465, "username": "ann", "password": "second"}
    return Scenario(_asks("PUT", CONFIG, 200, body=body), _given_a_relay, check)


def trying_a_relay() -> Scenario:
    def check(world: World) -> None:
        assert world.notes["reply"].json["success"] is True

    return Scenario(_asks("POST", "/api/v1/smtp/test", 200, body=RELAY), _given_a_relay, check)


def forgetting_a_relay() -> Scenario:
    def check(world: World) -> None:
        assert world.process().relays.service.relay_of(world.notes["domain"].id) is None

    return Scenario(_asks("DELETE", CONFIG, 200, 404), _given_a_relay, check)


def making_a_key() -> Scenario:
    """However often it is asked for, there is one, and it can be used."""

    def check(world: World) -> None:
        _publish(world)
        assert [each["use"] for each in _keys(world)] == ["current"]
        assert _verifies(world)

    ask = _asks("POST", DKIM, 200, body={"keyType": "ed25519"})
    return Scenario(ask, _given_a_relay, check)


def publishing_a_key() -> Scenario:
    def check(world: World) -> None:
        assert _verifies(world)

    return Scenario(_asks("POST", DKIM, 200), _given_a_key, check)


def rotating_keys() -> Scenario:
    """Mail that is signed meanwhile verifies, and one key waits to be published."""

    def check(world: World) -> None:
        assert [each["use"] for each in _keys(world)] == ["current", "next"]
        assert _verifies(world)

    body = {"rotate": True, "keyType": "ed25519"}
    return Scenario(_asks("POST", DKIM, 200, body=body), _given_a_current_key, check)


def giving_up_with_keys() -> Scenario:
    def check(world: World) -> None:
        partitions = {row["pk"].partition("#")[0] + "#" for row in world.rows()}
        assert table.MAILING_PARTITION not in partitions

    ask = _asks("DELETE", "/api/v1/domains/{domainId}", 200, 404)
    return Scenario(ask, _given_a_key, check)


RELAYS: dict[str, Scenario] = {
    "keeping a relay": keeping_a_relay(),
    "trying a relay": trying_a_relay(),
    "forgetting a relay": forgetting_a_relay(),
    "making a signing key": making_a_key(),
    "publishing a signing key": publishing_a_key(),
    "rotating signing keys": rotating_keys(),
    "giving a domain up with its keys": giving_up_with_keys(),
}
