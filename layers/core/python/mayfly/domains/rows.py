"""Rows of accounts' domains, and the transaction items that keep a name with its holder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mayfly.domains.models import Claim, Event, IdentityStatus, MailDomain, MailIdentity
from mayfly.kit.dns.records import Record
from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY, Key, claim_key, holder_key
from mayfly.kit.dynamodb.notation import Row, encode_row, instant, milliseconds, model_of, model_row

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be true of a row."""

    expression: str
    values: Mapping[str, Any] = field(default_factory=dict)


NEW = Condition("attribute_not_exists(#pk)")
THERE = Condition("attribute_exists(#pk)")


def at_version(seen: datetime | None) -> Condition:
    """The row is there, and nobody has changed it since."""
    assert seen is not None  # only what the settings name has no version
    return Condition("updated_at = :seen", {":seen": milliseconds(seen)})


def put(row: Row, condition: Condition) -> Item:
    """The transaction item that writes a row."""
    return {"Put": {"Item": encode_row(row), **_conditioned(condition)}}


def delete(key: Key, condition: Condition) -> Item:
    """The transaction item that deletes a row."""
    return {"Delete": {"Key": encode_row(key), **_conditioned(condition)}}


def hold(domain: MailDomain) -> Item:
    """The transaction item that makes it the holder of its name, if nobody else is."""
    row = holder_key(domain.name) | {"domain": domain.id, "owner": domain.owner}
    return put(row, _not_anothers(domain))


def give_up(domain: MailDomain) -> Item:
    """The transaction item that frees its name."""
    return delete(holder_key(domain.name), _not_anothers(domain))


def _not_anothers(domain: MailDomain) -> Condition:
    free_or_mine = "attribute_not_exists(#pk) OR #domain = :mine"
    return Condition(free_or_mine, {":mine": domain.id})


def _conditioned(condition: Condition) -> Item:
    names = {"#pk": PARTITION_KEY, "#domain": "domain"}
    used = {name: text for name, text in names.items() if name in condition.expression}
    item: Item = {"ConditionExpression": condition.expression}
    if used:
        item["ExpressionAttributeNames"] = used
    if condition.values:
        item["ExpressionAttributeValues"] = encode_row(condition.values)
    return item


def claim_row(domain: MailDomain) -> Row:
    """The row of an account's domain."""
    claim = domain.claim
    assert domain.created_at is not None and domain.updated_at is not None
    row: Row = claim_key(domain.owner, domain.id) | model_row(claim, without=["identity"])
    row |= {
        "name": domain.name,
        "status": domain.status.value,
        "active": domain.is_on,
        "created_at": milliseconds(domain.created_at),
        "updated_at": milliseconds(domain.updated_at),
        "events": [[milliseconds(each.at), each.what] for each in claim.events],
        "records": [model_row(each) for each in claim.records],
        "published": [list(each) for each in claim.published],
    }
    if claim.identity is not None:
        identity = claim.identity
        row["identity"] = [list(identity.tokens), identity.zone, identity.status.value]
    return row


def claim_from(row: Row) -> MailDomain:
    """The account's domain of a row."""
    claim = model_of(
        Claim,
        row,
        identity=_identity(row["identity"]) if "identity" in row else None,
        records=tuple(model_of(Record, each) for each in row["records"]),
        published=tuple((name, kind) for name, kind in row["published"]),
        events=tuple(Event(instant(at), what) for at, what in row["events"]),
    )
    owner = row[SORT_KEY].partition("#")[0]
    return model_of(MailDomain, row, owner=owner, is_on=row["active"], claim=claim)


def _identity(kept: list[Any]) -> MailIdentity:
    tokens, zone, status = kept
    return MailIdentity(tuple(tokens), zone, IdentityStatus(status))
