"""The operations of admins (document 003): each lets in who has the admin key, and nobody else."""

from collections.abc import Callable
from functools import partial

from mayfly.accounts import approval_schemas as approvals
from mayfly.accounts import schemas as users
from mayfly.admin import schemas as stats
from mayfly.assembly import Assembly
from mayfly.domains import admin_schemas as domains
from mayfly.errors import DomainNotFound, InvalidInput
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.routing import ADMIN, BAD_BODY, LARGE_BODY, Good, Operation, Route


def admitted(request: Request, flows: Assembly) -> None:
    """Unauthenticated unless the admin key was sent. Comes first: nothing else is read before."""
    flows.admin.gate.admit(request.admin_key)


def add_domain(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    sent = request.document(*domains.ADD_FIELDS)
    added = flows.domains.register.add(domains.wanted_name(sent), domains.wanted_server(sent))
    return json_answer(domains.shown(added), 201)


def list_domains(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    return json_answer(domains.listed(flows.domains.service.all()))


def change_domain(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    sent = request.document(*domains.CHANGE_FIELDS)
    server = partial(domains.wanted_server, sent) if domains.changes_server(sent) else None
    domain_id = request.parameters["domainId"]
    is_active = domains.wanted_activity(sent)
    try:
        changed = flows.domains.register.change(domain_id, is_active, server)
    except DomainNotFound:
        theirs = flows.domains.service.found(domain_id)
        if server is not None:
            raise InvalidInput("an account's domain has no POP3 server") from None
        changed = theirs if is_active is None else flows.domains.service.switch(theirs, is_active)
    return json_answer(domains.shown(changed))


def delete_domain(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    domain_id = request.parameters["domainId"]
    try:
        removed = flows.domains.register.remove(domain_id)
    except DomainNotFound:
        removed = flows.domains.claims.remove(
            flows.domains.service.found(domain_id).owner, domain_id
        )
    return json_answer(domains.deleted(removed))


def hand_out_reset(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    email = users.required_text(request.document("email"), "email")
    return json_answer(users.handed_out(flows.accounts.recovery.hand_out(email)), 201)


def show_stats(request: Request, flows: Assembly) -> Answer:
    admitted(request, flows)
    return json_answer(stats.shown(flows.admin.stats.survey()))


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "add_domain": add_domain,
    "list_domains": list_domains,
    "change_domain": change_domain,
    "delete_domain": delete_domain,
    "hand_out_reset": hand_out_reset,
    "show_stats": show_stats,
}

ADMIN_ERRORS = {401: "There is no admin key, or it is not the one"}
_NO_DOMAIN = "There is no such domain"
_NO_ACCOUNT = "There is no such account"
_BUSY = "Too many changed it at once; it can be tried again"

ADMIN_OPERATIONS: dict[str, Operation] = {
    "add_domain": Operation(
        [Good(201, "The new domain; its mail comes once SES and DNS know it, too", "Domain")],
        {
            **ADMIN_ERRORS,
            400: f"{BAD_BODY}, or this is no domain name",
            409: "The domain is there already",
            413: LARGE_BODY,
            503: _BUSY,
        },
        about=(
            "Inboxes can be made there within ten seconds. Mail comes once SES has verified the"
            " domain in the deployment's region and its MX record leads there: nothing here does"
            " that, or looks whether it is done."
        ),
        body="WantedDomain",
        body_required=True,
        needs_admin_key=True,
    ),
    "list_domains": Operation(
        [Good(200, "All of them: the deployment's first, then by name", "Domains")],
        ADMIN_ERRORS,
        needs_admin_key=True,
    ),
    "change_domain": Operation(
        [Good(200, "The domain as it is now", "Domain")],
        {**ADMIN_ERRORS, 400: BAD_BODY, 404: _NO_DOMAIN, 413: LARGE_BODY, 503: _BUSY},
        about=(
            "At an inactive domain no inbox is made, within ten seconds; those it has go on."
            " The three `pop3_` fields change together."
        ),
        body="DomainChange",
        body_required=True,
        needs_admin_key=True,
    ),
    "delete_domain": Operation(
        [Good(200, "It is gone; inboxes that are there go on", "DeletedDomain")],
        {**ADMIN_ERRORS, 404: _NO_DOMAIN, 409: "The deployment's settings name it"},
        needs_admin_key=True,
    ),
    "hand_out_reset": Operation(
        [Good(201, "A new token; those before are dead", "HandedOutReset")],
        {**ADMIN_ERRORS, 400: BAD_BODY, 404: _NO_ACCOUNT, 413: LARGE_BODY, 503: _BUSY},
        about=(
            "For an owner whom you know, where this service sends no mail. Whoever has the token"
            " has the account: for 30 minutes, once, at `POST /api/users/password/reset`."
        ),
        body="ForgottenPassword",
        body_required=True,
        needs_admin_key=True,
    ),
    "list_approvals": Operation(
        [Good(200, "Some of them, by the account's id", "Approvals")],
        {**ADMIN_ERRORS, 400: "A parameter cannot be"},
        approvals.PARAMETERS,
        about="Those that ask, with `state=asked`. A page may be short and not the last.",
        needs_admin_key=True,
    ),
    "show_approval": Operation(
        [Good(200, "How it stands", "Approval")],
        {**ADMIN_ERRORS, 404: _NO_ACCOUNT},
        needs_admin_key=True,
    ),
    "decide_approval": Operation(
        [Good(200, "How it stands now", "Approval")],
        {**ADMIN_ERRORS, 400: BAD_BODY, 404: _NO_ACCOUNT, 413: LARGE_BODY},
        about=(
            "Counts at once, also for mail that is accepted and not sent yet. It need not have been"
            " asked for."
        ),
        body="ApprovalDecision",
        body_required=True,
        needs_admin_key=True,
    ),
    "show_stats": Operation(
        [Good(200, "Counts, up to ten seconds old", "Stats")],
        ADMIN_ERRORS,
        about="Reads the whole table, which takes time and costs; `complete` says if it got there.",
        needs_admin_key=True,
    ),
}

_DOMAINS = "/v1/admin/domains"
_DOMAIN = "/v1/admin/domains/{domainId}"

_SENDING = "/v1/admin/accounts/{accountId}/sending"

ADMIN_ROUTES: tuple[Route, ...] = (
    Route("add_domain", "POST", _DOMAINS, "Add a mail domain", "admin", ADMIN),
    Route("list_domains", "GET", _DOMAINS, "List mail domains", "admin", ADMIN),
    Route("change_domain", "PUT", _DOMAIN, "Update a mail domain", "admin", ADMIN),
    Route("delete_domain", "DELETE", _DOMAIN, "Delete a mail domain", "admin", ADMIN),
    Route("generate_inboxes", "POST", "/v1/admin/generate", "Generate inboxes", "admin", ADMIN),
    Route("export_inboxes", "GET", "/v1/admin/export", "Export generated inboxes", "admin", ADMIN),
    Route(
        "hand_out_reset",
        "POST",
        "/v1/admin/accounts/password-reset",
        "Create a password reset token",
        "admin",
        ADMIN,
    ),
    Route(
        "list_approvals",
        "GET",
        "/v1/admin/accounts/sending",
        "List sending approvals",
        "admin",
        ADMIN,
    ),
    Route("show_approval", "GET", _SENDING, "Get an account's sending approval", "admin", ADMIN),
    Route("decide_approval", "PUT", _SENDING, "Approve or refuse sending", "admin", ADMIN),
    Route("show_stats", "GET", "/v1/admin/stats", "Get statistics", "admin", ADMIN),
)
