"""Document 000's JSON of messages in a list; REST and WebSocket show the same."""

from urllib.parse import quote, urlencode

from mayfly.kit.http.schema import array, body, flag, number, or_null, record, text, time
from mayfly.kit.http.times import stamp
from mayfly.messages.models import Message, Verdicts

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
