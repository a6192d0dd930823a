"""People with accounts, and whatever they do, in any order: all see what the model says."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mayfly.inboxes.ids import InboxId
from tests.faults import invariants
from tests.faults.account_model import LONGER, MOST, SESSION, Listener, Person
from tests.faults.account_scenarios import CREATE, EXTEND, LIST, MAILBOX, MESSAGES
from tests.faults.machine import CLOSED_AFTER, run
from tests.faults.model import Box
from tests.faults.world import World, asked, followed, framed, received, world
from tests.functions.http import Reply
from tests.setting_names import RATE_LIMITS, SOCKET_LIMITS

PEOPLE = ("ann@home.example", "bob@home.example")
PASSWORDS = ("a phrase for tests", "another phrase")
CLIENTS = ("one", "two")
CONNECTED = timedelta(hours=2, minutes=5)
ACTIONS = (
    *("send", "send", "send", "send late", "deliver", "follow", "listen", "log in", "log in"),
    *("begin a session", "migrate", "migrate", "make", "extend", "extend", "close", *("wait",) * 3),
    *("register", "listen no more", "leave", "log out", "delete"),
)

UNLIMITED = [each for each in (*RATE_LIMITS, *SOCKET_LIMITS) if each != "socket_subscriptions"]


@dataclass(frozen=True)
class Given:
    """Whom and what an action is about."""

    email: str
    client: str
    place: int
    hours: float
    flag: bool


GIVEN: dict[str, Any] = {
    "email": st.sampled_from(PEOPLE),
    "client": st.sampled_from(CLIENTS),
    "place": st.integers(0, 5),
    "hours": st.sampled_from((0.05, 1, 1, 22, 80, 150)),
    "flag": st.booleans(),
}


class Accounts(RuleBasedStateMachine):
    """The real handlers over moto, beside a model of them."""

    @initialize()
    def begin(self) -> None:
        self.stack = ExitStack()
        settings = dict.fromkeys(UNLIMITED, 0) | {
            "max_mailboxes_per_user": MOST,
            "mailbox_message_lifetime_seconds": round(LONGER.total_seconds()),
        }
        self.world: World = self.stack.enter_context(world(**settings))
        self.process = self.world.process()
        self.people: dict[str, Person] = {}
        self.anonymous: dict[str, Box] = {}  # by the token of its session
        self.boxes: list[Box] = []
        self.dead: list[str] = []
        self.notices: list[tuple[str, Box, datetime]] = []
        self.news: list[tuple[Person, Box, int]] = []
        self.connected: dict[str, str] = {}
        self.listeners: dict[tuple[str, int], Listener] = {}
        self.mails = self.connections = self.steps = 0
        for email in PEOPLE:
            self.register(email, PASSWORDS[0])
            self.log_in(email, PASSWORDS[0])
            self.make(email)
            self.listen("one", email)

    @property
    def now(self) -> datetime:
        return self.world.clock()

    @rule(action=st.sampled_from(ACTIONS), given=st.builds(Given, **GIVEN))
    def act(self, action: str, given: Given) -> None:
        """One of them does something."""
        email, place = given.email, given.place
        match action:
            case "send" | "send late":
                self.send(place)
                if action == "send":
                    self.deliver(-1, given.flag)
            case "deliver":
                self.deliver(place, given.flag)
            case "follow":
                self.follow()
            case "register":
                self.register(email, PASSWORDS[given.flag])
            case "log in":
                self.log_in(email, PASSWORDS[place == 5])
            case "begin a session":
                self.begin_a_session()
            case "migrate":
                self.begin_a_session()
                self.send(-1)
                self.deliver(-1, given.flag)
                self.log_in(email, PASSWORDS[0], place if place < 2 else -1)
            case "make":
                self.make(email)
            case "extend":
                self.extend(email, place)
            case "close":
                self.close(email, place)
            case "listen":
                self.listen(given.client, email)
            case "listen no more":
                self.listen_no_more(given.client)
            case "leave":
                self.hang_up(given.client, given.flag)
            case "log out":
                self.log_out(email)
            case "delete":
                self.delete(email)
            case "wait":
                self.wait(given.hours)

    # Accounts

    def register(self, email: str, password: str) -> None:
        body = {"email": email, "password": password}
        assert self._ask("POST", "/api/users/register", body=body).status == 201
        if email not in self.people or not self.people[email].is_verified:
            self.people[email] = Person(password)

    def log_in(self, email: str, password: str, place: int | None = None) -> None:
        """With the mailbox of a session, if one is named."""
        person, session = self.people.get(email), ""
        body: dict[str, object] = {"email": email, "password": password}
        if place is not None:
            self.follow()  # what came before is announced to nobody
            session = list(self.anonymous)[place % len(self.anonymous)]
            body["migrateSession"] = True
        reply = self._ask("POST", "/api/users/login", body=body, token=session)
        if person is None or person.password != password:
            assert reply.status == 401
            return
        person.is_verified = True
        person.sessions[reply.json["token"]] = self.now + SESSION
        box = self.anonymous.get(session)
        is_taken = box is not None and box.is_active(self.now) and person.has_room(None, self.now)
        assert ("migratedMailbox" in reply.json) == is_taken
        if box is not None and is_taken:
            person.take_over(box, self.now)
            self.dead.append(session)
            del self.anonymous[session]
            self.follow()
            kept = self.process.adapters.messages.after(box.inbox.id, 0, 50, self.now)
            assert {each.id.sequence: each.expires_at for each in kept} == {
                number: box.lines[number].expires_at for number in box.readable(self.now)
            }

    def log_out(self, email: str) -> None:
        token = self._token(email)
        assert self._ask("POST", "/api/users/logout", token=token).status == 200
        if token:
            del self.people[email].sessions[token]
            self.dead.append(token)

    def delete(self, email: str) -> None:
        person = self.people.get(email, Person(""))
        body, token = {"password": person.password}, self._token(email)
        reply = self._ask("DELETE", "/api/users/me", body=body, token=token)
        assert reply.status == (200 if token else 401)
        if token:
            for box in person.boxes:
                box.deleted_at = box.deleted_at or self.now
            self.dead += person.sessions
            person.sessions.clear()
            del self.people[email]

    def begin_a_session(self) -> None:
        reply = self._ask("POST", "/api/session", body={})
        assert reply.status == 201
        self.anonymous[reply.json["sessionToken"]] = self._box(reply.json["mailbox"])

    # Mailboxes

    def make(self, email: str) -> None:
        token, person = self._token(email), self.people.get(email, Person(""))
        reply = self._ask("POST", CREATE, body={}, token=token)
        assert reply.status == (
            401 if not token else 201 if person.has_room(None, self.now) else 409
        )
        if reply.status == 201:
            box = self._box(reply.json)
            box.kept = LONGER
            person.boxes.append(box)

    def extend(self, email: str, place: int) -> None:
        found = self._one_of(email, place)
        if found is None:
            return
        person, token, box = found
        reply = self._ask("POST", EXTEND, str(box.inbox.id), token=token)
        end = person.extension(box, self.now)
        gone = box.deleted_at is not None
        assert reply.status == (404 if gone else 409 if end is None else 200)
        if end is not None and not gone:
            assert datetime.fromisoformat(reply.json["expiresAt"]) == end
            box.inbox = replace(box.inbox, expires_at=end)

    def close(self, email: str, place: int) -> None:
        found = self._one_of(email, place)
        if found is None:
            return
        _, token, box = found
        reply = self._ask("DELETE", MAILBOX, str(box.inbox.id), token=token)
        assert reply.status == (200 if box.deleted_at is None else 404)
        box.deleted_at = box.deleted_at or self.now

    # Mail

    def send(self, place: int) -> None:
        box = self.boxes[place % len(self.boxes)]
        self.mails += 1
        self.world.put_raw(f"mail-{self.mails}")
        self.notices.append((f"mail-{self.mails}", box, self.now))

    def deliver(self, place: int, again: bool) -> None:
        """Any notice comes, whichever was first; it may come once more."""
        if not self.notices:
            return
        name, box, sent_at = self.notices[place % len(self.notices)]
        if not again:
            self.notices.remove((name, box, sent_at))
        step = received(name, str(box.inbox.address), at=sent_at)
        assert step(self.world, self.process)
        before = len(box.mails)
        box.take(name, sent_at, self.now)
        owners = [each for each in self.people.values() if box in each.boxes]
        if owners and len(box.mails) > before:
            self.news.append((owners[0], box, len(box.mails)))

    # Clients of the WebSocket

    def listen(self, client: str, email: str) -> None:
        self.follow()  # what came before may be announced to who listens only now
        token = self._token(email)
        if client not in self.connected:
            self.connections += 1
            self.connected[client] = f"{client}-{self.connections}"
            self._frame(client, route="$connect")
        reply = self._frame(client, {"type": "subscribe", "account": True, "token": token})
        assert reply["type"] == ("subscribed" if token else "error")
        if token:
            person = self.people[email]
            shown = {each["mailboxId"]: each["lastNumber"] for each in reply["mailboxes"]}
            there = [box for box in person.boxes if box.is_active(self.now)]
            assert {str(box.inbox.id): len(box.mails) for box in there}.items() <= shown.items()
            ends_at = min(self.now + CONNECTED, person.sessions[token])
            self.listeners[client, id(person)] = Listener(person, token, ends_at)

    def listen_no_more(self, client: str) -> None:
        if client in self.connected:
            reply = self._frame(client, {"type": "unsubscribe", "account": True})
            assert reply["type"] == "unsubscribed"
            self._forget(client)

    def hang_up(self, client: str, is_said: bool) -> None:
        if client in self.connected:
            self.world.sockets.gone.add(self.connected[client])
            if is_said:
                self._frame(client, route="$disconnect")
            del self.connected[client]
            self._forget(client)

    def follow(self) -> None:
        """The stream comes to where the table is: each hears what is new, in order, once."""
        self.world.sockets.frames.clear()
        assert followed(self.world, self.process)
        expected: dict[str, list[tuple[str, int]]] = {}
        for person, box, number in self.news:
            if number in box.readable(self.now):
                for (client, _), each in self.listeners.items():
                    if each.person is person and each.hears(self.now):
                        told = expected.setdefault(self.connected[client], [])
                        told.append((str(box.inbox.id), number))
        self.news.clear()
        frames = {
            connection: list(map(json.loads, texts))
            for connection, texts in self.world.sockets.frames.items()
        }
        assert expected == {
            connection: [(each["mailboxId"], each["email"]["id"]) for each in told]
            for connection, told in frames.items()
        }

    def wait(self, hours: float) -> None:
        self.follow()
        self.world.clock.advance(hours=hours)
        if hours > CLOSED_AFTER:
            self.world.sockets.gone |= set(self.connected.values())
            self.connected.clear()
            self.listeners.clear()

    # What is seen

    @invariant()
    def people_see_their_mailboxes_and_nobody_else_s(self) -> None:
        self.steps += 1
        email = PEOPLE[self.steps % 2]
        token, person = self._token(email), self.people.get(email)
        shown = self._ask("GET", LIST, token=token)
        assert shown.status == (200 if token else 401)
        if not token or person is None:
            return
        mine = {str(box.inbox.id) for box in person.active(self.now)}
        assert {each["id"] for each in shown.json["mailboxes"]} == mine
        box = self.boxes[self.steps // 2 % len(self.boxes)]
        is_mine = box in person.boxes and box.deleted_at is None
        readable = box.readable(self.now) if is_mine else []
        is_listed = is_mine and box.is_active(self.now)
        assert self._numbers(box, token) == (readable[::-1] if is_listed else None)
        for number in list(box.lines)[-2:]:  # also of a mailbox that has expired
            path, one = f"{MESSAGES}/{{number}}", (str(box.inbox.id), str(number))
            status = self._ask("GET", path, *one, token=token).status
            assert status == (200 if number in readable else 404)

    @invariant()
    def a_session_sees_its_mailbox_until_it_is_an_account_s(self) -> None:
        if self.anonymous:
            token = list(self.anonymous)[self.steps % len(self.anonymous)]
            box = self.anonymous[token]
            numbers = box.readable(self.now)[::-1] if box.is_active(self.now) else None
            assert self._numbers(box, token) == numbers
        if self.dead:
            token = self.dead[self.steps % len(self.dead)]
            for path in ("/api/users/me", "/api/session"):
                assert self._ask("GET", path, token=token).status == 401

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            with self.stack:
                self.follow()
                invariants.check(self.world)

    # The ways to ask

    def _ask(self, method: str, path: str, *values: str, **sent: object) -> Reply:
        ask = asked(method, path, *values, **sent)  # type: ignore[arg-type]
        return ask(self.world, self.process)

    def _frame(self, client: str, frame: object = None, route: str = "$default") -> dict[str, Any]:
        return framed(self.world, self.process, self.connected[client], frame, route)

    def _token(self, email: str) -> str:
        return self.people[email].token(self.now) if email in self.people else ""

    def _one_of(self, email: str, place: int) -> tuple[Person, str, Box] | None:
        """Somebody who is logged in, and one of the mailboxes they ever had."""
        person, token = self.people.get(email), self._token(email)
        if person is None or not token or not person.boxes:
            return None
        return person, token, person.boxes[place % len(person.boxes)]

    def _forget(self, client: str) -> None:
        self.listeners = {key: each for key, each in self.listeners.items() if key[0] != client}

    def _box(self, made: dict[str, Any]) -> Box:
        """A new mailbox: its end is as it was told."""
        box = Box(self.process.adapters.inboxes.get(InboxId.parse(made["id"])))
        assert datetime.fromisoformat(made["expiresAt"]) == box.inbox.expires_at
        self.boxes.append(box)
        return box

    def _numbers(self, box: Box, token: str) -> list[int] | None:
        """What a list shows, newest first; None if there is no such mailbox for the token."""
        reply = self._ask("GET", MESSAGES, str(box.inbox.id), token=token, limit=50)
        assert reply.status in (200, 401, 404), reply.content
        return [each["seq"] for each in reply.json["messages"]] if reply.status == 200 else None


def test_people_see_what_the_model_says_whatever_they_do() -> None:
    run(Accounts)
