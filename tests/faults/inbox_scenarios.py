"""Mail that comes in, and inboxes that anybody or a token opens."""

import json
from dataclasses import replace
from datetime import timedelta

from mayfly.assembly import Assembly
from mayfly.inboxes.models import SENDERS, Access, Inbox
from mayfly.mail.address import Address
from tests import samples
from tests.faults import invariants
from tests.faults.scenario import Scenario, answered, given_inboxes, given_mail, noted
from tests.faults.world import LARGE, RAW, World, asked, followed, handed_over, received
from tests.functions.http import Reply

# Receiving


def receiving(known: int, *unknown: str, stride: int = 1, raw: bytes = RAW) -> Scenario:
    """A mail for so many inboxes, and for recipients that have none."""
    names = [f"user{number}" for number in range(known)]
    recipients = [f"{name}@mayfly.example" for name in names] + list(unknown)

    def arrange(world: World) -> None:
        given_inboxes(world, *names)
        world.put_raw("mail-1", raw)

    def check(world: World) -> None:
        inboxes = world.process().adapters.inboxes
        assert all(inboxes.get(noted(world, name).id).sequence == 1 for name in names)
        assert world.process().adapters.deliveries.tally().accepted == len(recipients)

    return Scenario(received("mail-1", *recipients), arrange, check, stride)


def receiving_into_a_full_one() -> Scenario:
    """A mail for an inbox that is full: it is dropped once, and who watches is told."""

    def arrange(world: World) -> None:
        world.settings = replace(world.settings, inbox_messages=1)
        given_inboxes(world, "ann")
        watcher = world.process().subscriptions.service
        watcher.connect("one")
        watcher.subscribe("one", "ann@mayfly.example")
        given_mail(world, "ann")
        world.put_raw("mail-2")
        world.sockets.frames.clear()

    def act(world: World, process: Assembly) -> bool:
        step = received("mail-2", "ann@mayfly.example")
        return step(world, process) and followed(world, process)

    def check(world: World) -> None:
        inbox = world.process().adapters.inboxes.get(noted(world, "ann").id)
        assert inbox.overflow is not None
        assert (inbox.held_messages, inbox.overflow.dropped) == (1, 1)
        frames = [json.loads(each) for each in world.sockets.frames.get("one", [])]
        is_lost = world.notes["met"].endswith("post_to_connection")
        assert {each["type"] for each in frames} == {"inbox-full"} or is_lost

    return Scenario(act, arrange, check)


def pushing_out_a_newcomer() -> Scenario:
    """A mail for an inbox that newcomers have filled: it is there, and one of theirs has gone."""

    def sent_by(world: World, name: str, domain: str) -> None:
        raw = f"From: a@{domain}\r\nSubject: {name}\r\n\r\nHello\r\n"
        world.put_raw(name, raw.encode())

    def arrange(world: World) -> None:
        world.settings = replace(world.settings, inbox_messages=SENDERS + 4)
        given_inboxes(world, "ann")
        # Three share a place, and a fourth is more than four times what is free.
        for n in range(SENDERS + 3):
            sent_by(world, f"early-{n}", f"s{min(n, SENDERS)}.example")
            assert received(f"early-{n}", "ann@mayfly.example")(world, world.process())
        assert followed(world, world.process())
        sent_by(world, "mail-1", f"s{SENDERS}.example")

    def act(world: World, process: Assembly) -> bool:
        step = received("mail-1", "ann@mayfly.example")
        return step(world, process) and followed(world, process)

    def check(world: World) -> None:
        found = world.process().messages.reader.page("ann@mayfly.example", 100).messages
        subjects = [each.summary.subject for each in found]
        assert subjects[0] == "mail-1" and f"early-{SENDERS}" not in subjects
        assert len(subjects) == SENDERS + 3
        assert f"raw/early-{SENDERS}" not in world.objects()
        inbox = world.process().adapters.inboxes.get(noted(world, "ann").id)
        assert inbox.overflow is not None and inbox.overflow.dropped == 1

    return Scenario(act, arrange, check, stride=3)


# What clients ask for


def reading(raw: bytes = RAW) -> Scenario:
    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        given_mail(world, "ann", raw=raw)

    def act(world: World, process: Assembly) -> bool:
        asks = asked("GET", "/api/emails/{email}/messages", "ann@mayfly.example")
        if not answered(asks, 200)(world, process):
            return False
        (line,) = world.notes["reply"].json
        paths = (
            ("/api/messages/{id}", line["id"]),
            ("/api/messages/{id}/raw", line["id"]),
            ("/api/messages/{id}/attachments/{attachmentId}", line["id"], "1"),
        )
        return all(answered(asked("GET", *path), 200)(world, process) for path in paths)

    return Scenario(act, arrange)


def waiting() -> Scenario:
    """A client waits for mail that does not come; its place is free soon, come what may."""
    path = "/api/emails/{email}/messages"

    def waits(world: World, process: Assembly) -> Reply:
        process.messages.reader = replace(process.messages.reader, pause=world.clock.pause)
        return asked("GET", path, "ann@mayfly.example", after=0, wait=2)(world, process)

    def check(world: World) -> None:
        assert world.notes["reply"].json == []
        world.clock.advance(seconds=30)
        began = world.clock()
        for _ in range(2 * world.settings.waits_at_once):
            assert "Retry-After" not in waits(world, world.process()).headers
        assert world.clock() > began

    return Scenario(answered(waits, 200), lambda world: given_inboxes(world, "ann"), check)


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


