"""Rows of messages."""

from mayfly.inboxes.ids import InboxId, MailKey, MessageId
from mayfly.kit.dynamodb.keys import (
    SORT_KEY,
    TTL_ATTRIBUTE,
    message_key,
)
from mayfly.kit.dynamodb.notation import Row, epoch, instant, milliseconds
from mayfly.messages.folders import Folder
from mayfly.messages.models import AttachmentLine, Change, Message, Summary, Verdicts

_NOT_JUDGED = "-"


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
    if summary.sent_at is not None:
        row["sent_at"] = milliseconds(summary.sent_at)
    optional = {
        "files": [[each.filename, each.size_bytes] for each in summary.attachments],
        "recovered": summary.recovered,
        "own_thread": summary.own_thread_id,
        "read": message.is_read,
        "folder": message.moved_to and message.moved_to.value,
        "place": message.place,
        "raw": message.object_key,
        "flagged": message.is_flagged,
        "rules": message.rules,
        "forwards": message.forwards,
        "skips": message.skips,
        "webhooks": message.webhooks,
    }
    return row | {name: value for name, value in optional.items() if value}


def change_row(change: Change) -> Row:
    """What of a message's row the change sets."""
    row = {
        "read": change.is_read,
        "folder": change.folder and change.folder.value,
        "flagged": change.is_flagged,
    }
    return {name: value for name, value in row.items() if value is not None}


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
        is_flagged=row.get("flagged", False),
        rules=tuple(row.get("rules", ())),
        forwards=tuple(row.get("forwards", ())),
        skips=tuple((address, why) for address, why in row.get("skips", ())),
        webhooks=tuple(row.get("webhooks", ())),
    )


def message_id_from(row: Row) -> MessageId:
    """The id of the message in this row."""
    _, generation, sequence = row[SORT_KEY].split("#")
    inbox = InboxId(row["pk"].partition("#")[2], generation)
    return MessageId(inbox, int(sequence), MailKey(row["mail"]))


def _verdicts_text(verdicts: Verdicts) -> str:
    names = Verdicts.__dataclass_fields__
    return " ".join(getattr(verdicts, name) or _NOT_JUDGED for name in names)


def _verdicts(text: str) -> Verdicts:
    return Verdicts(*("" if word == _NOT_JUDGED else word for word in text.split(" ")))
