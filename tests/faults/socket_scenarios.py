"""Clients of the WebSocket: they come, watch, are told of new mail, and leave."""

import json

from mayfly.assembly import Assembly
from tests.faults.scenario import Scenario, given_inboxes, given_mail, noted
from tests.faults.world import World, followed, framed, received

ANN = "ann@mayfly.example"


def given_watched(world: World) -> None:
    """Two inboxes, and a connection that watches both."""
    given_inboxes(world, "ann", "bob")
    watcher = world.process().subscriptions.service
    watcher.connect("one")
    for name in ("ann", "bob"):
        watcher.subscribe("one", f"{name}@mayfly.example")


def pushing() -> Scenario:
    """Two mails come to an inbox that two connections watch, one from the start and one since."""

    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        watcher = world.process().subscriptions.service
        for connection in ("one", "two"):
            watcher.connect(connection)
        watcher.subscribe("one", ANN)
        for name in ("mail-1", "mail-2"):
            world.put_raw(name)
            assert received(name, ANN)(world, world.process())
        watcher.subscribe("two", ANN, after=0)

    def check(world: World) -> None:
        for connection in ("one", "two"):
            numbers = _numbers(world, connection)
            # Frames of a batch that is repeated come again; an order is never turned around.
            is_lost = world.notes["met"].endswith("post_to_connection")
            assert numbers[-1:] == [2] or is_lost
            assert set(numbers) == {1, 2} or is_lost

    return Scenario(followed, arrange, check, stride=3)


def subscribing() -> Scenario:
    """A client connects, asks for what it missed, and is told of that and of all that comes."""

    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        given_mail(world, "ann")

    def act(world: World, process: Assembly) -> bool:
        # Whoever was not let in comes again, as another connection.
        world.notes["mine"] = f"{world.notes.get('mine', '')}+"
        if framed(world, process, world.notes["mine"], route="$connect")["statusCode"] != 200:
            return False
        sent = {"type": "subscribe", "email": ANN, "after": 0}
        reply = framed(world, process, world.notes["mine"], sent)
        return bool(reply["type"] == "subscribed" and followed(world, process))

    def check(world: World) -> None:
        given_mail(world, "ann", name="mail-2")
        numbers = _numbers(world, world.notes["mine"])
        assert numbers[-1] == 2
        assert set(numbers) <= {1, 2}
        framed(world, world.process(), world.notes["mine"], route="$disconnect")

    return Scenario(act, arrange, check, stride=2)


def unsubscribing() -> Scenario:
    """A client that watches two inboxes has enough of one."""

    def act(world: World, process: Assembly) -> bool:
        reply = framed(world, process, "one", {"type": "unsubscribe", "email": ANN})
        return bool(reply["type"] == "unsubscribed")

    def check(world: World) -> None:
        given_mail(world, "ann", "bob")
        assert len(world.sockets.frames["one"]) == 1

    return Scenario(act, given_watched, check)


def leaving() -> Scenario:
    """A client is gone; API Gateway says so once, and again when a frame is for it."""

    def arrange(world: World) -> None:
        given_watched(world)
        world.sockets.gone.add("one")

    def act(world: World, process: Assembly) -> bool:
        answer = framed(world, process, "one", route="$disconnect")
        return bool(answer["statusCode"] == 200)

    def again(world: World, process: Assembly) -> bool:
        """Nobody says again that the client left: it is met when there is something for it."""
        given_mail(world, "ann", "bob")
        return True

    def check(world: World) -> None:
        process, now = world.process(), world.clock()
        for name in ("ann", "bob"):
            assert process.adapters.watching.subscribers(noted(world, name).id, now) == []

    return Scenario(act, arrange, check, again=again)


def erasing_what_is_watched() -> Scenario:
    """An inbox goes that a client watches, who may then watch as many others as anybody."""

    def arrange(world: World) -> None:
        given_watched(world)
        world.process().adapters.inboxes.close(noted(world, "ann").id, world.clock())

    def check(world: World) -> None:
        given_mail(world, "bob")
        assert len(world.sockets.frames["one"]) == 1

    return Scenario(followed, arrange, check)


def _numbers(world: World, connection: str) -> list[int]:
    frames = map(json.loads, world.sockets.frames.get(connection, []))
    return [frame["data"]["seq"] for frame in frames if frame["type"] == "new-message"]


SOCKETS: dict[str, Scenario] = {
    "pushing": pushing(),
    "subscribing": subscribing(),
    "unsubscribing": unsubscribing(),
    "leaving": leaving(),
    "erasing what is watched": erasing_what_is_watched(),
}
