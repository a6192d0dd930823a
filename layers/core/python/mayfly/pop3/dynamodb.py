"""The Pop3Accounts port on DynamoDB: one row, beside the inbox's."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mayfly.domains.models import MailServer
from mayfly.errors import AddressTaken
from mayfly.inboxes.dynamodb import put_inbox_item
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Inbox
from mayfly.kit.dynamodb.keys import PARTITION_KEY, TTL_ATTRIBUTE, pop3_key
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, milliseconds, model_of, model_row
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.pop3.models import Pop3Account, Trouble

_NESTED = {"server": MailServer, "trouble": Trouble}


@dataclass(frozen=True, slots=True)
class DynamoPop3Accounts:
    """See `mayfly.pop3.ports.Pop3Accounts`. `cooldown` is how long the rows of inboxes stay."""

    table: Table
    cooldown: timedelta

    def place(self, inbox: Inbox, account: Pop3Account, now: datetime) -> None:
        """One transaction."""
        try:
            self.table.settle(
                put_inbox_item(inbox, now, self.cooldown),
                {"Put": {"Item": encode_row(_row(account))}},
            )
        except Canceled as canceled:
            raise AddressTaken("no free place was found; try again") from canceled

    def get(self, inbox: InboxId) -> Pop3Account | None:
        """One read."""
        row = self.table.get(pop3_key(inbox))
        if not row:
            return None
        nested: dict[str, Any] = {
            name: model_of(kind, row[name]) for name, kind in _NESTED.items() if name in row
        }
        return model_of(Pop3Account, row, inbox=inbox, **nested)

    def remove(self, inbox: InboxId) -> None:
        """One write."""
        self.table.delete(pop3_key(inbox))

    def put(self, account: Pop3Account, seen: datetime | None) -> bool:
        """One conditional write."""
        condition: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(#pk)",
            "ExpressionAttributeNames": {"#pk": PARTITION_KEY},
        }
        if seen is not None:
            condition = {
                "ConditionExpression": "#next_at = :seen",
                "ExpressionAttributeValues": {":seen": milliseconds(seen)},
            }
        return self.table.put(_row(account), **condition)


def _row(account: Pop3Account) -> Row:
    row: Row = pop3_key(account.inbox) | model_row(account, without=["inbox", *_NESTED])
    for name in _NESTED:
        if (value := getattr(account, name)) is not None:
            row[name] = model_row(value)
    return row | {TTL_ATTRIBUTE: epoch(account.expires_at)}
