"""A message as Postmark's inbound webhook has it, for receivers that are there already.

https://postmarkapp.com/developer/webhooks/inbound-webhook
"""

import base64
from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any

from mayfly import limits
from mayfly.mail.mime.models import Mailbox, ParsedMail, Part
from mayfly.mail.mime.transfer import part_bytes
from mayfly.messages.message_schemas import shown_headers
from mayfly.messages.models import Content, Message

LEFT_OUT = "X-Mayfly-Left-Out"
_OTHERWISE = {"from", "to", "cc", "bcc", "reply-to", "subject", "date", "content-type"}


def postmark(
    message: Message, content: Content, address: str, raw: bytes, *, with_raw: bool
) -> dict[str, Any]:
    """The document. Attachments are in it, up to a limit; a header names those that are not."""
    mail = content.mail
    sender = mail.from_[0] if mail.from_ else Mailbox("", message.summary.from_address)
    fitting, left_out = _fitting(mail.parts, raw)
    headers = [
        {"Name": name, "Value": value}
        for name, value in shown_headers(mail)
        if name.lower() not in _OTHERWISE
    ]
    headers += [{"Name": LEFT_OUT, "Value": part.filename} for part in left_out]
    document: dict[str, Any] = {
        "FromName": sender.name,
        "MessageStream": "inbound",
        "From": sender.address,
        "FromFull": _full(sender),
        "To": _line(mail.to),
        "ToFull": list(map(_full, mail.to)),
        "Cc": _line(mail.cc),
        "CcFull": list(map(_full, mail.cc)),
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": address,
        "Subject": mail.subject,
        "MessageID": str(message.id),
        "ReplyTo": _line(mail.reply_to),
        "MailboxHash": "",
        "Date": format_datetime(mail.date or message.summary.received_at),
        "TextBody": mail.text,
        "HtmlBody": mail.html,
        "StrippedTextReply": "",
        "Tag": "",
        "Headers": headers,
        "Attachments": [_attachment(part, raw) for part in fitting],
    }
    if with_raw and 0 < len(raw) <= limits.WEBHOOK_RAW_BYTES:
        document["RawEmail"] = _text(raw, mail)
    return document


def _fitting(parts: Sequence[Part], raw: bytes) -> tuple[list[Part], list[Part]]:
    """Those that are sent along, and those that are not."""
    room, fitting, left_out = limits.WEBHOOK_FILES_BYTES, list[Part](), list[Part]()
    for part in parts:
        fits = bool(raw) and part.size <= room
        (fitting if fits else left_out).append(part)
        room -= part.size if fits else 0
    return fitting, left_out


def _attachment(part: Part, raw: bytes) -> dict[str, Any]:
    """Without `ContentID` where there is none: an empty one is taken for one."""
    octets = part_bytes(raw[part.start : part.end], part.encoding)
    content_id = {"ContentID": part.content_id} if part.content_id else {}
    return {
        "Name": part.filename,
        "Content": base64.b64encode(octets).decode("ascii"),
        "ContentType": part.content_type,
        "ContentLength": len(octets),
        **content_id,
    }


def _text(raw: bytes, mail: ParsedMail) -> str:
    """As Postmark writes raw mail: text in JSON, so that bytes beyond UTF-8 do not survive."""
    return raw.decode("utf-8", "replace")


def _full(mailbox: Mailbox) -> dict[str, str]:
    return {"Email": mailbox.address, "Name": mailbox.name, "MailboxHash": ""}


def _line(mailboxes: Sequence[Mailbox]) -> str:
    return ", ".join(
        f'"{_quoted(each.name)}" <{each.address}>' if each.name else each.address
        for each in mailboxes
    )


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
