"""The RuleSets port on DynamoDB: a row beside the mailbox's, or beside the domain's relay."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from mayfly import limits
from mayfly.errors import InboxNotFound
from mayfly.inboxes.models import Inbox, SpamPolicy
from mayfly.inboxes.rows import HAS_RULES, SPAM_POLICY
from mayfly.kit.dynamodb.keys import (
    DELETED_AT,
    PARTITION_KEY,
    TTL_ATTRIBUTE,
    Key,
    domain_rules_key,
    inbox_key,
    rules_key,
)
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, instant, milliseconds
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.rules.models import RulePlace, RuleSet, Trouble
from mayfly.rules.schemas import kept, read_kept

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DynamoRuleSets:
    """See `mayfly.rules.ports.RuleSets`."""

    table: Table
    cooldown: timedelta

    def get(self, place: RulePlace) -> RuleSet:
        """One read."""
        return _rule_set(place, self.table.get(_key(place)))

    def of(self, inbox: Inbox) -> Sequence[RuleSet]:
        """One call, and none for an inbox without any."""
        places = []
        if inbox.domain_id:
            places.append(RulePlace(domain=inbox.domain_id))
        if inbox.has_rules:
            places.append(RulePlace(mailbox=inbox.id))
        if not places:
            return []
        rows = self.table.get_all([_key(each) for each in places])
        found = {row[PARTITION_KEY]: row for row in rows}
        return [
            _rule_set(each, found[_key(each)[PARTITION_KEY]])
            for each in places
            if _key(each)[PARTITION_KEY] in found
        ]

    def put_mailbox(
        self, rules: RuleSet, inbox: Inbox, policy: SpamPolicy, *, with_senders: bool
    ) -> None:
        """One transaction."""
        changes: Row = {"rules": kept(rules.rules), **_stamps(rules, inbox, self.cooldown)}
        if with_senders:
            changes["rejected"] = list(rules.rejected)
        written = {
            "Key": encode_row(rules_key(inbox.id)),
            "UpdateExpression": _set(changes) + " REMOVE #troubles",
            "ExpressionAttributeNames": {"#troubles": "troubles"},
            "ExpressionAttributeValues": encode_row(_values(changes)),
        }
        try:
            self.table.settle(_noted(inbox, policy), {"Update": written})
        except Canceled as canceled:
            raise InboxNotFound("no such inbox") from canceled

    def put_domain(self, rules: RuleSet) -> None:
        """One write."""
        assert rules.updated_at is not None
        self.table.put(
            domain_rules_key(rules.place.domain)
            | {"rules": kept(rules.rules), "updated_at": milliseconds(rules.updated_at)}
        )

    def reject(self, inbox: Inbox, sender: str) -> None:
        """One read, one transaction."""
        row = self.table.get(rules_key(inbox.id))
        before = row.get("rejected", [])
        if sender in before:
            return
        after = [*before, sender][-limits.REJECTED_SENDERS :]
        changes: Row = {"rejected": after, TTL_ATTRIBUTE: _end(inbox, self.cooldown)}
        values = _values(changes)
        condition = "attribute_not_exists(#rejected)"
        if "rejected" in row:
            condition, values[":before"] = "#rejected = :before", before
        written = {
            "Key": encode_row(rules_key(inbox.id)),
            "UpdateExpression": _set(changes),
            "ConditionExpression": condition,
            "ExpressionAttributeValues": encode_row(values),
        }
        noted = _noted(inbox, SpamPolicy.REJECT)
        noted["Update"]["ConditionExpression"] += " AND #spam_policy = :policy"
        try:
            self.table.transact(noted, {"Update": written})
        except Canceled:
            return

    def note(self, rules: RuleSet, rule: str, trouble: Trouble) -> None:
        """One conditional write."""
        if rules.updated_at is None:
            return
        troubles = {**rules.troubles, rule: trouble}
        self.table.update(
            _key(rules.place),
            UpdateExpression="SET #troubles = :troubles",
            ConditionExpression="#updated_at = :seen",
            ExpressionAttributeValues={
                ":troubles": {
                    name: [each.what, milliseconds(each.at), each.count]
                    for name, each in troubles.items()
                },
                ":seen": milliseconds(rules.updated_at),
            },
        )

    def remove(self, place: RulePlace) -> None:
        """One write."""
        self.table.delete(_key(place))


def _key(place: RulePlace) -> Key:
    return rules_key(place.mailbox) if place.mailbox else domain_rules_key(place.domain)


def _noted(inbox: Inbox, policy: SpamPolicy) -> dict[str, Any]:
    """The item of a transaction that has the inbox's row say so."""
    return {
        "Update": {
            "Key": encode_row(inbox_key(inbox.id.partition)),
            "UpdateExpression": f"SET #{HAS_RULES} = :yes, #{SPAM_POLICY} = :policy",
            "ConditionExpression": f"#generation = :mine AND attribute_not_exists(#{DELETED_AT})",
            "ExpressionAttributeValues": encode_row(
                {":yes": True, ":policy": policy.value, ":mine": inbox.id.generation}
            ),
        }
    }


def _stamps(rules: RuleSet, inbox: Inbox, cooldown: timedelta) -> Row:
    assert rules.updated_at is not None
    return {
        "updated_at": milliseconds(rules.updated_at),
        TTL_ATTRIBUTE: _end(inbox, cooldown),
    }


def _end(inbox: Inbox, cooldown: timedelta) -> int:
    """When the row may go: after the mailbox, which may just now be extended by another call."""
    return epoch(inbox.expires_at + inbox.message_lifetime + cooldown)


def _set(changes: Row) -> str:
    return "SET " + ", ".join(f"#{name} = :{name}" for name in changes)


def _values(changes: Row) -> Row:
    return {f":{name}": value for name, value in changes.items()}


def _rule_set(place: RulePlace, row: Row) -> RuleSet:
    """Of rules that cannot be read none run: no email may wait for their being put anew."""
    updated_at = instant(row["updated_at"]) if "updated_at" in row else None
    troubles = {
        name: Trouble(what, instant(at), count)
        for name, (what, at, count) in row.get("troubles", {}).items()
    }
    try:
        rules = read_kept(row["rules"]) if "rules" in row else ()
    except msgspec.MsgspecError:
        rules, troubles = (
            (),
            {"*": Trouble("these rules cannot be read: put them anew", updated_at or _EPOCH)},
        )
    return RuleSet(place, rules, tuple(row.get("rejected", ())), troubles, updated_at)
