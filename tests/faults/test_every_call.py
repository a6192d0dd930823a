"""Each flow, with each of its AWS calls failing in each way, and then tried again.

Who tries again is who does so in the deployment: the queue, the stream, the client, the next hour.
A scenario ends with the first call number that it does not reach, so that a call that is added to
a flow is covered by itself.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest

from mayfly.aws.assembly import Assembly
from mayfly.domain.address import Address
from mayfly.domain.inbox import Access, Inbox
from tests import samples
from tests.faults import invariants
from tests.faults.script import Fault, Script
from tests.faults.world import Step, World, asked, followed, received, swept, world
from tests.functions.http import Reply

MOST_CALLS = 500  # no flow comes near


def nothing(world: World) -> None:
    """Nothing to arrange or to check."""


@dataclass(frozen=True)
class Scenario:
    """A flow that fails somewhere in `act`; what it must have led to is in `check`."""

    act: Step
    arrange: Callable[[World], None] = nothing
    check: Callable[[World], None] = nothing
    stride: int = 1
    """Every how many calls one fails: flows with hundreds of calls do the same again and again."""


def given_inboxes(world: World, *names: str, **changes: object) -> None:
    for name in names:
        inbox = samples.inbox(f"{name}@mayfly.example", **changes)
        world.process().inboxes.create(inbox, world.clock())
        world.notes[name] = inbox


def noted(world: World, name: str) -> Inbox:
    inbox: Inbox = world.notes[name]
    return inbox


def given_mail(world: World, *names: str, name: str = "mail-1") -> None:
    world.put_raw(name)
    assert received(name, *(f"{each}@mayfly.example" for each in names))(world, world.process())
    assert followed(world, world.process())


# Receiving


def receiving(known: int, *unknown: str, stride: int = 1) -> Scenario:
    """A mail for so many inboxes, and for recipients that have none."""
    names = [f"user{number}" for number in range(known)]
    recipients = [f"{name}@mayfly.example" for name in names] + list(unknown)

    def arrange(world: World) -> None:
        given_inboxes(world, *names)
        world.put_raw("mail-1")

    def check(world: World) -> None:
        inboxes = world.process().inboxes
        assert all(inboxes.get(noted(world, name).id).sequence == 1 for name in names)
        assert world.process().deliveries.tally().accepted == len(recipients)

    return Scenario(received("mail-1", *recipients), arrange, check, stride)


# What clients ask for


def answered(step: Callable[[World, Assembly], Reply], status: int = 200) -> Step:
    """A client that asks until it is answered with what it wants; each answer is one of ours."""

    def act(world: World, process: Assembly) -> bool:
        reply = step(world, process)
        assert reply.status in (status, 500, 503), reply.content
        if reply.status != status:
            assert set(reply.json["error"]) == {"code", "message", "details"}
            return False
        world.notes["reply"] = reply
        return True

    return act


def reading() -> Scenario:
    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        given_mail(world, "ann")

    def act(world: World, process: Assembly) -> bool:
        asks = asked("GET", "/api/emails/{email}/messages", "ann@mayfly.example")
        if not answered(asks)(world, process):
            return False
        (line,) = world.notes["reply"].json
        paths = (
            ("/api/messages/{id}", line["id"]),
            ("/api/messages/{id}/raw", line["id"]),
            ("/api/messages/{id}/attachments/{attachmentId}", line["id"], "1"),
        )
        return all(answered(asked("GET", *path))(world, process) for path in paths)

    return Scenario(act, arrange)


def creating() -> Scenario:
    def check(world: World) -> None:
        made = world.notes["reply"].json
        opened = asked("GET", "/api/emails/{email}", made["email"])(world, world.process())
        token = made["access_token"]
        gone = asked("DELETE", "/api/emails/{email}", made["email"], token=token)
        assert (opened.status, gone(world, world.process()).status) == (200, 200)

    return Scenario(answered(asked("POST", "/api/emails"), 201), check=check)


def creating_privately() -> Scenario:
    def check(world: World) -> None:
        made = world.notes["reply"].json
        path = "/v1/inboxes/{inboxId}/messages"
        reply = asked("GET", path, made["inbox_id"], token=made["access_token"])
        assert reply(world, world.process()).status == 200

    ask = asked("POST", "/v1/inboxes", body={"mode": "generated"})
    return Scenario(answered(ask, 201), check=check)


def deleting() -> Scenario:
    """An inbox with two mails goes, one of which another inbox has as well."""

    def arrange(world: World) -> None:
        given_inboxes(world, "ann", "bob")
        given_mail(world, "ann")
        given_mail(world, "ann", "bob", name="mail-2")

    def act(world: World, process: Assembly) -> bool:
        path, token = "/api/emails/{email}", samples.TOKEN
        reply = asked("DELETE", path, "ann@mayfly.example", token=token)(world, process)
        assert reply.status in (200, 404, 500, 503), reply.content
        # Whoever did not see the answer asks again, and it is gone.
        return reply.status in (200, 404) and followed(world, process)

    def check(world: World) -> None:
        invariants.nothing_is_left_of(world, "mail-1")
        assert "raw/mail-2" in world.objects()

    return Scenario(act, arrange, check)


def deleting_a_message() -> Scenario:
    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        given_mail(world, "ann")
        process = world.process()
        (message,) = process.reader.page("ann@mayfly.example", 1).messages
        world.notes["id"] = str(message.id)

    def act(world: World, process: Assembly) -> bool:
        path, token = "/api/messages/{id}", samples.TOKEN
        reply = asked("DELETE", path, world.notes["id"], token=token)(world, process)
        assert reply.status in (200, 404, 500, 503), reply.content
        return reply.status in (200, 404) and followed(world, process)

    return Scenario(act, arrange, lambda world: invariants.nothing_is_left_of(world, "mail-1"))


def rotating() -> Scenario:
    """Whatever was answered, at most one token opens the inbox, and never an older one."""

    def arrange(world: World) -> None:
        given_inboxes(world, "ann", access=Access.TOKEN)
        given_mail(world, "ann")
        issued = world.process().tokens.issue(noted(world, "ann"), timedelta(minutes=10))
        world.notes["token"] = issued.text

    def act(world: World, process: Assembly) -> bool:
        path, inbox = "/v1/inboxes/{inboxId}/token:rotate", str(noted(world, "ann").id)
        reply = asked("POST", path, inbox, token=world.notes["token"])(world, process)
        # Whoever did not see the answer has a token that is dead already.
        assert reply.status in (200, 401, 500, 503), reply.content
        if reply.status == 200:
            world.notes["new"] = reply.json["access_token"]
        return reply.status in (200, 401)

    def check(world: World) -> None:
        path, inbox = "/v1/inboxes/{inboxId}/messages", str(noted(world, "ann").id)
        process = world.process()
        old = asked("GET", path, inbox, token=world.notes["token"])(world, process)
        assert old.status == 401
        if "new" in world.notes:
            new = asked("GET", path, inbox, token=world.notes["new"])(world, process)
            assert new.json["count"] == 1

    return Scenario(act, arrange, check)


# What the table's changes and the clock do


def expiring() -> Scenario:
    """An address is over, its messages as well, and somebody else gets the address."""

    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        given_mail(world, "ann")
        world.clock.advance(days=31)
        world.notes["heir"] = samples.inbox(
            "ann@mayfly.example",
            created_at=world.clock(),
            expires_at=world.clock() + timedelta(hours=24),
        )

    def act(world: World, process: Assembly) -> bool:
        reply = asked("GET", "/api/emails/{email}/messages", "ann@mayfly.example")
        assert reply(world, process).status in (404, 500, 503)
        try:
            process.inboxes.create(world.notes["heir"], world.clock())
        except Exception:
            return noted(world, "heir") == _found(world, "ann@mayfly.example")
        return True

    def check(world: World) -> None:
        page = asked("GET", "/api/emails/{email}/messages", "ann@mayfly.example")
        assert page(world, world.process()).json == []

    return Scenario(act, arrange, check)


def _found(world: World, address: str) -> Inbox:
    parsed = Address.parse(address)
    return world.process().inboxes.find([parsed])[parsed]


def pushing() -> Scenario:
    """Two mails come to an inbox that two connections watch, one from the start and one since."""

    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        watcher = world.process().watcher
        for connection in ("one", "two"):
            watcher.connect(connection)
        watcher.subscribe("one", "ann@mayfly.example")
        for name in ("mail-1", "mail-2"):
            world.put_raw(name)
            assert received(name, "ann@mayfly.example")(world, world.process())
        watcher.subscribe("two", "ann@mayfly.example", after=0)

    def check(world: World) -> None:
        for frames in world.sockets.frames.values():
            numbers = [number for number in map(_number, frames) if number]
            # A batch that is repeated sends its frames again; an order is never turned around.
            assert set(numbers) <= {1, 2}
            assert numbers[-1] == max(numbers)

    return Scenario(followed, arrange, check)


def _number(frame: str) -> int:
    told = json.loads(frame)
    return int(told.get("seq") or told.get("message", {}).get("seq") or 0)


def sweeping() -> Scenario:
    """A notice was lost, and a mail is over whose raw object was not deleted."""

    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        world.put_raw("mail-1", b"To: ann@mayfly.example\r\nSubject: lost\r\n\r\nHello\r\n")

    def act(world: World, process: Assembly) -> bool:
        return swept(world, process)

    return Scenario(act, arrange)


SCENARIOS: dict[str, Scenario] = {
    "receiving for one": receiving(1),
    "receiving for three": receiving(2, "nobody@mayfly.example"),
    "receiving for nobody": receiving(0, "nobody@mayfly.example"),
    "receiving for a hundred": receiving(100, stride=97),
    "reading": reading(),
    "creating": creating(),
    "creating privately": creating_privately(),
    "deleting": deleting(),
    "deleting a message": deleting_a_message(),
    "rotating": rotating(),
    "expiring": expiring(),
    "pushing": pushing(),
}


REFUSALS = (Fault.THROTTLED, Fault.BROKEN, Fault.UNREACHABLE, Fault.DENIED)
"""Nothing was done, and an exception says so: they take turns, unless all are asked for."""
ONE_BY_ONE = os.environ.get("MAYFLY_FAULTS") == "all"
FAULTS: list[tuple[Fault, ...]] = [(each,) for each in Fault if ONE_BY_ONE or each not in REFUSALS]
if not ONE_BY_ONE:
    FAULTS.append(REFUSALS)


@pytest.mark.parametrize("faults", FAULTS, ids="/".join)
@pytest.mark.parametrize("name", SCENARIOS)
def test_whichever_call_fails_it_comes_right_when_it_is_tried_again(
    name: str, faults: tuple[Fault, ...]
) -> None:
    scenario = SCENARIOS[name]

    for turn, at in enumerate(count(1, scenario.stride)):
        fault = faults[turn % len(faults)]
        script = Script(fault, at)
        with world() as here:
            scenario.arrange(here)
            done = here.attempt(scenario.act, script)
            met = script.met
            assert done or met, "failed by itself"
            assert done or here.attempt(scenario.act, Script()), f"not mended after {met}"
            assert followed(here, here.process())
            try:
                invariants.check(here)
                scenario.check(here)
            except AssertionError as error:
                raise AssertionError(f"call {at}, {met}: {fault}") from error
        if not met:
            return
        assert at < MOST_CALLS
