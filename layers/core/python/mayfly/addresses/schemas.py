"""Document 000's JSON of addresses."""

from collections.abc import Mapping, Sequence
from typing import Any

from mayfly.errors import InvalidInput
from mayfly.inboxes.models import Inbox
from mayfly.kit.http.schema import array, body, flag, number, record, text, time
from mayfly.kit.http.times import stamp
from mayfly.messages.overflow import SCHEMA as OVERFLOW
from mayfly.messages.overflow import overflow

Document = dict[str, object]

EMAIL = text("The address", examples=["k3v5qmzt2hd7rwya@mayfly.example"])


def wanted_domain(sent: Mapping[str, Any]) -> str | None:
    """The domain that a new address shall have, None for the default one."""
    domain = sent.get("domain")
    if domain is not None and not isinstance(domain, str):
        raise InvalidInput("domain must be a string")
    return domain


def shown(inbox: Inbox) -> Document:
    """An active address."""
    return {
        "email": str(inbox.address),
        "expiresAt": stamp(inbox.expires_at),
        "createdAt": stamp(inbox.created_at),
        "id": str(inbox.id),
    }


def created(inbox: Inbox, access_token: str) -> Document:
    """A new address: the only document that has its access token."""
    return {**shown(inbox), "access_token": access_token}


def status(inbox: Inbox) -> Document:
    """An active address and what it holds."""
    return {
        "email": str(inbox.address),
        "active": True,
        "createdAt": stamp(inbox.created_at),
        "expiresAt": stamp(inbox.expires_at),
        "messageCount": inbox.held_messages,
        "sequence": inbox.sequence,
        "inboxFull": overflow(inbox.overflow),
    }


def deleted(inbox: Inbox) -> Document:
    """What is answered when an address is gone."""
    return {"email": str(inbox.address), "deleted": True}


def domain_names(active: Sequence[str]) -> Document:
    """The domains that inboxes can be made at; the first is the default one."""
    return {
        "domains": [{"name": name, "isDefault": at == 0} for at, name in enumerate(active)],
    }


_SHOWN = {
    "email": EMAIL,
    "expiresAt": time("From then on it takes no mail and is not found"),
    "createdAt": time(),
    "id": text("Names this life of the address; a later one has another", format="uuid"),
}
WANTED_SCHEMA = body(
    {"domain": text("An active mail domain of this service; without it, the first")}, example={}
)
SHOWN_SCHEMA = record(_SHOWN, "An active address")
CREATED_SCHEMA = record(
    {**_SHOWN, "access_token": text("Needed to delete; shown once and kept only as a hash")},
    "A new address. Whoever knows it can read its mail.",
)
STATUS_SCHEMA = record(
    {
        "email": EMAIL,
        "active": flag(),
        "createdAt": time(),
        "expiresAt": time(),
        "messageCount": number("Messages it holds now"),
        "sequence": number("The `seq` of its newest message so far, 0 before the first"),
        "inboxFull": OVERFLOW,
    }
)
DELETED_SCHEMA = record({"email": EMAIL, "deleted": flag()})
DOMAIN_NAMES_SCHEMA = record(
    {
        "domains": array(
            record(
                {
                    "name": text(examples=["mayfly.example"]),
                    "isDefault": flag("Whether inboxes are made there if none is named"),
                }
            )
        )
    }
)
