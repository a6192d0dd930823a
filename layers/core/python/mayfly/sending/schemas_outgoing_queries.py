"""What is asked of lists of mails that go out: their parameters, read and described."""

from dataclasses import dataclass
from datetime import datetime

from mayfly import limits
from mayfly.errors import InvalidAddress, InvalidInput
from mayfly.kit.http.query import Query, choice, limit_parameter, parameter, whole_number
from mayfly.sending.draft_draft import Correspondent
from mayfly.sending.models import State
from mayfly.sending.models_outgoing_id import known_id
from mayfly.sending.ports import Filter

_NO_CURSOR = "cursor must be that of the answer before"


@dataclass(frozen=True, slots=True)
class EmailQuery:
    """What part of the list of mails is asked for."""

    wanted: Filter
    limit: int
    cursor: str


def email_query(query: Query) -> EmailQuery:
    """Read the parameters; InvalidInput names the one that cannot be."""
    state = query.get("status")
    if state is not None:
        choice("status", state, [each.value for each in State])
    return EmailQuery(
        Filter(
            None if state is None else State(state),
            _address(query, "from"),
            _address(query, "to"),
            _since(query.get("since")),
        ),
        _limit(query),
        _cursor(query),
    )


def suppression_query(query: Query) -> tuple[int, str]:
    """How many are asked for, and after which address."""
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
    except Exception as error:
        raise InvalidInput(_NO_CURSOR) from error


def _address(query: Query, name: str) -> str | None:
    try:
        # A `+` that was not encoded has become a space, and no plain address has one.
        return Correspondent.parse(query[name].replace(" ", "+")).key if name in query else None
    except InvalidAddress as error:
        raise InvalidInput(f"{name}: {error}") from error


def _since(given: str | None) -> datetime | None:
    try:
        # A `+` that was not encoded has become a space.
        since = datetime.fromisoformat(given.replace(" ", "+")) if given is not None else None
    except ValueError as error:
        raise InvalidInput("since must be a time with its zone") from error
    if since is not None and since.tzinfo is None:
        raise InvalidInput("since must be a time with its zone")
    return since


_PAGING = [
    limit_parameter("How many at most."),
    parameter("cursor", {"type": "string"}, "Continues a list: `cursor` of the answer before."),
]
SUPPRESSION_PARAMETERS = _PAGING
EMAIL_PARAMETERS = [
    *_PAGING,
    parameter("status", {"type": "string", "enum": [each.value for each in State]}, "Only these."),
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
