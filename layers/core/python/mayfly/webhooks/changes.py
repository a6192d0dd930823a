"""What changes of the table mean to webhooks: rows before and after, as events.

The same change is the same event, however often the stream tells of it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from mayfly.domains.models import Status
from mayfly.domains.rows import claim_from
from mayfly.filters.models import Words
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import stamp
from mayfly.kit.dynamodb.keys import OWNER
from mayfly.kit.dynamodb.notation import Row
from mayfly.messages.models import Message
from mayfly.messages.rows import message_from, message_id_from
from mayfly.messages.search import candidate
from mayfly.sending.models import OutgoingMail, State
from mayfly.sending.rows import outgoing_from
from mayfly.webhooks.models import (
    DEPLOYMENT,
    Event,
    EventType,
    HookOwner,
    Kind,
    NeedsMail,
    event_id,
)

_OF_EMAILS = {
    State.SENT: EventType.EMAIL_SENT,
    State.DELIVERED: EventType.EMAIL_DELIVERED,
    State.BOUNCED: EventType.EMAIL_BOUNCED,
    State.COMPLAINED: EventType.EMAIL_COMPLAINED,
    State.FAILED: EventType.EMAIL_FAILED,
}
_OF_DOMAINS = {
    Status.ACTIVE: EventType.DOMAIN_VERIFIED,
    Status.SUSPENDED: EventType.DOMAIN_SUSPENDED,
}


def owners_of(inbox: object, owner: str = "") -> tuple[HookOwner, ...]:
    """Whose webhooks hear of what happens to an inbox, which may be an account's."""
    return (HookOwner(Kind.INBOX, str(inbox)), *_account(owner), DEPLOYMENT)


def message_received(new: Row, at: datetime) -> Event:
    """A new message; its payload is read when it is sent, and not before.

    Spam counts as hidden, until somebody says that its inbox shows it.
    """
    message = message_from(new)
    event = _of_message(EventType.MESSAGE_RECEIVED, message, new, at, {"message": str(message.id)})
    return replace(event, named=frozenset(message.webhooks), is_hidden=message.is_spam)


def message_deleted(old: Row, at: datetime) -> Event:
    """A message that somebody has deleted, or that gave way to another; none whose time is over."""
    message = message_id_from(old)
    about = {
        "id": str(message),
        "inboxId": str(message.inbox),
        "seq": message.sequence,
        "deletedAt": stamp(at),
    }
    return _of_message(EventType.MESSAGE_DELETED, message_from(old), old, at, about)


def _of_message(
    kind: EventType, message: Message, row: Row, at: datetime, about: Mapping[str, Any]
) -> Event:
    inbox = message.id.inbox
    owners, name = owners_of(inbox, row.get(OWNER, "")), event_id(kind, message.id)
    seen = candidate(message, _unread)
    return Event(name, kind, at, owners, about, str(inbox), message.id.sequence, seen)


def _unread() -> Words:
    raise NeedsMail


def inbox_full(inbox: Inbox, at: datetime) -> Event:
    """An inbox that has begun to drop mail."""
    assert inbox.overflow is not None
    since = inbox.overflow.since
    about = _of_inbox(inbox) | {"since": stamp(since), "dropped": inbox.overflow.dropped}
    kind = EventType.INBOX_FULL
    owners = owners_of(inbox.id, inbox.owner)
    name = event_id(kind, inbox.id, since.isoformat())
    return Event(name, kind, at, owners, about, str(inbox.id), inbox.sequence)


def inbox_expired(inbox: Inbox) -> Event:
    """An inbox whose time is over."""
    about = _of_inbox(inbox) | {"expiredAt": stamp(inbox.expires_at)}
    kind = EventType.INBOX_EXPIRED
    owners = owners_of(inbox.id, inbox.owner)
    name = event_id(kind, inbox.id, inbox.expires_at.isoformat())
    return Event(name, kind, inbox.expires_at, owners, about, str(inbox.id), inbox.sequence)


def email_changed(old: Row, new: Row, at: datetime) -> Event | None:
    """An account's email in another state; None for a state that nobody is told of."""
    mail = outgoing_from(new)
    kind = _OF_EMAILS.get(mail.state)
    if kind is None or (old and old["state"] == mail.state.value and old["round"] == mail.round):
        return None
    owners = (*_account(mail.account), DEPLOYMENT)
    name = event_id(kind, mail.account, mail.id, mail.round)
    return Event(name, kind, at, owners, _of_email(mail))


def domain_changed(old: Row, new: Row, at: datetime) -> Event | None:
    """An account's domain in another status; likewise."""
    domain = claim_from(new)
    kind = _OF_DOMAINS.get(domain.status)
    if kind is None or old.get("status") == domain.status.value:
        return None
    about = {"id": domain.id, "name": domain.name, "status": domain.status.value}
    owners = (*_account(domain.owner), DEPLOYMENT)
    return Event(
        event_id(kind, domain.owner, domain.id, new["updated_at"]), kind, at, owners, about
    )


def _account(owner: str) -> tuple[HookOwner, ...]:
    return (HookOwner(Kind.ACCOUNT, owner),) if owner else ()


def _of_inbox(inbox: Inbox) -> dict[str, Any]:
    return {"inboxId": str(inbox.id), "address": str(inbox.shown_address)}


def _of_email(mail: OutgoingMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "status": mail.state.value,
        "from": mail.sender,
        "subject": mail.subject,
        "reason": mail.reason or None,
        "messageId": mail.message_id,
        "recipients": [
            {"address": each.address, "status": each.fate.value} for each in mail.recipients
        ],
    }
