"""Clients of the WebSocket that watch an account: all mail of all its mailboxes."""

import json
from typing import Any

from mayfly.assembly import Assembly
from mayfly.mail.address import Address
from mayfly.subscriptions.models import AccountSubscription
from tests.faults.account_scenarios import CREATE, EMAIL, MAILBOX, PASSWORD, given_a_mailbox
from tests.faults.scenario import Scenario, answered, given_inboxes, given_mail
from tests.faults.world import World, asked, followed, framed, received

WATCHED = "user0@mayfly.example"  # by its own address, beside the account


def subscribing() -> Scenario:
    """Who was answered hears of all that comes, also to a mailbox that is made later."""

    def act(world: World, process: Assembly) -> bool:
        # Whoever was not let in comes again, as another connection.
        world.notes["mine"] = f"{world.notes.get('mine', '')}+"
        if framed(world, process, world.notes["mine"], route="$connect")["statusCode"] != 200:
            return False
        sent = _wish(world.notes["token"])
        reply = framed(world, process, world.notes["mine"], sent)
        return bool(reply["type"] == "subscribed")

    def check(world: World) -> None:
        later = _mailbox(world)
        for number, mailbox in enumerate((world.notes["mailbox"], later), start=1):
            given_mail(world, mailbox["emailAddress"], name=f"mail-{number}")
        told = [world.notes["mailbox"]["id"], later["id"]]
        assert [each["mailboxId"] for each in _told(world, world.notes["mine"])] == told
        for connection in (world.notes["mine"], "+"):  # the first one has failed, or is the same
            framed(world, world.process(), connection, route="$disconnect")
        assert _watchers(world) == []

    return Scenario(act, given_a_mailbox, check)


def unsubscribing() -> Scenario:
    """A client that watches an account and an address has enough of the account."""

    def arrange(world: World) -> None:
        given_a_listener(world, "one")
        given_inboxes(world, "user0")
        world.process().subscriptions.service.subscribe("one", WATCHED)

    def act(world: World, process: Assembly) -> bool:
        reply = framed(world, process, "one", {"type": "unsubscribe", "account": True})
        return bool(reply["type"] == "unsubscribed")

    def check(world: World) -> None:
        given_mail(world, world.notes["mailbox"]["emailAddress"], WATCHED)
        (frame,) = map(json.loads, world.sockets.frames["one"])
        assert frame["data"]["email"] == WATCHED

    return Scenario(act, arrange, check)


def announcing() -> Scenario:
    """Mails to two mailboxes of an account, which two connections watch, one of a dead session."""

    def arrange(world: World) -> None:
        given_a_listener(world, "one", "two")
        world.notes["dead"] = _logged_in_again(world)
        listening(world, "dead", world.notes["dead"])
        _logged_out(world, world.process())
        addresses = [world.notes["mailbox"]["emailAddress"], _mailbox(world)["emailAddress"]]
        for number in range(4):
            world.put_raw(f"mail-{number}")
            step = received(f"mail-{number}", addresses[number % 2])
            assert step(world, world.process())

    def check(world: World) -> None:
        is_lost = world.notes["met"].endswith("post_to_connection")
        for connection in ("one", "two"):
            told = _told(world, connection)
            for mailbox in {each["mailboxId"] for each in told}:
                numbers = [e["email"]["id"] for e in told if e["mailboxId"] == mailbox]
                # Frames of a batch that is repeated come again; the last is always the newest.
                assert numbers[-1:] == [2] or is_lost
            assert len({(e["mailboxId"], e["email"]["id"]) for e in told}) == 4 or is_lost
        assert _told(world, "dead") == []

    return Scenario(followed, arrange, check, stride=3)


def leaving() -> Scenario:
    """A client is gone; API Gateway says so once, and again when a frame is for it."""

    def arrange(world: World) -> None:
        given_a_listener(world, "one")
        given_inboxes(world, "user0")
        world.process().subscriptions.service.subscribe("one", WATCHED)
        world.sockets.gone.add("one")

    def act(world: World, process: Assembly) -> bool:
        answer = framed(world, process, "one", route="$disconnect")
        return bool(answer["statusCode"] == 200)

    def again(world: World, process: Assembly) -> bool:
        """Nobody says again that the client left: it is met when there is something for it."""
        given_mail(world, world.notes["mailbox"]["emailAddress"], WATCHED)
        return True

    def check(world: World) -> None:
        assert _watchers(world) == []

    return Scenario(act, arrange, check, again=again)


