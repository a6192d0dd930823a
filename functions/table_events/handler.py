"""Follows the changes of the table: announces new mail, erases what was deleted, keeps what was
taken over.

Lambda calls it with the stream records of one shard, in order, and goes on from the one named in
the answer. Most of a change's time is waiting for the table, so what has to be read is read ahead
for several at a time: Lambda itself could hand over several batches of a shard at a time, but then
it keeps the order of a row only, and pushes would overtake each other.
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from mayfly.adapters import Adapters
from mayfly.assembly import Assembly, here, ready
from mayfly.errors import MessageNotFound
from mayfly.forwarding.models import ForwardOrder
from mayfly.functions import TABLE_EVENTS
from mayfly.health.models import Unit
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Access, Inbox
from mayfly.inboxes.rows import inbox_from
from mayfly.kit.dynamodb import keys as table
from mayfly.kit.dynamodb.notation import Row, decode, from_epoch
from mayfly.kit.log import aws_code, describe, logger_of, metrics_of
from mayfly.messages.rows import message_id_from
from mayfly.subscriptions.rows import watch_from
from mayfly.webhooks import changes
from mayfly.webhooks.models import Event, HookOwner, Kind

WIDTH = 16
"""How many are read for at the same time; boto3 keeps 32 connections."""

Act = Callable[[], None]


@dataclass(slots=True)
class Task:
    """What follows a change of a partition; `read` gives it, and nobody hears of that yet.

    `moves` says that it changes what others of its partition read.
    """

    read: Callable[[], Act]
    partition: str = ""
    moves: bool = True

    def run(self) -> None:
        """Do it."""
        self.read()()


NOTHING = Task(lambda: lambda: None, moves=False)
"""For a change that asks for nothing."""


def read_ahead(tasks: Sequence[Task], pool: Executor) -> None:
    """Read for those that read nothing another one of them changes.

    What fails then, fails when its turn comes.
    """
    moved = {each.partition for each in tasks if each.moves}
    still = [each for each in tasks if each.partition and each.partition not in moved]
    if len(still) > 1:
        for each in still:
            each.read = pool.submit(each.read).result


@cache
def _pool(adapters: Adapters) -> Executor:
    return adapters.side_by_side(WIDTH, "ahead")


Record = Mapping[str, Any]
PATIENCE = TABLE_EVENTS.timeout / 2
"""How long a batch may go on sending frames: the rest of the time is for what came before."""

logger = logger_of("table_events")
metrics = metrics_of("table_events")
ready(
    "subscriptions.announcer",
    "subscriptions.account_announcer",
    "retention.eraser",
    "webhooks.teller",
)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Follow the changes with the flows of this deployment, reading ahead."""
    try:
        return follow(event, here(), _pool(here().adapters))
    finally:
        if metrics.metric_set:  # mostly there is no subscriber, and nothing to count
            metrics.flush_metrics()


def follow(event: dict[str, Any], flows: Assembly, pool: Executor | None = None) -> dict[str, Any]:
    """Do what the changes ask for, up to the first that fails; Lambda comes again with the rest.

    Only storage fails a change. Frames that could not be sent are counted, and that is all.
    """
    records = event["Records"]
    tasks = [_readable(record, flows) for record in records]
    if pool is not None:
        read_ahead(tasks, pool)
    steps = zip(records, tasks, strict=True)
    failed = next((at for at, step in enumerate(steps) if not _followed(*step)), None)
    _finish(flows)
    if failed is None:
        return {"batchItemFailures": []}
    if failed == 0 and len(records) > 1:
        # Named, it would head the same batch until the attempts are over, and take its neighbours
        # along. A batch that raises is halved until the bad record is alone.
        raise RuntimeError("the first change of a batch failed")
    return {"batchItemFailures": [{"itemIdentifier": _number(records[failed])}]}


