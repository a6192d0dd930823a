"""Who waits for mail: how many may, what the others are told, and that all are answered."""

from datetime import timedelta
from typing import Any

import pytest

from functions.http_api.handler import serve
from mayfly.inboxes.ids import InboxId
from mayfly.rate_limits.models import Client
from mayfly.settings import Settings
from mayfly.waits.models import Lease, Waiter
from tests.functions.http import DOCUMENT, Api, MemoryAssembly, Reply, bearer, event, unpacked
from tests.memory import Memory

LIST = "/api/emails/{email}/messages"
PRIVATE = "/v1/inboxes/{inboxId}/messages"
MAIL = b"Subject: Your order\r\n\r\nThank you."


def flows_with(
    memory: Memory, at_once: int = 3, address: int = 3, holder: int = 3
) -> MemoryAssembly:
    chosen = Settings(waits_at_once=at_once, waits_per_address=address, waits_per_holder=holder)
    return MemoryAssembly(memory, chosen)


def occupy(memory: Memory, address: str, holder: str = "somebody", number: int = 1) -> None:
    """Somebody else waits meanwhile, in another process."""
    ends_at = memory.clock() + timedelta(minutes=1)
    waiter = Waiter(Client.at(address).key, holder)
    memory.waits.leases[f"other {number}"] = Lease(f"other {number}", waiter, ends_at)


def listed(flows: MemoryAssembly, email: str, address: str = "192.0.2.1", **query: Any) -> Reply:
    told = event("GET", LIST, email, query={"after": 0, **query})
    told["requestContext"]["identity"]["sourceIp"] = address
    return unpacked(serve(told, flows))


def waited(memory: Memory) -> bool:
    return bool(memory.clock.pauses)


def test_who_finds_a_place_waits_and_gives_it_back(memory: Memory) -> None:
    flows = flows_with(memory, at_once=1)
    email, _ = Api(flows).make()

    replies = [listed(flows, email, wait=5) for _ in range(2)]

    assert [(each.status, each.json) for each in replies] == [(200, [])] * 2
    assert sum(memory.clock.pauses) == pytest.approx(10)
    assert not memory.waits.leases
    assert "Retry-After" not in replies[0].headers


def test_past_the_deployments_places_a_list_is_answered_at_once(memory: Memory) -> None:
    flows = flows_with(memory, at_once=1)
    email, _ = Api(flows).make()
    occupy(memory, "198.51.100.1")

    reply = listed(flows, email, wait=25)

    assert (reply.status, reply.json, waited(memory)) == (200, [], False)
    assert reply.headers["Retry-After"] == "3"
    assert reply.headers["X-Last-Sequence"] == "0"
    assert "Retry-After" in reply.headers["Access-Control-Expose-Headers"]


def test_past_its_addresss_places_a_client_does_not_wait_and_others_do(memory: Memory) -> None:
    flows = flows_with(memory, address=1)
    email, _ = Api(flows).make()
    occupy(memory, "2001:db8:1:2::1")

    same_network = listed(flows, email, "2001:db8:1:2:ffff::9", wait=5)
    assert not waited(memory)
    other = listed(flows, email, "2001:db8:1:3::1", wait=5)

    assert same_network.headers["Retry-After"] == "3"
    assert "Retry-After" not in other.headers
    assert waited(memory)


def test_one_inbox_has_its_places_wherever_its_readers_are(memory: Memory) -> None:
    flows = flows_with(memory, holder=1)
    api = Api(flows)
    email, _ = api.make()
    (inbox,) = memory.rows.inboxes.values()
    occupy(memory, "198.51.100.1", Client("inbox", str(inbox.id)).key)

    reply = listed(flows, email, wait=5)
    other = listed(flows, api.make()[0], wait=5)

    assert reply.headers["Retry-After"] == "3"
    assert "Retry-After" not in other.headers


def test_a_list_that_need_not_wait_asks_for_no_place(memory: Memory) -> None:
    flows = flows_with(memory, at_once=0)
    email, _ = Api(flows).make()
    flows.receive(MAIL, email)

    replies = [
        listed(flows, email),
        listed(flows, email, wait=25),
        Api(flows).call("GET", LIST, email),
    ]

    assert [len(each.json) for each in replies] == [1, 1, 1]
    assert all("Retry-After" not in each.headers for each in replies)
    assert memory.waits.calls == 0


