"""Addresses: public: everybody who knows the address can read its mail.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """A new address. Everybody who knows it can read its mail."""

    email: str
    expires_at: datetime
    created_at: datetime
    id: str
    access_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An active address."""

    email: str
    expires_at: datetime
    created_at: datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletedAddress:
    """What is answered when an address is gone."""

    email: str
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFull:
    """Since when mail is dropped, and how many."""

    since: datetime
    dropped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressStatus:
    """An active address and what it holds."""

    email: str
    active: bool
    created_at: datetime
    expires_at: datetime
    message_count: int
    sequence: int
    inbox_full: "InboxFull | None"


class AddressesApi(Subject[M]):
    """Public: everybody who knows the address can read its mail."""

    @operation("POST", "/api/emails", NewAddress)
    def create_address(self, *, domain: str | None = None) -> Sent:
        """Create an address.

        Its name is random and cannot be chosen: it is the key to its mail.
        """
        return Sent(body={"domain": domain})

    @operation("GET", "/api/emails/{email}", Address)
    def show_address(self, email: str) -> Sent:
        """Show an address."""
        return Sent((email,))

    @operation("DELETE", "/api/emails/{email}", DeletedAddress, ("token",))
    def delete_address(self, email: str) -> Sent:
        """Delete an address.

        Works after the address has expired, too, to delete the messages it still shows.
        """
        return Sent((email,))

    @operation("GET", "/api/emails/{email}/status", AddressStatus)
    def address_status(self, email: str) -> Sent:
        """Show what an address holds."""
        return Sent((email,))
