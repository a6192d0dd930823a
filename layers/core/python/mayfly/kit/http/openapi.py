"""The OpenAPI 3.1 document: the blueprint's routes, and what their operations take and give."""

from typing import Any

from mayfly import __version__, errors, limits
from mayfly.accounts import approval_schemas as approvals
from mayfly.accounts import schemas as users
from mayfly.addresses import schemas as addresses
from mayfly.admin import schemas as stats
from mayfly.api import ROUTES
from mayfly.api_keys import schemas as keys
from mayfly.batches import export_schemas as exports
from mayfly.batches import schemas as batches
from mayfly.domains import admin_schemas as domains
from mayfly.domains import dns_schemas as dns
from mayfly.domains import schemas as hosting
from mayfly.email_auth import schemas as believing_schemas
from mayfly.health import prometheus as measures
from mayfly.health import schemas as service
from mayfly.kit.http import downloads
from mayfly.kit.http import rate_limit_headers as rate_limits
from mayfly.kit.http.every_operation import OPERATIONS
from mayfly.kit.http.openapi_security import SCHEMES, security
from mayfly.kit.http.routing import Operation, Route
from mayfly.kit.http.schema import Schema, array, named
from mayfly.mailboxes import folder_schemas as mailbox_folders
from mayfly.mailboxes import message_schemas as mailbox_messages
from mayfly.mailboxes import schemas as mailboxes
from mayfly.messages import schemas as diagnostics
from mayfly.messages import schemas as emails
from mayfly.messages import schemas as message
from mayfly.private_inboxes import message_schemas as inbox_messages
from mayfly.private_inboxes import schemas as inboxes
from mayfly.relays import schemas as relays
from mayfly.sending import draft_schemas
from mayfly.sending import schemas as outgoing_schemas
from mayfly.sending import schemas as uploads
from mayfly.subscriptions import account_frames as account_socket

