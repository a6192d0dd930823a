"""The Templates port on DynamoDB: a partition for each account, a row for each version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mayfly import limits
from mayfly.errors import Contended
from mayfly.kit.dynamodb.keys import (
    PARTITION_KEY,
    SORT_KEY,
    TEMPLATE_ROW,
    TEMPLATES_PARTITION,
    edition_key,
    template_key,
    templates_held_key,
)
from mayfly.kit.dynamodb.notation import encode_row
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.templates.models import Edition, EditionLine, Template, TemplateNotFound, TemplatesFull
from mayfly.templates.rows import (
    edition_from,
    edition_row,
    source_bytes,
    template_from,
    template_row,
)

_HELD, _WRITTEN = 0, 1  # places in each transaction


@dataclass(frozen=True, slots=True)
class DynamoTemplates:
    """See `mayfly.templates.ports.Templates`."""

    table: Table

    def line(self, edition: Edition) -> EditionLine:
        """No call."""
        return EditionLine(edition.number, edition.created_at, len(source_bytes(edition)))

    def add(self, template: Template, edition: Edition) -> None:
        """One transaction of three writes."""
        try:
            self.table.settle(
                _holding(template.account, 1, template.size_bytes),
                {
                    "Put": {
                        "Item": encode_row(template_row(template)),
                        "ConditionExpression": "attribute_not_exists(#pk)",
                    }
                },
                _put(template, edition),
            )
        except Canceled as canceled:
            if canceled.refused(_HELD):
                raise _full() from canceled
            # The id is random: it is this very template, written before its answer was lost.

    def of(self, account: str) -> Sequence[Template]:
        """One query."""
        rows = self.table.query(
            TEMPLATES_PARTITION + account, prefix=TEMPLATE_ROW, ConsistentRead=True
        )
        return [template_from(row) for row in rows]

    def get(self, account: str, id: str) -> Template:
        """One read."""
        row = self.table.get(template_key(account, id))
        if not row:
            raise TemplateNotFound("no such template")
        return template_from(row)

    def edition(self, account: str, id: str, number: int) -> Edition:
        """One read."""
        row = self.table.get(edition_key(account, id, number))
        if not row:
            raise TemplateNotFound("this template has no such version")
        return edition_from(row)

    def save(self, before: Template, after: Template, edition: Edition | None) -> None:
        """One transaction of up to four writes."""
        kept = {each.number for each in after.editions}
        gone = [each.number for each in before.editions if each.number not in kept]
        try:
            self.table.settle(
                _holding(after.account, 0, after.size_bytes - before.size_bytes),
                {"Put": {"Item": encode_row(template_row(after)), **_at(before)}},
                *([] if edition is None else [_put(after, edition)]),
                *(_delete(after, number) for number in gone),
            )
        except Canceled as canceled:
            raise _reason(canceled) from canceled

    def remove(self, template: Template) -> None:
        """A write for each version, and a transaction of two."""
        if self.get(template.account, template.id).revision != template.revision:
            raise _contended()
        for each in template.editions:
            self.table.delete(edition_key(template.account, template.id, each.number))
        key = template_key(template.account, template.id)
        try:
            self.table.settle(
                _holding(template.account, -1, -template.size_bytes),
                {"Delete": {"Key": encode_row(key), **_at(template)}},
            )
        except Canceled as canceled:
            raise _reason(canceled) from canceled

    def forget(self, account: str) -> None:
        """A query that answers keys alone, and a write for each row."""
        rows = self.table.query(
            TEMPLATES_PARTITION + account,
            ProjectionExpression="#pk, #sk",
            ExpressionAttributeNames={"#sk": SORT_KEY},
        )
        for row in list(rows):
            self.table.delete({name: row[name] for name in (PARTITION_KEY, SORT_KEY)})


def _holding(account: str, templates: int, size_bytes: int) -> dict[str, Any]:
    """Count what the account has, if that is not too much then. Less is never too much."""
    conditions, values = [], {":templates": templates, ":bytes": size_bytes}
    if templates > 0:
        conditions.append("(attribute_not_exists(#templates) OR #templates < :most)")
        values[":most"] = limits.TEMPLATES_PER_ACCOUNT
    if size_bytes > 0:
        conditions.append("(attribute_not_exists(#bytes) OR #bytes <= :room)")
        values[":room"] = limits.TEMPLATES_BYTES - size_bytes
    update: dict[str, Any] = {
        "Key": encode_row(templates_held_key(account)),
        "UpdateExpression": "ADD #templates :templates, #bytes :bytes",
        "ExpressionAttributeValues": encode_row(values),
    }
    if conditions:
        update["ConditionExpression"] = " AND ".join(conditions)
    return {"Update": update}


def _put(template: Template, edition: Edition) -> dict[str, Any]:
    return {"Put": {"Item": encode_row(edition_row(template.account, template.id, edition))}}


def _delete(template: Template, number: int) -> dict[str, Any]:
    return {"Delete": {"Key": encode_row(edition_key(template.account, template.id, number))}}


def _at(template: Template) -> dict[str, Any]:
    return {
        "ConditionExpression": "#revision = :revision",
        "ExpressionAttributeValues": encode_row({":revision": template.revision}),
    }


def _reason(canceled: Canceled) -> Exception:
    if canceled.refused(_WRITTEN):
        return _contended()
    return _full()


def _contended() -> Contended:
    return Contended("somebody else has just changed the template")


def _full() -> TemplatesFull:
    return TemplatesFull(
        f"an account may have {limits.TEMPLATES_PER_ACCOUNT} templates, and"
        f" {limits.TEMPLATES_BYTES} bytes of them with their versions, compressed; delete one"
    )