def deleting(raw: bytes = RAW) -> Scenario:
    """An inbox with two mails goes, one of which another inbox has as well."""

    def arrange(world: World) -> None:
        given_inboxes(world, "ann", "bob")
        given_mail(world, "ann", raw=raw)
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


def delete_the_message(world: World, name: str) -> None:
    """The only message of an inbox goes; the stream has still to tell of it."""
    (message,) = world.process().messages.reader.page(f"{name}@mayfly.example", 2).messages
    path, token = "/api/messages/{id}", samples.TOKEN
    reply = asked("DELETE", path, str(message.id), token=token)(world, world.process())
    assert reply.status == 200


def deleting_a_message() -> Scenario:
    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        given_mail(world, "ann")
        process = world.process()
        (message,) = process.messages.reader.page("ann@mayfly.example", 1).messages
        world.notes["id"] = str(message.id)

    def act(world: World, process: Assembly) -> bool:
        path, token = "/api/messages/{id}", samples.TOKEN
        reply = asked("DELETE", path, world.notes["id"], token=token)(world, process)
        assert reply.status in (200, 404, 500, 503), reply.content
        return reply.status in (200, 404) and followed(world, process)

    return Scenario(act, arrange, lambda world: invariants.nothing_is_left_of(world, "mail-1"))


def deleting_by_filter() -> Scenario:
    def arrange(world: World) -> None:
        given_inboxes(world, "ann")
        given_mail(world, "ann")

    def act(world: World, process: Assembly) -> bool:
        path, token = "/api/emails/{email}/messages", samples.TOKEN
        wish = asked("DELETE", path, "ann@mayfly.example", token=token, subject="order")
        reply = wish(world, process)
        assert reply.status in (200, 500, 503), reply.content
        return reply.status == 200 and not reply.json["more"] and followed(world, process)

    return Scenario(act, arrange, lambda world: invariants.nothing_is_left_of(world, "mail-1"))


def sampling() -> Scenario:
    """A sample comes in once for each request that was answered, and none is half there."""

    def act(world: World, process: Assembly) -> bool:
        path, token = "/api/emails/{email}/sample", samples.TOKEN
        reply = asked("POST", path, "ann@mayfly.example", token=token)(world, process)
        assert reply.status in (202, 500, 503), reply.content
        return reply.status == 202

    def check(world: World) -> None:
        process = world.process()
        assert handed_over(world, process)
        listed = process.messages.reader.page("ann@mayfly.example", 10).messages
        assert 1 <= len(listed) <= 2
        assert process.adapters.deliveries.tally().stored == len(listed)

    return Scenario(act, lambda world: given_inboxes(world, "ann"), check)


def rotating() -> Scenario:
    """Whatever was answered, at most one token opens the inbox, and never an older one."""

    def arrange(world: World) -> None:
        given_inboxes(world, "ann", access=Access.TOKEN, token_hash="")
        given_mail(world, "ann")
        issued = world.process().private_inboxes.tokens.issue(
            noted(world, "ann"), timedelta(minutes=10)
        )
        world.notes["token"] = issued.text

    def act(world: World, process: Assembly) -> bool:
        path, inbox = "/v1/inboxes/{inboxId}/token:rotate", str(noted(world, "ann").id)
        # Whoever did not see the answer has a token that is dead already.
        statuses = (200, 401) if "asked" in world.notes else (200,)
        world.notes["asked"] = True
        reply = asked("POST", path, inbox, token=world.notes["token"])(world, process)
        assert reply.status in (*statuses, 500, 503), reply.content
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
        reply = asked("GET", "/api/emails/{email}/messages", "ann@mayfly.example")(world, process)
        # The second time the heir may have it already, and finds nothing in it.
        assert reply.status in (404, 500, 503) or reply.json == []
        try:
            process.adapters.inboxes.create(world.notes["heir"], world.clock())
        except Exception:
            return noted(world, "heir") == _found(world, "ann@mayfly.example")
        return True

    def check(world: World) -> None:
        page = asked("GET", "/api/emails/{email}/messages", "ann@mayfly.example")
        assert page(world, world.process()).json == []

    return Scenario(act, arrange, check)


def _found(world: World, address: str) -> Inbox:
    parsed = Address.parse(address)
    return world.process().adapters.inboxes.find([parsed])[parsed]


INBOXES: dict[str, Scenario] = {
    "receiving for one": receiving(1),
    "receiving for three": receiving(2, "nobody@mayfly.example"),
    "receiving a large one": receiving(2, "nobody@mayfly.example", raw=LARGE),
    "receiving for nobody": receiving(0, "nobody@mayfly.example"),
    "receiving for a hundred": receiving(100, stride=193),
    "receiving into a full one": receiving_into_a_full_one(),
    "pushing out a newcomer": pushing_out_a_newcomer(),
    "reading": reading(),
    "reading a large one": reading(LARGE),
    "waiting": waiting(),
    "creating": creating(),
    "creating privately": creating_privately(),
    "deleting": deleting(),
    "deleting a large one": deleting(LARGE),
    "deleting a message": deleting_a_message(),
    "deleting by filter": deleting_by_filter(),
    "sampling": sampling(),
    "rotating": rotating(),
    "expiring": expiring(),
}
