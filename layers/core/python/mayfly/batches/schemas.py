"""Document 003's JSON of generated inboxes."""

from collections.abc import Sequence
from typing import Annotated, Self

from msgspec import UNSET, UnsetType

from mayfly import limits
from mayfly.batches import models
from mayfly.kit.http.schemas import Body, Count, View, about
from mayfly.private_inboxes.schemas import (
    LEAST_SECONDS,
    USUAL_SECONDS,
    InboxAddress,
    InboxId,
    OfInbox,
    TokenEnd,
    TokenText,
)

Password = Annotated[
    str,
    about(
        "Gets a token at `/v1/inboxes:login`; only admins can export it later",
        minLength=24,
        examples=["aB3xY9mKpQ7wR2nLkT5uV8jH"],
    ),
]


class WantedInboxes(Body):
    """Inboxes that an admin wants to be generated."""

    EXAMPLE = {"count": 50, "token_ttl_seconds": 86400}

    count: Annotated[int, about("How many", ge=1, le=limits.MAX_GENERATED)]
    domain_ids: (
        Annotated[
            list[Annotated[str, about(format="uuid")]],
            about(
                "At these domains in turn, each of them active; without it, at all active ones",
                must="a list of at least one domain's id",
                min_length=1,
            ),
        ]
        | None
    ) = None
    token_ttl_seconds: Annotated[
        int,
        about(
            "Seconds; the inboxes live at least as long",
            ge=LEAST_SECONDS,
            le=int(limits.MAX_ADMIN_TOKEN_LIFETIME.total_seconds()),
        ),
    ] = USUAL_SECONDS


class GeneratedInbox(OfInbox):
    """A new inbox, with all that opens it."""

    inbox_id: InboxId
    email_address: InboxAddress
    password: Password
    access_token: TokenText
    token_expires_at: TokenEnd


class GeneratedInboxes(View):
    """New private inboxes. Only this answer has their tokens."""

    batch_id: Annotated[str, about(format="uuid")]
    generated: Annotated[Count, about("How many there are in `inboxes`")]
    inboxes: list[GeneratedInbox]
    details: Annotated[
        list[str] | UnsetType,
        about("Only if fewer were generated than requested: how many are missing"),
    ] = UNSET

    @classmethod
    def of(cls, batch: str, inboxes: Sequence[models.Generated], wanted: int) -> Self:
        """What was generated; says so if it is less than was requested."""
        missing = wanted - len(inboxes)
        missed = [f"{missing} of {wanted} were not made; ask again for so many"]
        return cls(
            batch_id=batch,
            generated=len(inboxes),
            inboxes=[
                GeneratedInbox.of(each.inbox, each.token, password=each.password)
                for each in inboxes
            ],
            details=missed if missing else UNSET,
        )
