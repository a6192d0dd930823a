"""Webhooks: made, told of messages, tried again, removed; nothing is lost between any two steps."""

import json
from typing import Any

from functions.webhooks.handler import work
from mayfly.assembly import Assembly
from mayfly.kit.dynamodb import keys as table
from mayfly.webhooks.models import Reply
from tests.faults.scenario import Scenario, answered
from tests.faults.world import World, asked, followed, received
from tests.webhooks.fakes import FakeReceivers

HOOKS = "/v1/inboxes/{inboxId}/webhooks"
HOOK = {"url": "http://127.0.0.1:9/", "events": ["message.received"]}
_MOST_ROUNDS = 60


def making_a_webhook() -> Scenario:
    """Whoever is not answered asks again: there may be two then, and each has its secret."""

    def act(world: World, process: Assembly) -> bool:
        return answered(_asked(world, "POST", body=HOOK), 201)(world, process)

    def check(world: World) -> None:
        made = world.notes["reply"].json
        _told(world, 1)
        (_, headers, _) = world.notes["receivers"].told[-1]
        assert made["secret"].startswith("whsec_") and headers["webhook-signature"]

    return Scenario(act, _given_an_inbox, check)


def telling_a_webhook() -> Scenario:
    """Each message of the inbox is told, in their order; some may be told twice."""

    def act(world: World, process: Assembly) -> bool:
        return _mails(world, process, 2) and worked(world, process)

    return Scenario(act, _given_a_webhook, lambda world: _told(world, 2), stride=2)


def telling_one_again() -> Scenario:
    """A receiver that does not take it at first, and another that is slow."""

    def arrange(world: World) -> None:
        _given_a_webhook(world)
        world.notes["receivers"].replies = [Reply(503, 5), Reply(200, 5_000)]

    def act(world: World, process: Assembly) -> bool:
        return _mails(world, process, 2) and worked(world, process)

    return Scenario(act, arrange, lambda world: _told(world, 2), stride=3)


def removing_a_webhook() -> Scenario:
    """What waits for it is given up, and nothing is left of it but its log."""

    def arrange(world: World) -> None:
        _given_a_webhook(world)
        world.notes["receivers"].always = Reply(500, 5)
        process = world.process()
        assert _mails(world, process, 2)
        assert _worked_once(world, process)

    def act(world: World, process: Assembly) -> bool:
        ask = _asked(world, "DELETE", "/{webhookId}", world.notes["hook"])
        return answered(ask, 200, 404)(world, process) and worked(world, process)

    def check(world: World) -> None:
        assert worked(world, world.process())
        reasons = {each["reason"] for each in _deliveries(world)}
        assert reasons == {"removed"}

    return Scenario(act, arrange, check, stride=2)


def repeating_deliveries() -> Scenario:
    """All that were delivered wait again, and are told again with their ids."""

    def arrange(world: World) -> None:
        _given_a_webhook(world)
        assert _mails(world, world.process(), 2)
        assert worked(world, world.process())

    def act(world: World, process: Assembly) -> bool:
        _with_receivers(world, process)  # before it makes its flows
        body = {"since": "2025-01-01T00:00:00Z"}
        path = "/{webhookId}/deliveries"
        ask = _asked(world, "POST", path, world.notes["hook"], body=body)
        return answered(ask, 202)(world, process) and worked(world, process)

    def check(world: World) -> None:
        _told(world, 2)
        ids = [headers["webhook-id"] for _, headers, _ in world.notes["receivers"].told]
        assert len(ids) >= 4 and len(set(ids)) == 2

    return Scenario(act, arrange, check, stride=2)


def deleting_an_inbox_with_a_webhook() -> Scenario:
    """Nobody hears of it any more, and nothing is kept of where it went."""

    def act(world: World, process: Assembly) -> bool:
        values, token = (world.notes["inbox"],), world.notes["token"]
        ask = asked("DELETE", "/v1/inboxes/{inboxId}", *values, token=token)
        return answered(ask, 200, 404)(world, process) and followed(world, process)

    def check(world: World) -> None:
        assert worked(world, world.process())
        lists = [e for e in world.rows() if e["pk"].startswith(table.WEBHOOKS_PARTITION)]
        assert lists == []

    return Scenario(act, _given_a_webhook, check, stride=2)


