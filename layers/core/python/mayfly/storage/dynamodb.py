"""The Contents port: a compressed row, or an object in S3 when it is too large for one."""

import json
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from mayfly.errors import MessageNotFound
from mayfly.inboxes.ids import MailKey
from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE, content_key
from mayfly.kit.dynamodb.notation import Row, epoch
from mayfly.kit.dynamodb.table import Table
from mayfly.limits import CONTENT_ROW_BYTES
from mayfly.mail.mime.models import Mailbox, ParsedMail, Part
from mayfly.mail.mime.pictures import picture_type
from mayfly.messages.models import Content

_MAILBOXES = ("from_", "sender", "reply_to", "to", "cc")
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class DynamoContents:
    """See `mayfly.storage.ports.Contents`."""

    table: Table
    s3: Any
    bucket: str
    prefix: str

    def put(self, mail: MailKey, content: Content, expires_at: datetime) -> None:
        """One write; two when the content goes to S3, the row last."""
        packed = pack(content)
        row: Row = content_key(mail) | {TTL_ATTRIBUTE: epoch(expires_at)}
        if len(packed) > CONTENT_ROW_BYTES:
            self.s3.put_object(Bucket=self.bucket, Key=self.prefix + mail, Body=packed)
            row["in_s3"] = True
        else:
            row["packed"] = packed
        self.table.put(row)

    def get(self, mail: MailKey) -> Content:
        """One read; two when the content is in S3."""
        row = self.table.get(content_key(mail))
        if not row:
            raise MessageNotFound("no such message")
        if "packed" in row:
            return unpack(row["packed"])
        try:
            answer = self.s3.get_object(Bucket=self.bucket, Key=self.prefix + mail)
        except self.s3.exceptions.NoSuchKey as error:
            raise MessageNotFound("no such message") from error
        return unpack(answer["Body"].read())

    def keep(self, mail: MailKey, expires_at: datetime) -> None:
        """One conditional write; S3 keeps what is there for longer than any message lives."""
        self.table.update(
            content_key(mail),
            UpdateExpression="SET #ttl = :ttl",
            ConditionExpression="#ttl < :ttl",
            ExpressionAttributeNames={"#ttl": TTL_ATTRIBUTE},
            ExpressionAttributeValues={":ttl": epoch(expires_at)},
        )

    def delete(self, mail: MailKey) -> None:
        """One write; two when the content was in S3."""
        row = self.table.take(content_key(mail))
        if "in_s3" in row:
            self.s3.delete_object(Bucket=self.bucket, Key=self.prefix + mail)


def pack(content: Content) -> bytes:
    """The content as compressed JSON."""
    mail = content.mail
    fields: dict[str, Any] = {name: getattr(mail, name) for name in ParsedMail.__dataclass_fields__}
    for name in _MAILBOXES:
        fields[name] = [(each.name, each.address) for each in fields[name]]
    fields["date"] = None if mail.date is None else mail.date.timestamp()
    fields["parts"] = [
        [getattr(part, name) for name in Part.__dataclass_fields__] for part in mail.parts
    ]
    whole = [content.object_key, content.size_bytes, content.sha256, fields]
    return zlib.compress(json.dumps(whole, ensure_ascii=False).encode(), _LEVEL)


def unpack(packed: bytes) -> Content:
    """What `pack` packed."""
    object_key, size_bytes, sha256, fields = json.loads(zlib.decompress(packed))
    for name in _MAILBOXES:
        fields[name] = tuple(Mailbox(*each) for each in fields[name])
    if fields["date"] is not None:
        fields["date"] = datetime.fromtimestamp(fields["date"], UTC)
    fields["parts"] = tuple(map(_part, fields["parts"]))
    fields["headers"] = tuple((name, value) for name, value in fields["headers"])
    for name in ("in_reply_to", "references", "list_unsubscribe", "defects"):
        fields[name] = tuple(fields[name])
    return Content(ParsedMail(**fields), object_key, size_bytes, sha256)


def _part(packed: list[Any]) -> Part:
    """A part; what was packed before parts named pictures knows them by their type alone."""
    part = Part(*packed)
    is_old = len(packed) < len(Part.__dataclass_fields__)
    return replace(part, picture=picture_type(part.content_type, b"")) if is_old else part
