"""The Deliveries port on DynamoDB: what became of each mail for each recipient, exactly once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mayfly.errors import Contended
from mayfly.inboxes.ids import InboxId, MailKey, MessageId, partition_of
from mayfly.inboxes.models import Held, Inbox, Quota
from mayfly.inboxes.rows import DROPPED, held, inbox_from, sender_row
from mayfly.kit.clock import Clock
from mayfly.kit.dynamodb.keys import (
    DELETED_AT,
    DELIVERY_ROW,
    FULL_SINCE,
    MAIL_PARTITION,
    OWNER,
    PARTITION_KEY,
    TTL_ATTRIBUTE,
    delivery_key,
    inbox_key,
)
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, milliseconds
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.limits import DELIVERY_ATTEMPTS
from mayfly.mail.address import Address
from mayfly.messages.dynamodb import leaving, one_to_leave
from mayfly.messages.expiry import expiry_of
from mayfly.messages.models import UNFILED, Filing, Message, Summary
from mayfly.messages.rows import message_row
from mayfly.receiving.dynamodb_counts import CounterPlace, Recipient, all_counters, tallied
from mayfly.receiving.models import (
    FULL,
    Accepted,
    Dropped,
    DropReason,
    MailProgress,
    Outcome,
    Stored,
    Tally,
)

REMEMBERED = timedelta(days=30)
"""How long a delivery is known: longer than a notice can wait in its queue and the next (28 d)."""


@dataclass(frozen=True, slots=True)
class DynamoDeliveries:
    """See `mayfly.messages.ports.Deliveries`."""

    table: Table
    quota: Quota
    now: Clock
    counters: CounterPlace = field(default_factory=CounterPlace)

    def deliver(
        self,
        mail: Accepted,
        summary: Summary,
        inbox: Inbox,
        now: datetime,
        filing: Filing = UNFILED,
    ) -> Outcome:
        """One transaction without other writers; each one that got in between costs another.

        The number is taken from the inbox as it was read; the transaction holds only if it still
        is the newest, and gives the current one if not.
        """
        current = inbox
        for attempt in range(DELIVERY_ATTEMPTS):
            reason = current.refusal(now, summary.size_bytes, self.quota, summary.sender)
            last = None
            if reason in FULL:
                last = one_to_leave(self.table, current, summary, self.quota)
                if last is None:
                    return self._overflow(mail, current, reason, now)
            elif reason is not None:
                return self.drop(mail, inbox.address, reason, inbox)
            try:
                return self._store(mail, summary, current, now, last, filing)
            except Canceled as canceled:
                if canceled.conflicted(3):
                    self.counters.leave()
                if canceled.refused(2):
                    return _outcome(canceled.found(2))
                row = canceled.found(0) if canceled.refused(0) else {}
                if attempt or not row:  # many writers, or one whose transaction is under way
                    self.table.give_way(attempt)
                    row = self.table.get(inbox_key(inbox.id.partition))
            if not row or row["generation"] != inbox.id.generation:
                return self.drop(mail, inbox.address, DropReason.UNKNOWN_RECIPIENT)
            current = inbox_from(row)
        raise Contended(f"{DELIVERY_ATTEMPTS} attempts to store a mail met other writers")

    def drop(
        self, mail: Accepted, recipient: Address, reason: DropReason, inbox: Inbox | None = None
    ) -> Outcome:
        """One transaction."""
        outcome = Dropped(reason)
        try:
            self._settle(mail, Recipient(recipient, inbox), outcome)
        except Canceled as canceled:
            return _outcome(canceled.found(0))
        return outcome

    def _overflow(self, mail: Accepted, inbox: Inbox, reason: DropReason, now: datetime) -> Outcome:
        """One transaction: a drop that the inbox's row counts."""
        outcome = Dropped(reason)
        counted = {
            "Key": encode_row(inbox_key(inbox.id.partition)),
            "UpdateExpression": "SET #since = if_not_exists(#since, :now) ADD #dropped :one",
            "ConditionExpression": "#generation = :mine",
            "ExpressionAttributeNames": {
                "#since": FULL_SINCE,
                "#dropped": DROPPED,
                "#generation": "generation",
            },
            "ExpressionAttributeValues": encode_row(
                {":now": milliseconds(now), ":one": 1, ":mine": inbox.id.generation}
            ),
        }
        try:
            self._settle(mail, Recipient(inbox.address, inbox), outcome, {"Update": counted})
        except Canceled as canceled:
            if canceled.refused(0):
                return _outcome(canceled.found(0))
            return self.drop(mail, inbox.address, DropReason.UNKNOWN_RECIPIENT)
        return outcome

    def is_settled(self, mail: MailKey, recipients: Sequence[Address]) -> bool:
        """One read."""
        keys = [delivery_key(mail, partition_of(each)) for each in recipients]
        return len(self.table.get_all(keys)) == len(keys)

    def outcomes(self, inbox: InboxId, mails: Sequence[MailKey]) -> dict[MailKey, Outcome]:
        """One read for each hundred."""
        rows = self.table.get_all([delivery_key(each, inbox.partition) for each in mails])
        return {MailKey(row["pk"].partition("#")[2]): _outcome(row) for row in rows}

    def is_read_from(self, mail: MailKey, object_key: str) -> bool:
        """One query."""
        return any(row["object_key"] == object_key for row in self._of(mail))

    def standing(self, mail: MailKey) -> MailProgress:
        """One query, at the price of an eventually consistent read.

        What it may not see yet makes an email look less far than it is, never further.
        """
        return _standing(self._of(mail, consistent=False))

    def release(self, message: MessageId) -> Sequence[str]:
        """One write, one query."""
        known = self.table.update(
            delivery_key(message.mail, message.inbox.partition),
            UpdateExpression="SET #gone = :yes",
            ConditionExpression="#generation = :mine AND #sequence = :number",
            ExpressionAttributeNames={
                "#gone": "gone",
                "#generation": "generation",
                "#sequence": "sequence",
            },
            ExpressionAttributeValues={
                ":yes": True,
                ":mine": message.inbox.generation,
                ":number": message.sequence,
            },
        )
        rows = self._of(message.mail) if known else []
        return [rows[0]["object_key"]] if _standing(rows) is MailProgress.OVER else []

    def only_of(self, messages: Sequence[MessageId]) -> Sequence[str]:
        """One read for each hundred."""
        asked = {(each.mail, each.inbox.partition): each for each in messages}
        rows = self.table.get_all([delivery_key(*each) for each in asked], consistent=False)
        return [row["object_key"] for row in rows if _is_only(row, set(messages))]

    def count_failure(self) -> None:
        """One write."""
        self.table.update(
            self.counters.key,
            UpdateExpression="ADD #failed :one",
            ExpressionAttributeNames={"#failed": "failed"},
            ExpressionAttributeValues={":one": 1},
        )

    def tally(self) -> Tally:
        """One read of all counter rows, each of which is right in itself."""
        return tallied(self.table.get_all(all_counters(), consistent=False))

    def _settle(
        self, mail: Accepted, recipient: Recipient, outcome: Outcome, *more: dict[str, Any]
    ) -> None:
        """Record and count the outcome in one transaction, again while others are in its way."""
        for attempt in range(DELIVERY_ATTEMPTS):
            try:
                record = self._record(mail, partition_of(recipient.address), outcome)
                counted = self.counters.counted(mail, outcome, recipient, self.now())
                return self.table.transact(record, counted, *more)
            except Canceled as canceled:
                if not canceled.may_pass:
                    raise
                if canceled.conflicted(1):
                    self.counters.leave()
            self.table.give_way(attempt)
        raise Contended(f"{DELIVERY_ATTEMPTS} attempts to settle a mail met other writers")

    def _store(
        self,
        mail: Accepted,
        summary: Summary,
        inbox: Inbox,
        now: datetime,
        last: Message | None,
        filing: Filing,
    ) -> Stored:
        """With the message, and without the `last` one, in one transaction."""
        message = Message(
            MessageId(inbox.id, inbox.sequence + 1, mail.mail),
            summary,
            expiry_of(summary.received_at, inbox),
            place=inbox.place_of(summary.sender),
            object_key=mail.object_key if mail.is_read_anew else "",
        ).filed(filing)
        outcome = Stored(message.id)
        row = message_row(message)
        if inbox.owner:
            row[OWNER] = inbox.owner
        self.table.transact(
            self._next_number(inbox, message, now, last),
            {"Put": {"Item": encode_row(row)}},
            self._record(mail, inbox.id.partition, outcome),
            self.counters.counted(mail, outcome, Recipient(inbox.address, inbox), now),
            *([leaving(last)] if last else []),
        )
        return outcome

    def _next_number(
        self, inbox: Inbox, message: Message, now: datetime, last: Message | None
    ) -> dict[str, Any]:
        """Both messages have one place; the row counts the one that goes as a drop."""
        one_less, bytes_less = (1, last.summary.size_bytes) if last else (0, 0)
        size_bytes = message.summary.size_bytes - bytes_less
        item = held(inbox.id, 1 - one_less, size_bytes, message.place)
        update = item["Update"]
        since = ", #since = if_not_exists(#since, :now)" if last else ""
        update["UpdateExpression"] = f"SET #sequence = :next{since} {update['UpdateExpression']}"
        if last:
            update["UpdateExpression"] += ", #dropped :one"
            update["ExpressionAttributeNames"] |= {"#since": FULL_SINCE, "#dropped": DROPPED}
            update["ExpressionAttributeValues"] |= encode_row({":one": 1})
        # Senders with nothing left: while no other mail comes in, they stay so.
        empty = [p for p, h in inbox.senders.items() if h.messages <= 0 and p != message.place]
        if empty:
            gone = {
                f"#gone{at}": name for at, name in enumerate(sender_row({p: Held() for p in empty}))
            }
            update["UpdateExpression"] += " REMOVE " + ", ".join(gone)
            update["ExpressionAttributeNames"] |= gone
        update["ConditionExpression"] += (
            " AND #sequence = :last AND attribute_not_exists(#deleted_at)"
            " AND #expires_at > :now AND #messages < :most AND #bytes <= :room"
            # Else an account would not hear of mail that came while it took the inbox over.
            f" AND {'#owner = :owner' if inbox.owner else 'attribute_not_exists(#owner)'}"
        )
        update["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        update["ExpressionAttributeNames"] |= {
            "#sequence": "sequence",
            "#deleted_at": DELETED_AT,
            "#expires_at": "expires_at",
            "#owner": OWNER,
        }
        update["ExpressionAttributeValues"] |= encode_row(
            {
                ":next": inbox.sequence + 1,
                ":last": inbox.sequence,
                ":now": milliseconds(now),
                ":most": self.quota.messages + one_less,
                ":room": self.quota.size_bytes - size_bytes,
            }
            | ({":owner": inbox.owner} if inbox.owner else {})
        )
        return item

    def _record(self, mail: Accepted, partition: str, outcome: Outcome) -> dict[str, Any]:
        row: Row = delivery_key(mail.mail, partition) | {
            "object_key": mail.object_key,
            "deliveries": mail.deliveries,
            TTL_ATTRIBUTE: epoch(self.now() + REMEMBERED),
        }
        if isinstance(outcome, Stored):
            row |= {
                "generation": outcome.message.inbox.generation,
                "sequence": outcome.message.sequence,
            }
        else:
            row["dropped"] = outcome.reason.value
            if mail.is_recovered:
                row["recovered"] = True
        return {
            "Put": {
                "Item": encode_row(row),
                "ConditionExpression": "attribute_not_exists(#pk)",
                "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def _of(self, mail: MailKey, *, consistent: bool = True) -> list[Row]:
        return list(
            self.table.query(MAIL_PARTITION + mail, prefix=DELIVERY_ROW, ConsistentRead=consistent)
        )


def _outcome(row: Row) -> Outcome:
    if "dropped" in row:
        return Dropped(DropReason(row["dropped"]), repeated=True)
    inbox = InboxId(row["sk"].partition("#")[2], row["generation"])
    mail = MailKey(row["pk"].partition("#")[2])
    return Stored(MessageId(inbox, row["sequence"], mail), repeated=True)


def _is_only(row: Row, messages: Collection[MessageId]) -> bool:
    if "dropped" in row or row["deliveries"] != 1:
        return False
    outcome = _outcome(row)
    return isinstance(outcome, Stored) and outcome.message in messages


def _standing(rows: Sequence[Row]) -> MailProgress:
    if not rows:
        return MailProgress.UNHEARD
    if len(rows) < max(row["deliveries"] for row in rows):
        return MailProgress.LIVE
    return MailProgress.OVER if all(map(_is_over, rows)) else MailProgress.LIVE


def _is_over(row: Row) -> bool:
    """Whether nobody can miss the mail for this: its notice may still come, if it was recovered."""
    return bool(row.get("gone") or ("dropped" in row and not row.get("recovered")))
