"""Domains that accounts bring: claimed, verified, written to a zone, looked at, given up."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mayfly.assembly import Assembly
from mayfly.domains.models import PROVEN, Status
from mayfly.email_auth.dkim import KeyState, KeyType
from mayfly.kit.dns.records import RecordType
from mayfly.kit.dynamodb import keys as table
from mayfly.relays.models import Relay
from tests.faults.account_scenarios import PASSWORD, given_a_login
from tests.faults.account_socket_scenarios import listening
from tests.faults.scenario import Scenario, answered
from tests.faults.script import Fault
from tests.faults.world import Step, World, asked
from tests.functions.http import Reply

SENDER = "no-reply@mail.example"
DOMAINS, DOMAIN = "/api/v1/domains", "/api/v1/domains/{domainId}"
NAME = "shop.example"


class Told:
    """DNS, as far as the domain's owner has told it."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self.texts = texts

    def ask(self, name: str, kind: RecordType) -> tuple[str, ...]:
        return tuple(self.texts.get(name, ())) if kind is RecordType.TXT else ()


def _with_dns(world: World, process: Assembly) -> Assembly:
    texts = {NAME: world.notes.get("texts", ()), **world.notes.get("keys", {})}
    process.adapters.resolver = Told(texts)
    return process


def _asks(
    method: str, path: str, *statuses: int, body: object = None, again: Sequence[int] = ()
) -> Step:
    """The owner asks; who did not see the answer may be told that it is done."""

    def step(world: World, process: Assembly) -> Reply:
        values = [world.notes["domain"]["id"]] if "{" in path else []
        ask = asked(method, path, *values, body=body, token=world.notes["token"])
        return ask(world, _with_dns(world, process))

    def act(world: World, process: Assembly) -> bool:
        expected = (*statuses, *again) if "asked" in world.notes else statuses
        world.notes["asked"] = True
        return answered(step, *expected)(world, process)

    return act


def _claimed(world: World) -> None:
    given_a_login(world)
    ask = asked("POST", DOMAINS, body={"name": NAME}, token=world.notes["token"])
    world.notes["domain"] = ask(world, world.process()).json
    world.notes["texts"] = (world.notes["domain"]["verification"]["value"],)


def _verified(world: World) -> None:
    _claimed(world)
    assert _asks("POST", f"{DOMAIN}/verify", 200)(world, world.process())
    del world.notes["asked"]


def _shown(world: World) -> list[Any]:
    listed = asked("GET", DOMAINS, token=world.notes["token"])(world, world.process())
    found: list[Any] = listed.json["domains"]
    return found


def _identities(world: World) -> list[str]:
    listed = world.client("sesv2").list_email_identities()["EmailIdentities"]
    return [each["IdentityName"] for each in listed]


def names_are_held_by_who_is_active(world: World) -> None:
    """Each active claim holds its name, and nobody else holds one; all is counted exactly."""
    rows = world.rows()
    claims = [row for row in rows if row["pk"] == table.CLAIMS_PARTITION and "name" in row]
    held = {
        row["pk"].removeprefix(table.NAME_PARTITION): row["domain"]
        for row in rows
        if row["pk"].startswith(table.NAME_PARTITION) and row["owner"]
    }
    active = {
        row["name"]: row["sk"].partition("#")[2] for row in claims if row["status"] == "active"
    }
    assert held == active
    counts = {
        row["sk"]: row for row in rows if row["pk"] == table.CLAIMS_PARTITION and "name" not in row
    }
    proven = counts.pop(table.PROVEN_ROW, {}).get("domains", 0)
    assert proven == sum(row["status"] in PROVEN for row in claims)
    for owner, count in counts.items():
        theirs = [row["status"] for row in claims if row["sk"].startswith(f"{owner}#")]
        assert count["claims"] == len(theirs)
        assert count["pending"] == theirs.count(Status.PENDING)


def claiming() -> Scenario:
    def check(world: World) -> None:
        names_are_held_by_who_is_active(world)
        (mine,) = _shown(world)
        assert (mine["name"], mine["status"]) == (NAME, "pending")
        assert _identities(world) == []

    ask = _asks("POST", DOMAINS, 201, body={"name": NAME}, again=[409])
    return Scenario(ask, given_a_login, check)


def verifying() -> Scenario:
    def check(world: World) -> None:
        names_are_held_by_who_is_active(world)
        (mine,) = _shown(world)
        assert mine["status"] == "active"
        if world.notes["met"].startswith("sesv2."):  # it is verified all the same
            world.clock.advance(hours=6)
            assert _inspected(world, world.process())
        assert _identities(world) == [NAME]

    return Scenario(_asks("POST", f"{DOMAIN}/verify", 200), _claimed, check)


def giving_up() -> Scenario:
    def check(world: World) -> None:
        names_are_held_by_who_is_active(world)
        assert _shown(world) == []
        _no_identity_is_left(world)

    return Scenario(_asks("DELETE", DOMAIN, 200, again=[404]), _verified, check)


def _no_identity_is_left(world: World) -> None:
    # IAM shows us our own identities only: one that it does not show is somebody else's to us.
    looked_foreign = world.notes["met"] == "sesv2.get_email_identity"
    if not (looked_foreign and world.notes["fault"] is Fault.DENIED):
        assert _identities(world) == []


