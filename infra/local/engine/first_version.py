"""What version 0.2.0 kept, as the engine keeps it."""

import sqlite3

from infra.local.account import ORDER_QUEUE, SCHEDULE_GROUP, queue_arn
from infra.local.engine import s3_objects, scheduler, sqs_messages
from infra.local.engine.dynamodb import conversion
from infra.local.engine.dynamodb.rows import decoded
from mayfly.kit.dynamodb.keys import OUTGOING_PARTITION, OUTGOING_ROW
from mayfly.kit.dynamodb.notation import decode
from mayfly.sending.models import State
from mayfly.sending.rows import outgoing_from
from mayfly.sending.sqs import write_job
from mayfly.sending.store import job_of


def convert_v1(connection: sqlite3.Connection, bucket: str, now: int) -> None:
    """Take over what version 1 kept, all objects into this bucket; `now` in epoch milliseconds.

    In the caller's transaction.
    """
    conversion.convert_v1(connection)
    s3_objects.convert_v1(connection, bucket)
    sqs_messages.convert_v1(connection, now)
    for statement in scheduler.SCHEMA.split(";"):
        connection.execute(statement)
    _set_schedules(connection)


def _set_schedules(file: sqlite3.Connection) -> None:
    """Set those of messages that are to go later: version 1 had them in the messages' rows only."""
    found = file.execute(
        "SELECT item FROM items WHERE substr(pk, 1, ?) = ? AND substr(sk, 1, ?) = ?",
        (len(OUTGOING_PARTITION), OUTGOING_PARTITION, len(OUTGOING_ROW), OUTGOING_ROW),
    ).fetchall()
    for (item,) in found:
        mail = outgoing_from(decode(decoded(item)))
        if mail.state is State.SCHEDULED:
            order = write_job(job_of(mail, mail.created_at))
            scheduler.restore(
                file, SCHEDULE_GROUP, mail.id, mail.due_at, queue_arn(ORDER_QUEUE), order
            )
