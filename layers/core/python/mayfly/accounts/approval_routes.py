"""The operations that say which accounts may send mail: accounts ask, admins decide."""

from mayfly.accounts.approval_schemas import (
    PARAMETERS,
    Approval,
    ApprovalDecision,
    Approvals,
    AskedApproval,
    WantedApproval,
    list_query,
)
from mayfly.accounts.models import Account
from mayfly.admission.callers import ADMIN_KEY, account_with
from mayfly.api_keys.models import Scope
from mayfly.kit.http.route import ADMIN, Call, Routes

_ACCOUNTS = "/v1/admin/accounts/sending"
_ACCOUNT = "/v1/admin/accounts/{accountId}/sending"
_NO_ACCOUNT = {404: "There is no such account"}
asking = Routes("sending")
deciding = Routes("admin")


@asking(
    "POST",
    "/api/v1/emails/approval",
    "Ask for the approval to send",
    account_with(Scope.SEND),
    means="How the account stands now",
    status=202,
)
def ask_to_send(call: Call[Account, WantedApproval]) -> AskedApproval:
    """Where accounts send only once an admin has approved it: until then sending is 403. Asking
    once more changes nothing; `GET /api/v1/emails/stats` says how it stands.
    """
    account = str(call.caller.id)
    return AskedApproval(approval=call.flows.accounts.approval.ask(account, call.body.text()))


@deciding(
    "GET",
    _ACCOUNTS,
    "List the accounts that may send, or ask to",
    ADMIN_KEY,
    means="Some of them, by the account's id",
    query=PARAMETERS,
    limit=ADMIN,
)
def list_approvals(call: Call[None, None]) -> Approvals:
    """Those that ask, with `state=asked`. A page may be short and not the last."""
    return Approvals.of(*call.flows.accounts.approval.page(*list_query(call.request.query)))


@deciding(
    "GET",
    _ACCOUNT,
    "Show whether an account may send",
    ADMIN_KEY,
    means="How it stands",
    errors=_NO_ACCOUNT,
    limit=ADMIN,
)
def show_approval(call: Call[None, None]) -> Approval:
    return Approval.of(*call.flows.accounts.approval.show(call.parameter("accountId")))


@deciding(
    "PUT",
    _ACCOUNT,
    "Let an account send, or not",
    ADMIN_KEY,
    means="How it stands now",
    errors=_NO_ACCOUNT,
    limit=ADMIN,
)
def decide_approval(call: Call[None, ApprovalDecision]) -> Approval:
    """Counts at once, also for mail that is accepted and not sent yet. It need not have been asked
    for.
    """
    approvals = call.flows.accounts.approval
    return Approval.of(*approvals.decide(call.parameter("accountId"), call.body.approved))