SCHEMAS: dict[str, Schema] = {
    "WantedAddress": addresses.WANTED_SCHEMA,
    "NewAddress": addresses.CREATED_SCHEMA,
    "Address": addresses.SHOWN_SCHEMA,
    "AddressStatus": addresses.STATUS_SCHEMA,
    "DeletedAddress": addresses.DELETED_SCHEMA,
    "MessageLine": emails.ITEM_SCHEMA,
    "MessageLines": array(named("MessageLine")),
    "DomainNames": addresses.DOMAIN_NAMES_SCHEMA,
    "Message": message.SCHEMA,
    "ReadFlag": emails.FLAG_SCHEMA,
    "DeletedMessage": emails.DELETED_SCHEMA,
    "FileLink": downloads.LINK_SCHEMA,
    "Diagnostics": diagnostics.DIAGNOSTICS_SCHEMA,
    "WantedInbox": inboxes.WANTED_SCHEMA,
    "NewInbox": inboxes.CREATED_SCHEMA,
    "Inbox": inboxes.SHOWN_SCHEMA,
    "DeletedInbox": inboxes.DELETED_SCHEMA,
    "Rotation": inboxes.ROTATION_SCHEMA,
    "RotatedToken": inboxes.ROTATED_SCHEMA,
    "InboxMessage": inbox_messages.SCHEMA,
    "InboxMessages": inbox_messages.PAGE_SCHEMA,
    "InboxReadFlag": inbox_messages.FLAG_SCHEMA,
    "MarkedMessage": inbox_messages.MARKED_SCHEMA,
    "DeletedInboxMessage": inbox_messages.DELETED_SCHEMA,
    "WantedApproval": approvals.WANTED_SCHEMA,
    "AskedApproval": approvals.ASKED_SCHEMA,
    "ApprovalDecision": approvals.DECISION_SCHEMA,
    "Approval": approvals.SHOWN_SCHEMA,
    "Approvals": approvals.LIST_SCHEMA,
    "WantedDomain": domains.WANTED_SCHEMA,
    "DomainChange": domains.CHANGE_SCHEMA,
    "Domain": domains.SCHEMA,
    "Domains": domains.LIST_SCHEMA,
    "DeletedDomain": domains.DELETED_SCHEMA,
    "WantedOwnDomain": hosting.WANTED_SCHEMA,
    "OwnDomain": hosting.SCHEMA,
    "OwnDomainLine": hosting.LINE_SCHEMA,
    "OwnDomains": hosting.LIST_SCHEMA,
    "DeletedOwnDomain": hosting.DELETED_SCHEMA,
    "DnsRecord": dns.RECORD_SCHEMA,
    "WantedRecord": dns.WANTED_SCHEMA,
    "ComparedRecord": dns.COMPARED_SCHEMA,
    "ComparedRecords": dns.COMPARISONS_SCHEMA,
    "WantedRecords": dns.WISHES_SCHEMA,
    "KeptRecords": dns.KEPT_SCHEMA,
    "DomainVerdict": dns.VERDICT_SCHEMA,
    "WantedInboxes": batches.WANTED_SCHEMA,
    "GeneratedInboxes": batches.GENERATED_SCHEMA,
    "ExportedInboxes": exports.SCHEMA,
    "InboxCredentials": inboxes.CREDENTIALS_SCHEMA,
    "InboxLogin": inboxes.LOGIN_SCHEMA,
    "Stats": stats.SCHEMA,
    "MailboxMessage": mailbox_messages.SCHEMA,
    "MailboxMessageLine": mailbox_messages.LINE_SCHEMA,
    "MailboxMessages": mailbox_messages.PAGE_SCHEMA,
    "DeletedMailboxMessage": mailbox_messages.DELETED_SCHEMA,
    "MessageChange": mailbox_folders.CHANGE_SCHEMA,
    "BulkChange": mailbox_folders.BULK_SCHEMA,
    "BulkResults": mailbox_folders.RESULTS_SCHEMA,
    "Folders": mailbox_folders.FOLDERS_SCHEMA,
    "MailboxThread": mailbox_folders.THREAD_SCHEMA,
    "MailboxThreads": mailbox_folders.THREADS_SCHEMA,
    "SocketToken": account_socket.TOKEN_SCHEMA,
    "Registration": users.REGISTRATION_SCHEMA,
    "Registered": users.REGISTERED_SCHEMA,
    "Verification": users.VERIFICATION_SCHEMA,
    "ForgottenPassword": users.FORGOTTEN_SCHEMA,
    "PasswordReset": users.RESET_SCHEMA,
    "HandedOutReset": users.HANDED_OUT_SCHEMA,
    "Login": users.LOGIN_SCHEMA,
    "LoggedIn": users.LOGGED_IN_SCHEMA,
    "User": users.USER_SCHEMA,
    "ChangedUser": users.CHANGED_SCHEMA,
    "Profile": users.PROFILE_SCHEMA,
    "NewPassword": users.NEW_PASSWORD_SCHEMA,
    "Farewell": users.FAREWELL_SCHEMA,
    "Said": users.SAID_SCHEMA,
    "WantedSession": mailboxes.WANTED_SESSION_SCHEMA,
    "NewSession": mailboxes.BEGUN_SCHEMA,
    "Session": mailboxes.SESSION_SCHEMA,
    "WantedMailbox": mailboxes.WANTED_SCHEMA,
    "Mailbox": mailboxes.MAILBOX_SCHEMA,
    "Mailboxes": mailboxes.MAILBOXES_SCHEMA,
    "DeletedMailbox": mailboxes.DELETED_SCHEMA,
    "WantedKey": keys.WANTED_SCHEMA,
    "NewKey": keys.CREATED_SCHEMA,
    "ApiKey": keys.SCHEMA,
    "ApiKeys": keys.LIST_SCHEMA,
    "RevokedKey": keys.REVOKED_SCHEMA,
    "EmailDraft": draft_schemas.DRAFT_SCHEMA,
    "WantedUpload": uploads.WANTED_UPLOAD_SCHEMA,
    "Upload": uploads.ANNOUNCED_SCHEMA,
    "AcceptedEmail": outgoing_schemas.ACCEPTED_SCHEMA,
    "EmailLine": outgoing_schemas.LINE_SCHEMA,
    "Emails": outgoing_schemas.PAGE_SCHEMA,
    "Email": outgoing_schemas.DETAILS_SCHEMA,
    "RemovedEmail": outgoing_schemas.REMOVED_SCHEMA,
    "EmailStats": outgoing_schemas.STATS_SCHEMA,
    "Suppression": outgoing_schemas.SUPPRESSION_SCHEMA,
    "Suppressions": outgoing_schemas.SUPPRESSIONS_SCHEMA,
    "WantedRelay": relays.WANTED_SCHEMA,
    "RelayTrial": relays.TEST_SCHEMA,
    "Relay": relays.SCHEMA,
    "ForgottenRelay": relays.FORGOTTEN_SCHEMA,
    "RelayTried": relays.TESTED_SCHEMA,
    "DkimWish": believing_schemas.DKIM_WISH_SCHEMA,
    "Signing": believing_schemas.SIGNING_SCHEMA,
    "SpfWish": believing_schemas.SPF_WISH_SCHEMA,
    "Senders": believing_schemas.SENDERS_SCHEMA,
    "DmarcWish": believing_schemas.DMARC_WISH_SCHEMA,
    "MailPolicy": believing_schemas.POLICY_SCHEMA,
    "Readiness": service.READY_SCHEMA,
    "Inspection": service.INSPECTED_SCHEMA,
    "Check": service.CHECK_SCHEMA,
    "Ping": service.PING_SCHEMA,
    "Metrics": measures.SCHEMA,
    "Metric": measures.METRIC_SCHEMA,
    "Health": service.HEALTH_SCHEMA,
    "Error": errors.SCHEMA,
}
_PARAMETERS = {
    "email": "The address; it may be percent-encoded",
    "id": "The message's `id`",
    "inboxId": "The inbox's `inbox_id`",
    "mailboxId": "The mailbox's `id`",
    "uid": "The message's `uid`",
    "number": "The message's `id`: its number in the mailbox",
    "attachmentId": "The attachment's `id` in the message",
    "domainId": "The domain's `id`",
    "accountId": "The account's `id`",
    "keyId": "The key's `id`",
    "emailId": "The mail's `id`",
    "address": "The address; it may be percent-encoded",
    "file": "A file that `/docs` uses",
}
_TAGS = {
    "addresses": "Public: whoever knows the address reads its mail",
    "messages": "Mail of public addresses",
    "private inboxes": "Opened by a token that ends soon and can be exchanged",
    "anonymous sessions": "One mailbox for a day, kept by a cookie",
    "accounts": "Logged in by cookie or bearer token",
    "mailboxes": "Inboxes of an account, with names of its choice; folders and threads",
    "sending": "Mail that accounts send from their own domains",
    "domains": "Domains that accounts bring, with their DNS records",
    "API keys": "For programs of an account: each opens what is in its scopes",
    "relays": "What an account's domain sends through, and what makes its mail believed",
    "admin": "For who runs the service: domains, inboxes by the thousand, counts",
    "service": "How it is, and this description",
}
_ABOUT = (
    "Addresses that live for a day, and the mail that comes to them. Whoever knows a public address"
    " can read it; its name is 80 random bits. Private inboxes have friendly names and open only to"
    " the bearer of their token, mailboxes to their account. Times are in UTC. Every error looks"
    " like `Error`."
    f" A text in a body may have {limits.MAX_FIELD_CHARS} characters where nothing else is said,"
    " and those of a mail as much as a request may have."
    " `X-RateLimit-*` say how often one client may still ask; without them, there is no limit."
)


