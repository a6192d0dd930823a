"""Many stored messages, put where moto keeps its rows and objects: by mail it would take hours.

The rows are those of one mail that was really received, with other keys. They share their values,
so that 100,000 messages fit into a gigabyte.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item

from infra.local.moto.guard import alone
from infra.local.moto.server import buckets_inside, table_inside
from mayfly.inboxes.ids import InboxId, MessageId, mail_key, partition_of
from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY, delivery_key, inbox_key, message_key
from mayfly.mail.address import Address
from mayfly.settings import Settings

AN_INBOX = 100  # messages of each
_AT_ONCE = 20  # inboxes that are made before others may use moto again


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of one stored message, each in its own mail, a hundred to an inbox."""

    settings: Settings
    message: MessageId

    def store(self, messages: int) -> None:
        """Store so many more, rounded up to whole inboxes."""
        inboxes = -(-messages // AN_INBOX)
        for start in range(0, inboxes, _AT_ONCE):
            with alone():
                for _ in range(min(_AT_ONCE, inboxes - start)):
                    self._fill_one(self._another_inbox())

    def _another_inbox(self) -> InboxId:
        address = Address(secrets.token_hex(8), "stored.example")
        return InboxId(partition_of(address), self.message.inbox.generation)

    def _fill_one(self, inbox: InboxId) -> None:
        of, mail = self.message.inbox, self.message.mail
        counts = {name: {"N": str(AN_INBOX)} for name in ("sequence", "held_messages")}
        self._copy(inbox_key(of.partition), inbox_key(inbox.partition), counts)
        for number in range(1, AN_INBOX + 1):
            key = self.settings.raw_prefix + secrets.token_hex(20)
            other = mail_key(key)
            placed = {"sequence": {"N": str(number)}}
            self._copy(
                message_key(of, self.message.sequence),
                message_key(inbox, number),
                placed | {"mail": {"S": other}},  # and read from the one raw message
            )
            self._copy(
                delivery_key(mail, of.partition),
                delivery_key(other, inbox.partition),
                placed | {"object_key": {"S": key}},
            )
            buckets_inside().put_object(
                self.settings.mail_bucket, key, b"a mail\r\n", disable_notification=True
            )

    def _copy(self, key: dict[str, str], other: dict[str, str], changes: dict[str, Any]) -> None:
        table = table_inside(self.settings.table_name)
        hash_key, range_key = (DynamoType({"S": other[n]}) for n in (PARTITION_KEY, SORT_KEY))
        row = Item(hash_key, range_key, {})
        original = table.get_item(*(DynamoType({"S": key[n]}) for n in (PARTITION_KEY, SORT_KEY)))
        for name, value in self._values(original, hash_key, range_key, changes):
            dict.__setitem__(row.attrs, name, value)  # its own measures the whole row each time
        table.items[hash_key][range_key] = row

    def _values(
        self, original: Item, hash_key: DynamoType, range_key: DynamoType, changes: dict[str, Any]
    ) -> Iterator[tuple[str, DynamoType]]:
        for name, value in original.attrs.items():
            if name in (PARTITION_KEY, SORT_KEY):
                yield name, hash_key if name == PARTITION_KEY else range_key
            elif name in changes:
                yield name, DynamoType(changes[name])
            else:
                yield name, value
