"""The Exports port on DynamoDB: one row for each holder."""

from dataclasses import dataclass, replace

from mayfly.exports.errors import ExportGone, ExportRunning
from mayfly.exports.models import Export
from mayfly.exports.rows import export_from, export_row
from mayfly.kit.dynamodb.keys import PARTITION_KEY, export_key
from mayfly.kit.dynamodb.table import Table

_SAME = "#id = :id AND #revision = :revision"
_NAMES = {"#id": "id", "#revision": "revision"}


@dataclass(frozen=True, slots=True)
class DynamoExports:
    """See `mayfly.exports.ports.Exports`."""

    table: Table

    def last(self, holder: str) -> Export | None:
        """One read."""
        row = self.table.get(export_key(holder))
        return export_from(row) if row else None

    def begin(self, export: Export, before: Export | None) -> None:
        """One write."""
        if before is None:
            kept = self.table.put(
                export_row(export),
                ConditionExpression="attribute_not_exists(#pk) OR #id = :id",
                ExpressionAttributeNames={"#pk": PARTITION_KEY, "#id": "id"},
                ExpressionAttributeValues={":id": export.id},
            )
        else:
            kept = self.table.put(
                export_row(export),
                ConditionExpression=f"({_SAME}) OR #id = :mine",
                ExpressionAttributeNames=_NAMES,
                ExpressionAttributeValues=_values(before) | {":mine": export.id},
            )
        if not kept:
            raise ExportRunning("another export of the same has just been begun")

    def save(self, export: Export) -> Export:
        """One write; a read where an answer may have been lost."""
        saved = replace(export, revision=export.revision + 1)
        is_saved = self.table.put(
            export_row(saved),
            ConditionExpression=_SAME,
            ExpressionAttributeNames=_NAMES,
            ExpressionAttributeValues=_values(export),
        )
        if not is_saved and self.last(export.holder) != saved:
            raise ExportGone(export.id)
        return saved

    def remove(self, export: Export) -> bool:
        """One write."""
        return self.table.delete(
            export_key(export.holder),
            ConditionExpression=f"attribute_not_exists(#pk) OR ({_SAME})",
            ExpressionAttributeNames=_NAMES | {"#pk": PARTITION_KEY},
            ExpressionAttributeValues=_values(export),
        )


def _values(export: Export) -> dict[str, object]:
    return {":id": export.id, ":revision": export.revision}
