"""What it takes to find mail without an outcome, with more and more messages stored.

The hour before brought so many new messages, of which few have no outcome; all others are old. What
the bucket tells of is looked at as Lambda hands it over; a round lists everything, once a week.
"""

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from moto.s3.models import s3_backends

from bench.cost import prices
from bench.cost.metering import MeteredAssembly, metered
from bench.cost.units import Bill
from functions.sweep.handler import look_at
from mayfly import limits
from mayfly.inboxes.ids import mail_key
from mayfly.mail.address import Address
from mayfly.receiving.models import Accepted, DropReason
from mayfly.retention.ports import Round

STORED = (1_000, 10_000, 100_000)
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/notices"
NEW = 100
OPEN = 3
TOLD_TOGETHER = 10  # records that one receive or delete of SQS has
HOURS_A_WEEK = 24 * 7


def figures() -> Iterator[dict[str, object]]:
    """Two lines for each number of stored messages."""
    for stored in STORED:
        with metered(queue_url=QUEUE) as assembly:
            assembly.adapters.client("sqs").create_queue(QueueName="notices")
            events = [_arrived(assembly, number) for number in range(NEW)]
            _store(assembly, stored)
            assembly.adapters.now = partial(_later, assembly.now())
            cost = assembly.cost(partial(look_at, {"Records": events}, assembly))
            sent = NEW + 2 * -(-NEW // TOLD_TOGETHER) + cost.calls["send_message"]
            yield _line(f"looking at {NEW} new mails, {OPEN} open", stored, cost, sent, 1)
            lists = _lists_of(assembly)
            turn = Round(assembly.now() - 3 * limits.SWEEP_AFTER, assembly.now())
            assembly.retention.sweeper.rounds.keep(turn)
            listed = assembly.cost(partial(assembly.retention.sweeper.sweep, at_once=True))
            listed.calls["list_objects_v2"] = len(lists)
            yield _line("a round through all (each week)", stored, listed, 0, 1 / HOURS_A_WEEK)


def _lists_of(assembly: MeteredAssembly) -> list[str]:
    """An entry for each LIST from now on: the bill does not see what a paginator asks."""
    lists: list[str] = []
    events = vars(assembly.adapters.s3)["_client"].meta.events
    events.register("before-call.s3.ListObjectsV2", lambda **_: lists.append("one"))
    return lists


def _later(now: Any) -> Any:
    return now + limits.SWEEP_AFTER * 1.5


def _line(what: str, stored: int, bill: Bill, sent: int, an_hour: float) -> dict[str, object]:
    dollars = (
        bill.calls["list_objects_v2"] * prices.S3_WRITE
        + bill.calls["get_object"] * prices.S3_READ
        + bill.read_units * prices.DYNAMODB_READ
        + bill.write_units * prices.DYNAMODB_WRITE
        + sent * prices.SQS_REQUEST
    )
    return {
        "figure": f"sweep, {what}, {stored} stored",
        "lists": bill.calls["list_objects_v2"],
        "looks": bill.calls["query"],
        "read_units": bill.read_units,
        "replayed": bill.calls["send_message"],
        "queue_requests": sent,
        "millionths_of_a_dollar": round(dollars * 1e6, 1),
        "millionths_of_a_dollar_an_hour": round(dollars * 1e6 * an_hour, 1),
    }


def _arrived(assembly: MeteredAssembly, number: int) -> dict[str, Any]:
    """A message of the hour before, which has an outcome unless it is one of the first."""
    name = f"new-{number}"
    notice = assembly.accepted(name, "nobody@mayfly.example")
    if number >= OPEN:
        mail, nobody = Accepted(notice.mail, notice.object_key, 2), Address("nobody", "a.example")
        # One recipient of two: the other is still to get it, so that nothing is cleared.
        assembly.adapters.deliveries.drop(mail, nobody, DropReason.UNKNOWN_RECIPIENT)
    cost = {
        "eventTime": notice.received_at.isoformat(),
        "s3": {"bucket": {"name": notice.bucket}, "object": {"key": notice.object_key}},
    }
    assert mail_key(notice.object_key) == notice.mail
    return {"messageId": name, "body": json.dumps({"Records": [cost]})}


def _store(assembly: MeteredAssembly, mails: int) -> None:
    """Messages of weeks ago, put into moto by hand: a hundred thousand calls would take minutes."""
    (bucket,) = s3_backends["123456789012"]["aws"].buckets.values()
    some = next(iter(bucket.keys.values()))
    for number in range(mails):
        old = copy.copy(some)
        old.name = f"{assembly.settings.raw_prefix}{number:040}"
        old.last_modified = some.last_modified - timedelta(days=20)
        bucket.keys[old.name] = old
