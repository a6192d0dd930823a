"""Query parameters of deleting by filter: what they may be, and how they are described."""

from mayfly import limits
from mayfly.errors import InvalidInput
from mayfly.filters.fields import NAMES
from mayfly.filters.models import Filter
from mayfly.filters.queries import FILTER_PARAMETERS, read_filter
from mayfly.kit.http.query import (
    MAX_SEQUENCE,
    Query,
    parameter,
    spam_parameter,
    wants_spam,
    whole_number,
)

ABOUT_DELETION = (
    f"At most {limits.BULK_MESSAGES} in one request, the oldest ones first: with `more`, ask again"
    " with `after` from `seq`. A request that names no filter is refused."
)
BUSY_INBOX = {503: "Too many wrote at once; it can be tried again, and what is gone is gone"}
DELETE_PARAMETERS = [
    parameter(
        "after",
        {"type": "integer", "minimum": 0, "maximum": MAX_SEQUENCE},
        "Only messages with a number above this: `seq` of the answer before.",
    ),
    spam_parameter(),
    *FILTER_PARAMETERS,
]


def read_deletion(query: Query, *others: str) -> tuple[int, Filter]:
    """After which number, and which messages; `others` are parameters that say so, too.

    InvalidInput where none says which: what is deleted cannot be had back.
    """
    after, wanted = whole_number("after", query.get("after"), 0, MAX_SEQUENCE), read_filter(query)
    wants_spam(query)  # what cannot be is named before what is missing
    if not wanted and not any(each in query for each in others):
        raise InvalidInput(
            f"say which messages: {', '.join((*NAMES, *others))}; all are `since` a day long ago"
        )
    return after or 0, wanted
