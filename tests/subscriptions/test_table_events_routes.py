"""Changes of the table, as DynamoDB's stream tells them, and what follows from them."""

import io
import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.table_events.handler import lambda_handler, logger
from infra.local.dynamodb.stream_filters import matches
from mayfly.assembly import here
from mayfly.errors import PushFailed
from mayfly.exports.service import ExportWiper
from mayfly.inboxes.ids import InboxId, MessageId
from mayfly.inboxes.models import Access, Inbox, Overflow
from mayfly.inboxes.rows import inbox_row
from mayfly.kit.dynamodb import keys as table
from mayfly.kit.dynamodb.notation import Row, encode_row
from mayfly.messages.expiry import RetentionExtender
from mayfly.messages.models import Message
from mayfly.messages.rows import message_row
from mayfly.receiving.models import Stored
from mayfly.retention.service import Eraser
from mayfly.subscriptions.account_push import AccountPusher
from mayfly.subscriptions.models import AccountSubscription, Connection, Subscription
from mayfly.subscriptions.push import MessagePusher, PushQueues
from mayfly.subscriptions.rows import watch_row
from tests import samples
from tests.aws import AWS_SIDES
from tests.deployments import Deployment, LambdaContext
from tests.functions.http import MemoryAssembly
from tests.given_mailboxes import SESSION, given_account, given_mailbox
from tests.memory import FakeInboxes, FakeSockets, Memory
from tests.watchers import watcher_over