def worked(world: World, process: Assembly) -> bool:
    """The queues wake the function until nothing waits any more, however long that takes."""
    for _ in range(_MOST_ROUNDS):
        if not _worked_once(world, process):
            return False
        if not any(each["state"] == "waiting" for each in _deliveries(world)):
            return True
        world.clock.advance(minutes=7)  # longer than the second retry waits: no wake is early
        world.side.end_delays()
    raise AssertionError("it never ends")


def _worked_once(world: World, process: Assembly) -> bool:
    _with_receivers(world, process)
    sqs = world.client("sqs")
    for url in (world.settings.webhook_queue_url, world.settings.slow_webhook_queue_url):
        while True:
            told = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1, VisibilityTimeout=0)
            messages = told.get("Messages", [])
            if not messages:
                break
            (message,) = messages
            record = {"messageId": message["MessageId"], "body": message["Body"]}
            if work({"Records": [record]}, process)["batchItemFailures"]:
                return False
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return True


def _mails(world: World, process: Assembly, count: int) -> bool:
    for number in range(1, count + 1):
        name = f"mail-{number}"
        if name not in world.notes:
            world.put_raw(name)
            world.notes[name] = True
        step = received(name, world.notes["address"], at=world.clock())
        if not step(world, process):
            return False
    return followed(world, process)


def _with_receivers(world: World, process: Assembly) -> None:
    vars(process.adapters)["receivers"] = world.notes["receivers"]


def _given_an_inbox(world: World) -> None:
    made = asked("POST", "/v1/inboxes", body={"mode": "generated", "token_ttl_seconds": 3600})
    reply = made(world, world.process()).json
    world.notes["inbox"], world.notes["token"] = reply["inbox_id"], reply["access_token"]
    world.notes["address"] = reply["email_address"]
    world.notes["receivers"] = FakeReceivers()
    assert followed(world, world.process())


def _given_a_webhook(world: World) -> None:
    _given_an_inbox(world)
    reply = _asked(world, "POST", body=HOOK)(world, world.process())
    assert reply.status == 201, reply.content
    world.notes["hook"] = reply.json["id"]


def _asked(world: World, method: str, path: str = "", *values: str, body: Any = None) -> Any:
    whole = (world.notes["inbox"], *values)
    return asked(method, HOOKS + path, *whole, body=body, token=world.notes["token"])


def _deliveries(world: World) -> list[dict[str, Any]]:
    return [
        each
        for each in world.rows()
        if each["pk"].startswith(table.WEBHOOK_PARTITION)
        and each["sk"].startswith(table.WEBHOOK_DELIVERY_ROW)
    ]


def _told(world: World, count: int) -> None:
    """Every message was delivered to each webhook, with one id, and signed."""
    process = world.process()
    if count == 1:
        assert _mails(world, process, 1)
    assert worked(world, process)
    found = _deliveries(world)
    assert {each["state"] for each in found} == {"delivered"}
    told = world.notes["receivers"].told
    ids = {headers["webhook-id"] for _, headers, _ in told}
    assert ids == {each["event"] for each in found}
    assert len(ids) == count
    subjects = [json.loads(body)["data"]["seq"] for _, _, body in told]
    assert set(subjects) == set(range(1, count + 1))


WEBHOOKS: dict[str, Scenario] = {
    "making a webhook": making_a_webhook(),
    "telling a webhook": telling_a_webhook(),
    "telling a webhook again": telling_one_again(),
    "removing a webhook": removing_a_webhook(),
    "repeating deliveries": repeating_deliveries(),
    "deleting an inbox with a webhook": deleting_an_inbox_with_a_webhook(),
}
