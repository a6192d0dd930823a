"""The operations that say which accounts may send mail."""

from collections.abc import Callable

from mayfly.accounts import approval_schemas as approvals
from mayfly.admin.routes import admitted
from mayfly.admission.callers import caller_of
from mayfly.api_keys.models import Scope
from mayfly.assembly import Assembly
from mayfly.kit.http.body import wanted_flag
from mayfly.kit.http.messages import Answer, Request, json_answer


def ask_to_send(request: Request, flows: Assembly) -> Answer:
    account = str(caller_of(request, flows, Scope.SEND).id)
    purpose = approvals.wanted_purpose(request.document("purpose"))
    return json_answer(approvals.asked(flows.accounts.approval.ask(account, purpose)), 202)


def list_approvals(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    found, cursor = flows.accounts.approval.page(*approvals.list_query(request.query))
    return json_answer(approvals.listed(found, cursor))


def show_approval(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    return json_answer(
        approvals.shown(*flows.accounts.approval.show(request.parameters["accountId"]))
    )


def decide_approval(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    is_approved = wanted_flag(request.document("approved"), "approved")
    decided = flows.accounts.approval.decide(request.parameters["accountId"], is_approved)
    return json_answer(approvals.shown(*decided))


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "ask_to_send": ask_to_send,
    "list_approvals": list_approvals,
    "show_approval": show_approval,
    "decide_approval": decide_approval,
}
