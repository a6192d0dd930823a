"""The parameters of lists of outgoing messages, read and described."""

from mayfly import limits
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.kit.clock import instant
from mayfly.kit.http.query import Query, choice, limit_parameter, parameter, whole_number
from mayfly.sending.draft import Correspondent
from mayfly.sending.errors import EmailNotFound
from mayfly.sending.models import State, known_id
from mayfly.sending.ports import Filter

_NO_CURSOR = "cursor must be that of the answer before"


def email_query(query: Query) -> tuple[Filter, int, str]:
    """Which emails to list, how many, and before which; InvalidInput names what cannot be."""
    state, since = query.get("status"), query.get("since")
    if state is not None:
        choice("status", state, [*State])
    criteria = Filter(
        None if state is None else State(state),
        _address(query, "from"),
        _address(query, "to"),
        # A `+` that was not encoded has become a space.
        instant("since", since and since.replace(" ", "+")),
    )
    return criteria, _limit(query), _cursor(query)


def suppression_query(query: Query) -> tuple[int, str]:
    """How many to list, and after which address."""
    cursor = query.get("cursor", "")
    try:
        return _limit(query), Correspondent.parse(cursor.replace(" ", "+")).key if cursor else ""
    except InvalidAddress as error:
        raise InvalidInput(_NO_CURSOR) from error


def _limit(query: Query) -> int:
    most = limits.MAX_PAGE_MESSAGES
    return whole_number("limit", query.get("limit"), 1, most) or limits.PAGE_MESSAGES


def _cursor(query: Query) -> str:
    cursor = query.get("cursor", "")
    try:
        return known_id(cursor) if cursor else ""
    except EmailNotFound as error:
        raise InvalidInput(_NO_CURSOR) from error


def _address(query: Query, name: str) -> str | None:
    try:
        # A `+` that was not encoded has become a space, and no plain address has one.
        return Correspondent.parse(query[name].replace(" ", "+")).key if name in query else None
    except InvalidAddress as error:
        raise InvalidInput(f"{name}: {error}") from error


_PAGING = [
    limit_parameter("How many at most."),
    parameter("cursor", {"type": "string"}, "Continues a list: `cursor` of the answer before."),
]
SUPPRESSION_PARAMETERS = _PAGING
EMAIL_PARAMETERS = [
    *_PAGING,
    parameter("status", {"type": "string", "enum": [*State]}, "Only these."),
    parameter("from", {"type": "string"}, "Only mail from this address."),
    parameter("to", {"type": "string"}, "Only mail to this address, as to, cc or bcc."),
    parameter(
        "since",
        {"type": "string", "format": "date-time"},
        "Only mail accepted at this time or later.",
    ),
]
IDEMPOTENCY_PARAMETER: dict[str, object] = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": limits.MAX_IDEMPOTENCY_KEY_CHARS},
    "description": "The same request with the same key, within 24 hours, sends no second mail.",
}
