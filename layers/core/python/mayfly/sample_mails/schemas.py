"""The JSON of a sample message that is on its way."""

from typing import Annotated, Self

from mayfly.inboxes.models import Inbox
from mayfly.kit.http.schemas import Count, View, about

ABOUT = (
    "For trying `wait`: a message with a code comes in, as any other does, within a second or so."
    " It counts as one more inbox for `RATE_LIMIT_CREATE`."
)


class SampleSent(View):
    """A sample message is on its way."""

    email: Annotated[str, about("Where it will be")]
    seq: Annotated[Count, about("The newest message before it: `after` of the wait for it")]

    @classmethod
    def of(cls, inbox: Inbox) -> Self:
        """Into this inbox, as it was before."""
        return cls(email=str(inbox.address), seq=inbox.sequence)
