"""Document 003's JSON of messages: whole ones, also in lists, bounded by what one answer takes."""

import sys
from collections.abc import Iterable

from mayfly import limits
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Overflow
from mayfly.kit.http.body import json_text
from mayfly.kit.http.query import Html
from mayfly.kit.http.schema import (
    array,
    body,
    flag,
    named,
    number,
    or_null,
    precise_time,
    record,
    text,
)
from mayfly.kit.http.times import precise_stamp
from mayfly.mail.mime.models import Mailbox, ParsedMail, Part
from mayfly.messages.models import Content, Message
from mayfly.messages.overflow import PRECISE_SCHEMA as OVERFLOW
from mayfly.messages.overflow import precise_overflow
from mayfly.messages.schemas import (
    BLOCKED_IMAGES,
    CONFIRMATION,
    CUT_CHARS,
    ITEM_PROPERTIES,
    WHAT_IS_WRONG,
    Document,
    confirmation,
    safe_html,
    shown_headers,
    verdicts,
)
from mayfly.private_inboxes.schemas import INBOX_ID

_BODIES = ("text_body", "html_body")
_ROOM_BYTES = limits.MAX_ANSWER_BYTES - 10_000  # the rest of the list's document is short


def shown(found: Message, content: Content, base_url: str, html: Html) -> Document:
    """One message on its own, its HTML as it is wanted, with what it is to confirm."""
    more = {"confirmation": confirmation(content.mail)}
    if html is Html.RAW:
        return {**message(found, content), **more}
    url = f"{base_url}/v1/inboxes/{found.id.inbox}/messages/{found.id.sequence}"
    safe = safe_html(content.mail, url, html)
    document = {
        **message(found, content, sys.maxsize),
        "html_body": safe.html,
        "blocked_images": safe.blocked_images,
        **more,
    }
    return _cut(document) if _size(document) > limits.MAX_ANSWER_BYTES else document


def message(found: Message, content: Content, max_bytes: int = limits.MAX_ANSWER_BYTES) -> Document:
    """One message, as it came; its bodies are cut if it is larger than that.

    `recipients` are those that its headers name in To and Cc: whom else the envelope named is no
    reader's business.
    """
    mail, summary = content.mail, found.summary
    document: Document = {
        "id": str(found.id),
        "uid": str(found.id.sequence),
        "message_id": mail.message_id,
        "sender": summary.from_address,
        "recipients": [_mailbox(each) for each in (*mail.to, *mail.cc)],
        "subject": mail.subject,
        "text_body": mail.text,
        "html_body": mail.html,
        "headers": _headers(mail),
        "size_bytes": summary.size_bytes,
        "received_at": precise_stamp(summary.received_at),
        # Mail is pushed here: it was fetched the moment it was received.
        "fetched_at": precise_stamp(summary.received_at),
        "attachments": [_attachment(part) for part in mail.parts],
        "sender_name": summary.from_name,
        "is_read": found.is_read,
        "expires_at": precise_stamp(found.expires_at),
        "sha256": content.sha256,
        "verdicts": verdicts(summary.verdicts),
        "thread_id": summary.thread_id,
        "defects": list(mail.defects),
        "truncated": [],
    }
    return _cut(document) if _size(document) > max_bytes else document


def page(
    inbox: InboxId,
    messages: Iterable[tuple[Message, Content]],
    last: int,
    overflow: Overflow | None = None,
) -> Document:
    """Messages in their order, as many as fit into one answer.

    `last` is where `since_uid` goes on from if all fit.
    """
    shown: list[Document] = []
    room, is_whole = _ROOM_BYTES, True
    for found, content in messages:
        document = message(found, content, limits.MAX_LISTED_BYTES)
        room -= _size(document) + 1
        if room < 0:
            is_whole = False
            break
        shown.append(document)
    if not is_whole:
        last = max(int(str(each["uid"])) for each in shown)
    return {
        "inbox_id": str(inbox),
        "messages": shown,
        "count": len(shown),
        "last_uid": str(last),
        "inbox_full": precise_overflow(overflow),
    }


