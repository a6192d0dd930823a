"""Forwarding: where rules may forward mail to, once its reader has confirmed it.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A destination of forwarding."""

    address: str
    with_lists: bool
    is_confirmed: bool
    created_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """An account's destinations."""

    destinations: "list[Destination]"
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedDestination:
    """What is answered when nothing is forwarded there any more."""

    address: str
    removed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedDestination:
    """What is answered to who reads mail there."""

    address: str
    confirmed: bool


class ForwardingApi(Subject[M]):
    """Where rules may forward mail to, once its reader has confirmed it."""

    @operation("POST", "/api/user/forwarding", Destination, ("token",))
    def ask_destination(self, *, address: str, with_lists: bool | None = None) -> Sent:
        """Ask a destination for forwarding.

        Mails a token there, good for a day. Who reads that mail confirms it; until then
        nothing is forwarded. Asked again, another token goes there and the one before is
        dead; one that is confirmed stays so.
        """
        return Sent(body={"address": address, "withLists": with_lists})

    @operation("GET", "/api/user/forwarding", Destinations, ("token",))
    def list_destinations(self) -> Sent:
        """List destinations of forwarding."""
        return Sent()

    @operation("DELETE", "/api/user/forwarding/{address}", RemovedDestination, ("token",))
    def remove_destination(self, address: str) -> Sent:
        """Remove a destination of forwarding. Rules that name it go on, and forward nothing."""
        return Sent((address,))

    @operation("POST", "/api/forwarding/confirm", ConfirmedDestination)
    def confirm_destination(self, *, token: str) -> Sent:
        """Confirm a destination of forwarding.

        With the token that was mailed there, which is good once. A program that looks at
        links in mail confirms nothing: it takes a POST.
        """
        return Sent(body={"token": token})

    @operation("POST", "/api/forwarding/stop", ConfirmedDestination)
    def stop_forwarding(self, *, token: str) -> Sent:
        """End forwarding to a destination.

        By who reads mail there, with the token that was mailed there; at any time.
        """
        return Sent(body={"token": token})
