"""What the operations of admins take and give: read by the OpenAPI document."""

from mayfly.accounts import approval_schemas as approvals
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, Good, Operation

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
