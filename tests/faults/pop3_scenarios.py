"""External inboxes: made, fetched into, given other credentials, deleted, while any call fails."""

from dataclasses import replace
from datetime import timedelta

from mayfly.assembly import Assembly
from tests.faults import invariants
from tests.faults.scenario import Scenario, answered
from tests.faults.world import LARGE, RAW, Step, World, asked, followed
from tests.functions.http import Reply
from tests.pop3.fakes import FakePop3Servers, Mailbox

INBOXES, INBOX = "/v1/inboxes", "/v1/inboxes/{inboxId}"
MESSAGES, CREDENTIALS = f"{INBOX}/messages", f"{INBOX}/credentials"
HOST, ADDRESS = "pop.example.com", "user@example.com"
WANTED = {
    "mode": "external",
    "email_address": ADDRESS,
    "pop3_host": HOST,
    "pop3_password": "secret",
    "token_ttl_seconds": 3600,
}
MAILS = {"one": RAW, "two": LARGE}


def _given_a_mailbox(world: World) -> None:
    world.notes["servers"] = FakePop3Servers()
    world.notes["mailbox"] = world.notes["servers"].given(HOST, ADDRESS, mails=dict(MAILS))


def _there(process: Assembly, world: World) -> Assembly:
    process.adapters.pop3_servers = world.notes["servers"]
    return process


def _asks(method: str, path: str, *statuses: int, body: object = None) -> Step:
    """The holder asks, and a minute later once more, if that came to nothing."""

    def step(world: World, process: Assembly) -> Reply:
        world.clock.advance(seconds=61)
        values = [world.notes["inbox"]["inbox_id"]] if "{" in path else []
        token = world.notes["inbox"]["access_token"] if "inbox" in world.notes else ""
        ask = asked(method, path, *values, body=body, token=token)
        return ask(world, _there(process, world))

    def act(world: World, process: Assembly) -> bool:
        # Without any message to show, a fetch that came to nothing is told as such.
        return answered(step, *statuses, 502)(world, process) and _is_done(world)

    return act


def _is_done(world: World) -> bool:
    status: int = world.notes["reply"].status
    return status != 502


def _given_an_inbox(world: World, **changes: object) -> None:
    _given_a_mailbox(world)
    mailbox: Mailbox = world.notes["mailbox"]
    mails, mailbox.mails = mailbox.mails, {}
    assert _asks("POST", INBOXES, 201, body=WANTED | changes)(world, world.process())
    world.notes["inbox"] = world.notes["reply"].json
    mailbox.mails |= mails


def _mails_there(world: World) -> list[str]:
    """By their UIDL, each message of the inbox that was answered."""
    inbox = world.notes["inbox"]
    ask = asked("GET", MESSAGES, inbox["inbox_id"], token=inbox["access_token"], fetch_new="false")
    reply = ask(world, world.process())
    assert reply.status == 200
    return [each["pop3_uidl"] for each in reply.json["messages"]]


def making_an_external_inbox() -> Scenario:
    """What was answered shows what lies in the mailbox, at the latest with the next fetch."""

    def check(world: World) -> None:
        world.notes["inbox"] = world.notes["reply"].json
        assert _asks("GET", MESSAGES, 200)(world, world.process())
        assert sorted(_mails_there(world)) == ["one", "two"]

    return Scenario(_asks("POST", INBOXES, 201, body=WANTED), _given_a_mailbox, check)


def fetching() -> Scenario:
    """Each message is there once, in the order of the mailbox, and what is left over goes."""

    def check(world: World) -> None:
        assert _asks("GET", MESSAGES, 200)(world, world.process())
        assert sorted(_mails_there(world)) == ["one", "two"]
        assert sorted(world.notes["mailbox"].mails) == ["one", "two"]
        _swept(world)
        assert len([each for each in world.objects() if "/pop3-" in each]) == 2

    return Scenario(_asks("GET", MESSAGES, 200), _given_an_inbox, check)


def fetching_and_deleting() -> Scenario:
    """Nothing goes there that is not here."""

    def check(world: World) -> None:
        assert set(_mails_there(world)) | set(world.notes["mailbox"].mails) == {"one", "two"}
        assert _asks("GET", MESSAGES, 200)(world, world.process())
        assert sorted(_mails_there(world)) == ["one", "two"]
        assert world.notes["mailbox"].mails == {}

    def arrange(world: World) -> None:
        _given_an_inbox(world, pop3_delete=True)

    return Scenario(_asks("GET", MESSAGES, 200), arrange, check)


def changing_credentials() -> Scenario:
    """The last ones that were told to be good are those that open the mailbox."""

    def arrange(world: World) -> None:
        _given_an_inbox(world)
        world.notes["mailbox"].password = "changed"

    def check(world: World) -> None:
        assert _asks("GET", MESSAGES, 200)(world, world.process())
        assert "warning" not in world.notes["reply"].json
        assert sorted(_mails_there(world)) == ["one", "two"]

    body = {"pop3_password": "changed"}
    return Scenario(_asks("PUT", CREDENTIALS, 200, body=body), arrange, check)


def deleting_an_external_inbox() -> Scenario:
    """Nothing is left that opens the mailbox, nor of what was fetched."""

    def arrange(world: World) -> None:
        _given_an_inbox(world)
        assert _asks("GET", MESSAGES, 200)(world, world.process())
        assert followed(world, world.process())
        assert _asks("DELETE", INBOX, 200)(world, world.process())

    def check(world: World) -> None:
        assert followed(world, world.process())
        assert not [row for row in world.rows() if row["sk"].startswith("pop3#")]
        assert not [each for each in world.objects() if "/pop3-" in each]

    return Scenario(followed, arrange, check)


def _swept(world: World) -> None:
    """The looks at all raw messages, when all of them are old enough to be missed."""
    world.clock.advance(hours=2)
    found = [raw for page in world.process().adapters.raw_mails.listed("") for raw in page]
    old = world.clock() - timedelta(hours=2)
    world.process().retention.sweeper.look_all([replace(each, stored_at=old) for each in found])
    assert followed(world, world.process())  # what the check itself has fetched, too
    invariants.check(world)


POP3: dict[str, Scenario] = {
    "making an external inbox": making_an_external_inbox(),
    "fetching": fetching(),
    "fetching and deleting": fetching_and_deleting(),
    "changing credentials": changing_credentials(),
    "deleting an external inbox": deleting_an_external_inbox(),
}
