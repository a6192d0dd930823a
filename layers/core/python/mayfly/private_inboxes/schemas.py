"""Document 003's JSON of private inboxes."""

from typing import Annotated, Any, Literal, Self

from msgspec.structs import asdict

from mayfly import limits
from mayfly.addresses.schemas import Domain
from mayfly.domains.admin_schemas import mail_server
from mayfly.errors import InvalidInput
from mayfly.inboxes import models
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import Body, Count, PreciseTime, View, about
from mayfly.kit.tokens.models import AccessToken, TokenClaims
from mayfly.messages.schemas import PreciseInboxFull, PreciseInboxFullOrNot
from mayfly.pop3.models import Wanted
from mayfly.pop3.schemas import Password, Username, credentials_of

GENERATED: Literal["generated"] = "generated"
EXTERNAL: Literal["external"] = "external"
USUAL_SECONDS = int(limits.TOKEN_LIFETIME.total_seconds())
LEAST_SECONDS = int(limits.MIN_TOKEN_LIFETIME.total_seconds())

InboxId = Annotated[str, about("Names this life of the inbox", format="uuid")]
InboxAddress = Annotated[
    str, about("Mail to it comes in here", examples=["sarah.mitchell42@mayfly.example"])
]
TokenText = Annotated[
    str, about("Opens the inbox, sent as `Authorization: Bearer …`; kept nowhere")
]
TokenEnd = Annotated[PreciseTime, about("From then on the token opens nothing")]
_Type = Literal["generated", "external"]
_End = Annotated[PreciseTime, about("From then on it takes no mail and is not found")]
Seconds = Annotated[
    int,
    about("Seconds", ge=LEAST_SECONDS, le=int(limits.MAX_TOKEN_LIFETIME.total_seconds())),
]


class WantedInbox(Body):
    """The private inbox to create."""

    EXAMPLE = {"mode": GENERATED, "token_ttl_seconds": USUAL_SECONDS}

    mode: Annotated[
        _Type,
        about("`external` shows the POP3 mailbox of an address of yours, and needs the password"),
    ]
    token_ttl_seconds: Seconds = USUAL_SECONDS
    domain: Domain | None = None
    email_address: (
        Annotated[str, about("Yours, elsewhere", examples=["user@example.com"])] | None
    ) = None
    pop3_host: (
        Annotated[
            str,
            about(
                "The server's name, which its certificate must have; without it, the one that an"
                " admin has named for the address's domain",
                examples=["pop.example.com"],
            ),
        ]
        | None
    ) = None
    pop3_port: (
        Annotated[int, about("995 or 110. Without it, 995, or 110 without TLS", ge=1, le=65535)]
        | None
    ) = None
    pop3_tls: (
        Annotated[
            bool,
            about(
                "TLS from the first byte; without, or at port 110, STLS comes before the password"
            ),
        ]
        | None
    ) = None
    pop3_username: Username | None = None
    pop3_password: Password | None = None
    pop3_delete: Annotated[
        bool, about("Delete there what was fetched, once it is stored here; else it stays")
    ] = False

    def external(self) -> Wanted | None:
        """The mailbox that is to be shown; None for an inbox of our own.

        InvalidInput names the field that is missing, is too much or cannot be.
        """
        fields = asdict(self)
        given = [name for name in _OF_EXTERNAL if fields[name] not in (None, False)]
        if self.mode == GENERATED:
            if given:
                raise InvalidInput(f'{given[0]} is only for mode "{EXTERNAL}"')
            return None
        if self.domain is not None:
            raise InvalidInput(f'domain is only for mode "{GENERATED}"')
        if self.email_address is None:
            raise InvalidInput("email_address is needed: the address whose mailbox to show")
        if self.pop3_password is None:
            raise InvalidInput("pop3_password is needed: what opens the mailbox")
        return Wanted(
            self.email_address,
            mail_server(self.pop3_host, self.pop3_port, self.pop3_tls),
            credentials_of(self.pop3_username or self.email_address, self.pop3_password),
            self.pop3_delete,
        )


_OF_EXTERNAL = [each for each in WantedInbox.__struct_fields__ if each[:5] in ("email", "pop3_")]


class Rotation(Body):
    """A new token that the bearer of an older one asks for."""

    EXAMPLE = {"token_ttl_seconds": USUAL_SECONDS}

    token_ttl_seconds: Seconds = USUAL_SECONDS


class InboxCredentials(Body):
    """The address and the password to log in with."""

    EXAMPLE = {"email": "sarah.mitchell42@mayfly.example", "password": "aB3xY9mKpQ7wR2nLkT5uV8jH"}

    email: Annotated[
        str, about("The inbox's address", examples=["sarah.mitchell42@mayfly.example"])
    ]
    password: Annotated[str, about(min_length=1, max_length=limits.MAX_PASSWORD_CHARS)]
    token_ttl_seconds: Seconds = USUAL_SECONDS


class OfInbox(View):
    """What is answered of an inbox: each has some of the same fields."""

    @classmethod
    def of(cls, inbox: models.Inbox, token: AccessToken | TokenClaims, **more: Any) -> Self:
        """The inbox, and the token that opens it."""
        fields = {
            "inbox_id": str(inbox.id),
            "email_address": str(inbox.shown_address),
            "inbox_type": EXTERNAL if inbox.external else GENERATED,
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
