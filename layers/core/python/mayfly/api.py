"""Every operation of the API: the one list of the subjects that have any.

The cloud makes API Gateway methods of them, the laptop's gateway matches requests with them, the
handlers look their operation up by them, and the OpenAPI document describes them.
"""

from typing import Any

from mayfly.accounts import approval_routes as approvals
from mayfly.accounts import routes as users
from mayfly.accounts.routes import ACCOUNT_ROUTES
from mayfly.addresses import routes as operations
from mayfly.admin import routes as admin
from mayfly.admin.routes import ADMIN_ROUTES
from mayfly.api_keys import routes as api_keys
from mayfly.batches import routes as generated_inboxes
from mayfly.domains import routes as domains
from mayfly.domains.routes import DOMAIN_ROUTES
from mayfly.health import routes as health
from mayfly.health.routes import HEALTH_ROUTES
from mayfly.kit.http.every_operation import OPERATIONS
from mayfly.kit.http.route import Caller, Good, Route
from mayfly.kit.http.routing import CREATE, FETCH, UNLOCK
from mayfly.kit.http.routing import Route as Former
from mayfly.mailboxes import message_routes as mailbox_messages
from mayfly.mailboxes import routes as mailboxes
from mayfly.mailboxes.message_routes import MAILBOX_ROUTES
from mayfly.private_inboxes import routes as private_inboxes
from mayfly.relays import routes as relays
from mayfly.relays.routes import RELAY_ROUTES
from mayfly.sending import routes as outgoing
from mayfly.sending.routes import OUTGOING_ROUTES

_FUNCTIONS: dict[str, Any] = (
    operations.OPERATIONS
    | private_inboxes.OPERATIONS
    | admin.OPERATIONS
    | approvals.OPERATIONS
    | generated_inboxes.OPERATIONS
    | users.OPERATIONS
    | mailboxes.OPERATIONS
    | mailbox_messages.OPERATIONS
    | outgoing.OPERATIONS
    | domains.OPERATIONS
    | health.OPERATIONS
    | relays.OPERATIONS
)
_FORMER: tuple[Former, ...] = (
    Former("create_address", "POST", "/api/emails", "Make a new address", "addresses", CREATE),
    Former("show_address", "GET", "/api/emails/{email}", "Show an active address", "addresses"),
    Former("delete_address", "DELETE", "/api/emails/{email}", "Delete an address", "addresses"),
    Former("address_status", "GET", "/api/emails/{email}/status", "Count and times", "addresses"),
    Former(
        "list_messages", "GET", "/api/emails/{email}/messages", "List its mail", "messages", FETCH
    ),
    Former("show_message", "GET", "/api/messages/{id}", "Read a message", "messages"),
    Former("mark_message", "PATCH", "/api/messages/{id}", "Set the read flag", "messages"),
    Former("delete_message", "DELETE", "/api/messages/{id}", "Delete a message", "messages"),
    Former("raw_message", "GET", "/api/messages/{id}/raw", "The mail as it came in", "messages"),
    Former(
        "download_attachment",
        "GET",
        "/api/messages/{id}/attachments/{attachmentId}",
        "One attachment",
        "messages",
    ),
    Former(
        "create_inbox", "POST", "/v1/inboxes", "Make a private inbox", "private inboxes", CREATE
    ),
    Former(
        "login_inbox",
        "POST",
        "/v1/inboxes:login",
        "Get a token for its password",
        "private inboxes",
        UNLOCK,
    ),
    Former("show_inbox", "GET", "/v1/inboxes/{inboxId}", "Show an inbox", "private inboxes"),
    Former("delete_inbox", "DELETE", "/v1/inboxes/{inboxId}", "Delete it", "private inboxes"),
    # API Gateway takes a colon inside a path part; see docs/decisions/0022.
    Former(
        "rotate_token",
        "POST",
        "/v1/inboxes/{inboxId}/token:rotate",
        "Revoke its tokens and make a new one",
        "private inboxes",
    ),
    Former(
        "list_inbox_messages",
        "GET",
        "/v1/inboxes/{inboxId}/messages",
        "Read its mail",
        "private inboxes",
        FETCH,
    ),
    Former(
        "show_inbox_message",
        "GET",
        "/v1/inboxes/{inboxId}/messages/{uid}",
        "Read a message",
        "private inboxes",
    ),
    Former(
        "mark_inbox_message",
        "PATCH",
        "/v1/inboxes/{inboxId}/messages/{uid}",
        "Set the read flag",
        "private inboxes",
    ),
    Former(
        "delete_inbox_message",
        "DELETE",
        "/v1/inboxes/{inboxId}/messages/{uid}",
        "Delete a message",
        "private inboxes",
    ),
    Former(
        "raw_inbox_message",
        "GET",
        "/v1/inboxes/{inboxId}/messages/{uid}/raw",
        "The mail as it came in",
        "private inboxes",
    ),
    Former(
        "download_inbox_attachment",
        "GET",
        "/v1/inboxes/{inboxId}/messages/{uid}/attachments/{attachmentId}",
        "One attachment",
        "private inboxes",
    ),
    *ADMIN_ROUTES,
    *ACCOUNT_ROUTES,
    *MAILBOX_ROUTES,
    Former("domain_names", "GET", "/api/domains", "Where inboxes can be made", "service"),
    *OUTGOING_ROUTES,
    *DOMAIN_ROUTES,
    *RELAY_ROUTES,
    *HEALTH_ROUTES,
    Former("openapi", "GET", "/openapi.json", "This document", "service"),
    Former("docs", "GET", "/docs", "The API, to read and try", "service"),
    Former("api_docs", "GET", "/api-docs", "The same as /docs", "service"),
    Former("docs_file", "GET", "/docs/{file}", "Script and style of /docs", "service"),
)


def _formerly(route: Former) -> Route:
    operation = OPERATIONS[route.operation]
    function = _FUNCTIONS[route.operation]
    return Route(
        operation=route.operation,
        method=route.method,
        path=route.path,
        summary=route.summary,
        tag=route.tag,
        run=lambda call: function(call.request, call.flows),
        caller=Caller(
            lambda request, flows: None,
            needs_token=operation.needs_token,
            needs_admin_key=operation.needs_admin_key,
            cookies=operation.cookies,
            scope=operation.scope,
        ),
        answers=[
            Good(
                each.status,
                each.meaning,
                each.schema or each.inline_schema,
                each.content_type,
                each.headers,
            )
            for each in operation.answers
        ],
        takes=operation.body,
        own_errors=operation.own_errors,
        parameters=operation.parameters,
        about=operation.about,
        limit=route.limit,
        former_required=operation.body_required,
    )


ROUTES: tuple[Route, ...] = (
    *map(_formerly, _FORMER),
    *api_keys.api,
)
