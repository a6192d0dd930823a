"""Rows of inboxes: what an inbox is, and what it holds."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Access, Held, Inbox, Overflow, SpamPolicy
from mayfly.kit.dynamodb.keys import (
    DELETED_AT,
    FULL_SINCE,
    TTL_ATTRIBUTE,
    inbox_key,
)
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, instant, milliseconds
from mayfly.mail.address import Address

DROPPED = "dropped"  # on an inbox row: how many emails since FULL_SINCE
HAS_RULES = "has_rules"
SPAM_POLICY = "spam_policy"
_MESSAGES_OF, _BYTES_OF = "n_", "s_"  # and the place of a sender


def inbox_row(inbox: Inbox, cooldown: timedelta) -> Row:
    """The row of an inbox; it stays until the address may be given to somebody else."""
    row: Row = inbox_key(inbox.id.partition) | {
        "generation": inbox.id.generation,
        "local": inbox.address.local,
        "domain": inbox.address.domain,
        "access": inbox.access.value,
        "created_at": milliseconds(inbox.created_at),
        "expires_at": milliseconds(inbox.expires_at),
        "message_lifetime": round(inbox.message_lifetime.total_seconds()),
        "token_hash": inbox.token_hash,
        "sequence": inbox.sequence,
        "held_messages": inbox.held_messages,
        "held_bytes": inbox.held_bytes,
        "token_version": inbox.token_version,
        TTL_ATTRIBUTE: epoch(inbox.expires_at + cooldown),
    }
    row |= sender_row(inbox.senders)
    if inbox.overflow is not None:
        row |= {FULL_SINCE: milliseconds(inbox.overflow.since), DROPPED: inbox.overflow.dropped}
    if inbox.spam_policy is not SpamPolicy.HIDE:
        row[SPAM_POLICY] = inbox.spam_policy.value
    optional = {
        "owner": inbox.owner,
        "domain_id": inbox.domain_id,
        "heir": inbox.is_heir,
        HAS_RULES: inbox.has_rules,
        "external": inbox.external,
        "batch": inbox.batch,
    }
    return row | {name: value for name, value in optional.items() if value}


def inbox_from(row: Row) -> Inbox:
    """The inbox of a row or a stream image."""
    deleted_at = row.get(DELETED_AT)
    return Inbox(
        id=InboxId(row["pk"].partition("#")[2], row["generation"]),
        address=Address(row["local"], row["domain"]),
        access=Access(row["access"]),
        created_at=instant(row["created_at"]),
        expires_at=instant(row["expires_at"]),
        message_lifetime=timedelta(seconds=row["message_lifetime"]),
        token_hash=row["token_hash"],
        sequence=row["sequence"],
        held_messages=row["held_messages"],
        held_bytes=row["held_bytes"],
        deleted_at=None if deleted_at is None else instant(deleted_at),
        token_version=row.get("token_version", 0),
        owner=row.get("owner", ""),
        domain_id=row.get("domain_id", ""),
        is_heir=row.get("heir", False),
        senders=_senders(row),
        overflow=_overflow(row),
        has_rules=row.get(HAS_RULES, False),
        spam_policy=SpamPolicy(row.get(SPAM_POLICY, SpamPolicy.HIDE)),
        external=row.get("external", ""),
        batch=row.get("batch", ""),
    )


def _senders(row: Row) -> dict[str, Held]:
    """What is held by place: two attributes each, as an update can add to those only."""
    places = [name.removeprefix(_MESSAGES_OF) for name in row if name.startswith(_MESSAGES_OF)]
    return {
        place: Held(row[_MESSAGES_OF + place], row.get(_BYTES_OF + place, 0)) for place in places
    }


def sender_row(senders: Mapping[str, Held]) -> Row:
    """The attributes of these places."""
    row: Row = {_MESSAGES_OF + place: held.messages for place, held in senders.items()}
    return row | {_BYTES_OF + place: held.size_bytes for place, held in senders.items()}


def _overflow(row: Row) -> Overflow | None:
    if FULL_SINCE not in row:
        return None
    return Overflow(instant(row[FULL_SINCE]), row.get(DROPPED, 0))


def held(inbox: InboxId, messages: int, size_bytes: int, place: str) -> dict[str, Any]:
    """The transaction item that changes what an inbox holds, if it still is this generation.

    `place` is the sender's, "" if none is counted.
    """
    added = {"#messages": "held_messages", "#bytes": "held_bytes"}
    theirs = {"#messages_of": _MESSAGES_OF + place, "#bytes_of": _BYTES_OF + place}
    return {
        "Update": {
            "Key": encode_row(inbox_key(inbox.partition)),
            "UpdateExpression": "ADD #messages :messages, #bytes :bytes"
            + (", #messages_of :messages, #bytes_of :bytes" if place else ""),
            "ConditionExpression": "#generation = :mine",
            "ExpressionAttributeNames": {
                **added,
                **(theirs if place else {}),
                "#generation": "generation",
            },
            "ExpressionAttributeValues": encode_row(
                {":messages": messages, ":bytes": size_bytes, ":mine": inbox.generation}
            ),
        }
    }