def _readable(record: Record, flows: Assembly) -> Task:
    try:
        return _task(record, flows)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        # No repeat would make it readable, and it would hold up all inboxes of its shard.
        metrics.add_metric("ChangeUnreadable", MetricUnit.Count, 1)
        logger.error("Change unreadable", record=_number(record), error=type(error).__name__)
        return NOTHING


def _followed(record: Record, task: Task) -> bool:
    if task is NOTHING:
        return True
    named: dict[str, Any] = {"record": _number(record)} | _mail_of(record)
    try:
        task.run()
    except Exception as error:
        metrics.add_metric("ChangeFailed", MetricUnit.Count, 1)
        logger.error("Change not followed", **named, **describe(error))
        return False
    logger.info("Change followed", change=record["eventName"], **named)
    return True


def _mail_of(record: Record) -> dict[str, Any]:
    """The mail of the message that came or went, by the key that `inbound_mail` logs as well."""
    rows = record["dynamodb"]
    image = rows.get("NewImage") or rows.get("OldImage") or {}
    row = decode({name: image[name] for name in (table.SORT_KEY, "mail") if name in image})
    is_message = str(row.get(table.SORT_KEY, "")).startswith(table.MESSAGE_ROW)
    return {"mail": row["mail"]} if is_message and "mail" in row else {}


def _task(record: Record, flows: Assembly) -> Task:
    """What the change asks for. The stream's filters save calls; what is right is decided here."""
    change, rows = record["eventName"], record["dynamodb"]
    keys, new, old = (decode(rows.get(name, {})) for name in ("Keys", "NewImage", "OldImage"))
    partition, kind = keys[table.PARTITION_KEY], keys[table.SORT_KEY]
    if not partition.startswith(table.INBOX_PARTITION):
        return _elsewhere(flows, partition, kind, record)
    if kind.startswith(table.MESSAGE_ROW) and change == "INSERT":
        event = changes.message_received(new, _at(record))
        reading = partial(_announced, flows, message_id_from(new), new, event)
        return Task(reading, partition, moves=False)
    if kind == table.INBOX_ROW and _newly_made(old, new):
        inbox = inbox_from(new)
        return Task(lambda: flows.webhooks.expiry.expected(inbox), partition, moves=False)
    act = _act(flows, kind, record, new, old)
    return Task(lambda: act, partition) if act else NOTHING


def _act(flows: Assembly, kind: str, record: Record, new: Row, old: Row) -> Act | None:
    change = record["eventName"]
    if kind.startswith(table.MESSAGE_ROW) and change == "REMOVE" and not _expired(record):
        return partial(_released, flows, old, record)
    if kind.startswith(table.WATCH_ROW) and table.REPLAY_AFTER in new:
        return partial(flows.subscriptions.announcer.replay, watch_from(new))
    if kind == table.INBOX_ROW and change == "MODIFY" and _newly_deleted(old, new):
        return partial(_erased, flows, inbox_from(new))
    if kind == table.INBOX_ROW and change == "MODIFY" and _newly_full(old, new):
        return partial(_tell_full, flows, inbox_from(new), record)
    if kind == table.INBOX_ROW and change == "MODIFY" and _newly_owned(old, new):
        return partial(_taken_over, flows, inbox_from(new))
    return None


def _elsewhere(flows: Assembly, partition: str, kind: str, record: Record) -> Task:
    """What a change of a mail that goes out, or of a domain, asks for."""
    rows = record["dynamodb"]
    new, old = (decode(rows.get(name, {})) for name in ("NewImage", "OldImage"))
    event = None
    if new and partition.startswith(table.OUTGOING_PARTITION):
        event = changes.email_changed(old, new, _at(record))
    elif new and partition == table.CLAIMS_PARTITION and "status" in new:
        event = changes.domain_changed(old, new, _at(record))
    if event is None:
        return NOTHING
    return Task(partial(flows.webhooks.teller.told, event), partition, moves=False)


