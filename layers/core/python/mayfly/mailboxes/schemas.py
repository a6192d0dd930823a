"""The JSON of mailboxes and anonymous sessions."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from mayfly.inboxes.models import Inbox
from mayfly.kit.http.query import Query, choice, parameter
from mayfly.kit.http.schemas import Body, Count, Time, View, about
from mayfly.mail.address import Address
from mayfly.messages.schemas import InboxFull, InboxFullOrNot

_Domain = Annotated[str, about("One of this service's mail domains; without it, the first")]
_Id = Annotated[str, about("Names this life of the mailbox", format="uuid")]


class WantedSession(Body):
    """The anonymous session to begin."""

    domain: _Domain | None = None


class WantedMailbox(Body):
    """A mailbox that an account asks for."""

    EXAMPLE = {"alias": "myalias"}

    alias: (
        Annotated[
            str,
            about(
                "The part before the @: a to z, digits, and single `.`, `-` and `_` between them."
                " With none, a name is made up",
                minLength=3,
                maxLength=64,
            ),
        ]
        | None
    ) = None
    domain: _Domain | None = None


class SessionMailbox(View, rename="camel"):
    """A mailbox: what it is called, and how long it takes mail."""

    id: _Id
    email_address: Annotated[
        str, about("Mail to it comes in here", examples=["myalias@mayfly.example"])
    ]
    created_at: Time
    expires_at: Annotated[Time, about("From then on it takes no mail")]

    @classmethod
    def named(cls, inbox: Inbox, **more: Any) -> Self:
        """The mailbox, with more that an answer says of it."""
        return cls.of_model(inbox, id=str(inbox.id), email_address=str(inbox.shown_address), **more)


class Session(View):
    """An anonymous session."""

    mailbox: SessionMailbox


class NewSession(View, rename="camel"):
    """An anonymous session. Its mailbox is a private inbox: the token opens /v1/inboxes, too."""

    session_token: Annotated[
        str, about("Stands for the session, as cookie `sessionToken` or bearer token")
    ]
    mailbox: SessionMailbox


class Mailbox(SessionMailbox, rename="camel"):
    """A mailbox as its account sees it."""

    message_count: Annotated[Count, about("Messages it holds now")]
    is_active: Annotated[
        bool, about("Whether it takes mail; what has expired still shows what it has")
    ]
    last_message_number: Annotated[Count, about("The number of its newest message so far")]
    inbox_full: InboxFullOrNot

    @classmethod
    def of(cls, inbox: Inbox, now: datetime) -> Self:
        """The mailbox, and what it holds now."""
        return cls.named(
            inbox,
            message_count=inbox.held_messages,
            is_active=inbox.is_active(now),
            last_message_number=inbox.sequence,
            inbox_full=InboxFull.of(inbox.overflow),
        )


class Mailboxes(View):
    """An account's mailboxes."""

    mailboxes: list[Mailbox]
    count: Annotated[Count, about("How many are active")]
    limit: Annotated[Count, about("How many may be")]

    @classmethod
    def of(cls, listed: Sequence[Inbox], most: int, now: datetime) -> Self:
        """`count` is of the active ones, which `limit` limits."""
        return cls(
            mailboxes=[Mailbox.of(each, now) for each in listed],
            count=sum(each.is_active(now) for each in listed),
            limit=most,
        )


class DeletedMailbox(View):
    """What is answered when a mailbox is gone."""

    message: str
    id: _Id
    deleted: bool = True


LIST_PARAMETERS = [
    parameter(
        "expired",
        {"type": "string", "enum": ["true", "false"], "default": "false"},
        "With `true`, also what has expired and still shows mail.",
    )
]


def wants_expired(query: Query) -> bool:
    """Whether the list has expired mailboxes, too."""
    return choice("expired", query.get("expired", "false"), ("true", "false")) == "true"


QR_TYPE = "image/svg+xml"


def qr_code(address: Address) -> bytes:
    """An SVG picture; a scanner offers to write to the address (RFC 6068)."""
    import segno  # only this operation pays for loading it

    picture = io.BytesIO()
    segno.make(f"mailto:{address}", error="m", micro=False).save(
        picture, kind="svg", xmldecl=False, omitsize=True, light="#fff", border=4
    )
    return picture.getvalue()
