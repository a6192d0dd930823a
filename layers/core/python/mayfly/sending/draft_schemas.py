"""Document 002's JSON of a mail that somebody wants to be sent."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from mayfly import limits
from mayfly.errors import EmailNotFound, InvalidAddress, InvalidInput
from mayfly.kit.http.schema import Schema, array, body, text, time
from mayfly.sending.draft import Correspondent, Draft, File, ListUnsubscribe, Uploaded
from mayfly.sending.ids import known_id

FIELDS = (
    *("from", "to", "cc", "bcc", "replyTo", "subject", "text", "html", "attachments", "headers"),
    *("scheduledAt", "unsubscribe"),
)
_FILE_FIELDS = ("filename", "content", "contentType", "contentId")
_UPLOADED_FIELDS = ("uploadId", "contentId")
_UNSUBSCRIBE_FIELDS = ("url", "mailto")
_DEFAULT_TYPE = "application/octet-stream"


def draft(sent: Mapping[str, Any]) -> Draft:
    """The mail that is wanted; InvalidInput names the field that cannot be."""
    if "from" not in sent:
        raise InvalidInput("from is needed: an address at a domain of yours")
    files = _attachments(sent.get("attachments"))
    return Draft(
        sender=_one(sent["from"], "from"),
        to=_several(sent.get("to"), "to"),
        cc=_several(sent.get("cc"), "cc"),
        bcc=_several(sent.get("bcc"), "bcc"),
        reply_to=_several(sent.get("replyTo"), "replyTo"),
        subject=_subject(sent.get("subject")),
        text=_text(sent.get("text"), "text"),
        html=_text(sent.get("html"), "html"),
        files=tuple(_file(each) for each in files if not _is_uploaded(each)),
        uploads=tuple(_uploaded(each) for each in files if _is_uploaded(each)),
        headers=_headers(sent.get("headers")),
        unsubscribing=_unsubscribing(sent.get("unsubscribe")),
        scheduled_at=_time(sent.get("scheduledAt")),
    )


def key_hash(key: str) -> str:
    """What is kept of an `Idempotency-Key`; InvalidInput for what is none."""
    if not 0 < len(key) <= limits.MAX_IDEMPOTENCY_KEY_CHARS or not key.isascii():
        raise InvalidInput(
            f"Idempotency-Key must be 1 to {limits.MAX_IDEMPOTENCY_KEY_CHARS} ASCII characters"
        )
    return sha256(key.encode()).hexdigest()[:32]


def request_hash(sent: Mapping[str, Any]) -> str:
    """The same for the same JSON, however it is spaced and ordered."""
    ordered = json.dumps(sent, sort_keys=True, separators=(",", ":"))
    return sha256(ordered.encode()).hexdigest()[:32]


def _one(value: object, name: str) -> Correspondent:
    most = limits.SUMMARY.address_chars + 2 * limits.SENT_NAME_CHARS  # each may be escaped
    if not isinstance(value, str) or len(value) > most + len('"" <>'):
        raise InvalidInput(f"{name} must be an address, as in Ann <ann@mail.example>")
    try:
        return Correspondent.parse(value)
    except InvalidAddress as error:
        raise InvalidAddress(f"{name}: {error}") from error


def _several(value: object, name: str) -> tuple[Correspondent, ...]:
    if value is None:
        return ()
    each = [value] if isinstance(value, str) else value
    if not isinstance(each, list) or len(each) > limits.SENT_RECIPIENTS:
        raise InvalidInput(f"{name} must be a list of up to {limits.SENT_RECIPIENTS} addresses")
    return tuple(_one(one, name) for one in each)


def _subject(value: object) -> str:
    subject = _text(value, "subject") or ""
    if len(subject) > limits.SENT_SUBJECT_CHARS:
        raise InvalidInput(f"subject may have {limits.SENT_SUBJECT_CHARS} characters")
    return subject


def _text(value: object, name: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise InvalidInput(f"{name} must be a string")
    try:
        (value or "").encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{name} must be Unicode text") from error
    return value


def _attachments(value: object) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > limits.SENT_FILES:
        raise InvalidInput(f"attachments must be a list of up to {limits.SENT_FILES}")
    return value


def _is_uploaded(sent: object) -> bool:
    return isinstance(sent, dict) and "uploadId" in sent


def _uploaded(sent: object) -> Uploaded:
    told = _object(sent, "an attachment with uploadId", _UPLOADED_FIELDS)
    try:
        upload = known_id(_text(told["uploadId"], "uploadId") or "")
    except EmailNotFound as error:
        raise InvalidInput("uploadId must be that of an upload of yours") from error
    return Uploaded(upload, _text(told.get("contentId"), "contentId") or "")


def _file(sent: object) -> File:
    told = _object(sent, "an attachment", _FILE_FIELDS)
    content = told.get("content")
    if not isinstance(content, str):
        raise InvalidInput("content of an attachment must be its bytes in base64")
    try:
        octets = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("content of an attachment must be its bytes in base64") from error
    return File(
        filename=_text(told.get("filename"), "filename") or "",
        content_type=(_text(told.get("contentType"), "contentType") or _DEFAULT_TYPE).lower(),
        content=octets,
        content_id=_text(told.get("contentId"), "contentId") or "",
    )


def _headers(value: object) -> Mapping[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InvalidInput("headers must be an object of strings")
    for name in value:
        _text(value[name], f"headers.{name[:40]}")
    return value


def _unsubscribing(value: object) -> ListUnsubscribe | None:
    if value is None:
        return None
    told = _object(value, "unsubscribe", _UNSUBSCRIBE_FIELDS)
    return ListUnsubscribe(
        _text(told.get("url"), "unsubscribe.url") or "",
        _text(told.get("mailto"), "unsubscribe.mailto") or "",
    )


def _time(value: object) -> datetime | None:
    if value is None:
        return None
    wanted = "scheduledAt must be a time with its zone, as in 2026-01-31T10:15:00+01:00"
    try:
        when = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError as error:
        raise InvalidInput(wanted) from error
    if when is None or when.tzinfo is None or len(str(value)) < len("2026-01-31T10:15Z"):
        raise InvalidInput(wanted)
    return when.replace(microsecond=0)


def _object(sent: object, what: str, names: Sequence[str]) -> dict[str, Any]:
    if not isinstance(sent, dict):
        raise InvalidInput(f"{what} must be an object")
    unknown = sorted(set(sent) - set(names))
    if unknown:
        raise InvalidInput(f"{what} has no field {unknown[0][:40]!r}; possible: {', '.join(names)}")
    return sent


_ADDRESS = text(
    "`local@domain` or `Name <local@domain>`: the local part in ASCII and not in quotes, the name"
    f" of up to {limits.SENT_NAME_CHARS} characters",
    examples=["Ann <ann@yourdomain.com>"],
)


_CONTENT_ID = text("The HTML shows it as `cid:` and this")
_FILE = body(
    {
        "filename": text(minLength=1, maxLength=limits.SENT_FILENAME_CHARS),
        "content": text("Its bytes in base64", contentEncoding="base64"),
        "contentType": text(examples=["application/pdf"]),
        "contentId": _CONTENT_ID,
    },
    example={"filename": "a.pdf", "content": "JVBERi0="},
    required=("filename", "content"),
)
_UPLOADED = body(
    {"uploadId": text("Of `POST /api/v1/emails/attachments`"), "contentId": _CONTENT_ID},
    example={"uploadId": "019b76da-a800-7000-8000-000000000001"},
    required=("uploadId",),
)


def _addresses(description: str) -> Schema:
    return {
        "anyOf": [array(_ADDRESS) | {"maxItems": limits.SENT_RECIPIENTS}, _ADDRESS],
        "description": description,
    }


DRAFT_SCHEMA = body(
    {
        "from": _ADDRESS,
        "to": _addresses("Recipients; with cc and bcc at most 50, nobody twice"),
        "cc": _addresses("More of them"),
        "bcc": _addresses("More, that no other sees"),
        "replyTo": _addresses("Where answers go, if not to `from`"),
        "subject": text("One line of text", maxLength=limits.SENT_SUBJECT_CHARS),
        "text": text("The mail in plain text; this, or html, or both"),
        "html": text("The mail in HTML"),
        "attachments": array({"oneOf": [_FILE, _UPLOADED]}) | {"maxItems": limits.SENT_FILES},
        "headers": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "maxProperties": limits.SENT_HEADERS,
            "description": "More header fields, their values as text of up to"
            f" {limits.SENT_HEADER_BYTES} bytes; those that the service sets are refused",
        },
        "unsubscribe": body(
            {
                "url": text("An https address that unsubscribes when it is POSTed to (RFC 8058)"),
                "mailto": text("An address that unsubscribes who writes to it"),
            },
            example={"url": "https://yourdomain.com/unsubscribe/4711"},
        ),
        "scheduledAt": time("When it shall go, within a year, with its zone; else at once"),
    },
    example={
        "from": "sender@yourdomain.com",
        "to": ["recipient@example.com"],
        "subject": "Test Email",
        "text": "Hello, World!",
        "html": "<h1>Hello, World!</h1>",
    },
    required=("from",),
)