def _released(flows: Assembly, old: Row, record: Record) -> None:
    flows.retention.eraser.release(message_id_from(old))
    flows.webhooks.teller.tell(changes.message_deleted(old, _at(record)))


def _erased(flows: Assembly, inbox: Inbox) -> None:
    flows.rules.forget_mailbox(inbox)
    if inbox.is_fetched:
        flows.adapters.pop3_accounts.remove(inbox.id)
    flows.retention.eraser.erase(inbox.id, inbox.owner)
    flows.webhooks.service.forget(HookOwner(Kind.INBOX, str(inbox.id)))


def _taken_over(flows: Assembly, inbox: Inbox) -> None:
    """Whoever had the session's token hears of its mail no more: the account has webhooks."""
    flows.retention.extender.lengthen(inbox)
    flows.webhooks.service.forget(HookOwner(Kind.INBOX, str(inbox.id)))


def _announced(flows: Assembly, message: MessageId, new: Row, event: Event) -> Act:
    owner = new.get(table.OWNER, "")
    if flows.webhooks.teller.is_on and event.is_hidden:
        event = replace(event, is_hidden=_is_hidden(flows, message))
    tell = flows.webhooks.teller.told(event)
    push = flows.subscriptions.announcer.announced(message)
    push_to_owner = (
        flows.subscriptions.account_announcer.announced(message, owner) if owner else None
    )

    def push_all() -> None:
        if len(new.get("forwards", ())) > len(new.get("skips", ())):
            flows.forwarding.order(ForwardOrder(message))
        push()
        if push_to_owner:
            push_to_owner()
        tell()

    return push_all


def _is_hidden(flows: Assembly, message: MessageId) -> bool:
    """Whether nobody hears of this message who does not ask for spam; it may be gone as well."""
    try:
        inbox, found = flows.adapters.messages.get(message, flows.now())
    except MessageNotFound:
        return True
    return inbox.hides(found)


def _tell_full(flows: Assembly, inbox: Inbox, record: Record) -> None:
    flows.subscriptions.announcer.tell_full(inbox)
    if inbox.owner:
        flows.subscriptions.account_announcer.tell_full(inbox)
    flows.webhooks.teller.tell(changes.inbox_full(inbox, _at(record)))


def _newly_made(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return bool(new) and old.get("generation") != new["generation"]


def _newly_deleted(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return table.DELETED_AT in new and table.DELETED_AT not in old


def _newly_full(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return table.FULL_SINCE in new and table.FULL_SINCE not in old


def _newly_owned(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return (old.get(table.ACCESS), new.get(table.ACCESS)) == (Access.TOKEN, Access.OWNER)


def _expired(record: Record) -> bool:
    """Whether TTL removed the row; then its mail's lifetime in the bucket is over as well.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    """
    who = record.get("userIdentity") or {}
    return who.get("type") == "Service" and who.get("principalId") == "dynamodb.amazonaws.com"


def _at(record: Record) -> datetime:
    """When the row changed, as the stream says it: the same for a record that comes again."""
    return from_epoch(int(record["dynamodb"]["ApproximateCreationDateTime"]))


def _number(record: Record) -> str:
    return str((record.get("dynamodb") or {}).get("SequenceNumber", ""))


def _finish(flows: Assembly) -> None:
    try:
        pushes = flows.subscriptions.announcer.finish(PATIENCE)
    except Exception as error:
        # Frames may be lost and clients that left are met again: no reason to repeat the batch.
        logger.error("Pushing did not end well", **describe(error))
        return
    counted = {"Pushed": pushes.pushed, "PushFailed": pushes.failed, "PushGone": len(pushes.gone)}
    for name, number in counted.items():
        if number:  # each line of metrics is paid for
            metrics.add_metric(name, MetricUnit.Count, number)
    try:
        if pushes.pushed:
            flows.health.metrics.count({Unit.PUSHES: pushes.pushed})
    except Exception as error:
        logger.warning("Not measured", error=type(error).__name__, reason=aws_code(error))
