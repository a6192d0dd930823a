"""Waiting for one message, a code or a link: what is found, from where on, and what it costs."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mayfly import limits
from mayfly.settings import Settings
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.mailboxes.test_mailbox_messages_routes import Interrupted
from tests.memory import Memory
from tests.waits.test_waits_routes import flows_with

WAIT = "/api/emails/{email}/wait"
PRIVATE = "/v1/inboxes/{inboxId}/wait"
MAILBOX = "/api/user/mailbox/{mailboxId}/wait"
CODE = b"From: Shop <shop@example.com>\nSubject: Your code\n\nYour code is 482913.\n"
BOUND = CODE.replace(b"Your code is 482913.", b"Hello\n\n@example.com #747723")
LINK = (
    b"From: club@example.com\nSubject: Welcome\n\n"
    b"Confirm your e-mail address: https://club.example/confirm/9f8e7d6c5b4a39281706\n"
)
NEWS = b"From: news@example.com\nSubject: News\n\nNothing to type.\n"


class Scene:
    """A public address, whose mails come while somebody waits."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.flows = Interrupted(Memory())
        self.flows.meanwhile = self.arrive
        self.api = Api(self.flows)
        self.email, self.token = self.api.make()
        self.coming: list[bytes] = []
        self.count = 0

    def arrive(self) -> None:
        """One of those that are coming."""
        if self.coming:
            self.receive(self.coming.pop(0))

    def receive(self, raw: bytes) -> None:
        self.count += 1
        self.flows.receive(raw, self.email, name=f"mail-{self.count}")

    def wait(self, **query: object) -> Reply:
        return self.api.call("GET", WAIT, self.email, **query)  # type: ignore[arg-type]

    @property
    def mails_read(self) -> int:
        return len(self.flows.adapters.raw_mails.reads) - self.count  # receiving reads, too


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_message_that_comes_meanwhile_is_given(scene: Scene) -> None:
    scene.receive(NEWS)
    scene.coming = [CODE]

    found = scene.wait().json

    assert (found["status"], found["seq"], found["message"]["seq"]) == ("found", 2, 2)
    assert found["message"]["subject"] == "Your code"
    assert (found["value"], found["confidence"], found["where"]) == (None, None, None)


def test_without_one_the_answer_is_that_the_time_is_over(scene: Scene) -> None:
    scene.receive(CODE)
    before = scene.flows.now()

    reply = scene.wait(timeout=7)

    assert reply.status == 200
    assert reply.json == {
        "status": "timeout",
        "value": None,
        "confidence": None,
        "where": None,
        "seq": 1,
        "message": None,
    }
    assert scene.flows.now() - before == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("raw", "require", "value", "where", "confidence"),
    [
        (CODE, "code", "482913", "words", "medium"),
        (BOUND, "code", "747723", "domain-bound", "high"),
        (LINK, "link", "https://club.example/confirm/9f8e7d6c5b4a39281706", "words", "medium"),
    ],
)
def test_the_code_or_link_is_given_with_its_evidence(
    scene: Scene, raw: bytes, require: str, value: str, where: str, confidence: str
) -> None:
    scene.coming = [NEWS, raw]

    found = scene.wait(require=require).json

    assert (found["value"], found["where"], found["confidence"]) == (value, where, confidence)
    assert found["message"]["seq"] == found["seq"] == 2


def test_a_message_that_came_before_the_call_counts_after_a_number_or_since_a_time(
    scene: Scene,
) -> None:
    scene.receive(NEWS)
    before = scene.flows.now()
    scene.flows.adapters.clock.advance(seconds=10)
    scene.receive(CODE)
    since = before + timedelta(seconds=5)

    assert scene.wait(after=0).json["seq"] == 1
    assert scene.wait(after=1).json["seq"] == 2
    assert scene.wait(since=since.isoformat().replace("+00:00", "Z")).json["seq"] == 2
    assert scene.wait(q=f"after:{since.isoformat().replace('+00:00', 'Z')}").json["seq"] == 2
    assert scene.wait(timeout=0).json["status"] == "timeout"


def test_a_wait_goes_on_from_where_the_last_one_was(scene: Scene) -> None:
    scene.coming = [NEWS, CODE, NEWS, CODE, NEWS]
    seen: list[int] = []
    after = 0

    while len(seen) < 2:
        found = scene.wait(after=after, subject="code").json
        seen.append(found["message"]["seq"])
        after = found["seq"]
    last = scene.wait(after=after, subject="code", timeout=5).json

    assert seen == [2, 4]
    assert (last["status"], last["seq"]) == ("timeout", 5)


def test_what_is_passed_over_is_read_once(scene: Scene) -> None:
    for _ in range(3):
        scene.receive(NEWS)
    scene.coming = [NEWS, NEWS, CODE]

    found = scene.wait(after=0, text="your code").json

    assert found["seq"] == 6
    assert scene.mails_read == 6