ALICE = "alice@mayfly.example"
TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def record(
    change: str, number: int, new: Row | None = None, old: Row | None = None, **more: object
) -> dict[str, Any]:
    """One record of an event of DynamoDB Streams, with both images."""
    row = new or old or {}
    told: dict[str, Any] = {
        "ApproximateCreationDateTime": 1767268800.0,
        "Keys": encode_row({name: row[name] for name in ("pk", "sk") if name in row}),
        "SequenceNumber": str(number).rjust(21, "1"),
        "SizeBytes": 512,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    if new:
        told["NewImage"] = encode_row(new)
    if old:
        told["OldImage"] = encode_row(old)
    return {
        "eventID": f"event-{number}",
        "eventName": change,
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": told,
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/mayfly/stream/2026",
    } | more


@pytest.fixture
def memory() -> Iterator[Memory]:
    """Ports in memory, over which the handler finds its flows."""
    here.cache_clear()
    memory = Memory()
    install(memory)
    yield memory
    here.cache_clear()


def install(
    memory: Memory, inboxes: FakeInboxes | None = None, sockets: FakeSockets | None = None
) -> None:
    lanes = PushQueues(sockets or memory.sockets)
    here().subscriptions.announcer = MessagePusher(
        memory.messages, memory.inboxes, memory.watching, memory.loader, lanes, memory.clock
    )
    here().subscriptions.account_announcer = AccountPusher(
        memory.accounts,
        memory.account_watching,
        memory.messages,
        memory.loader,
        lanes,
        memory.clock,
    )
    here().webhooks = MemoryAssembly(memory).webhooks
    here().retention.extender = RetentionExtender(memory.messages, memory.contents, memory.clock)
    here().retention.eraser = Eraser(
        inboxes or memory.inboxes,
        memory.deliveries,
        memory.contents,
        memory.raw_mails,
        memory.part_files,
        ExportWiper(memory.exports, memory.export_files),
    )


def failures(*records: dict[str, Any]) -> list[str]:
    """What the handler wants to be called with again."""
    told = lambda_handler({"Records": list(records)}, LambdaContext())
    return [each["itemIdentifier"] for each in told["batchItemFailures"]]


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    written, handler = io.StringIO(), logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


def given_inbox(memory: Memory, address: str = ALICE) -> Inbox:
    inbox = samples.inbox(address)
    memory.inboxes.create(inbox, memory.clock())
    return inbox


def given_mail(memory: Memory, inbox: Inbox, name: str = "mail-1") -> Message:
    mail = samples.accepted(name)
    memory.raw_mails.put(mail.object_key, b"raw")
    outcome = memory.deliveries.deliver(mail, samples.summary(), inbox, memory.clock())
    assert isinstance(outcome, Stored)
    return memory.messages.get(outcome.message, memory.clock())[1]


def watch(
    memory: Memory, connection_id: str, address: str = ALICE, after: int | None = None
) -> Subscription:
    watcher = watcher_over(memory)
    watcher.connect(connection_id)
    inbox = watcher.subscribe(connection_id, address, after)
    return memory.rows.watches[inbox.id, connection_id]


def sent(sockets: FakeSockets) -> list[tuple[str, int]]:
    return [(to, json.loads(frame)["data"]["seq"]) for to, frame in sockets.frames]


def closed_row(inbox: Inbox) -> Row:
    return inbox_row(inbox, timedelta(days=30)) | {table.DELETED_AT: 1767268800000}


def test_a_new_message_is_announced(memory: Memory) -> None:
    message = given_mail(memory, given_inbox(memory))
    memory.rows.removed.clear()
    watch(memory, "c1")
    later = given_mail(memory, memory.inboxes.get(message.id.inbox), "mail-2")

    failed = failures(
        record("INSERT", 1, new=message_row(message)),
        record("INSERT", 2, new=message_row(later)),
    )

    assert failed == []
    assert sent(memory.sockets) == [("c1", 2)]


def test_a_wish_is_fulfilled_before_what_comes_after_it_in_the_batch(memory: Memory) -> None:
    inbox = given_inbox(memory)
    first = given_mail(memory, inbox, "mail-1")
    wish = watch(memory, "c1", after=0)
    second = given_mail(memory, inbox, "mail-2")

    failed = failures(
        record("INSERT", 1, new=message_row(first)),
        record("INSERT", 2, new=watch_row(wish)),
        record("INSERT", 3, new=message_row(second)),
    )

    assert failed == []
    assert sent(memory.sockets) == [("c1", 1), ("c1", 2)]


def test_a_wish_of_a_subscription_that_was_replaced_is_fulfilled(memory: Memory) -> None:
    given_mail(memory, given_inbox(memory))
    old = watch(memory, "c1")
    wish = watch(memory, "c1", after=0)

    failures(record("MODIFY", 1, new=watch_row(wish), old=watch_row(old)))

    assert sent(memory.sockets) == [("c1", 1)]


def test_a_message_that_somebody_deleted_is_released_and_an_expired_one_is_not(
    memory: Memory,
) -> None:
    inbox = given_inbox(memory)
    deleted, expired = given_mail(memory, inbox, "deleted"), given_mail(memory, inbox, "expired")
    for message in (deleted, expired):
        memory.messages.delete(message.id, memory.clock())

    failed = failures(
        record("REMOVE", 1, old=message_row(deleted)),
        record("REMOVE", 2, old=message_row(expired), userIdentity=TTL),
    )

    assert failed == []
    assert list(memory.raw_mails.objects) == ["raw/expired"]


def test_a_deleted_inbox_is_erased_once(memory: Memory) -> None:
    inbox = given_inbox(memory)
    given_mail(memory, inbox)
    erased: list[InboxId] = []

    class Counting(FakeInboxes):
        def erase(self, inbox: InboxId) -> None:
            erased.append(inbox)

    install(memory, Counting(memory.rows, timedelta()))
    before, after = inbox_row(inbox, timedelta(days=30)), closed_row(inbox)
    failed = failures(
        record("MODIFY", 1, new=after, old=before),
        record("MODIFY", 2, new=after | {"held_messages": 0}, old=after),
    )

    assert failed == []
    assert erased == [inbox.id]


def test_changes_that_ask_for_nothing_are_passed_over(memory: Memory) -> None:
    inbox = given_inbox(memory)
    message = given_mail(memory, inbox)
    row = inbox_row(inbox, timedelta(days=30))
    watch_of = watch(memory, "c1")

    failed = failures(
        record("INSERT", 1, new=row),
        record("MODIFY", 2, new=row | {"sequence": 1}, old=row),
        record("REMOVE", 3, old=row, userIdentity=TTL),
        record("MODIFY", 4, new=message_row(message) | {"read": True}, old=message_row(message)),
        record("INSERT", 5, new=watch_row(watch_of)),
        record("REMOVE", 6, old=watch_row(watch_of) | {table.REPLAY_AFTER: 0}),
        record("INSERT", 7, new={"pk": "mail#abc", "sk": "to#def", "object_key": "raw/x"}),
        record("INSERT", 8, new={"pk": "counters#1", "sk": "deliveries", "accepted": 1}),
        record("INSERT", 9, new={"pk": "inbox#abc", "sk": "of-a-later-version", "x": 1}),
    )

    assert failed == []
    assert memory.sockets.frames == []
    assert memory.rows.removed == []


def test_a_record_that_cannot_be_read_is_named_by_its_number_and_passed_over(
    memory: Memory, logs: io.StringIO
) -> None:
    inbox = given_inbox(memory)
    watch(memory, "c1")
    message = given_mail(memory, inbox)
    half = {name: message_row(message)[name] for name in ("pk", "sk", "subject")}

    failed = failures(
        record("INSERT", 1, new=half),
        {"eventName": "INSERT"},
        record("INSERT", 2, new={"pk": "inbox#abc", "sk": "message#x", "mail": "m"}),
        record("INSERT", 3, new=message_row(message)),
    )

    assert failed == []
    assert sent(memory.sockets) == [("c1", 1)]
    logged = logs.getvalue()
    assert "1".rjust(21, "1") in logged
    assert "Your order" not in logged
    assert inbox.id.partition not in logged


class Unreachable(FakeInboxes):
    """A table that does not answer to erasing."""

    def erase(self, inbox: InboxId) -> None:
        raise ConnectionError("no answer")


def test_a_failure_of_storage_ends_the_batch_there_and_what_came_before_is_done(
    memory: Memory,
) -> None:
    inbox, other = given_inbox(memory), given_inbox(memory, "bob@mayfly.example")
    watch(memory, "c1")
    message = given_mail(memory, inbox)
    later = given_mail(memory, inbox, "mail-2")
    install(memory, Unreachable(memory.rows, timedelta()))
    deletion = record("MODIFY", 2, new=closed_row(other), old=inbox_row(other, timedelta(days=30)))

    failed = failures(
        record("INSERT", 1, new=message_row(message)),
        deletion,
        record("INSERT", 3, new=message_row(later)),
    )

    assert failed == [deletion["dynamodb"]["SequenceNumber"]]
    assert sent(memory.sockets) == [("c1", 1)]


def test_a_batch_whose_first_record_fails_is_raised_until_that_record_is_alone(
    memory: Memory,
) -> None:
    inbox = given_inbox(memory)
    deletion = record("MODIFY", 1, new=closed_row(inbox), old=inbox_row(inbox, timedelta(days=30)))
    install(memory, Unreachable(memory.rows, timedelta()))

    with pytest.raises(RuntimeError):
        failures(deletion, record("INSERT", 2, new={}))

    assert failures(deletion) == [deletion["dynamodb"]["SequenceNumber"]]


class Deaf(FakeSockets):
    """Clients that cannot be reached for a while."""

    def post(self, connection_id: str, frame: str) -> None:
        raise PushFailed("the buffer is full")


def test_clients_that_cannot_be_reached_fail_nothing(memory: Memory) -> None:
    inbox = given_inbox(memory)
    watch(memory, "c1")
    first, second = given_mail(memory, inbox), given_mail(memory, inbox, "mail-2")
    memory.messages.delete(second.id, memory.clock())
    install(memory, sockets=Deaf())

    failed = failures(
        record("INSERT", 1, new=message_row(first)),
        record("REMOVE", 2, old=message_row(second)),
    )

    assert failed == []
    assert list(memory.raw_mails.objects) == ["raw/mail-1"]


def test_what_became_of_frames_is_counted(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    sockets = FakeSockets()
    inbox = deployed_inbox(deployment, sockets)
    for connection_id in ("c1", "gone"):
        deployment.assembly.subscriptions.service.connect(connection_id)
        deployment.assembly.subscriptions.service.subscribe(connection_id, ALICE)
    sockets.gone.add("gone")
    message = deployed_mail(deployment, inbox, "mail-1")

    row = deployment.assembly.adapters.messages.get(message, deployment.assembly.now())[1]
    lambda_handler({"Records": [record("INSERT", 1, new=message_row(row))]}, deployment.context)

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (counted,) = [line for line in lines if "_aws" in line]
    assert (counted["Pushed"], counted["PushGone"]) == ([1.0], [1.0])
    assert "PushFailed" not in counted
    assert counted["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Mayfly"


def test_what_nobody_watches_counts_nothing(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = deployed_inbox(deployment, FakeSockets())
    message = deployed_mail(deployment, inbox, "mail-1")

    row = deployment.assembly.adapters.messages.get(message, deployment.assembly.now())[1]
    lambda_handler({"Records": [record("INSERT", 1, new=message_row(row))]}, deployment.context)

    assert "_aws" not in capsys.readouterr().out


def deployed_inbox(deployment: Deployment, sockets: FakeSockets) -> Inbox:
    """An inbox in the table, and an announcer that sends to these sockets."""
    house = deployment.assembly
    announcer = MessagePusher(
        house.adapters.messages,
        house.adapters.inboxes,
        house.adapters.watching,
        house.messages.loader,
        PushQueues(sockets),
        house.now,
    )
    house.subscriptions.announcer = announcer
    now = house.now()
    inbox = samples.inbox(created_at=now, expires_at=now + timedelta(days=1))
    house.adapters.inboxes.create(inbox, now)
    return inbox


def deployed_mail(deployment: Deployment, inbox: Inbox, name: str) -> MessageId:
    house = deployment.assembly
    deployment.put_raw(f"raw/{name}", b"raw")
    outcome = house.adapters.deliveries.deliver(
        samples.accepted(name),
        samples.summary(received_at=house.now()),
        house.adapters.inboxes.get(inbox.id),
        house.now(),
    )
    assert isinstance(outcome, Stored)
    return outcome.message


def told(deployment: Deployment) -> dict[str, Any]:
    """What the stream of the table told since the last time."""
    records = list(deployment.changes.first(len(deployment.changes)))
    deployment.changes.drop(len(records))
    return {"Records": records}


@pytest.mark.parametrize("deployment", AWS_SIDES, indirect=True)
def test_what_the_table_tells_leads_from_mail_to_frames_to_nothing_left(
    deployment: Deployment,
) -> None:
    house, sockets = deployment.assembly, FakeSockets()
    inbox = deployed_inbox(deployment, sockets)
    deployed_mail(deployment, inbox, "mail-1")
    house.subscriptions.service.connect("c1")
    house.subscriptions.service.subscribe("c1", ALICE, after=0)
    deployed_mail(deployment, inbox, "mail-2")
    deployed_mail(deployment, inbox, "mail-3")

    lambda_handler(told(deployment), deployment.context)
    assert sent(sockets) == [("c1", 1), ("c1", 2), ("c1", 3)]
    deployed_mail(deployment, inbox, "mail-4")
    lambda_handler(told(deployment), deployment.context)
    assert sent(sockets)[3:] == [("c1", 4)]

    house.adapters.inboxes.close(inbox.id, house.now())
    for _ in range(2):  # the erasing, then the releasing
        lambda_handler(told(deployment), deployment.context)

    assert house.adapters.messages.after(inbox.id, 0, 9, house.now()) == []
    assert house.adapters.watching.subscribers(inbox.id, house.now()) == []
    assert "Contents" not in deployment.clients["s3"].list_objects_v2(
        Bucket=deployment.settings.mail_bucket
    )


def test_what_a_session_received_lives_on_with_the_account_that_takes_it_over(
    memory: Memory,
) -> None:
    before = replace(given_inbox(memory), access=Access.TOKEN)
    message = given_mail(memory, before)
    after = replace(before, access=Access.OWNER, owner="ann", message_lifetime=timedelta(days=30))
    rows = [inbox_row(each, timedelta(days=30)) for each in (before, after)]
    taken_over = record("MODIFY", 1, new=rows[1], old=rows[0])

    assert failures(taken_over, taken_over) == []

    (found,) = memory.messages.after(before.id, 0, 10, memory.clock())
    assert found == replace(message, expires_at=samples.NOW + timedelta(days=30))
    assert any(matches(each, taken_over) for each in table.STREAM_FILTERS)


def test_mail_to_a_mailbox_asks_for_nothing(memory: Memory) -> None:
    inbox = replace(given_inbox(memory), access=Access.OWNER, owner="ann")
    given_mail(memory, inbox)
    row = inbox_row(replace(inbox, message_lifetime=timedelta(days=30)), timedelta(days=30))
    mail_came = record("MODIFY", 1, new=row | {"sequence": 1}, old=row)

    assert failures(mail_came) == []

    (found,) = memory.messages.after(inbox.id, 0, 10, memory.clock())
    assert found.expires_at == samples.NOW + timedelta(hours=72)
    assert not any(matches(each, mail_came) for each in table.STREAM_FILTERS)


@pytest.mark.parametrize("removed_by", [None, {}, TTL])
def test_a_message_that_ttl_removed_wakes_nobody(
    memory: Memory, removed_by: dict[str, str] | None
) -> None:
    message = given_mail(memory, given_inbox(memory))
    gone = record("REMOVE", 1, old=message_row(message))
    if removed_by is not None:
        gone["userIdentity"] = removed_by

    assert any(matches(each, gone) for each in table.STREAM_FILTERS) is (removed_by != TTL)


@pytest.mark.parametrize("change", ["INSERT", "MODIFY"])
def test_a_message_that_came_wakes_the_function_and_one_that_was_seen_does_not(
    memory: Memory, change: str
) -> None:
    row = message_row(given_mail(memory, given_inbox(memory)))
    came = record(change, 1, new=row)

    assert "userIdentity" not in came
    assert any(matches(each, came) for each in table.STREAM_FILTERS) is (change == "INSERT")


FULL = Overflow(samples.NOW, 1)


def became_full(inbox: Inbox, before: Overflow | None = None, dropped: int = 1) -> dict[str, Any]:
    now = replace(inbox, overflow=Overflow(samples.NOW, dropped))
    cooldown = timedelta(days=30)
    old = inbox_row(replace(inbox, overflow=before), cooldown)
    return record("MODIFY", dropped, old=old, new=inbox_row(now, cooldown))


def test_who_watches_is_told_once_that_an_inbox_drops_mail(memory: Memory) -> None:
    inbox = given_inbox(memory)
    watch(memory, "c1")
    changes = [became_full(inbox), became_full(inbox, FULL, 2), became_full(inbox, FULL, 3)]

    woken = [each for each in changes if any(matches(fltr, each) for fltr in table.STREAM_FILTERS)]
    assert failures(*changes) == []

    assert woken == changes[:1]
    (frame,) = [json.loads(frame) for _, frame in memory.sockets.frames]
    assert frame == {
        "type": "inbox-full",
        "data": {"email": ALICE, "since": "2026-01-01T12:00:00Z", "dropped": 1},
    }


def test_who_watches_an_account_is_told_that_a_mailbox_drops_mail(memory: Memory) -> None:
    account = given_account(memory)
    mailbox = given_mailbox(memory, account)
    ends = memory.clock() + timedelta(hours=1)
    memory.watching.connect(Connection("c1", ends))
    memory.account_watching.watch(
        AccountSubscription("c1", account.id, SESSION, ends), memory.clock()
    )

    assert failures(became_full(mailbox)) == []

    (frame,) = [json.loads(frame) for _, frame in memory.sockets.frames]
    assert frame == {
        "type": "inbox-full",
        "mailboxId": str(mailbox.id),
        "email": str(mailbox.address),
        "since": "2026-01-01T12:00:00Z",
        "dropped": 1,
    }


def test_what_inboxes_need_to_be_read_for_is_read_side_by_side_and_told_in_order(
    memory: Memory,
) -> None:
    both = threading.Barrier(2, timeout=30)  # each read waits until the other has begun

    class Meeting:
        """Subscriptions that is asked twice at the same time."""

        def __getattr__(self, name: str) -> Any:
            return getattr(memory.watching, name)

        def subscribers(self, inbox: InboxId, now: datetime) -> list[Subscription]:
            both.wait()
            return memory.watching.subscribers(inbox, now)

    announcer = here().subscriptions.announcer
    here().subscriptions.announcer = replace(announcer, watching=Meeting())
    alice, bob = given_inbox(memory), given_inbox(memory, "bob@mayfly.example")
    for address in (ALICE, "bob@mayfly.example"):
        watch(memory, "one", address)
    messages = [given_mail(memory, alice), given_mail(memory, bob, "mail-2")]

    assert failures(*(record("INSERT", at, message_row(m)) for at, m in enumerate(messages))) == []

    told = [json.loads(frame)["data"]["id"] for _, frame in memory.sockets.frames]
    assert told == [str(each.id) for each in messages]


def test_what_a_change_of_the_same_inbox_moves_is_read_when_its_turn_comes(memory: Memory) -> None:
    inbox = given_inbox(memory)
    old = [given_mail(memory, inbox, f"mail-{n}") for n in range(2)]
    wish = watch(memory, "one", after=0)
    new = given_mail(memory, inbox, "mail-3")
    changes = [
        record("INSERT", 1, message_row(old[1])),
        record("INSERT", 2, watch_row(wish)),
        record("INSERT", 3, message_row(new)),
    ]

    assert failures(*changes) == []

    assert [seq for _, seq in sent(memory.sockets)] == [1, 2, 3]
