"""The JSON of mails that go out, of their counts, and of the suppression list (document 002)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mayfly import limits
from mayfly.accounts import approval_schemas as approvals
from mayfly.accounts.approval_models import ApprovalStatus
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.kit.http.query import Query, choice, limit_parameter, parameter, whole_number
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
from mayfly.sending.draft import Correspondent
from mayfly.sending.ids import known_id
from mayfly.sending.models import (
    OPEN,
    SENT,
    OutgoingMail,
    RecipientStatus,
    State,
    Suppression,
    Upload,
)
from mayfly.sending.ports import Filter, Form, SendingQuota

Document = dict[str, object]


def accepted(mail: OutgoingMail, state: State) -> Document:
    """What is answered to who submits a mail: the same again for the same idempotency key."""
    return {
        "id": mail.id,
        "status": state.value,
        "scheduledAt": _time(mail.scheduled_at),
        "createdAt": precise_stamp(mail.created_at),
    }


def line(mail: OutgoingMail) -> Document:
    """A mail as lists show it."""
    return {
        "id": mail.id,
        "status": mail.state.value,
        "reason": mail.reason,
        "from": mail.sender_shown,
        **{each: _shown(mail, each) for each in ("to", "cc", "bcc")},
        "subject": mail.subject,
        "size": mail.size_bytes,
        "createdAt": precise_stamp(mail.created_at),
        "scheduledAt": _time(mail.scheduled_at),
        "attempts": mail.attempts,
    }


def details(mail: OutgoingMail) -> Document:
    """A mail with all that happened to it."""
    return {
        **line(mail),
        "replyTo": list(mail.reply_to),
        "attachments": [
            {"filename": each.filename, "contentType": each.content_type, "size": each.size_bytes}
            for each in mail.files
        ],
        "messageId": mail.message_id,
        "recipients": [
            {"address": each.address, "status": each.fate.value, "detail": each.detail}
            for each in mail.recipients
        ],
        "events": [
            {"at": precise_stamp(each.at), "type": each.kind, "detail": each.detail}
            for each in mail.history
        ],
        "expiresAt": precise_stamp(mail.expires_at),
    }


def page(mails: Sequence[OutgoingMail], cursor: str) -> Document:
    """Part of a list."""
    return {"emails": [line(each) for each in mails], "cursor": cursor or None}


def removed(mail: OutgoingMail, is_gone: bool) -> Document:
    """What is answered to a DELETE."""
    return {"id": mail.id, "status": mail.state.value, "deleted": is_gone}


def stats(
    counts: Mapping[State, int],
    quota: SendingQuota | None,
    most_a_day: int,
    standing: ApprovalStatus,
) -> Document:
    """The account's mails by state, and what may be sent. The states add up to `total`."""
    return {
        "total": sum(counts.values()),
        "byStatus": {state.value: counts[state] for state in State},
        "sent": sum(counts[state] for state in SENT),
        "open": sum(counts[state] for state in OPEN),
        "limits": {
            "recipientsPerDay": most_a_day,
            "recipientsPerMail": limits.SENT_RECIPIENTS,
            "approval": standing.value,
            "sandbox": quota.is_sandbox if quota else None,
        },
    }


def suppression(found: Suppression) -> Document:
    """An address on the list."""
    return {
        "address": found.address,
        "reason": found.reason,
        "since": precise_stamp(found.since),
        "emailId": found.mail,
    }


def suppressions(found: Sequence[Suppression], cursor: str) -> Document:
    """Part of the list."""
    return {"suppressions": [suppression(each) for each in found], "cursor": cursor or None}


def _shown(mail: OutgoingMail, name: str) -> list[str]:
    return [each.shown for each in mail.recipients if each.role == name]


def _time(when: datetime | None) -> str | None:
    return None if when is None else precise_stamp(when)


