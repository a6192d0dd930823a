"""Outgoing messages, suppression lists and uploads on DynamoDB: a partition for each account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mayfly import limits
from mayfly.errors import Contended
from mayfly.kit.clock import Clock
from mayfly.kit.dynamodb.keys import (
    OUTGOING_PARTITION,
    OUTGOING_ROW,
    PARTITION_KEY,
    SORT_KEY,
    SUPPRESSED_ROW,
    TTL_ATTRIBUTE,
    UPLOAD_ROW,
    outgoing_counters_key,
    outgoing_counts_key,
    outgoing_key,
    promise_key,
    suppressed_key,
    upload_key,
)
from mayfly.kit.dynamodb.notation import (
    Row,
    encode_row,
    epoch,
    model_of,
    model_row,
)
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.sending.dynamodb_counts import (
    check_shares,
    counted_addition,
    counted_change,
    shares,
    tallied,
)
from mayfly.sending.errors import EmailNotFound, SuppressionNotFound
from mayfly.sending.models import OutgoingMail, OutgoingTally, State, Suppression, Upload, first_id
from mayfly.sending.ports import Filter, IdempotencyKey, IdempotencyResult, Share
from mayfly.sending.rows import outgoing_from, outgoing_row

_SAME = "#revision = :revision"


@dataclass(frozen=True, slots=True)
class DynamoOutgoingMails:
    """See `mayfly.sending.ports.OutgoingMails`."""

    table: Table
    now: Clock

    def add(
        self, mail: OutgoingMail, share: Share, key: IdempotencyKey | None
    ) -> IdempotencyResult | None:
        """One transaction of up to six writes; another one for each writer that got in between."""
        items = self._additions(mail, share, key)
        for attempt in range(limits.OUTGOING_WRITES):
            try:
                self.table.transact(*items.values())
                return None
            except Canceled as canceled:
                refused = {name for at, name in enumerate(items) if canceled.refused(at)}
                if "promise" in refused:
                    return _kept(canceled.found(list(items).index("promise")))
                if "mail" in refused:  # the id is random: it is this very mail
                    return None
                check_shares(refused, share, self.now())
                self.table.give_way(attempt)
        raise Contended(f"{limits.OUTGOING_WRITES} attempts to add a mail met other writers")

    def kept(self, account: str, key_hash: str, now: datetime) -> IdempotencyResult | None:
        """One read."""
        row = self.table.get(promise_key(account, key_hash))
        return _kept(row) if row and row[TTL_ATTRIBUTE] > epoch(now) else None

    def get(self, account: str, mail: str) -> OutgoingMail:
        """One read."""
        row = self.table.get(outgoing_key(account, mail))
        if not row:
            raise EmailNotFound("no such mail")
        return outgoing_from(row)

    def save(
        self, before: OutgoingMail, after: OutgoingMail, share: Share | None = None
    ) -> OutgoingMail:
        """One write; a transaction of three or more if it is in another state."""
        saved = replace(after, revision=before.revision + 1)
        put: dict[str, Any] = {
            "ConditionExpression": _SAME,
            "ExpressionAttributeNames": {"#revision": "revision"},
        }
        seen = {":revision": before.revision}
        if before.state is after.state and share is None:
            if not self.table.put(outgoing_row(saved), ExpressionAttributeValues=seen, **put):
                raise Contended("somebody else has written the mail")
            return saved
        put |= {
            "Item": encode_row(outgoing_row(saved)),
            "ExpressionAttributeValues": encode_row(seen),
        }
        items = {"mail": {"Put": put}, **counted_change(saved, before, self.now())}
        if share is not None:
            items |= shares(saved.account, share)
        self._write(items, share)
        return saved

    def remove(self, mail: OutgoingMail) -> None:
        """One write."""
        gone = self.table.delete(
            outgoing_key(mail.account, mail.id),
            ConditionExpression=f"attribute_not_exists(#pk) OR {_SAME}",
            ExpressionAttributeNames={"#revision": "revision", "#pk": PARTITION_KEY},
            ExpressionAttributeValues={":revision": mail.revision},
        )
        if not gone:
            raise Contended("somebody else has written the mail")

    def page(
        self, account: str, criteria: Filter, most: int, before: str = ""
    ) -> tuple[Sequence[OutgoingMail], str]:
        """One query for each 1 MB, until there are enough or enough was looked at."""
        since = first_id(criteria.since) if criteria.since else ""
        rows = self.table.query(
            OUTGOING_PARTITION + account,
            between=(OUTGOING_ROW + since, OUTGOING_ROW + (before or "g")),
            ScanIndexForward=False,
            ConsistentRead=True,
            Limit=limits.OUTGOING_EXAMINED,
        )
        found: list[OutgoingMail] = []
        looked = 0
        for row in rows:
            mail = outgoing_from(row)
            if mail.id == before:  # BETWEEN holds both ends
                continue
            looked += 1
            if criteria.fits(mail, self.now()):
                found.append(mail)
            if len(found) == most or looked == limits.OUTGOING_EXAMINED:
                return found, mail.id
        return found, ""

    def counts(self, account: str) -> Mapping[State, int]:
        """One read."""
        row = self.table.get(outgoing_counts_key(account))
        return {state: row.get(state.value, 0) for state in State}

    def tally(self) -> OutgoingTally:
        """One read of all counter rows."""
        rows = self.table.get_all(
            [outgoing_counters_key(shard) for shard in range(limits.OUTGOING_COUNTER_SHARDS)]
        )
        return tallied(rows)

    def _additions(
        self, mail: OutgoingMail, share: Share, key: IdempotencyKey | None
    ) -> dict[str, dict[str, Any]]:
        new = {
            "ConditionExpression": "attribute_not_exists(#pk)",
            "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
        }
        items: dict[str, dict[str, Any]] = {
            "mail": {"Put": {"Item": encode_row(outgoing_row(mail)), **new}}
        }
        if key is not None:
            items["promise"] = {"Put": self._promise(mail, key)}
        return items | counted_addition(mail, self.now()) | shares(mail.account, share)

    def _promise(self, mail: OutgoingMail, key: IdempotencyKey) -> dict[str, Any]:
        now = self.now()
        row: Row = promise_key(mail.account, key.key_hash) | {
            "request": key.request_hash,
            "mail": mail.id,
            "state": mail.state.value,
            TTL_ATTRIBUTE: epoch(now + limits.IDEMPOTENCY_KEPT),
        }
        return {
            "Item": encode_row(row),
            "ConditionExpression": "attribute_not_exists(#pk) OR #ttl <= :now",
            "ExpressionAttributeNames": {"#pk": PARTITION_KEY, "#ttl": TTL_ATTRIBUTE},
            "ExpressionAttributeValues": encode_row({":now": epoch(now)}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _write(self, items: dict[str, dict[str, Any]], share: Share | None) -> None:
        """The transaction; again while only others' counting is in its way."""
        for attempt in range(limits.OUTGOING_WRITES):
            try:
                self.table.transact(*items.values())
                return
            except Canceled as canceled:
                refused = {name for at, name in enumerate(items) if canceled.refused(at)}
                if "mail" in refused:
                    raise Contended("somebody else has written the mail") from canceled
                if share is not None:
                    check_shares(refused, share, self.now())
                self.table.give_way(attempt)
        raise Contended(f"{limits.OUTGOING_WRITES} attempts to write a mail met other writers")


