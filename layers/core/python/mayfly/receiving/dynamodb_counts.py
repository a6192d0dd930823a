"""How many deliveries ended how: counted in the transaction that settles one, without conflicts.

DynamoDB cancels a transaction that meets another one on a row. So each process counts in a row of
its own among those there are; when it meets somebody there it moves to another. A function settles
one delivery at a time, and never meets itself.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mayfly.inboxes.models import Inbox
from mayfly.kit.dynamodb.keys import Key, counters_key
from mayfly.kit.dynamodb.notation import Row, encode, encode_row
from mayfly.limits import COUNTER_SHARDS
from mayfly.mail.address import Address
from mayfly.receiving.models import Accepted, DropReason, Outcome, Stored, Tally
from mayfly.stats.models import DROPPED, VERDICTS, Kind, Occasion
from mayfly.stats.rows import noted


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where a delivery goes, as far as statistics want to know; `inbox` is None for nobody's."""

    address: Address
    inbox: Inbox | None = None

    def occasion(self, mail: Accepted, outcome: Outcome, now: datetime) -> Occasion:
        """What is counted of the delivery by day."""
        name = "stored" if isinstance(outcome, Stored) else DROPPED + outcome.reason.value
        return Occasion(
            now.date(),
            self.address.domain,
            Kind.of(self.inbox.access) if self.inbox else Kind.NONE,
            (name,),
            mail.spam if mail.spam in VERDICTS else "",
            self.inbox.owner if self.inbox else "",
        )


class CounterPlace:
    """The row that a process counts in, for as long as it meets nobody there."""

    def __init__(self, pick: Callable[[int], int] = secrets.randbelow) -> None:
        """`pick` draws below a number, without a seed: processes may start as copies of one."""
        self._pick = pick
        self._shard = pick(COUNTER_SHARDS)

    @property
    def key(self) -> Key:
        """Of the row."""
        return counters_key(self._shard)

    def leave(self) -> None:
        """Count in another row from now on."""
        self._shard = (self._shard + 1 + self._pick(COUNTER_SHARDS - 1)) % COUNTER_SHARDS

    def counted(
        self, mail: Accepted, outcome: Outcome, place: "Recipient", now: datetime
    ) -> dict[str, Any]:
        """The item of a transaction that counts the delivery."""
        name = "stored" if isinstance(outcome, Stored) else outcome.reason.value
        update = {
            "Key": encode_row(self.key),
            "UpdateExpression": "ADD #accepted :one, #outcome :one, #chunks :chunks",
            "ExpressionAttributeNames": {
                "#accepted": "accepted",
                "#outcome": name,
                "#chunks": "chunks",
            },
            "ExpressionAttributeValues": {":one": encode(1), ":chunks": encode(mail.chunks)},
        }
        return {"Update": noted(update, place.occasion(mail, outcome, now))}


def all_counters() -> list[Key]:
    """The rows that any process may have counted in."""
    return [counters_key(shard) for shard in range(COUNTER_SHARDS)]


def tallied(rows: Sequence[Row]) -> Tally:
    """What the counters say together."""
    return Tally(
        accepted=sum(row.get("accepted", 0) for row in rows),
        stored=sum(row.get("stored", 0) for row in rows),
        dropped={r: sum(row.get(r.value, 0) for row in rows) for r in DropReason},
        failed_attempts=sum(row.get("failed", 0) for row in rows),
        chunks=sum(row.get("chunks", 0) for row in rows),
    )
