"""Document 003's JSON of private inboxes."""

from typing import Annotated, Any, Literal, Self

from mayfly import limits
from mayfly.addresses.schemas import Domain
from mayfly.inboxes import models
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import Body, Count, PreciseTime, View, about
from mayfly.kit.tokens.models import AccessToken, TokenClaims
from mayfly.messages.schemas import PreciseInboxFull, PreciseInboxFullOrNot

GENERATED: Literal["generated"] = "generated"
USUAL_SECONDS = int(limits.TOKEN_LIFETIME.total_seconds())
LEAST_SECONDS = int(limits.MIN_TOKEN_LIFETIME.total_seconds())
_EXTERNAL = 'for mode "external" (somebody else\'s POP3 mailbox), which is not offered here'
_OF_EXTERNAL = [
    "email_address",
    "pop3_host",
    "pop3_port",
    "pop3_tls",
    "pop3_username",
    "pop3_password",
]

InboxId = Annotated[str, about("Names this life of the inbox", format="uuid")]
InboxAddress = Annotated[
    str, about("Mail to it comes in here", examples=["sarah.mitchell42@mayfly.example"])
]
TokenText = Annotated[
    str, about("Opens the inbox, sent as `Authorization: Bearer …`; kept nowhere")
]
TokenEnd = Annotated[PreciseTime, about("From then on the token opens nothing")]
_Type = Literal["generated"]
_End = Annotated[PreciseTime, about("From then on it takes no mail and is not found")]
_Seconds = Annotated[
    int,
    about("Seconds", ge=LEAST_SECONDS, le=int(limits.MAX_TOKEN_LIFETIME.total_seconds())),
]


class WantedInbox(Body):
    """The private inbox to create."""

    EXAMPLE = {"mode": GENERATED, "token_ttl_seconds": USUAL_SECONDS}
    REFUSED = {name: f"{name} is only {_EXTERNAL}" for name in _OF_EXTERNAL}

    mode: Annotated[
        _Type,
        about("`external` is not offered", must=f'"{GENERATED}"; nothing is {_EXTERNAL}'),
    ]
    token_ttl_seconds: _Seconds = USUAL_SECONDS
    domain: Domain | None = None


class Rotation(Body):
    """A new token that the bearer of an older one asks for."""

    EXAMPLE = {"token_ttl_seconds": USUAL_SECONDS}

    token_ttl_seconds: _Seconds = USUAL_SECONDS


class InboxCredentials(Body):
    """The address and the password to log in with."""

    EXAMPLE = {"email": "sarah.mitchell42@mayfly.example", "password": "aB3xY9mKpQ7wR2nLkT5uV8jH"}

    email: Annotated[
        str, about("The inbox's address", examples=["sarah.mitchell42@mayfly.example"])
    ]
    password: Annotated[str, about(min_length=1, max_length=limits.MAX_PASSWORD_CHARS)]
    token_ttl_seconds: _Seconds = USUAL_SECONDS


class OfInbox(View):
    """What is answered of an inbox: each has some of the same fields."""

    @classmethod
    def of(cls, inbox: models.Inbox, token: AccessToken | TokenClaims, **more: Any) -> Self:
        """The inbox, and the token that opens it."""
        fields = {
            "inbox_id": str(inbox.id),
            "email_address": str(inbox.address),
            "inbox_type": GENERATED,
            "access_token": token.text if isinstance(token, AccessToken) else "",
            "token_expires_at": precise_stamp(token.expires_at),
            "created_at": precise_stamp(inbox.created_at),
            "expires_at": precise_stamp(inbox.expires_at),
            "message_count": inbox.held_messages,
            "last_uid": str(inbox.sequence),
            "inbox_full": PreciseInboxFull.of(inbox.overflow),
            **more,
        }
        return cls(**{name: fields[name] for name in cls.__struct_fields__})


class NewInbox(OfInbox):
    """A new inbox. Only its token opens it, however well its address is known."""

    inbox_id: InboxId
    email_address: InboxAddress
    inbox_type: _Type
    access_token: TokenText
    token_expires_at: TokenEnd
    created_at: PreciseTime
    expires_at: _End


class Inbox(OfInbox):
    """An inbox as its holder sees it."""

    inbox_id: InboxId
    email_address: InboxAddress
    inbox_type: _Type
    token_expires_at: Annotated[PreciseTime, about("When the token that was sent ends")]
    created_at: PreciseTime
    expires_at: _End
    message_count: Annotated[Count, about("Messages it holds now")]
    last_uid: Annotated[str, about("The `uid` of its newest message so far, 0 before the first")]
    inbox_full: PreciseInboxFullOrNot


class RotatedToken(OfInbox):
    """A new token; the inbox's older ones open nothing any more."""

    inbox_id: InboxId
    access_token: TokenText
    token_expires_at: TokenEnd


class InboxLogin(OfInbox):
    """A new token; the inbox's other ones go on."""

    inbox_id: InboxId
    email_address: InboxAddress
    access_token: TokenText
    token_expires_at: TokenEnd


class DeletedInbox(View):
    """What is answered when an inbox is gone."""

    inbox_id: InboxId
    deleted: bool = True
