"""The JSON of what is counted."""

from typing import Annotated, Any, Self

from mayfly.admin.models import Survey
from mayfly.kit.clock import precise_stamp
from mayfly.kit.http.schemas import Count, PreciseTime, View, about
from mayfly.receiving.models import DropReason, Tally

_EVER = "since the deployment began; a delivery is one mail at one recipient"
_REASONS: dict[str, Any] = {each.value: {"type": "integer", "minimum": 0} for each in DropReason}


class InboxCounts(View):
    """Inboxes by their state."""

    active: Count
    expired: Annotated[Count, about("Until their address may be taken again")]
    deleted: Annotated[Count, about("Likewise")]
    public: Annotated[Count, about("Of the active ones, those that open to their address")]
    private: Annotated[Count, about("Of the active ones, those that open to a token")]
    mailboxes: Annotated[Count, about("Of the active ones, those that an account owns")]


class MessageCounts(View):
    """Messages that are held, and what became of deliveries."""

    held: Annotated[Count, about("At most: some may have expired in inboxes that go on")]
    accepted: Annotated[Count, about(f"Deliveries accepted, {_EVER}")]
    stored: Annotated[Count, about(f"Deliveries that became messages, {_EVER}")]
    dropped: Annotated[Count, about(f"Deliveries dropped, {_EVER}")]
    dropped_by_reason: Annotated[dict[str, Count], about(properties=_REASONS, required=[*_REASONS])]

    @classmethod
    def of(cls, held: int, tally: Tally) -> Self:
        """Each reason is there, also one that dropped nothing."""
        return cls(
            held=held,
            accepted=tally.accepted,
            stored=tally.stored,
            dropped=sum(tally.dropped.values()),
            dropped_by_reason={each.value: tally.dropped.get(each, 0) for each in DropReason},
        )


class TokenCounts(View):
    """Tokens are signed and kept nowhere: how many there are is not known."""

    rotations: Annotated[Count, about("How often tokens of the inboxes above were exchanged")]


class DomainCounts(View):
    """Mail domains, those of accounts, too."""

    total: Count
    active: Count


class Stats(View):
    """Everything that is counted."""

    inboxes: InboxCounts
    messages: MessageCounts
    tokens: TokenCounts
    domains: DomainCounts
    counted_at: Annotated[PreciseTime, about("Counts are up to ten seconds old")]
    complete: Annotated[
        bool,
        about(
            "If false, the table was too large to count in one request: `inboxes`, `held` and"
            " `rotations` are lower bounds"
        ),
    ]

    @classmethod
    def of(cls, survey: Survey) -> Self:
        """Everything that was counted."""
        headcount = survey.inboxes.headcount
        return cls(
            inboxes=InboxCounts.of_model(headcount),
            messages=MessageCounts.of(headcount.held_messages, survey.deliveries),
            tokens=TokenCounts(rotations=headcount.rotations),
            domains=DomainCounts(total=survey.domains, active=survey.active_domains),
            counted_at=precise_stamp(survey.counted_at),
            complete=survey.inboxes.is_complete,
        )