def test_a_wait_reads_so_many_mails_and_then_says_where_it_was(scene: Scene) -> None:
    for _ in range(limits.FILTER_READS + 5):
        scene.receive(NEWS)
    scene.receive(CODE)

    first = scene.wait(after=0, require="code").json
    reads = scene.mails_read
    second = scene.wait(after=first["seq"], require="code").json

    assert (first["status"], first["seq"], reads) == ("timeout", limits.FILTER_READS, 50)
    assert (second["value"], scene.mails_read) == ("482913", 56)
    assert not scene.flows.adapters.clock.pauses


def test_a_mail_is_not_read_if_its_row_decides(scene: Scene) -> None:
    scene.receive(NEWS)

    scene.wait(after=0, **{"from": "shop"}, text="code", require="code", timeout=0)

    assert scene.mails_read == 0


def test_a_message_that_is_deleted_meanwhile_is_passed_over(scene: Scene) -> None:
    scene.receive(CODE)
    scene.receive(CODE)
    scene.flows.adapters.raw_mails.objects.pop("raw/mail-1")

    assert scene.wait(after=0, require="code").json["seq"] == 2


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"timeout": 26}, "timeout must be a whole number from 0 to 25"),
        ({"require": "token"}, "require must be one of: message, code, link"),
        ({"after": -1}, "after must be a whole number"),
        ({"since": "now"}, "since must be a date, or a date and time with a zone"),
        ({"q": "from:"}, "q, character 1: from: must have 1 to 256 characters"),
    ],
)
def test_a_parameter_that_cannot_be_is_named(
    scene: Scene, query: dict[str, object], says: str
) -> None:
    reply = scene.wait(**query)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert says in reply.json["error"]["message"]


def test_a_private_inbox_is_given_whole_messages() -> None:
    flows = Interrupted(Memory())
    api = Api(flows)
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    flows.meanwhile = lambda: flows.receive(CODE, made["email_address"])

    found = api.call(
        "GET",
        PRIVATE,
        made["inbox_id"],
        headers=bearer(made["access_token"]),
        require="code",
        subject="CODE",
    ).json

    assert (found["value"], found["message"]["uid"], found["seq"]) == ("482913", "1", 1)
    assert found["message"]["text_body"] == "Your code is 482913.\n"


def test_a_mailbox_is_given_its_lines() -> None:
    flows = Interrupted(Memory())
    api = Api(flows)
    session = api.call("POST", "/api/session").json
    mailbox = session["mailbox"]
    flows.meanwhile = lambda: flows.receive(CODE, mailbox["emailAddress"])

    found = api.call(
        "GET", MAILBOX, mailbox["id"], headers=bearer(session["sessionToken"]), require="code"
    ).json

    assert (found["value"], found["message"]["id"]) == ("482913", 1)
    assert found["message"]["folder"] == "inbox"


def test_past_the_places_there_are_it_is_answered_at_once_and_told_when_to_come() -> None:
    memory = Memory()
    flows = flows_with(memory, at_once=0)
    api = Api(flows)
    email, _ = api.make()
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    token = bearer(made["access_token"])

    for reply in (
        api.call("GET", WAIT, email),
        api.call("GET", PRIVATE, made["inbox_id"], headers=token),
        api.call("GET", MAILBOX, made["inbox_id"], headers=token),
    ):
        assert (reply.status, reply.json["status"]) == (200, "timeout")
        assert reply.headers["Retry-After"] == "3"
    assert not memory.clock.pauses


def test_one_wait_takes_one_place_and_gives_it_back() -> None:
    memory = Memory()
    flows = flows_with(memory, at_once=1)
    api = Api(flows)
    email, _ = api.make()
    flows.receive(NEWS, email)

    reply = api.call("GET", WAIT, email, after=0, subject="code", timeout=5)

    assert (reply.json["status"], reply.json["seq"]) == ("timeout", 1)
    assert memory.waits.calls == 2
    assert not memory.waits.leases


def rotate(flows: MemoryAssembly, made: dict[str, str]) -> None:
    from mayfly.inboxes.ids import InboxId

    inbox = InboxId.parse(made["inbox_id"])
    flows.adapters.inboxes.rotate(inbox, flows.adapters.inboxes.get(inbox).token_version)


def close(flows: MemoryAssembly, made: dict[str, str]) -> None:
    from mayfly.inboxes.ids import InboxId

    flows.adapters.inboxes.close(InboxId.parse(made["inbox_id"]), flows.now())


@pytest.mark.parametrize(("end", "status"), [(rotate, 401), (close, 404)])
def test_who_waits_is_refused_once_they_may_not_read_any_more(
    end: Callable[[MemoryAssembly, dict[str, str]], None], status: int
) -> None:
    flows = Interrupted(Memory())
    api = Api(flows)
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    flows.meanwhile = lambda: end(flows, made)

    reply = api.call(
        "GET",
        PRIVATE,
        made["inbox_id"],
        headers=bearer(made["access_token"]),
        require="code",
    )

    assert reply.status == status
