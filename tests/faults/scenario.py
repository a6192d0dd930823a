"""What a flow's scenario is made of: inboxes and mails there are, and clients that ask."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mayfly.assembly import Assembly
from mayfly.inboxes.models import Inbox
from tests import samples
from tests.faults.world import RAW, Step, World, followed, received
from tests.functions.http import Reply


def nothing(world: World) -> None:
    """Nothing to arrange or to check."""


@dataclass(frozen=True)
class Scenario:
    """A flow that fails somewhere in `act`; what it must have led to is in `check`."""

    act: Step
    arrange: Callable[[World], None] = nothing
    check: Callable[[World], None] = nothing
    stride: int = 1
    """Every how many calls one fails: flows with many calls do the same again and again."""
    again: Step | None = None
    """What follows a failure, if that is not the same once more."""


def given_inboxes(world: World, *names: str, **changes: object) -> None:
    for name in names:
        inbox = samples.inbox(f"{name}@mayfly.example", **changes)
        world.process().adapters.inboxes.create(inbox, world.clock())
        world.notes[name] = inbox


def noted(world: World, name: str) -> Inbox:
    inbox: Inbox = world.notes[name]
    return inbox


def given_mail(
    world: World,
    *names: str,
    name: str = "mail-1",
    at: datetime = samples.NOW,
    raw: bytes = RAW,
) -> None:
    """A mail for these, which was announced as well."""
    world.put_raw(name, raw)
    recipients = [each if "@" in each else f"{each}@mayfly.example" for each in names]
    assert received(name, *recipients, at=at)(world, world.process())
    assert followed(world, world.process())


def answered(step: Callable[[World, Assembly], Reply], *statuses: int) -> Step:
    """A client that asks until it is answered with one of these; each answer is one of ours."""

    def act(world: World, process: Assembly) -> bool:
        reply = step(world, process)
        assert reply.status in (*statuses, 500, 503), reply.content
        if reply.status not in statuses:
            assert set(reply.json["error"]) == {"code", "message", "details"}
            return False
        world.notes["reply"] = reply
        return True

    return act
