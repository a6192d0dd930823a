"""The JSON of mails that go out, of their counts, and of the suppression list (document 002)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mayfly.blueprint import limits
from mayfly.domain.draft import Correspondent
from mayfly.domain.errors import InvalidAddress, InvalidInput
from mayfly.domain.outgoing import OPEN, SENT, Fate, Outgoing, State, Suppression
from mayfly.domain.outgoing_id import known_id
from mayfly.ports.outgoing import Filter, SendingQuota
from mayfly.wire.queries import Query, choice, limit_parameter, parameter, whole_number
from mayfly.wire.shapes import array, flag, named, number, or_null, precise_time, record, text
from mayfly.wire.times import precise_stamp

Document = dict[str, object]


def accepted(mail: Outgoing, state: State) -> Document:
    """What is answered to who submits a mail: the same again for the same idempotency key."""
    return {
        "id": mail.id,
        "status": state.value,
        "scheduledAt": _time(mail.scheduled_at),
        "createdAt": precise_stamp(mail.created_at),
    }


def line(mail: Outgoing) -> Document:
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


def details(mail: Outgoing) -> Document:
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


def page(mails: Sequence[Outgoing], cursor: str) -> Document:
    """Part of a list."""
    return {"emails": [line(each) for each in mails], "cursor": cursor or None}


def removed(mail: Outgoing, is_gone: bool) -> Document:
    """What is answered to a DELETE."""
    return {"id": mail.id, "status": mail.state.value, "deleted": is_gone}


def stats(counts: Mapping[State, int], quota: SendingQuota | None, most_a_day: int) -> Document:
    """The account's mails by state, and what may be sent. The states add up to `total`."""
    return {
        "total": sum(counts.values()),
        "byStatus": {state.value: counts[state] for state in State},
        "sent": sum(counts[state] for state in SENT),
        "open": sum(counts[state] for state in OPEN),
        "limits": {
            "recipientsPerDay": most_a_day,
            "recipientsPerMail": limits.SENT_RECIPIENTS,
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
    return _limit(query), Correspondent.parse(cursor).key if cursor else ""


def _limit(query: Query) -> int:
    most = limits.MAX_PAGE_MESSAGES
    return whole_number("limit", query.get("limit"), 1, most) or limits.PAGE_MESSAGES


def _cursor(query: Query) -> str:
    cursor = query.get("cursor", "")
    try:
        return known_id(cursor) if cursor else ""
    except Exception as error:
        raise InvalidInput("cursor must be that of the answer before") from error


def _address(query: Query, name: str) -> str | None:
    try:
        return Correspondent.parse(query[name]).key if name in query else None
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


def _shown(mail: Outgoing, name: str) -> list[str]:
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
                    "status": text(enum=[each.value for each in Fate]),
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