def _given_a_zone(world: World) -> None:
    _verified(world)
    made = world.client("route53").create_hosted_zone(Name="example", CallerReference="x")
    world.notes["zone"] = made["HostedZone"]["Id"].rpartition("/")[2]
    world.settings = replace(world.settings, hosted_zones=(world.notes["zone"],))


def _in_zone(world: World) -> set[str]:
    listed = world.client("route53").list_resource_record_sets(HostedZoneId=world.notes["zone"])
    sets = listed["ResourceRecordSets"]
    return {each["Name"] for each in sets if each["Type"] not in ("NS", "SOA")}


def _keeps(*names: str) -> Step:
    records = [{"type": "A", "name": f"{each}.{NAME}", "value": "192.0.2.1"} for each in names]
    return _asks("PUT", f"{DOMAIN}/dns", 200, body={"records": records})


def publishing() -> Scenario:
    """Two records take the place of two others; the zone has what was asked for last."""

    def arrange(world: World) -> None:
        _given_a_zone(world)
        assert _keeps("old", "both")(world, world.process())

    def check(world: World) -> None:
        assert _in_zone(world) == {f"new.{NAME}.", f"both.{NAME}."}

    return Scenario(_keeps("new", "both"), arrange, check)


def _inspected(world: World, process: Assembly) -> bool:
    """One look; if it fails, the next one comes after an hour."""
    try:
        return not _with_dns(world, process).domain_checks.service.inspect().failed
    except (BotoCoreError, ClientError):
        return False


def suspending() -> Scenario:
    def arrange(world: World) -> None:
        _verified(world)
        world.notes["texts"] = ()
        world.clock.advance(hours=6)
        assert _inspected(world, world.process())
        world.clock.advance(hours=72)

    def check(world: World) -> None:
        names_are_held_by_who_is_active(world)
        (mine,) = _shown(world)
        assert mine["status"] == "suspended"

    return Scenario(_inspected, arrange, check)


def telling() -> Scenario:
    """The owner hears of a missing record once at most, and of nothing that is not so."""

    def arrange(world: World) -> None:
        _verified(world)
        world.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        world.notes["texts"] = ()
        world.clock.advance(hours=6)
        listening(world, "one", world.notes["token"])
        world.settings = replace(world.settings, sender_address=SENDER)

    def check(world: World) -> None:
        world.clock.advance(hours=1)
        assert _inspected(world, world.process())
        names_are_held_by_who_is_active(world)
        (mine,) = _shown(world)
        shown = asked("GET", DOMAIN, mine["id"], token=world.notes["token"])
        assert shown(world, world.process()).json["missingSince"] is not None
        mails = [each.subject for each in world.side.sent()]
        frames = [json.loads(each) for each in world.sockets.frames.get("one", [])]
        met = world.notes["met"]
        assert len(mails) <= 1 or met == "sesv2.send_email"  # boto3 asked twice
        assert len(frames) <= 1 or met.endswith("post_to_connection")
        if not met:
            assert mails == [f"The verification record of {NAME} is missing"]
            assert [each["domain"]["id"] for each in frames] == [mine["id"]]

    return Scenario(_inspected, arrange, check)


def promoting() -> Scenario:
    """A key whose record is published signs after the look, or after the next."""

    def arrange(world: World) -> None:
        _verified(world)
        process, domain = _with_dns(world, world.process()), world.notes["domain"]["id"]
        owner = process.domains.service.found(domain).owner
        process.relays.service.keep(owner, domain, Relay("relay.example", 587, False))
        (made,) = process.email_auth.keys.look(owner, domain, KeyType.ED25519).keys
        world.notes["keys"] = {made.published.record.name: [made.published.record.value]}
        world.clock.advance(hours=6)

    def check(world: World) -> None:
        world.clock.advance(hours=6)
        assert _inspected(world, world.process())
        (key,) = world.process().adapters.keyrings.get(world.notes["domain"]["id"]).keys
        assert key.state is KeyState.CURRENT

    return Scenario(_inspected, arrange, check)


def lapsing() -> Scenario:
    def arrange(world: World) -> None:
        _claimed(world)
        world.clock.advance(days=7)
        given_a_login(world)

    def check(world: World) -> None:
        names_are_held_by_who_is_active(world)
        (mine,) = _shown(world)
        assert (mine["status"], _identities(world)) == ("expired", [])

    return Scenario(_inspected, arrange, check)


def leaving() -> Scenario:
    """The account goes; what it leaves behind, the next look takes away."""

    def act(world: World, process: Assembly) -> bool:
        body = {"password": PASSWORD}
        ask = asked("DELETE", "/api/users/me", body=body, token=world.notes["token"])
        return answered(ask, 200, 401)(world, process)

    def check(world: World) -> None:
        world.clock.advance(hours=6)
        assert _inspected(world, world.process())
        names_are_held_by_who_is_active(world)
        _no_identity_is_left(world)
        assert not [row for row in world.rows() if row["pk"].startswith(table.NAME_PARTITION)]

    return Scenario(act, _verified, check, stride=2)


DOMAINS_OF_ACCOUNTS: dict[str, Scenario] = {
    "claiming a domain": claiming(),
    "verifying a domain": verifying(),
    "giving a domain up": giving_up(),
    "publishing records": publishing(),
    "suspending a domain": suspending(),
    "telling a domain's owner": telling(),
    "a key that was published": promoting(),
    "lapsing claims": lapsing(),
    "leaving with a domain": leaving(),
}
