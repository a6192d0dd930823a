"""Several clients, and whatever they do, in any order: all see what the model says they see."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from mayfly.errors import AddressTaken
from mayfly.inboxes.models import Access
from tests import samples
from tests.faults import invariants
from tests.faults.machine import CLOSED_AFTER, run
from tests.faults.model import Box, Ear
from tests.faults.world import World, asked, followed, framed, received, world
from tests.functions.http import Reply
from tests.setting_names import RATE_LIMITS, SOCKET_LIMITS

CONNECTED = timedelta(hours=2, minutes=5)
TOKEN_LIFETIME = timedelta(days=7)
PUBLIC, PRIVATE = ("ann", "bob"), "eve"
NAMES = (*PUBLIC, PRIVATE)
Thing = TypeVar("Thing")
CLIENTS = ("one", "two")
COMMON = ("send", "send and follow", "subscribe", "follow")
ACTIONS = (
    *(*COMMON, *COMMON, *COMMON, "wait", "mark", "delete a message", "rotate"),
    *("send late", "deliver", "unsubscribe", "leave", "rotate", "delete", "create", "cool down"),
)

UNLIMITED = [each for each in (*RATE_LIMITS, *SOCKET_LIMITS) if each != "socket_subscriptions"]


@dataclass(frozen=True)
class Given:
    """Whom and what an action is about."""

    name: str
    names: frozenset[str]
    client: str
    place: int
    after: int | None
    hours: float
    flag: bool


GIVEN: dict[str, Any] = {
    "name": st.sampled_from((PRIVATE, *PUBLIC)),
    "names": st.frozensets(st.sampled_from(NAMES), min_size=1),
    "client": st.sampled_from(CLIENTS),
    "place": st.integers(0, 5),
    "after": st.none() | st.integers(0, 5),
    "hours": st.sampled_from((0.05, 1, 1, 1, 22, 50)),
    "flag": st.booleans(),
}


def address(name: str) -> str:
    return f"{name}@mayfly.example"


class Inboxes(RuleBasedStateMachine):
    """The real handlers over moto, beside a model of them."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        unlimited = dict.fromkeys(UNLIMITED, 0)
        self.world: World = self.stack.enter_context(world(**unlimited))
        self.process = self.world.process()
        self.boxes: dict[str, Box] = {}
        self.former: list[Box] = []
        self.ids: dict[str, tuple[Box, int]] = {}
        self.tokens: list[tuple[str, Box, int, datetime]] = []
        self.notices: list[tuple[str, tuple[str, ...], datetime]] = []
        self.mails = 0
        self.connected: dict[str, str] = {}
        self.ears: dict[tuple[str, str], Ear] = {}
        self.connections = self.steps = 0
        for name in NAMES:
            self.create(name)
            self.subscribe("one", name, 0)

    @property
    def now(self) -> datetime:
        return self.world.clock()

    @rule(action=st.sampled_from(ACTIONS), given=st.builds(Given, **GIVEN))
    def act(self, action: str, given: Given) -> None:
        """One of them does something. One rule, so that what is common stays common."""
        match action:
            case "send":
                self.send(given.names)
                self.deliver(-1, given.flag)
            case "send and follow":
                self.send(given.names)
                self.deliver(-1, given.flag)
                self.follow()
            case "send late":
                self.send(given.names)
            case "deliver":
                self.deliver(given.place, given.flag)
            case "subscribe":
                self.subscribe(given.client, given.name, given.after)
            case "unsubscribe":
                self.unsubscribe(given.client, given.name)
            case "leave":
                self.leave(given.client, given.flag)
            case "follow":
                self.follow()
            case "mark":
                self.mark(given.name, given.place, given.flag)
            case "delete a message":
                self.delete_message(given.name, given.place)
            case "delete":
                self.delete(given.name)
            case "create":
                self.create(given.name)
            case "rotate":
                self.rotate()
            case "wait":
                self.wait(given.hours)
            case "cool down":
                self.cool_down()

    # Inboxes

    def create(self, name: str) -> None:
        old = self.boxes.get(name)
        access = Access.TOKEN if name == PRIVATE else Access.ADDRESS
        made = samples.inbox(
            address(name),
            access=access,
            created_at=self.now,
            expires_at=self.now + timedelta(hours=24),
            **({"token_hash": ""} if name == PRIVATE else {}),
        )
        try:
            self.process.adapters.inboxes.create(made, self.now)
        except AddressTaken:
            assert old is not None and not old.is_free(self.now)
            return
        assert old is None or old.is_free(self.now)
        self.former += [old] if old else []
        self.boxes[name] = Box(made)
        if name == PRIVATE:
            self._issue()

    def delete(self, name: str) -> None:
        box = self.boxes[name]
        if name == PRIVATE:
            path = "/v1/inboxes/{inboxId}"
            reply = self._ask("DELETE", path, str(box.inbox.id), token=self._issue())
        else:
            reply = self._ask("DELETE", "/api/emails/{email}", address(name), token=samples.TOKEN)
        there = box.deleted_at is None
        assert reply.status == (200 if there else 404)
        if there:
            box.deleted_at = self.now

    def rotate(self) -> None:
        box, path = self.boxes[PRIVATE], "/v1/inboxes/{inboxId}/token:rotate"
        reply = self._ask("POST", path, str(box.inbox.id), token=self._issue())
        assert reply.status == (200 if box.is_active(self.now) else 404)
        if reply.status == 200:
            box.version += 1
            ends_at = self.now + timedelta(minutes=10)
            self.tokens.append((reply.json["access_token"], box, box.version, ends_at))

    def cool_down(self) -> None:
        """A month goes by, and whatever is free is taken again."""
        self.wait(31 * 24)
        for name in NAMES:
            self.create(name)
            self.subscribe("one", name, None)

    def wait(self, hours: float) -> None:
        self.world.clock.advance(hours=hours)
        if hours > CLOSED_AFTER:
            self.world.sockets.gone |= set(self.connected.values())
            self.connected.clear()
            self.ears.clear()

    # Mail

    def send(self, recipients: frozenset[str]) -> None:
        self.mails += 1
        self.world.put_raw(f"mail-{self.mails}")
        self.notices.append((f"mail-{self.mails}", tuple(sorted(recipients)), self.now))

    def deliver(self, place: int, again: bool) -> None:
        """Any notice comes, whichever was first; it may come once more."""
        if not self.notices:
            return
        name, recipients, sent_at = self.notices[place % len(self.notices)]
        if not again:
            self.notices.remove((name, recipients, sent_at))
        step = received(name, *map(address, recipients), at=sent_at)
        assert step(self.world, self.process)
        for each in recipients:
            self.boxes[each].take(name, sent_at, self.now)

    def mark(self, name: str, place: int, is_read: bool) -> None:
        box = self.boxes[name]
        if not box.lines:
            return
        number = sorted(box.lines)[place % len(box.lines)]
        reply = self._message("PATCH", name, number, is_read)
        assert reply.status == self._expected(box, number)
        if reply.status == 200:
            box.lines[number].is_read = is_read

    def delete_message(self, name: str, place: int) -> None:
        box = self.boxes[name]
        if not box.lines:
            return
        number = sorted(box.lines)[place % len(box.lines)]
        reply = self._message("DELETE", name, number)
        assert reply.status == self._expected(box, number)
        if reply.status == 200:
            del box.lines[number]

    # Clients of the WebSocket

    def connect(self, client: str) -> None:
        if client not in self.connected:
            self.connections += 1
            self.connected[client] = f"{client}-{self.connections}"
            self._frame(client, route="$connect")

    def leave(self, client: str, is_said: bool) -> None:
        if client in self.connected:
            self.world.sockets.gone.add(self.connected[client])
            if is_said:
                self._frame(client, route="$disconnect")
            del self.connected[client]
            self.ears = {key: ear for key, ear in self.ears.items() if key[0] != client}

    def subscribe(self, client: str, name: str, after: int | None) -> None:
        box = self.boxes[name]
        self.connect(client)
        if (client, name) in self.ears:  # who asks twice for a replay gets it twice
            self.follow()
        frame: dict[str, object] = {"type": "subscribe", "email": address(name), "after": after}
        ends_at = min(self.now + CONNECTED, box.inbox.expires_at)
        if name == PRIVATE:
            frame["token"] = self._issue()
        reply = self._frame(client, frame)
        assert reply["type"] == ("subscribed" if box.is_active(self.now) else "error")
        if reply["type"] == "subscribed":
            newest = len(box.mails)
            assert reply["seq"] == newest
            told = newest if after is None else min(after, newest)
            self.ears[client, name] = Ear(box, ends_at, box.version, told)

    def unsubscribe(self, client: str, name: str) -> None:
        if client in self.connected:
            reply = self._frame(client, {"type": "unsubscribe", "email": address(name)})
            assert reply["type"] == "unsubscribed"
            self.ears.pop((client, name), None)

    def follow(self) -> None:
        """The stream comes to where the table is: each hears what is new, in order, once."""
        self.world.sockets.frames.clear()
        assert followed(self.world, self.process)
        heard: dict[tuple[str, str], list[int]] = {}
        for client, connection in self.connected.items():
            for text in self.world.sockets.frames.pop(connection, []):
                data = json.loads(text)["data"]
                name = data["email"].partition("@")[0]
                heard.setdefault((client, name), []).append(data["seq"])
        expected = {key: ear.hears(self.now) for key, ear in self.ears.items()}
        assert heard == {key: numbers for key, numbers in expected.items() if numbers}
        assert self.world.sockets.frames == {}
        for key, numbers in heard.items():
            self.ears[key].told = numbers[-1]

    # What is seen

    @invariant()
    def lists_show_what_there_is(self) -> None:
        self.steps += 1
        for turn, (name, box) in enumerate(self.boxes.items()):
            # One list at a time is read from a number on.
            after = (self.steps // 3) % 5 if turn == self.steps % 3 else None
            shown = [(n, box.lines[n].is_read) for n in box.readable(self.now) if n > (after or 0)]
            expected = shown[::-1] if after is None else shown
            assert self._listed(name, after) == (expected if box.is_active(self.now) else None)

    @invariant()
    def what_is_not_readable_opens_to_nobody(self) -> None:
        for text, (box, number) in _some(list(self.ids.items()), self.steps):
            there = box not in self.former and number in box.readable(self.now)
            assert self._ask("GET", "/api/messages/{id}", text).status == (200 if there else 404)
        for text, box, version, ends_at in _some(self.tokens, self.steps):
            opened = self._ask("GET", "/v1/inboxes/{inboxId}", str(box.inbox.id), token=text)
            counts = box.version == version and self.now < ends_at
            there = box is self.boxes.get(PRIVATE) and box.deleted_at is None
            assert opened.status in ((200, 404) if there and counts else (401, 404))
            assert (opened.status == 200) == (counts and there and box.is_active(self.now))

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            with self.stack:
                assert followed(self.world, self.process)
                invariants.check(self.world)

    # The ways to ask

    def _ask(self, method: str, path: str, *values: str, **sent: object) -> Reply:
        ask = asked(method, path, *values, **sent)  # type: ignore[arg-type]
        return ask(self.world, self.process)

    def _frame(
        self, client: str, frame: object = None, route: str = "$default"
    ) -> dict[str, object]:
        connection = self.connected[client]
        return framed(self.world, self.process, connection, frame, route)

    def _issue(self) -> str:
        """A token for the private inbox, as whoever holds one has it."""
        box = self.boxes[PRIVATE]
        there = self.process.adapters.inboxes.get(box.inbox.id)
        issued = self.process.private_inboxes.tokens.issue(there, TOKEN_LIFETIME)
        self.tokens.append((issued.text, box, box.version, issued.expires_at))
        return issued.text

    def _listed(self, name: str, after: int | None = None) -> list[tuple[int, bool]] | None:
        """Numbers and read flags as the list has them, None if there is no such inbox."""
        where, box = address(name), self.boxes[name]
        if name == PRIVATE:
            query = {"limit": 50} if after is None else {"limit": 50, "since_uid": after}
            path, token = "/v1/inboxes/{inboxId}/messages", self.tokens_of(box)
            reply = self._ask("GET", path, str(box.inbox.id), token=token, **query)
        else:
            query = {"limit": 50} if after is None else {"limit": 50, "after": after}
            reply = self._ask("GET", "/api/emails/{email}/messages", where, **query)
        if reply.status == 404:
            return None
        assert reply.status == 200, reply.content
        if name == PRIVATE:
            return [(int(each["uid"]), each["is_read"]) for each in reply.json["messages"]]
        self.ids.update({each["id"]: (box, each["seq"]) for each in reply.json})
        return [(each["seq"], each["isRead"]) for each in reply.json]

    def tokens_of(self, box: Box) -> str:
        """A token that counts now."""
        for text, whose, version, ends_at in self.tokens:
            if whose is box and version == box.version and self.now < ends_at:
                return text
        return self._issue()

    def _message(self, method: str, name: str, number: int, is_read: bool = False) -> Reply:
        box = self.boxes[name]
        if name == PRIVATE:
            body = {"is_read": is_read} if method == "PATCH" else None
            path, inbox = "/v1/inboxes/{inboxId}/messages/{uid}", str(box.inbox.id)
            token = self.tokens_of(box)
            return self._ask(method, path, inbox, str(number), body=body, token=token)
        body = {"isRead": is_read} if method == "PATCH" else None
        found = [text for text, there in self.ids.items() if there == (box, number)]
        return self._ask(method, "/api/messages/{id}", *found, body=body, token=samples.TOKEN)

    def _expected(self, box: Box, number: int) -> int:
        return 200 if number in box.readable(self.now) else 404


def _some(known: Sequence[Thing], turn: int) -> Sequence[Thing]:
    """One of the last few, another one each time."""
    last = known[-5:]
    return last[turn % 5 :][:1]


def test_clients_see_what_the_model_says_whatever_they_do() -> None:
    run(Inboxes)
