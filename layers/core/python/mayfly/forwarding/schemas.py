"""The JSON of forwarding."""

from collections.abc import Sequence
from typing import Annotated, Self

from mayfly import limits
from mayfly.forwarding import models
from mayfly.kit.clock import stamp_or_none
from mayfly.kit.http.schemas import Body, Count, Time, View, about

_REASONS = ", ".join(f"`{each}`" for each in models.Skip)
_Address = Annotated[str, about("Where to", examples=["ann@elsewhere.example"])]


class WantedDestination(Body, rename="camel"):
    """An address that an account wants mail to be forwarded to."""

    EXAMPLE = {"address": "ann@elsewhere.example"}

    address: Annotated[str, about("One of your own, not of this service", max_length=320)]
    with_lists: Annotated[
        bool, about("Whether what mailing lists and bulk senders send goes there, too")
    ] = False


class Destination(View, rename="camel"):
    """A destination of forwarding."""

    address: _Address
    with_lists: bool
    is_confirmed: Annotated[bool, about("Whether its reader has confirmed it: else nothing goes")]
    created_at: Time
    confirmed_at: Time | None

    @classmethod
    def of(cls, found: models.Destination) -> Self:
        """A destination as its account sees it."""
        return cls.of_model(found, is_confirmed=found.confirmed_at is not None)


class Destinations(View):
    """An account's destinations."""

    destinations: list[Destination]
    limit: Annotated[Count, about("How many there may be")]

    @classmethod
    def of(cls, found: Sequence[models.Destination]) -> Self:
        """All of them."""
        listed = list(map(Destination.of, found))
        return cls(destinations=listed, limit=limits.FORWARD_DESTINATIONS)


class RemovedDestination(View):
    """What is answered when nothing is forwarded there any more."""

    address: _Address
    removed: bool = True


class ForwardingToken(Body):
    """The token that was mailed to a destination."""

    EXAMPLE = {"token": "eyJhbGciOi…"}

    token: Annotated[str, about(max_length=limits.MAX_TOKEN_CHARS)]


class ConfirmedDestination(View):
    """What is answered to who reads mail there."""

    address: _Address
    confirmed: bool


class Forwarded(View, rename="camel"):
    """What became of a message at one destination."""

    to: _Address
    status: Annotated[
        str,
        about(
            "`pending`: under way; `skipped`: not sent, `reason` says why; else the status of the"
            " email `emailId` (`GET /api/v1/emails/{emailId}`)",
            examples=["delivered"],
        ),
    ]
    email_id: str | None
    reason: Annotated[str | None, about(f"If it was not sent: {_REASONS}, or why sending failed")]
    at: Annotated[Time | None, about("Of the last that was heard of it")]

    @classmethod
    def of(cls, told: models.Told) -> Self:
        """What was told."""
        return cls(
            to=told.address,
            status=told.status,
            email_id=told.mail or None,
            reason=told.why or None,
            at=stamp_or_none(told.at),
        )
