"""Document 004's JSON of mailboxes and anonymous sessions."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mayfly.errors import InvalidInput
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.query import Query, choice, parameter
from mayfly.kit.http.schema import array, body, flag, named, number, record, text, time
from mayfly.kit.http.times import stamp
from mayfly.mail.address import Address
from mayfly.messages.overflow import SCHEMA as OVERFLOW
from mayfly.messages.overflow import overflow

Document = dict[str, object]


def alias(sent: Mapping[str, Any]) -> str | None:
    """The name that somebody wants for a mailbox, None for one of ours."""
    value = sent.get("alias")
    if value is not None and not isinstance(value, str):
        raise InvalidInput("alias must be a string")
    return value


def wants_expired(query: Query) -> bool:
    """Whether the list shall hold what has expired, too."""
    return choice("expired", query.get("expired", "false"), ("true", "false")) == "true"


def mailbox(inbox: Inbox, now: datetime) -> Document:
    """A mailbox as its account sees it."""
    return {
        **_named(inbox),
        "messageCount": inbox.held_messages,
        "isActive": inbox.is_active(now),
        "lastMessageNumber": inbox.sequence,
        "inboxFull": overflow(inbox.overflow),
    }


def mailboxes(listed: Sequence[Inbox], most: int, now: datetime) -> Document:
    """The account's mailboxes; `count` is of the active ones, which `limit` limits."""
    return {
        "mailboxes": [mailbox(each, now) for each in listed],
        "count": sum(each.is_active(now) for each in listed),
        "limit": most,
    }


def deleted(inbox: Inbox) -> Document:
    """What is answered when a mailbox is gone."""
    return {"message": "Mailbox deleted", "id": str(inbox.id), "deleted": True}


def session(inbox: Inbox) -> Document:
    """An anonymous session: its one mailbox."""
    return {"mailbox": _named(inbox)}


def begun(inbox: Inbox, token: str) -> Document:
    """A session, with the token that stands for it."""
    return {"sessionToken": token, **session(inbox)}


def _named(inbox: Inbox) -> Document:
    return {
        "id": str(inbox.id),
        "emailAddress": str(inbox.address),
        "createdAt": stamp(inbox.created_at),
        "expiresAt": stamp(inbox.expires_at),
    }


MAILBOX_ID = text("Names this life of the mailbox", format="uuid")
_NAMED = {
    "id": MAILBOX_ID,
    "emailAddress": text("Mail to it comes in here", examples=["myalias@mayfly.example"]),
    "createdAt": time(),
    "expiresAt": time("From then on it takes no mail"),
}
_DOMAIN = text("One of this service's mail domains; without it, the first")
WANTED_SCHEMA = body(
    {
        "alias": text(
            "The part before the @: a to z, digits, and single `.`, `-` and `_` between them. With"
            " none, a name is made up",
            minLength=3,
            maxLength=64,
        ),
        "domain": _DOMAIN,
    },
    example={"alias": "myalias"},
)
MAILBOX_SCHEMA = record(
    {
        **_NAMED,
        "messageCount": number("Messages it holds now"),
        "isActive": flag("Whether it takes mail; what has expired still shows what it has"),
        "lastMessageNumber": number("The number of its newest message so far"),
        "inboxFull": OVERFLOW,
    }
)
MAILBOXES_SCHEMA = record(
    {
        "mailboxes": array(named("Mailbox")),
        "count": number("How many are active"),
        "limit": number("How many may be"),
    }
)
DELETED_SCHEMA = record({"message": text(), "id": MAILBOX_ID, "deleted": flag()})
WANTED_SESSION_SCHEMA = body({"domain": _DOMAIN}, example={})
SESSION_SCHEMA = record({"mailbox": record(_NAMED)}, "An anonymous session")
BEGUN_SCHEMA = record(
    {
        "sessionToken": text("Stands for the session, as cookie `sessionToken` or bearer token"),
        "mailbox": record(_NAMED),
    },
    "An anonymous session. Its mailbox is a private inbox: the token opens /v1/inboxes, too.",
)
LIST_PARAMETERS = [
    parameter(
        "expired",
        text(enum=["true", "false"], default="false"),
        "With `true`, also what has expired and still shows mail.",
    )
]

QR_TYPE = "image/svg+xml"


def qr_code(address: Address) -> bytes:
    """An SVG picture; whoever scans it is offered to write to the address (RFC 6068)."""
    import segno  # only who asks for one pays for it

    picture = io.BytesIO()
    segno.make(f"mailto:{address}", error="m", micro=False).save(
        picture, kind="svg", xmldecl=False, omitsize=True, light="#fff", border=4
    )
    return picture.getvalue()