def _kept(row: Row) -> IdempotencyResult:
    return IdempotencyResult(row["request"], row["mail"], State(row["state"]))


_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class DynamoSuppressions:
    """See `mayfly.sending.ports.Suppressions`."""

    table: Table

    def add(self, account: str, suppression: Suppression) -> None:
        """One conditional write."""
        self.table.put(
            suppressed_key(account, suppression.address)
            | model_row(suppression, without=["address"]),
            ConditionExpression="attribute_not_exists(#pk)",
            ExpressionAttributeNames={"#pk": PARTITION_KEY},
        )

    def among(self, account: str, addresses: Sequence[str]) -> Mapping[str, Suppression]:
        """One read of up to a hundred rows."""
        keys = [suppressed_key(account, each) for each in {each.lower() for each in addresses}]
        found = [_suppression(row) for row in self.table.get_all(keys)]
        return {each.address: each for each in found}

    def page(self, account: str, most: int, after: str = "") -> tuple[Sequence[Suppression], str]:
        """One query."""
        rows = self.table.query(
            OUTGOING_PARTITION + account,
            between=(SUPPRESSED_ROW + after, SUPPRESSED_ROW + _LAST),
            ConsistentRead=True,
            Limit=most + 1,
        )
        found: list[Suppression] = []
        for row in rows:
            if len(found) == most:
                return found, found[-1].address
            if (each := _suppression(row)).address != after:  # BETWEEN holds both ends
                found.append(each)
        return found, ""

    def remove(self, account: str, address: str) -> Suppression:
        """One write."""
        row = self.table.take(suppressed_key(account, address))
        if not row:
            raise SuppressionNotFound("this address is not on your suppression list")
        return _suppression(row)


def _suppression(row: Row) -> Suppression:
    return model_of(Suppression, row, address=row[SORT_KEY].removeprefix(SUPPRESSED_ROW))


@dataclass(frozen=True, slots=True)
class DynamoUploads:
    """See `mayfly.sending.ports.Uploads`: rows beside the account's messages."""

    table: Table

    def add(self, upload: Upload) -> None:
        """One write."""
        self.table.put(
            upload_key(upload.account, upload.id)
            | model_row(upload, without=["account", "id"])
            | {TTL_ATTRIBUTE: epoch(upload.expires_at)}
        )

    def among(self, account: str, ids: Sequence[str]) -> Mapping[str, Upload]:
        """One read of up to a hundred rows."""
        rows = self.table.get_all([upload_key(account, each) for each in dict.fromkeys(ids)])
        return {each.id: each for each in map(_upload, rows)}


def _upload(row: Row) -> Upload:
    account = row[PARTITION_KEY].removeprefix(OUTGOING_PARTITION)
    return model_of(Upload, row, account=account, id=row[SORT_KEY].removeprefix(UPLOAD_ROW))
