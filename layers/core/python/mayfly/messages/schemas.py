"""Document 000's JSON of one whole message."""

import re
from urllib.parse import quote, urlencode

from mayfly import limits
from mayfly.kit.http.query import Html
from mayfly.kit.http.schema import (
    Schema,
    array,
    body,
    flag,
    named,
    number,
    or_null,
    record,
    text,
    time,
)
from mayfly.kit.http.times import stamp
from mayfly.mail.diagnostics import Diagnostics
from mayfly.mail.html.sanitize import SafeHtml, sanitise
from mayfly.mail.mime.defects import DEFECTS
from mayfly.mail.mime.models import Mailbox, ParsedMail, Part
from mayfly.mail.mime.pictures import picture_names
from mayfly.messages.models import Content, Message, Verdicts

Document = dict[str, object]


def list_item(message: Message) -> Document:
    """One message as lists and `new-message` frames show it."""
    summary = message.summary
    return {
        "id": str(message.id),
        "from": summary.from_address,
        "subject": summary.subject,
        "receivedAt": stamp(summary.received_at),
        "hasAttachments": bool(summary.attachments),
        "seq": message.id.sequence,
        "fromName": summary.from_name,
        "preview": summary.preview,
        "isRead": message.is_read,
        "size": summary.size_bytes,
        "attachments": [
            {"filename": line.filename, "size": line.size_bytes} for line in summary.attachments
        ],
        "verdicts": verdicts(summary.verdicts),
        "threadId": summary.thread_id,
    }


def verdicts(found: Verdicts) -> Document:
    """SES's verdicts; null for what was not judged."""
    return {name: getattr(found, name) or None for name in Verdicts.__dataclass_fields__}


def list_headers(
    base_url: str, email: str, limit: int, cursor: str | None, last_sequence: int | None
) -> dict[str, str]:
    """How a list goes on: the list itself is a bare array and has no place for it.

    `Link` is RFC 8288's, `X-Next-Cursor` its cursor alone; neither is on the last page.
    """
    headers = {}
    if last_sequence is not None:
        headers["X-Last-Sequence"] = str(last_sequence)
    if cursor is not None:
        query = urlencode({"limit": limit, "cursor": cursor})
        url = f"{base_url}/api/emails/{quote(email, safe='@')}/messages?{query}"
        headers |= {"Link": f'<{url}>; rel="next"', "X-Next-Cursor": cursor}
    return headers


def deleted(message: Message) -> Document:
    """What is answered when a message is gone."""
    return {"id": str(message.id), "deleted": True}


_VERDICT = or_null(text(examples=["PASS"]))
ITEM_PROPERTIES = {
    "id": text("Opens the message to whoever has it"),
    "from": text("The address in From; anybody can write anything there"),
    "subject": text(),
    "receivedAt": time(),
    "hasAttachments": flag("Whether it has attachments; pictures inside the HTML do not count"),
    "seq": number("The message's number in its inbox: 1, 2, 3…, in order of arrival"),
    "fromName": text(),
    "preview": text("The beginning of the text, up to 250 characters"),
    "isRead": flag(),
    "size": number("Bytes of the raw mail"),
    "attachments": array(record({"filename": text(), "size": number("Bytes, decoded")})),
    "verdicts": record(
        {name: _VERDICT for name in Verdicts.__dataclass_fields__},
        "What SES found: PASS, FAIL, GRAY, PROCESSING_FAILED, or null if it did not look",
    ),
    "threadId": text("The same for a mail and the replies to it"),
}
ITEM_SCHEMA = record(ITEM_PROPERTIES, "A message in a list")
FLAG_SCHEMA = body({"isRead": flag()}, example={"isRead": True}, required=("isRead",))
DELETED_SCHEMA = record({"id": text(), "deleted": flag()})


CUT_CHARS = 150_000
"""What is left of a body in a document that would be too large for one answer."""

