"""The operations of statistics by day: an account's own, and the deployment's for admins."""

from mayfly.accounts.models import Account
from mayfly.admission.callers import ADMIN_KEY, account_with
from mayfly.api_keys.models import Scope
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.route import ADMIN, FETCH, Call, Good, Routes
from mayfly.kit.http.spreadsheet import CSV_TYPE, attachment_headers
from mayfly.stats.queries import STATS_PARAMETERS, read_group, read_period, wants_csv
from mayfly.stats.schemas import DailyStats

_ANSWERS = [
    Good(200, "Counts by day, some minutes old", DailyStats),
    Good(
        200,
        "The lines",
        {"type": "string"},
        CSV_TYPE,
        {"Content-Disposition": "With `csv`: the file's name (RFC 6266)"},
    ),
]
_ERRORS = {400: "A parameter cannot be, or there are too many days and domains for one answer"}
api = Routes("statistics")


@api(
    "GET",
    "/api/v1/stats",
    "Get statistics by day",
    account_with(Scope.READ),
    answers=_ANSWERS,
    errors=_ERRORS,
    query=STATS_PARAMETERS,
    limit=FETCH,
)
def own_stats(call: Call[Account, None]) -> Answer:
    """What came to the account's mailboxes, and what it sent.

    Each thing is counted once, on the day (UTC) on which it happened; days are kept for 13 months.
    Who opens a message or follows a link is not tracked.
    """
    return _answered(call, str(call.caller.id))


@api(
    "GET",
    "/v1/admin/stats/history",
    "Get the deployment's statistics by day",
    ADMIN_KEY,
    answers=_ANSWERS,
    errors=_ERRORS,
    query=STATS_PARAMETERS,
    limit=ADMIN,
)
def all_stats(call: Call[None, None]) -> Answer:
    """The same for all inboxes and accounts together, deliveries to nobody included."""
    return _answered(call, "")


def _answered(call: Call[Account, None] | Call[None, None], owner: str) -> Answer:
    service, query = call.flows.stats.service, call.request.query
    period, by = read_period(query, service.usual()), read_group(query)
    is_csv = wants_csv(query)
    found = DailyStats.of(period, by, *service.history(owner, period, by))
    if is_csv:
        return Answer(200, found.csv(), attachment_headers("mayfly-stats.csv"))
    return json_answer(found, 200)