def document(base_url: str) -> dict[str, object]:
    """The API as it is reached at this URL."""
    paths: dict[str, dict[str, object]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Mayfly", "version": __version__, "description": _ABOUT},
        "servers": [{"url": base_url}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "headers": rate_limits.HEADERS,
            "securitySchemes": SCHEMES,
        },
    }


def _operation(route: Route) -> dict[str, object]:
    operation = OPERATIONS[route.operation]
    described: dict[str, object] = {
        "operationId": route.operation,
        "summary": route.summary,
        "tags": [route.tag],
        "responses": _responses(operation),
        "security": security(operation),
    }
    parameters = [*_path_parameters(route.path), *operation.parameters]
    if parameters:
        described["parameters"] = parameters
    if operation.about:
        described["description"] = operation.about
    if operation.body:
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {"application/json": {"schema": named(operation.body)}},
        }
    return described


def _path_parameters(path: str) -> list[dict[str, object]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "description": _PARAMETERS[name],
        }
        for name in names
    ]


def _responses(operation: Operation) -> dict[str, dict[str, Any]]:
    responses: dict[str, dict[str, Any]] = {}
    for good in operation.answers:  # one with several types is several times there
        response = responses.setdefault(str(good.status), {"description": good.meaning})
        if good.content_type:
            schema = named(good.schema) if good.schema else good.inline_schema
            contents = response.setdefault("content", {})
            contents[good.content_type] = {"schema": schema} if schema else {}
        headers = response.setdefault("headers", {**rate_limits.described(good.status)})
        headers |= {
            name: {"description": meaning, "schema": {"type": "string"}}
            for name, meaning in good.headers.items()
        }
    for status, meaning in operation.errors.items():
        responses[str(status)] = {
            "description": meaning,
            "content": {"application/json": {"schema": named("Error")}},
            "headers": rate_limits.described(status),
        }
    return {**responses}