# RFC 5322 section 3.6.3 and RFC 5321 section 7.2: other recipients are no reader's business.
_HIDDEN_HEADERS = {"bcc", "resent-bcc"}
# It begins with the first of several blanks: from each of them, it would be looked for to the last.
_FOR_CLAUSE = re.compile(
    r"(?:(?<!\s)\s++|(?<=\())for\s++(?:<[^<>]*+>|[^\s;<>]+@[^\s;<>]+)", re.IGNORECASE
)


def message(
    found: Message, content: Content, base_url: str, html: Html, path: str = ""
) -> Document:
    """The message: its line in a list, then all that was read of the mail.

    `path` is where its reader finds it below the base URL, unless it is a public one.

    `html` is as it came, or made safe with the mail's own images linked; `blockedImages` counts
    those that were not. It names neither Bcc nor whom a relay passed the mail on `for`.
    """
    mail = content.mail
    url = f"{base_url}{path or f'/api/messages/{found.id}'}"
    document = {
        **list_item(found),
        "body": mail.text,
        "html": mail.html,
        "attachments": [_attachment(part, url) for part in mail.parts],
        **_headers(mail),
        "recovered": found.summary.recovered,
        "sha256": content.sha256,
        "expiresAt": stamp(found.expires_at),
        "rawUrl": f"{url}/raw",
        "confirmation": confirmation(mail),
        "truncated": [],
    }
    if html is Html.RAW:
        return document
    safe = safe_html(mail, url, html)
    return {**document, "html": safe.html, "blockedImages": safe.blocked_images}


def _headers(mail: ParsedMail) -> Document:
    return {
        "to": _mailboxes(mail.to),
        "cc": _mailboxes(mail.cc),
        "replyTo": _mailboxes(mail.reply_to),
        "sender": _mailboxes(mail.sender),
        "date": stamp(mail.date) if mail.date else None,
        "headers": [{"name": name, "value": value} for name, value in shown_headers(mail)],
        "messageId": mail.message_id,
        "inReplyTo": list(mail.in_reply_to),
        "references": list(mail.references),
        "listUnsubscribe": list(mail.list_unsubscribe),
        "defects": list(mail.defects),
    }


def shown_headers(mail: ParsedMail) -> list[tuple[str, str]]:
    """The headers that a reader sees, in their order: none that names other recipients."""
    return [
        (name, _shown(name, value))
        for name, value in mail.headers
        if name.lower() not in _HIDDEN_HEADERS
    ]


def cut(document: Document) -> Document:
    """The document with its bodies shortened; `truncated` names them. The raw mail has all."""
    truncated: list[str] = []
    shorter = {**document, "truncated": truncated}
    for name in ("body", "html"):
        text = str(document[name])
        if len(text) > CUT_CHARS:
            # Safe HTML goes as a whole: what ends inside a tag is not safe any more.
            is_safe = name == "html" and "blockedImages" in document
            shorter[name] = "" if is_safe else text[:CUT_CHARS]
            truncated.append(name)
    return shorter


def without_recipients(received: str) -> str:
    """A Received header's words without `for <address>`, which names an envelope recipient."""
    return _FOR_CLAUSE.sub("", received)


def confirmation(mail: ParsedMail) -> Document:
    """What the reader is to type or to open, if the mail clearly says so."""
    from mayfly.mail.codes import find as looking

    found = looking.confirmation(mail.subject, mail.text, mail.html, limits.CONFIRMATION)
    return {"code": found.code, "link": found.link, "secure": found.secure}


def safe_html(mail: ParsedMail, url: str, wanted: Html) -> SafeHtml:
    """The mail's HTML made safe, with its own images linked below the message's URL."""
    names = picture_names(mail.parts)
    images = {name: _attachment_url(part, url) for name, part in names.items()}
    return sanitise(mail.html, images, remote_images=wanted is Html.WITH_IMAGES)


def _attachment(part: Part, url: str) -> Document:
    return {
        "filename": part.filename,
        "size": part.size,
        "id": part.id,
        "contentType": part.content_type,
        "contentId": part.content_id or None,
        "inline": part.inline,
        "url": _attachment_url(part, url),
    }


def _attachment_url(part: Part, url: str) -> str:
    return f"{url}/attachments/{quote(part.id, safe='')}"


