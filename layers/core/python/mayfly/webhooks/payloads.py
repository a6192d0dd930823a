"""What events look like to receivers: Standard Webhooks, or a message in Postmark's format."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from mayfly.errors import RawMailMissing
from mayfly.filters.models import Words
from mayfly.inboxes.ids import MessageId
from mayfly.kit.clock import Clock, precise_stamp
from mayfly.messages.models import Content, Message
from mayfly.messages.ports import Messages
from mayfly.messages.search import candidate
from mayfly.messages.service import ContentLoader
from mayfly.storage.ports import RawMails
from mayfly.webhooks.links import FileLinks
from mayfly.webhooks.models import NAMED, Delivery, EventType, PayloadFormat, Webhook
from mayfly.webhooks.payload_schemas import ReceivedMessage
from mayfly.webhooks.postmark import postmark

_SAMPLE = "This is a test of the webhook: nothing has happened."


class FilteredOut(Exception):
    """The webhook's filter does not mean this message."""


class Payloads(Protocol):
    """What events look like to receivers."""

    def body(self, delivery: Delivery, webhook: Webhook) -> bytes:
        """The payload; MessageNotFound if what it tells of is not there any more; FilteredOut."""


@dataclass(frozen=True, slots=True)
class PayloadWriter:
    """Reads what payloads tell of when they are sent: what was deleted meanwhile, they do not."""

    messages: Messages
    loader: ContentLoader
    raw_mails: RawMails
    links: FileLinks
    now: Clock

    def body(self, delivery: Delivery, webhook: Webhook) -> bytes:
        """See `Payloads.body`."""
        if delivery.type is not EventType.MESSAGE_RECEIVED:
            return _standard(delivery, delivery.about)
        inbox, message = self.messages.get(MessageId.parse(delivery.about["message"]), self.now())
        content = self.loader.open(message)
        seen = candidate(message, lambda: Words.of(content.mail))
        if not (delivery.about.get(NAMED) or webhook.filter.matches(seen)):
            raise FilteredOut
        address = str(inbox.shown_address)
        if webhook.format is PayloadFormat.POSTMARK:
            raw = self._raw(message, content)
            document = postmark(message, content, address, raw, with_raw=webhook.with_raw)
            return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        told = ReceivedMessage.of(message, content, address, self.links)
        return _standard(delivery, told)

    def _raw(self, message: Message, content: Content) -> bytes:
        """Its bytes: attachments are in them."""
        try:
            return self.raw_mails.read(content.object_key, message.summary.size_bytes)
        except RawMailMissing:
            return b""


def _standard(delivery: Delivery, about: object | Mapping[str, Any]) -> bytes:
    document = {
        "type": delivery.type.value,
        "timestamp": precise_stamp(delivery.at),
        "data": about,
    }
    return msgspec.json.encode(document)


def sample(delivery: Delivery, webhook: Webhook) -> bytes:
    """The payload of a test: what a receiver of this format takes, and nothing of anybody's."""
    if webhook.format is PayloadFormat.POSTMARK:
        return json.dumps(SAMPLE_OF_POSTMARK).encode()
    return _standard(delivery, {"text": _SAMPLE})


_SOMEBODY = {"Email": "test@mayfly.example", "Name": "Mayfly", "MailboxHash": ""}
SAMPLE_OF_POSTMARK: Mapping[str, Any] = {
    "FromName": "Mayfly",
    "From": "test@mayfly.example",
    "FromFull": _SOMEBODY,
    "To": "test@mayfly.example",
    "ToFull": [_SOMEBODY],
    "Cc": "",
    "CcFull": [],
    "Bcc": "",
    "BccFull": [],
    "OriginalRecipient": "test@mayfly.example",
    "Subject": "Test",
    "MessageID": "00000000-0000-0000-0000-000000000000",
    "ReplyTo": "",
    "MailboxHash": "",
    "Date": "Thu, 1 Jan 2026 00:00:00 +0000",
    "TextBody": _SAMPLE,
    "HtmlBody": "",
    "StrippedTextReply": "",
    "Tag": "",
    "Headers": [],
    "Attachments": [],
}
