"""Document 003's JSON of private inboxes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.schema import body, flag, number, precise_time, record, text
from mayfly.kit.http.times import precise_stamp
from mayfly.kit.tokens.models import AccessToken
from mayfly.messages.overflow import PRECISE_SCHEMA as OVERFLOW
from mayfly.messages.overflow import precise_overflow

Document = dict[str, object]

GENERATED = "generated"
EXTERNAL = "external"
LOGIN_FIELDS = ("email", "password", "token_ttl_seconds")
CREATE_FIELDS = (
    *("mode", "token_ttl_seconds", "domain"),
    # Of external mailboxes: named, so that who sends them reads why they are refused.
    *("email_address", "pop3_host", "pop3_port", "pop3_tls", "pop3_username", "pop3_password"),
)
_SHORTEST = int(limits.MIN_TOKEN_LIFETIME.total_seconds())
_LONGEST = int(limits.MAX_TOKEN_LIFETIME.total_seconds())
_USUAL = int(limits.TOKEN_LIFETIME.total_seconds())


def check_mode(sent: Mapping[str, Any]) -> None:
    """InvalidInput unless an inbox of our own is asked for."""
    mode = sent.get("mode")
    if mode == EXTERNAL:
        raise InvalidInput('mode "external" (somebody else\'s POP3 mailbox) is not offered here')
    if mode != GENERATED:
        raise InvalidInput('mode must be "generated"')
    extra = sorted(set(sent) & set(CREATE_FIELDS[3:]))
    if extra:
        raise InvalidInput(f'{extra[0]} is only for mode "external"')


def token_lifetime(
    sent: Mapping[str, Any], longest: timedelta = limits.MAX_TOKEN_LIFETIME
) -> timedelta:
    """How long the token that is asked for shall be valid."""
    seconds, most = sent.get("token_ttl_seconds", _USUAL), int(longest.total_seconds())
    if type(seconds) is not int or not _SHORTEST <= seconds <= most:
        raise InvalidInput(f"token_ttl_seconds must be a whole number from {_SHORTEST} to {most}")
    return timedelta(seconds=seconds)


def wanted_login(sent: Mapping[str, Any]) -> tuple[str, str]:
    """The address and the password that somebody logs in with."""
    email, password = sent.get("email"), sent.get("password")
    if not isinstance(email, str):
        raise InvalidInput("email must be a string")
    if not isinstance(password, str) or not 0 < len(password) <= limits.MAX_PASSWORD_CHARS:
        raise InvalidInput(
            f"password must be a string of 1 to {limits.MAX_PASSWORD_CHARS} characters"
        )
    return email, password


def created(inbox: Inbox, token: AccessToken) -> Document:
    """A new inbox: one of the two documents that have a token."""
    return {
        "inbox_id": str(inbox.id),
        "email_address": str(inbox.address),
        "inbox_type": GENERATED,
        "access_token": token.text,
        "token_expires_at": precise_stamp(token.expires_at),
        "created_at": precise_stamp(inbox.created_at),
        "expires_at": precise_stamp(inbox.expires_at),
    }


def shown(inbox: Inbox, token_expires_at: datetime) -> Document:
    """An inbox as its holder sees it."""
    return {
        "inbox_id": str(inbox.id),
        "email_address": str(inbox.address),
        "inbox_type": GENERATED,
        "token_expires_at": precise_stamp(token_expires_at),
        "created_at": precise_stamp(inbox.created_at),
        "expires_at": precise_stamp(inbox.expires_at),
        "message_count": inbox.held_messages,
        "last_uid": str(inbox.sequence),
        "inbox_full": precise_overflow(inbox.overflow),
    }


def rotated(inbox: Inbox, token: AccessToken) -> Document:
    """The new token, which alone opens the inbox now."""
    return {
        "inbox_id": str(inbox.id),
        "access_token": token.text,
        "token_expires_at": precise_stamp(token.expires_at),
    }


def logged_in(inbox: Inbox, token: AccessToken) -> Document:
    """A token for whoever knew the password."""
    return {
        "inbox_id": str(inbox.id),
        "email_address": str(inbox.address),
        "access_token": token.text,
        "token_expires_at": precise_stamp(token.expires_at),
    }


def deleted(inbox: Inbox) -> Document:
    """What is answered when an inbox is gone."""
    return {"inbox_id": str(inbox.id), "deleted": True}


INBOX_ID = text("Names this life of the inbox", format="uuid")
_ADDRESS = text("Mail to it comes in here", examples=["sarah.mitchell42@mayfly.example"])
_TYPE = text(enum=[GENERATED])
_EXPIRES = precise_time("From then on it takes no mail and is not found")
_TTL = number("Seconds", minimum=_SHORTEST, maximum=_LONGEST, default=_USUAL)
TOKEN_FIELDS = {
    "access_token": text("Opens the inbox, sent as `Authorization: Bearer …`; kept nowhere"),
    "token_expires_at": precise_time("From then on the token opens nothing"),
}
WANTED_SCHEMA = body(
    {
        "mode": text("`external` is not offered", enum=[GENERATED]),
        "token_ttl_seconds": _TTL,
        "domain": text("An active mail domain of this service; without it, the first"),
    },
    example={"mode": GENERATED, "token_ttl_seconds": _USUAL},
    required=("mode",),
)
CREATED_SCHEMA = record(
    {
        "inbox_id": INBOX_ID,
        "email_address": _ADDRESS,
        "inbox_type": _TYPE,
        **TOKEN_FIELDS,
        "created_at": precise_time(),
        "expires_at": _EXPIRES,
    },
    "A new inbox. Only its token opens it, however well its address is known.",
)
SHOWN_SCHEMA = record(
    {
        "inbox_id": INBOX_ID,
        "email_address": _ADDRESS,
        "inbox_type": _TYPE,
        "token_expires_at": precise_time("When the token that was sent ends"),
        "created_at": precise_time(),
        "expires_at": _EXPIRES,
        "message_count": number("Messages it holds now"),
        "last_uid": text("The `uid` of its newest message so far, 0 before the first"),
        "inbox_full": OVERFLOW,
    }
)
ROTATION_SCHEMA = body({"token_ttl_seconds": _TTL}, example={"token_ttl_seconds": _USUAL})
ROTATED_SCHEMA = record(
    {"inbox_id": INBOX_ID, **TOKEN_FIELDS},
    "A new token; the inbox's older ones open nothing any more.",
)
DELETED_SCHEMA = record({"inbox_id": INBOX_ID, "deleted": flag()})
CREDENTIALS_SCHEMA = body(
    {
        "email": text("The inbox's address", examples=["sarah.mitchell42@mayfly.example"]),
        "password": text(minLength=1, maxLength=limits.MAX_PASSWORD_CHARS),
        "token_ttl_seconds": _TTL,
    },
    example={"email": "sarah.mitchell42@mayfly.example", "password": "aB3xY9mKpQ7wR2nLkT5uV8jH"},
    required=("email", "password"),
)
LOGIN_SCHEMA = record(
    {"inbox_id": INBOX_ID, "email_address": _ADDRESS, **TOKEN_FIELDS},
    "A new token; the inbox's other ones go on.",
)
