"""What SES does with a message it takes: the raw object into the bucket, then a notice of it.

https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html
"""

import base64
import json
import re
import secrets
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mayfly.limits import MIME
from mayfly.mail.mime.addresses import mailboxes

_SMALL_BYTES = 32 * 1024
_ID_BYTES = 25  # 40 letters and digits
_NOTICE_HEADER_BYTES = 10 * 1024  # SES cuts the headers of a notice here
_UNPRINTABLE = re.compile(r"[^\x21-\x7e]+")
# A field as it should be, and where it is folded.
_FIELD = re.compile(rb"([!-9;-~]+):[ \t]*+([^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*)(?:\r?\n|\Z)")
_LINE_END = re.compile(rb"\r?\n")
_JUDGED = ("spam", "virus", "spf", "dkim", "dmarc")
PLAYED = "X-Mayfly-Verdicts"
"""A field of a message that says what SES is to have found: `spam=FAIL dmarc=PASS`."""
_PLAYED = re.compile(rf"({'|'.join(_JUDGED)})=(PASS|FAIL|GRAY|PROCESSING_FAILED)")


@dataclass(frozen=True, slots=True)
class Submission:
    """A message as it came over SMTP, with its envelope. An empty sender is the null sender."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    client_name: str
    client_host: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Stores a message and announces it. Once it answers, the mail is ours.

    Nothing is judged here. With `plays_verdicts`, a message's own field `X-Mayfly-Verdicts` is
    believed: for tests on a machine that strangers do not reach.

    What is written in a block of `together` is kept as a whole. Large messages go without it: they
    are files, and nothing else can be written meanwhile.
    """

    s3: Any
    sns: Any
    bucket: str
    prefix: str
    topic_arn: str
    now: Callable[[], datetime]
    together: Callable[[], AbstractContextManager[object]] = nullcontext
    plays_verdicts: bool = False

    def accept(self, mail: Submission) -> str:
        """Keep the mail and return its id. If it raises, nothing of the mail is left.

        The mail's own bytes stay as they are; what SES puts in front of them stands there too,
        without `for`, since a message's readers shall not learn of its other recipients.
        """
        mail_id = base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode("ascii").lower()
        is_small = len(mail.content) <= _SMALL_BYTES
        with self.together() if is_small else nullcontext():
            self._keep(mail, mail_id)
        return mail_id

    def _keep(self, mail: Submission, mail_id: str) -> None:
        key, when = self.prefix + mail_id, self.now()
        trace = _trace(mail, mail_id, when)
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=trace + mail.content)
        try:
            notice = self._notice(mail, mail_id, key, when)
            self.sns.publish(TopicArn=self.topic_arn, Message=json.dumps(notice))
        except BaseException:
            # The client is told to come again: what is left would be found and delivered twice.
            with suppress(ClientError, BotoCoreError):
                self.s3.delete_object(Bucket=self.bucket, Key=key)
            raise

    def _notice(self, mail: Submission, mail_id: str, key: str, when: datetime) -> dict[str, Any]:
        stamp = when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        headers, truncated = _headers(mail.content)
        common = _common_headers(headers, mail.sender)
        return {
            "notificationType": "Received",
            "mail": {
                "timestamp": stamp,
                "source": mail.sender,
                "messageId": mail_id,
                "destination": common.get("to", []) + common.get("cc", []),
                "headersTruncated": truncated,
                "headers": [{"name": name, "value": value} for name, value in headers],
                "commonHeaders": common,
            },
            "receipt": {
                "timestamp": stamp,
                "processingTimeMillis": 0,
                "recipients": list(mail.recipients),
                **_verdicts(headers if self.plays_verdicts else ()),
                "action": {
                    "type": "S3",
                    "topicArn": self.topic_arn,
                    "bucketName": self.bucket,
                    "objectKeyPrefix": self.prefix,
                    "objectKey": key,
                },
            },
        }


def _verdicts(headers: Iterable[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """What SES says of a message: nothing, but for what its field says."""
    told = " ".join(value for name, value in headers if name.lower() == PLAYED.lower())
    played = dict(_PLAYED.findall(told))
    return {f"{name}Verdict": {"status": played.get(name, "DISABLED")} for name in _JUDGED}


def _trace(mail: Submission, mail_id: str, when: datetime) -> bytes:
    """Return-Path and Received (RFC 5321 section 4.4), from values a client chose."""
    client = _printable(mail.client_name)[:255] or "unknown"
    host = _printable(mail.client_host)[:64] or "unknown"
    lines = [
        f"Return-Path: <{_printable(mail.sender)[:1000]}>",
        f"Received: from {client} ([{host}])",
        f" by mayfly.localhost with {mail.protocol} id {mail_id};",
        f" {format_datetime(when)}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("?", text).translate({ord(char): "?" for char in "<>()[]\\"})


def _headers(content: bytes) -> tuple[list[tuple[str, str]], bool]:
    """The headers as far as a notice carries them, and whether some are missing."""
    end = re.search(rb"\r?\n\r?\n", content[: _NOTICE_HEADER_BYTES + 4])
    block = content[: end.start() if end else _NOTICE_HEADER_BYTES]
    truncated = end is None and len(content) > _NOTICE_HEADER_BYTES
    try:
        return _fields(block), truncated
    except Exception:  # a broken mail is data: its notice can do without its headers
        return [], True


def _fields(block: bytes) -> list[tuple[str, str]]:
    """As the standard library's parser has them, which is asked only where a line is unusual."""
    fields: list[tuple[str, str]] = []
    at = 0
    while field := _FIELD.match(block, at):
        fields.append((field[1].decode("ascii"), _text(field[2])))
        at = field.end()
    if at == len(block):
        return fields
    parsed = BytesHeaderParser(policy=compat32).parsebytes(block)
    return [
        (name, _text(value.encode("utf-8", "surrogateescape")))
        for name, value in parsed.raw_items()
    ]


def _text(value: bytes) -> str:
    return _LINE_END.sub(b"", value).decode("utf-8", "replace")


def _common_headers(headers: list[tuple[str, str]], sender: str) -> dict[str, Any]:
    """The fields that SES picks out; those a message does not have are not there."""
    by_name = {name.lower(): value for name, value in reversed(headers)}
    common: dict[str, Any] = {"returnPath": sender}
    for name, header in {"from": "from", "to": "to", "cc": "cc", "replyTo": "reply-to"}.items():
        if header in by_name:
            # Not getaddresses(), which calls itself for each comment within a comment.
            octets = by_name[header].encode("utf-8", "replace").decode("latin-1")
            found = mailboxes(octets, MIME.addresses)[: MIME.addresses]
            common[name] = [
                f"{box.name} <{box.address}>" if box.name else box.address for box in found
            ]
    for name, header in {"date": "date", "subject": "subject", "messageId": "message-id"}.items():
        if header in by_name:
            common[name] = by_name[header]
    return common
