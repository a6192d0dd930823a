"""The JSON of what a wait came to."""

from typing import Annotated, Any, Literal, Self

from mayfly.kit.http.schemas import Count, View, about
from mayfly.mail.codes.models import Confidence, Where
from mayfly.waits.models import Arrival

_WHERE = (
    "`domain-bound`: a line `@host #code`. `action`: a ViewAction of schema.org. `words`: found by"
    " words, as `confirmation`. Null without a value"
)


class Waited(View):
    """What a wait came to. No answer in time is an answer, too: ask again with `after=seq`."""

    status: Literal["found", "timeout"]
    value: Annotated[str | None, about("The code or the link; null if none was asked for")]
    confidence: Annotated[
        Confidence | None,
        about(
            "`high` where the sender has marked the value for programs. It says nothing of whether"
            " the sender is who it claims to be"
        ),
    ]
    where: Annotated[Where | None, about(_WHERE)]
    seq: Annotated[Count, about("The number that has been looked up to: `after` of the next wait")]

    @classmethod
    def of_arrival(cls, arrival: Arrival, **message: Any) -> Self:
        """The answer; `message` is the message as this kind of inbox shows it."""
        evidence = arrival.evidence
        return cls(
            status="found" if arrival.message else "timeout",
            value=evidence.value if evidence else None,
            confidence=evidence.confidence if evidence else None,
            where=evidence.where if evidence else None,
            seq=arrival.sequence,
            **message,
        )