def marked(found: Message) -> Document:
    """What is answered when the read flag is set."""
    return {
        "inbox_id": str(found.id.inbox),
        "uid": str(found.id.sequence),
        "is_read": found.is_read,
    }


def deleted(found: Message) -> Document:
    """What is answered when a message is gone."""
    return {"inbox_id": str(found.id.inbox), "uid": str(found.id.sequence), "deleted": True}


def _cut(document: Document) -> Document:
    long = [name for name in _BODIES if len(str(document[name])) > CUT_CHARS]
    cut = {name: str(document[name])[:CUT_CHARS] for name in long}
    if "html_body" in cut and "blocked_images" in document:
        cut["html_body"] = ""  # what ends inside a tag is not safe any more
    return {**document, **cut, "truncated": long}


def _size(document: Document) -> int:
    return len(json_text(document).encode())


def _headers(mail: ParsedMail) -> dict[str, str]:
    """Values by lower-case name; those of a repeated name one per line, in their order."""
    gathered: dict[str, list[str]] = {}
    for name, value in shown_headers(mail):
        gathered.setdefault(name.lower(), []).append(value)
    return {name: "\n".join(values) for name, values in gathered.items()}


def _mailbox(mailbox: Mailbox) -> Document:
    return {"address": mailbox.address, "name": mailbox.name}


def _attachment(part: Part) -> Document:
    return {
        "id": part.id,
        "filename": part.filename,
        "content_type": part.content_type,
        "size_bytes": part.size,
        "content_id": part.content_id or None,
        "inline": part.inline,
    }


UID = text("The message's number in its inbox: 1, 2, 3…, in order of arrival", examples=["1"])
SCHEMA = record(
    {
        "id": text(),
        "uid": UID,
        "message_id": text("Message-ID of the mail, empty if it has none"),
        "sender": text("The address in From; anybody can write anything there"),
        "recipients": array(record({"address": text(), "name": text()}), "Those in To and Cc"),
        "subject": text(),
        "text_body": text("The plain text, empty if the mail has none"),
        "html_body": text("The HTML, as it came unless `html=safe` is asked for; empty if none"),
        "headers": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "By lower-case name; a repeated header has one line for each",
        },
        "size_bytes": number("Bytes of the raw mail"),
        "received_at": precise_time(),
        "fetched_at": precise_time("The same as `received_at`: mail comes by itself"),
        "attachments": array(
            record(
                {
                    "id": text(),
                    "filename": text(),
                    "content_type": text("What the mail says it is", examples=["application/pdf"]),
                    "size_bytes": number("Bytes, decoded"),
                    "content_id": or_null(text("What `cid:` links in the HTML call it")),
                    "inline": flag("Whether it belongs into the HTML"),
                }
            )
        ),
        "sender_name": text(),
        "is_read": flag(),
        "expires_at": precise_time("From then on it is not found"),
        "sha256": text("Of the raw mail", pattern="^[0-9a-f]{64}$"),
        "verdicts": ITEM_PROPERTIES["verdicts"],
        "thread_id": text("The same for a mail and the replies to it"),
        "defects": array(text(examples=["missing-boundary"]), WHAT_IS_WRONG),
        "truncated": array(text(enum=list(_BODIES)), "What was too long and is cut"),
    },
    "A whole message. Reading it does not mark it as read. Lists have no `confirmation`.",
    optional={"blocked_images": BLOCKED_IMAGES, "confirmation": CONFIRMATION},
)
PAGE_SCHEMA = record(
    {
        "inbox_id": INBOX_ID,
        "messages": array(named("InboxMessage")),
        "count": number("How many messages are in this answer"),
        "last_uid": text("The `since_uid` to go on with", examples=["1"]),
        "inbox_full": OVERFLOW,
    }
)
FLAG_SCHEMA = body({"is_read": flag()}, example={"is_read": True}, required=("is_read",))
MARKED_SCHEMA = record({"inbox_id": INBOX_ID, "uid": UID, "is_read": flag()})
DELETED_SCHEMA = record({"inbox_id": INBOX_ID, "uid": UID, "deleted": flag()})
