"""Every path of the API and every action of the WebSocket, declared once.

The cloud makes API Gateway methods of them, the laptop's gateway matches requests with them, the
handlers look their operation up by them, and the OpenAPI document describes them.
"""

from mayfly.accounts.routes import ACCOUNT_ROUTES
from mayfly.admin.routes import ADMIN_ROUTES
from mayfly.api_keys.routes import KEY_ROUTES
from mayfly.domains.routes import DOMAIN_ROUTES
from mayfly.health.routes import HEALTH_ROUTES
from mayfly.kit.http.routing import CREATE, FETCH, UNLOCK, Route
from mayfly.mailboxes.message_routes import MAILBOX_ROUTES
from mayfly.relays.routes import RELAY_ROUTES
from mayfly.sending.routes import OUTGOING_ROUTES

ROUTES: tuple[Route, ...] = (
    Route("create_address", "POST", "/api/emails", "Create an address", "addresses", CREATE),
    Route("show_address", "GET", "/api/emails/{email}", "Get an address", "addresses"),
    Route("delete_address", "DELETE", "/api/emails/{email}", "Delete an address", "addresses"),
    Route(
        "address_status",
        "GET",
        "/api/emails/{email}/status",
        "Get an address's status",
        "addresses",
    ),
    Route(
        "list_messages",
        "GET",
        "/api/emails/{email}/messages",
        "List an address's messages",
        "messages",
        FETCH,
    ),
    Route("show_message", "GET", "/api/messages/{id}", "Get a message", "messages"),
    Route("mark_message", "PATCH", "/api/messages/{id}", "Set the read flag", "messages"),
    Route("delete_message", "DELETE", "/api/messages/{id}", "Delete a message", "messages"),
    Route("raw_message", "GET", "/api/messages/{id}/raw", "Download the raw message", "messages"),
    Route(
        "download_attachment",
        "GET",
        "/api/messages/{id}/attachments/{attachmentId}",
        "Download an attachment",
        "messages",
    ),
    Route(
        "create_inbox", "POST", "/v1/inboxes", "Create a private inbox", "private inboxes", CREATE
    ),
    Route(
        "login_inbox",
        "POST",
        "/v1/inboxes:login",
        "Log in to a private inbox",
        "private inboxes",
        UNLOCK,
    ),
    Route("show_inbox", "GET", "/v1/inboxes/{inboxId}", "Get a private inbox", "private inboxes"),
    Route(
        "delete_inbox",
        "DELETE",
        "/v1/inboxes/{inboxId}",
        "Delete a private inbox",
        "private inboxes",
    ),
    # API Gateway takes a colon inside a path part; see docs/decisions/0022.
    Route(
        "rotate_token",
        "POST",
        "/v1/inboxes/{inboxId}/token:rotate",
        "Rotate a private inbox's token",
        "private inboxes",
    ),
    Route(
        "list_inbox_messages",
        "GET",
        "/v1/inboxes/{inboxId}/messages",
        "List a private inbox's messages",
        "private inboxes",
        FETCH,
    ),
    Route(
        "show_inbox_message",
        "GET",
        "/v1/inboxes/{inboxId}/messages/{uid}",
        "Get a message",
        "private inboxes",
    ),
    Route(
        "mark_inbox_message",
        "PATCH",
        "/v1/inboxes/{inboxId}/messages/{uid}",
        "Set the read flag",
        "private inboxes",
    ),
    Route(
        "delete_inbox_message",
        "DELETE",
        "/v1/inboxes/{inboxId}/messages/{uid}",
        "Delete a message",
        "private inboxes",
    ),
    Route(
        "raw_inbox_message",
        "GET",
        "/v1/inboxes/{inboxId}/messages/{uid}/raw",
        "Download the raw message",
        "private inboxes",
    ),
    Route(
        "download_inbox_attachment",
        "GET",
        "/v1/inboxes/{inboxId}/messages/{uid}/attachments/{attachmentId}",
        "Download an attachment",
        "private inboxes",
    ),
    *ADMIN_ROUTES,
    *ACCOUNT_ROUTES,
    *MAILBOX_ROUTES,
    *KEY_ROUTES,
    Route("domain_names", "GET", "/api/domains", "List domains for new inboxes", "service"),
    *OUTGOING_ROUTES,
    *DOMAIN_ROUTES,
    *RELAY_ROUTES,
    *HEALTH_ROUTES,
    Route("openapi", "GET", "/openapi.json", "Get the OpenAPI document", "service"),
    Route("docs", "GET", "/docs", "Read the API documentation", "service"),
    Route("api_docs", "GET", "/api-docs", "Read the API documentation", "service"),
    Route("docs_file", "GET", "/docs/{file}", "Get a file of the documentation", "service"),
)
