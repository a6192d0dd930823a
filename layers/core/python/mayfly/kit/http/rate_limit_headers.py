"""The headers of document 003 that say how often a client may still ask."""

from mayfly import limits
from mayfly.rate_limits.models import Allowance

LIMIT = "X-RateLimit-Limit"
REMAINING = "X-RateLimit-Remaining"
RESET = "X-RateLimit-Reset"
RETRY_AFTER = "Retry-After"

_MEANINGS = {
    LIMIT: (
        "How many requests this client may send in a minute, or in RATE_LIMIT_WINDOW: of all"
        " limits, the nearest"
    ),
    REMAINING: "How many of them are left",
    RESET: "When counting starts anew, in epoch seconds",
    RETRY_AFTER: "In how many seconds the request may be sent again",
}
HEADERS: dict[str, object] = {
    name: {"description": meaning, "schema": {"type": "integer"}}
    for name, meaning in _MEANINGS.items()
}
"""As the OpenAPI document describes them, once for all answers."""

NO_PLACE = {
    RETRY_AFTER: "There was no place to wait at (`WAITS_AT_ONCE`, `WAITS_PER_ADDRESS`,"
    " `WAITS_PER_HOLDER`): in how many seconds to ask again"
}
"""The header of a list that should have waited and did not, as the OpenAPI document has it."""


def no_place() -> dict[str, str]:
    """That header, for an answer."""
    return {RETRY_AFTER: str(int(limits.WAIT_RETRY.total_seconds()))}


def headers(allowance: Allowance) -> dict[str, str]:
    """The headers of an answer."""
    return {
        LIMIT: str(allowance.limit),
        REMAINING: str(allowance.remaining),
        RESET: str(int(allowance.resets_at.timestamp())),
    }


def describe(status: int) -> dict[str, object]:
    """The headers of an answer with this status, for the OpenAPI document."""
    names = [LIMIT, REMAINING, RESET, *([RETRY_AFTER] if status == 429 else [])]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
