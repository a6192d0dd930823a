"""Rows of the table to values of the domain, and back."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mayfly.inboxes.ids import InboxId, MailKey, MessageId
from mayfly.inboxes.models import Access, Held, Inbox, Overflow
from mayfly.kit.dynamodb.keys import (
    DELETED_AT,
    FULL_SINCE,
    REPLAY_AFTER,
    SORT_KEY,
    TTL_ATTRIBUTE,
    inbox_key,
    message_key,
    watch_key,
)
from mayfly.kit.dynamodb.notation_notation import Row, encode_row
from mayfly.mail.address import Address
from mayfly.messages.models import AttachmentLine, Change, Message, Summary, Verdicts
from mayfly.messages.models_folder import Folder
from mayfly.subscriptions.models import Subscription

DROPPED = "dropped"  # on an inbox row: how many mails since FULL_SINCE
_MESSAGES_OF, _BYTES_OF = "n_", "s_"  # and the place of a sender
_NOT_JUDGED = "-"


def epoch(when: datetime) -> int:
    """Epoch seconds, as TTL wants them; rounded up, so that nothing goes before its time."""
    return -int(-when.timestamp() // 1)


def from_epoch(seconds: int) -> datetime:
    """The instant of `epoch`."""
    return datetime.fromtimestamp(seconds, UTC)


def milliseconds(when: datetime) -> int:
    """Epoch milliseconds."""
    return round(when.timestamp() * 1000)


def instant(value: int) -> datetime:
    """The instant of `milliseconds`."""
    return datetime.fromtimestamp(value / 1000, UTC)


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
    if inbox.owner:
        row["owner"] = inbox.owner
    if inbox.domain_id:
        row["domain_id"] = inbox.domain_id
    if inbox.is_heir:
        row["heir"] = True
    return row


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


def message_row(message: Message) -> Row:
    """The row of a message: what lists show, and little more."""
    summary = message.summary
    row: Row = message_key(message.id.inbox, message.id.sequence) | {
        "mail": message.id.mail,
        "from": summary.from_address,
        "name": summary.from_name,
        "subject": summary.subject,
        "preview": summary.preview,
        "received_at": milliseconds(summary.received_at),
        "expires_at": milliseconds(message.expires_at),
        "size": summary.size_bytes,
        "thread": summary.thread_id,
        "verdicts": _verdicts_text(summary.verdicts),
        TTL_ATTRIBUTE: epoch(message.expires_at),
    }
    if summary.attachments:
        row["files"] = [[each.filename, each.size_bytes] for each in summary.attachments]
    if summary.recovered:
        row["recovered"] = True
    if summary.own_thread_id:
        row["own_thread"] = summary.own_thread_id
    if summary.sent_at is not None:
        row["sent_at"] = milliseconds(summary.sent_at)
    if message.is_read:
        row["read"] = True
    if message.moved_to is not None:
        row["folder"] = message.moved_to.value
    if message.place:
        row["place"] = message.place
    if message.object_key:
        row["raw"] = message.object_key
    return row


def change_row(change: Change) -> Row:
    """What of a message's row the change sets."""
    row: Row = {}
    if change.is_read is not None:
        row["read"] = change.is_read
    if change.folder is not None:
        row["folder"] = change.folder.value
    return row


def message_from(row: Row) -> Message:
    """The message of a row or a stream image."""
    return Message(
        id=message_id_from(row),
        summary=Summary(
            from_name=row["name"],
            from_address=row["from"],
            subject=row["subject"],
            preview=row["preview"],
            received_at=instant(row["received_at"]),
            size_bytes=row["size"],
            attachments=tuple(AttachmentLine(name, size) for name, size in row.get("files", ())),
            thread_id=row["thread"],
            verdicts=_verdicts(row["verdicts"]),
            recovered=row.get("recovered", False),
            own_thread_id=row.get("own_thread", ""),
            sent_at=instant(row["sent_at"]) if "sent_at" in row else None,
        ),
        expires_at=instant(row["expires_at"]),
        is_read=row.get("read", False),
        moved_to=Folder(row["folder"]) if "folder" in row else None,
        place=row.get("place", ""),
        object_key=row.get("raw", ""),
    )


def message_id_from(row: Row) -> MessageId:
    """The id of the message in this row."""
    _, generation, sequence = row[SORT_KEY].split("#")
    inbox = InboxId(row["pk"].partition("#")[2], generation)
    return MessageId(inbox, int(sequence), MailKey(row["mail"]))


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


def watch_row(subscription: Subscription) -> Row:
    """The row of a subscription."""
    row: Row = watch_key(subscription.inbox, subscription.connection_id) | {
        "local": subscription.address.local,
        "domain": subscription.address.domain,
        "sent": subscription.sent,
        TTL_ATTRIBUTE: epoch(subscription.expires_at),
    }
    if subscription.replay_after is not None:
        row[REPLAY_AFTER] = subscription.replay_after
    if subscription.token_version:
        row["token_version"] = subscription.token_version
    if subscription.client:
        row["client"] = subscription.client
    return row


def watch_from(row: Row) -> Subscription:
    """The subscription of a row or a stream image."""
    _, generation, connection_id = row[SORT_KEY].split("#", 2)
    return Subscription(
        connection_id=connection_id,
        inbox=InboxId(row["pk"].partition("#")[2], generation),
        address=Address(row["local"], row["domain"]),
        expires_at=from_epoch(row[TTL_ATTRIBUTE]),
        replay_after=row.get(REPLAY_AFTER),
        sent=row["sent"],
        token_version=row.get("token_version", 0),
        client=row.get("client", ""),
    )


def _verdicts_text(verdicts: Verdicts) -> str:
    names = Verdicts.__dataclass_fields__
    return " ".join(getattr(verdicts, name) or _NOT_JUDGED for name in names)


def _verdicts(text: str) -> Verdicts:
    return Verdicts(*("" if word == _NOT_JUDGED else word for word in text.split(" ")))
