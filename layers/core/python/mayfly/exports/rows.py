"""How rows of exports look."""

from mayfly.exports.models import Export
from mayfly.inboxes.ids import InboxId
from mayfly.kit.dynamodb.keys import PARTITION_KEY, TTL_ATTRIBUTE, export_key
from mayfly.kit.dynamodb.notation import Row, epoch, model_of, model_row


def export_row(export: Export) -> Row:
    """The row of an export."""
    return (
        export_key(export.holder)
        | model_row(export, without=["holder"])
        | {
            "inboxes": [str(each) for each in export.inboxes],
            "parts": list(export.parts),
            TTL_ATTRIBUTE: epoch(export.expires_at),
        }
    )


def export_from(row: Row) -> Export:
    """The export of a row."""
    return model_of(
        Export,
        row,
        holder=row[PARTITION_KEY].partition("#")[2],
        inboxes=tuple(map(InboxId.parse, row["inboxes"])),
        parts=tuple(row["parts"]),
    )
