"""The JSON of mails that go out, of their counts, and of the suppression list (document 002)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from mayfly import limits
from mayfly.accounts.approval_models import Standing
from mayfly.kit.http.times import precise_stamp
from mayfly.sending.models import OPEN, SENT, Outgoing, State, Suppression
from mayfly.sending.ports import SendingQuota

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


def stats(
    counts: Mapping[State, int],
    quota: SendingQuota | None,
    most_a_day: int,
    standing: Standing,
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


def _shown(mail: Outgoing, name: str) -> list[str]:
    return [each.shown for each in mail.recipients if each.role == name]


def _time(when: datetime | None) -> str | None:
    return None if when is None else precise_stamp(when)
