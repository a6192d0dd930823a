"""What the JSON of mails that go out looks like; `wire.outgoing` makes it."""

from mayfly import limits
from mayfly.accounts import approval_schemas as approvals
from mayfly.kit.http.schema import array, flag, named, number, or_null, precise_time, record, text
from mayfly.sending.models import Fate, State

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
