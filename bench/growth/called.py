"""Many stored messages in a laptop that runs: copies of one, written by the clients it has."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mayfly.inboxes.ids import MessageId, mail_key, partition_of
from mayfly.kit.dynamodb.keys import Key, delivery_key, inbox_key, message_key
from mayfly.mail.address import Address
from mayfly.settings import Settings

AN_INBOX = 100  # messages of each
_BATCH = 25  # rows of one call
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CalledCopies:
    """As `stored.Copies`: each in its own mail, a hundred to an inbox."""

    settings: Settings
    message: MessageId
    dynamodb: Any
    s3: Any

    def store(self, messages: int) -> None:
        """Store so many more, rounded up to whole inboxes."""
        of = self.message.inbox
        inbox = self._row(inbox_key(of.partition))
        message = self._row(message_key(of, self.message.sequence))
        delivery = self._row(delivery_key(self.message.mail, of.partition))
        for _ in range(-(-messages // AN_INBOX)):
            rows = list(self._inbox(inbox, message, delivery))
            for start in range(0, len(rows), _BATCH):
                puts = [{"PutRequest": {"Item": row}} for row in rows[start : start + _BATCH]]
                self.dynamodb.batch_write_item(RequestItems={self.settings.table_name: puts})

    def _row(self, key: Key) -> Row:
        found: Row = self.dynamodb.get_item(
            TableName=self.settings.table_name, Key=_encoded(key), ConsistentRead=True
        )["Item"]
        return found

    def _inbox(self, inbox: Row, message: Row, delivery: Row) -> Iterator[Row]:
        """The rows of another inbox; its mails are in the bucket then."""
        of = self.message.inbox
        partition = partition_of(Address(secrets.token_hex(8), "stored.example"))
        counts = {name: {"N": str(AN_INBOX)} for name in ("sequence", "held_messages")}
        yield inbox | _encoded(inbox_key(partition)) | counts
        other = type(of)(partition, of.generation)
        for number in range(1, AN_INBOX + 1):
            key = self.settings.raw_prefix + secrets.token_hex(20)
            self.s3.put_object(Bucket=self.settings.mail_bucket, Key=key, Body=b"a mail\r\n")
            placed = {"sequence": {"N": str(number)}}
            # Its content is read from the one raw message.
            mail = {"mail": {"S": self.message.mail}}
            yield message | _encoded(message_key(other, number)) | placed | mail
            named = {"object_key": {"S": key}}
            yield delivery | _encoded(delivery_key(mail_key(key), partition)) | placed | named


def _encoded(key: Key) -> Row:
    return {name: {"S": text} for name, text in key.items()}
