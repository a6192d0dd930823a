"""The operations of admins: password resets, and statistics."""

from mayfly.accounts.schemas import ForgottenPassword, HandedOutReset
from mayfly.admin.schemas import Stats
from mayfly.admission.callers import ADMIN_KEY
from mayfly.kit.http.route import ADMIN, Call, Routes

api = Routes("admin")


@api(
    "POST",
    "/v1/admin/accounts/password-reset",
    "Create a token for an account's new password",
    ADMIN_KEY,
    means="A new token; those before are dead",
    status=201,
    errors={
        404: "There is no such account",
        503: "Too many changed it at once; it can be tried again",
    },
    limit=ADMIN,
)
def hand_out_reset(call: Call[None, ForgottenPassword]) -> HandedOutReset:
    """For an owner whom you know, where this service sends no email.

    The token opens the account: for 30 minutes, once, at
    `POST /api/users/password/reset`.
    """
    return HandedOutReset.of(call.flows.accounts.password_reset.hand_out(call.body.email))


@api(
    "GET",
    "/v1/admin/stats",
    "Count everything",
    ADMIN_KEY,
    means="Counts, up to ten seconds old",
    limit=ADMIN,
)
def show_stats(call: Call[None, None]) -> Stats:
    """Reads the whole table, which takes time and costs; `complete` says if it got there."""
    return Stats.of(call.flows.admin.stats.survey())