def ending_the_session() -> Scenario:
    """Who logs out hears nothing more, whatever other sessions hear."""

    def arrange(world: World) -> None:
        given_a_listener(world, "one")
        world.notes["dead"] = _logged_in_again(world)
        listening(world, "dead", world.notes["dead"])

    def act(world: World, process: Assembly) -> bool:
        return _logged_out(world, process)

    def check(world: World) -> None:
        given_mail(world, world.notes["mailbox"]["emailAddress"])
        assert len(_told(world, "one")) == 1
        assert _told(world, "dead") == []
        # The next that subscribes takes the place of the dead one.
        framed(world, world.process(), "one", _wish(world.notes["token"]))
        assert [each.connection_id for each in _watchers(world)] == ["one"]
        refused = framed(world, world.process(), "dead", _wish(world.notes["dead"]))
        assert refused["error"]["code"] == "AUTHENTICATION_ERROR"

    return Scenario(act, arrange, check)


def clearing_the_places_of_dead_sessions() -> Scenario:
    """A subscription finds one of a session that ended, and takes it away."""

    def arrange(world: World) -> None:
        given_a_listener(world, "one")
        world.notes["dead"] = _logged_in_again(world)
        listening(world, "dead", world.notes["dead"])
        _logged_out(world, world.process())

    def act(world: World, process: Assembly) -> bool:
        return bool(framed(world, process, "one", _wish(world.notes["token"]))["type"] != "error")

    def check(world: World) -> None:
        given_mail(world, world.notes["mailbox"]["emailAddress"])
        assert len(_told(world, "one")) == 1
        assert [each.connection_id for each in _watchers(world)] == ["one"]

    return Scenario(act, arrange, check)


def deleting_what_is_watched() -> Scenario:
    """A mailbox of a watched account goes, with a mail that is being announced."""

    def arrange(world: World) -> None:
        given_a_listener(world, "one")
        world.put_raw("mail-1")
        address = world.notes["mailbox"]["emailAddress"]
        assert received("mail-1", address)(world, world.process())

    def act(world: World, process: Assembly) -> bool:
        name, token = world.notes["mailbox"]["id"], world.notes["token"]
        ask = answered(asked("DELETE", MAILBOX, name, token=token), 200, 404)
        return ask(world, process) and followed(world, process)

    def check(world: World) -> None:
        assert _told(world, "one") == []
        given_mail(world, _mailbox(world)["emailAddress"], name="mail-2")
        assert len(_told(world, "one")) == 1

    return Scenario(act, arrange, check, stride=3)


def given_a_listener(world: World, *connections: str) -> None:
    """An account with a mailbox, which these connections watch."""
    given_a_mailbox(world)
    for connection in connections:
        listening(world, connection, world.notes["token"])


def listening(world: World, connection: str, token: str) -> None:
    """A new connection watches the account of the token."""
    process = world.process()
    process.subscriptions.service.connect(connection)
    process.subscriptions.accounts.subscribe(connection, token)


def _wish(token: str) -> dict[str, object]:
    return {"type": "subscribe", "account": True, "token": token}


def _logged_in_again(world: World) -> str:
    body = {"email": EMAIL, "password": PASSWORD}
    reply = asked("POST", "/api/users/login", body=body)(world, world.process())
    return str(reply.json["token"])


def _logged_out(world: World, process: Assembly) -> bool:
    ask = asked("POST", "/api/users/logout", token=world.notes["dead"])
    return answered(ask, 200, 401)(world, process)


def _mailbox(world: World) -> Any:
    """One more mailbox of the account."""
    return asked("POST", CREATE, body={}, token=world.notes["token"])(world, world.process()).json


def _told(world: World, connection: str) -> list[dict[str, Any]]:
    frames = map(json.loads, world.sockets.frames.get(connection, []))
    return [frame for frame in frames if frame["type"] == "new_email"]


def _watchers(world: World) -> list[AccountSubscription]:
    process = world.process()
    account = process.adapters.accounts.find(Address.parse(EMAIL))
    return process.adapters.account_watching.watchers(account.id, world.clock())


ACCOUNT_SOCKETS: dict[str, Scenario] = {
    "subscribing to an account": subscribing(),
    "unsubscribing from an account": unsubscribing(),
    "announcing to an account": announcing(),
    "leaving an account": leaving(),
    "ending a watching session": ending_the_session(),
    "clearing dead sessions": clearing_the_places_of_dead_sessions(),
    "deleting a watched mailbox": deleting_what_is_watched(),
}