def _mailboxes(mailboxes: tuple[Mailbox, ...]) -> list[Document]:
    return [{"name": each.name, "address": each.address} for each in mailboxes]


def _shown(name: str, value: str) -> str:
    return without_recipients(value) if name.lower() == "received" else value


_MAILBOXES = array(record({"name": text(), "address": text()}))
_IDS = array(text(examples=["<id@example.com>"]))
WHAT_IS_WRONG = (
    "What is wrong with the mail, or was cut. After a name `:` and a detail may follow. "
    + (", ".join(f"`{name}`" for name in DEFECTS))
)
CONFIRMATION = record(
    {
        "code": or_null(text("The code to type, without blanks", examples=["482913"])),
        "link": or_null(text("The link that confirms, signs in or sets a password; https or http")),
        "secure": or_null(flag("Whether the link is https; null without a link")),
    },
    "What the mail is for, if it clearly is for that; null if not, or if there are two. It is found"
    " by words alone, and says nothing of whether the sender is who it claims to be.",
)
PROPERTIES: dict[str, Schema] = {
    **ITEM_PROPERTIES,
    "body": text("The plain text, empty if the mail has none"),
    "html": text("The HTML, as it came unless `html=safe` is asked for; empty if none"),
    "attachments": array(
        record(
            {
                "filename": text(),
                "size": number("Bytes, decoded"),
                "id": text(),
                "contentType": text("What the mail says it is", examples=["application/pdf"]),
                "contentId": or_null(text("What `cid:` links in the HTML call it")),
                "inline": flag("Whether it belongs into the HTML"),
                "url": text("Where its bytes are", format="uri"),
            }
        )
    ),
    "to": _MAILBOXES,
    "cc": _MAILBOXES,
    "replyTo": _MAILBOXES,
    "sender": _MAILBOXES,
    "date": or_null(time("What the sender claims")),
    "headers": array(
        record({"name": text(), "value": text()}),
        "Decoded, in their order; without Bcc and the recipients in Received",
    ),
    "messageId": text("Message-ID of the mail, empty if it has none"),
    "inReplyTo": _IDS,
    "references": _IDS,
    "listUnsubscribe": array(text()),
    "defects": array(text(examples=["missing-boundary"]), WHAT_IS_WRONG),
    "recovered": flag("Whether its recipients had to be read from its own headers"),
    "sha256": text("Of the raw mail", pattern="^[0-9a-f]{64}$"),
    "expiresAt": time("From then on it is not found"),
    "rawUrl": text("Where the raw mail is", format="uri"),
    "confirmation": CONFIRMATION,
    "truncated": array(text(enum=["body", "html"]), "What was too long for one answer and is cut"),
}
BLOCKED_IMAGES = number(
    "With `html=safe`: images that lie elsewhere and were left out; 0 with `images=remote`"
)
SCHEMA = record(
    PROPERTIES,
    "A message. Reading it does not mark it as read.",
    optional={"blockedImages": BLOCKED_IMAGES, "diagnostics": named("Diagnostics")},
)


def diagnostics(found: Diagnostics) -> Document:
    """The hops, first one first, and the faults of the headers."""
    return {
        "hops": [
            {
                "from": without_recipients(hop.from_),
                "by": without_recipients(hop.by),
                "with": without_recipients(hop.with_),
                "date": stamp(hop.date) if hop.date else None,
                "delaySeconds": hop.delay_seconds,
            }
            for hop in found.hops
        ],
        "defects": list(found.defects),
    }


DIAGNOSTICS_SCHEMA = record(
    {
        "hops": array(
            record(
                {
                    "from": text("Who handed the mail over"),
                    "by": text("Who took it"),
                    "with": text(examples=["ESMTPS"]),
                    "date": or_null(time()),
                    "delaySeconds": {"type": "number", "description": "Since the hop before"},
                }
            ),
            "The relays of the mail, the first one first; all but the last may be invented",
        ),
        "defects": array(text()),
    },
    "What the headers tell beyond the message",
)
