"""Document 000's JSON of addresses."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from msgspec import field

from mayfly.inboxes.models import Inbox
from mayfly.kit.http.schemas import Body, Count, Time, View, about
from mayfly.messages.schemas import InboxFull, InboxFullOrNot

Domain = Annotated[str, about("An active mail domain of this service; without it, the first")]
_Email = Annotated[str, about("The address", examples=["k3v5qmzt2hd7rwya@mayfly.example"])]


class WantedAddress(Body):
    """The address to create."""

    domain: Domain | None = None


class Address(View, rename="camel"):
    """An active address."""

    email: _Email
    expires_at: Annotated[Time, about("From then on it takes no mail and is not found")]
    created_at: Time
    id: Annotated[
        str, about("Names this life of the address; a later one has another", format="uuid")
    ]

    @classmethod
    def of(cls, inbox: Inbox, **more: Any) -> Self:
        """An address as anybody sees it."""
        return cls.of_model(inbox, email=str(inbox.address), id=str(inbox.id), **more)


class NewAddress(Address):
    """A new address. Everybody who knows it can read its mail."""

    access_token: Annotated[str, about("Needed to delete; shown once and kept only as a hash")] = (
        field(name="access_token")
    )


class AddressStatus(View, rename="camel"):
    """An active address and what it holds."""

    email: _Email
    active: bool
    created_at: Time
    expires_at: Time
    message_count: Annotated[Count, about("Messages it holds now")]
    sequence: Annotated[Count, about("The `seq` of its newest message so far, 0 before the first")]
    inbox_full: InboxFullOrNot

    @classmethod
    def of(cls, inbox: Inbox) -> Self:
        """How an active address is."""
        return cls.of_model(
            inbox,
            email=str(inbox.address),
            active=True,
            message_count=inbox.held_messages,
            inbox_full=InboxFull.of(inbox.overflow),
        )


class DeletedAddress(View):
    """What is answered when an address is gone."""

    email: _Email
    deleted: bool = True


class DomainName(View, rename="camel"):
    """A domain that inboxes can be made at."""

    name: Annotated[str, about(examples=["mayfly.example"])]
    is_default: Annotated[bool, about("Whether inboxes are made there if none is named")]


class DomainNames(View):
    """The domains that inboxes can be made at; the first is the default one."""

    domains: list[DomainName]

    @classmethod
    def of(cls, active: Sequence[str]) -> Self:
        """The names of the active ones, in their order."""
        return cls(
            domains=[DomainName(name=name, is_default=at == 0) for at, name in enumerate(active)]
        )
