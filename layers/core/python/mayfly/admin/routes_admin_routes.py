"""The paths of whoever runs the deployment (document 003)."""

from mayfly.kit.http.routing_route import ADMIN, Route

_DOMAINS = "/v1/admin/domains"
_DOMAIN = "/v1/admin/domains/{domainId}"

_SENDING = "/v1/admin/accounts/{accountId}/sending"

ADMIN_ROUTES: tuple[Route, ...] = (
    Route("add_domain", "POST", _DOMAINS, "Add a mail domain", "admin", ADMIN),
    Route("list_domains", "GET", _DOMAINS, "List the mail domains", "admin", ADMIN),
    Route("change_domain", "PUT", _DOMAIN, "Change a mail domain", "admin", ADMIN),
    Route("delete_domain", "DELETE", _DOMAIN, "Remove a mail domain", "admin", ADMIN),
    Route("generate_inboxes", "POST", "/v1/admin/generate", "Generate inboxes", "admin", ADMIN),
    Route("export_inboxes", "GET", "/v1/admin/export", "Export them", "admin", ADMIN),
    Route(
        "hand_out_reset",
        "POST",
        "/v1/admin/accounts/password-reset",
        "Make a token for an account's new password",
        "admin",
        ADMIN,
    ),
    Route(
        "list_approvals",
        "GET",
        "/v1/admin/accounts/sending",
        "Which accounts may send, or ask to",
        "admin",
        ADMIN,
    ),
    Route("show_approval", "GET", _SENDING, "Whether an account may send", "admin", ADMIN),
    Route("decide_approval", "PUT", _SENDING, "Let it send, or not", "admin", ADMIN),
    Route("show_stats", "GET", "/v1/admin/stats", "Count everything", "admin", ADMIN),
)