EMAIL_ID = text("Names the mail", format="uuid")
_STATUS = text(enum=[each.value for each in State])
_SCHEDULED = or_null(precise_time("When it is to go; null for at once"))
ACCEPTED_SCHEMA = record(
    {"id": EMAIL_ID, "status": _STATUS, "scheduledAt": _SCHEDULED, "createdAt": precise_time()},
    "A mail that was accepted for sending",
)
_LINE = {
    "id": EMAIL_ID,
    "status": _STATUS,
    "reason": text("Why it failed, in a word"),
    "from": text(),
    "to": array(text()),
    "cc": array(text()),
    "bcc": array(text()),
    "subject": text(),
    "size": number("Bytes of the whole mail"),
    "createdAt": precise_time(),
    "scheduledAt": _SCHEDULED,
    "attempts": number("How often it was tried since it was last asked for"),
}
LINE_SCHEMA = record(_LINE, "A mail that goes out")
PAGE_SCHEMA = record(
    {
        "emails": array(named("EmailLine")),
        "cursor": or_null(text("Continues the list; a page may be short and not the last")),
    }
)
DETAILS_SCHEMA = record(
    {
        **_LINE,
        "replyTo": array(text()),
        "attachments": array(
            record({"filename": text(), "contentType": text(), "size": number("Bytes")})
        ),
        "messageId": text("What the carrier calls it"),
        "recipients": array(
            record(
                {
                    "address": text(),
                    "status": text(enum=[each.value for each in RecipientStatus]),
                    "detail": text("What its host said"),
                }
            )
        ),
        "events": array(
            record({"at": precise_time(), "type": text(), "detail": text()}),
            f"What happened to it, oldest first; the first and the last {limits.OUTGOING_EVENTS}",
        ),
        "expiresAt": precise_time("From then on it is not shown"),
    },
    "A mail that goes out, with its history",
)
REMOVED_SCHEMA = record(
    {"id": EMAIL_ID, "status": _STATUS, "deleted": flag("Else it was cancelled, and stays")}
)
STATS_SCHEMA = record(
    {
        "total": number("Mails accepted for sending, ever"),
        "byStatus": record({state.value: number() for state in State}),
        "sent": number("Of these, handed over: sent, delivered, bounced and complained"),
        "open": number("Of these, still to be sent: scheduled, queued and sending"),
        "limits": record(
            {
                "recipientsPerDay": number("Of this account; 0 is no limit"),
                "recipientsPerMail": number(),
                "approval": approvals.STANDING,
                "sandbox": or_null(
                    flag("Whether SES sends to verified addresses only; null while sending is off")
                ),
            }
        ),
    }
)
SUPPRESSION_SCHEMA = record(
    {
        "address": text(),
        "reason": text(enum=["bounce", "complaint"]),
        "since": precise_time(),
        "emailId": text("The mail that it came of"),
    },
    "An address that your mail does not go to any more",
)
SUPPRESSIONS_SCHEMA = record(
    {"suppressions": array(named("Suppression")), "cursor": or_null(text("Continues the list"))}
)

_NO_CURSOR = "cursor must be that of the answer before"


@dataclass(frozen=True, slots=True)
class EmailQuery:
    """What part of the list of mails is asked for."""

    wanted: Filter
    limit: int
    cursor: str


def email_query(query: Query) -> EmailQuery:
    """Read the parameters; InvalidInput names the one that cannot be."""
    state = query.get("status")
    if state is not None:
        choice("status", state, [each.value for each in State])
    return EmailQuery(
        Filter(
            None if state is None else State(state),
            _address(query, "from"),
            _address(query, "to"),
            _since(query.get("since")),
        ),
        _limit(query),
        _cursor(query),
    )


def suppression_query(query: Query) -> tuple[int, str]:
    """How many are asked for, and after which address."""
    cursor = query.get("cursor", "")
    try:
        return _limit(query), Correspondent.parse(cursor.replace(" ", "+")).key if cursor else ""
    except InvalidAddress as error:
        raise InvalidInput(_NO_CURSOR) from error


def _limit(query: Query) -> int:
    most = limits.MAX_PAGE_MESSAGES
    return whole_number("limit", query.get("limit"), 1, most) or limits.PAGE_MESSAGES