def test_lists_of_private_inboxes_and_mailboxes_are_counted_likewise(memory: Memory) -> None:
    flows = flows_with(memory, at_once=0)
    api = Api(flows)
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    token = bearer(made["access_token"])

    private = api.call("GET", PRIVATE, made["inbox_id"], headers=token, since_uid=0, wait=25)
    mailbox = "/api/user/mailbox/{mailboxId}/messages"
    whole = api.call("GET", mailbox, made["inbox_id"], headers=token, after=0, wait=25)
    folder = api.call(
        "GET", mailbox, made["inbox_id"], headers=token, after=0, wait=25, folder="inbox"
    )

    for each in (private, whole, folder):
        assert (each.status, each.headers["Retry-After"]) == (200, "3")
    assert not waited(memory)


def test_an_accounts_mailboxes_are_one_holder(memory: Memory) -> None:
    flows = flows_with(memory)
    (inbox,) = [made_inbox(flows, memory)]
    with flows.waits.service.turn(Client.at("192.0.2.1")) as turn:
        assert turn(inbox, timedelta(seconds=5))
        (lease,) = memory.waits.leases.values()

    assert lease.waiter.holder == Client("account", "ann").key
    assert lease.ends_at == memory.clock() + timedelta(seconds=10)


def made_inbox(flows: MemoryAssembly, memory: Memory) -> Any:
    from dataclasses import replace

    flows.inboxes.service.make()
    (inbox,) = memory.rows.inboxes.values()
    return replace(inbox, owner="ann")


def test_a_filtered_list_takes_one_place_however_often_it_looks(memory: Memory) -> None:
    flows = flows_with(memory, at_once=1)
    api = Api(flows)
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    token = bearer(made["access_token"])
    flows.receive(MAIL, made["email_address"])

    reply = api.call(
        "GET",
        "/api/user/mailbox/{mailboxId}/messages",
        made["inbox_id"],
        headers=token,
        after=0,
        wait=5,
        folder="archive",
    )

    assert (reply.json["messages"], memory.waits.calls) == ([], 2)
    assert "Retry-After" not in reply.headers
    assert not memory.waits.leases


def test_a_request_that_fails_while_it_waits_keeps_no_place(memory: Memory) -> None:
    flows = flows_with(memory)
    email, _ = Api(flows).make()
    memory.clock.pause = broken  # type: ignore[method-assign]

    reply = listed(flows, email, wait=5)

    assert reply.status == 500
    assert not memory.waits.leases


def broken(seconds: float) -> None:
    raise RuntimeError("no clock")


def test_while_places_cannot_be_counted_nobody_waits_and_everybody_is_answered(
    memory: Memory, capsys: pytest.CaptureFixture[str]
) -> None:
    flows = flows_with(memory)
    email, _ = Api(flows).make()
    memory.waits.failing = TimeoutError()

    reply = listed(flows, email, wait=25)

    assert (reply.status, reply.json, reply.headers["Retry-After"]) == (200, [], "3")
    assert not waited(memory)
    assert capsys.readouterr().out.count('"RateLimitUnavailable":[1.0]') == 1


def test_the_document_says_that_a_list_may_not_wait() -> None:
    paths = (LIST, PRIVATE, "/api/user/mailbox/{mailboxId}/messages")
    for path in paths:
        described = DOCUMENT["paths"][path]["get"]["responses"]["200"]["headers"]["Retry-After"]
        assert "WAITS_AT_ONCE" in described["description"]


def test_ids_name_the_place_of_one_request_only(memory: Memory) -> None:
    flows = flows_with(memory)
    inbox = made_inbox(flows, memory)
    turns = [flows.waits.service.turn(Client.at("192.0.2.1")) for _ in range(3)]

    assert all(turn(inbox, timedelta(seconds=5)) for turn in turns)
    assert len(memory.waits.leases) == 3
    assert isinstance(inbox.id, InboxId)
