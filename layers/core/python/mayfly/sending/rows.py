"""Rows of outgoing messages to values of the domain, and back."""

from dataclasses import fields
from typing import Any

from mayfly.kit.dynamodb.keys import SORT_KEY, TTL_ATTRIBUTE, outgoing_key
from mayfly.kit.dynamodb.notation import Row, epoch, instant, milliseconds
from mayfly.sending.models import (
    FileLine,
    HistoryEvent,
    OutgoingMail,
    Recipient,
    RecipientStatus,
    State,
)

_TIMES = ("created_at", "expires_at", "due_at", "scheduled_at", "round_began", "leased_until")
_PLAIN = (
    *("sender", "sender_shown", "subject", "object_key", "size_bytes", "reason", "message_id"),
    *("round", "attempts", "revision"),
)


def outgoing_row(mail: OutgoingMail) -> Row:
    """The row of a message; it goes some time after the message went."""
    row: Row = outgoing_key(mail.account, mail.id) | {
        "state": mail.state.value,
        "recipients": [
            [each.address, each.role, each.display, each.fate.value, each.detail]
            for each in mail.recipients
        ],
        "reply_to": list(mail.reply_to),
        "files": [[each.filename, each.content_type, each.size_bytes] for each in mail.files],
        "history": [
            [milliseconds(each.at), each.kind, each.detail, each.key] for each in mail.history
        ],
        TTL_ATTRIBUTE: epoch(mail.expires_at),
    }
    row |= {name: getattr(mail, name) for name in _PLAIN}
    for name in _TIMES:
        when = getattr(mail, name)
        if when is not None:
            row[name] = milliseconds(when)
    return row


def outgoing_from(row: Row) -> OutgoingMail:
    """The message of a row."""
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN}
    times: dict[str, Any] = {name: instant(row[name]) for name in _TIMES if name in row}
    return OutgoingMail(
        account=row["pk"].partition("#")[2],
        id=row[SORT_KEY].partition("#")[2],
        state=State(row["state"]),
        recipients=tuple(
            Recipient(address, name, display, RecipientStatus(fate), detail)
            for address, name, display, fate, detail in row["recipients"]
        ),
        reply_to=tuple(row["reply_to"]),
        files=tuple(FileLine(*each) for each in row["files"]),
        history=tuple(HistoryEvent(instant(at), *rest) for at, *rest in row["history"]),
        **plain,
        **times,
    )


assert {each.name for each in fields(OutgoingMail)} == {
    *(*_PLAIN, *_TIMES, "account", "id", "state", "recipients", "reply_to", "files", "history"),
}  # a field that is not kept would be lost without a word
