"""How rows of outgoing messages look."""

from mayfly.kit.dynamodb.keys import SORT_KEY, TTL_ATTRIBUTE, outgoing_key
from mayfly.kit.dynamodb.notation import Row, epoch, instant, milliseconds, model_of, model_row
from mayfly.sending.models import FileLine, HistoryEvent, OutgoingMail, Recipient, RecipientStatus

_IN_KEY = ("account", "id")


def outgoing_row(mail: OutgoingMail) -> Row:
    """The row of a message; it goes some time after the message went."""
    return (
        outgoing_key(mail.account, mail.id)
        | model_row(mail, without=_IN_KEY)
        | {
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
    )


def outgoing_from(row: Row) -> OutgoingMail:
    """The message of a row."""
    return model_of(
        OutgoingMail,
        row,
        account=row["pk"].partition("#")[2],
        id=row[SORT_KEY].partition("#")[2],
        recipients=tuple(
            Recipient(address, role, display, RecipientStatus(fate), detail)
            for address, role, display, fate, detail in row["recipients"]
        ),
        reply_to=tuple(row["reply_to"]),
        files=tuple(FileLine(*each) for each in row["files"]),
        history=tuple(HistoryEvent(instant(at), *rest) for at, *rest in row["history"]),
    )