def _cursor(query: Query) -> str:
    cursor = query.get("cursor", "")
    try:
        return known_id(cursor) if cursor else ""
    except Exception as error:
        raise InvalidInput(_NO_CURSOR) from error


def _address(query: Query, name: str) -> str | None:
    try:
        # A `+` that was not encoded has become a space, and no plain address has one.
        return Correspondent.parse(query[name].replace(" ", "+")).key if name in query else None
    except InvalidAddress as error:
        raise InvalidInput(f"{name}: {error}") from error


def _since(given: str | None) -> datetime | None:
    try:
        # A `+` that was not encoded has become a space.
        since = datetime.fromisoformat(given.replace(" ", "+")) if given is not None else None
    except ValueError as error:
        raise InvalidInput("since must be a time with its zone") from error
    if since is not None and since.tzinfo is None:
        raise InvalidInput("since must be a time with its zone")
    return since


_PAGING = [
    limit_parameter("How many at most."),
    parameter("cursor", {"type": "string"}, "Continues a list: `cursor` of the answer before."),
]
SUPPRESSION_PARAMETERS = _PAGING
EMAIL_PARAMETERS = [
    *_PAGING,
    parameter("status", {"type": "string", "enum": [each.value for each in State]}, "Only these."),
    parameter("from", {"type": "string"}, "Only mail from this address."),
    parameter("to", {"type": "string"}, "Only mail to this address, as to, cc or bcc."),
    parameter(
        "since",
        {"type": "string", "format": "date-time"},
        "Only mail accepted at this time or later.",
    ),
]
IDEMPOTENCY_PARAMETER: dict[str, object] = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": limits.MAX_IDEMPOTENCY_KEY_CHARS},
    "description": "The same request with the same key, within 24 hours, sends no second mail.",
}

UPLOAD_FIELDS = ("filename", "contentType", "size")
_DEFAULT_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class WantedUpload:
    """The file that somebody wants to send."""

    filename: str = field(repr=False)
    content_type: str
    size_bytes: int


def wanted_upload(sent: Mapping[str, Any]) -> WantedUpload:
    """What is announced; InvalidInput names the field that cannot be."""
    filename, kind = sent.get("filename"), sent.get("contentType", _DEFAULT_TYPE)
    if not isinstance(filename, str) or not _is_text(filename):
        raise InvalidInput("filename is needed: a string")
    if not isinstance(kind, str):
        raise InvalidInput("contentType must be a string")
    size = sent.get("size")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise InvalidInput("size is needed: the file's bytes, a whole number")
    return WantedUpload(filename, kind.lower(), size)


def announced(upload: Upload, form: Form) -> dict[str, object]:
    """Where the file is to be sent, and how."""
    return {
        "uploadId": upload.id,
        "filename": upload.filename,
        "contentType": upload.content_type,
        "size": upload.size_bytes,
        "url": form.url,
        "fields": dict(form.fields),
        "expiresAt": precise_stamp(upload.expires_at),
    }


def _is_text(given: str) -> bool:
    """Not so for half of a surrogate pair, which no header can hold."""
    return given.isascii() or given.encode("utf-8", "replace").decode() == given


_NAME = text(minLength=1, maxLength=limits.SENT_FILENAME_CHARS)
_SIZE = number("Bytes: the file that is sent must have as many")
WANTED_UPLOAD_SCHEMA = body(
    {"filename": _NAME, "contentType": text(examples=["application/pdf"]), "size": _SIZE},
    example={"filename": "catalogue.pdf", "contentType": "application/pdf", "size": 9_000_000},
    required=("filename", "size"),
)
ANNOUNCED_SCHEMA = record(
    {
        "uploadId": text("What mails name it by, in `attachments`"),
        "filename": text(),
        "contentType": text(),
        "size": number("Bytes"),
        "url": text("Where it is to be POSTed, as `multipart/form-data`", format="uri"),
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Fields of the form, as they are; the last one after them is `file`",
        },
        "expiresAt": precise_time("Until then mails can take it"),
    },
    "Room for a file. It must begin to be sent within "
    f"{limits.UPLOAD_TIME.total_seconds() / 60:.0f} minutes",
)
