"""What the operations on mail that goes out take and give: read by the OpenAPI document."""

from mayfly.api_keys.models import Scope
from mayfly.kit.http.cookies import TOKEN
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, NO_KEYS, Good, Operation
from mayfly.sending.schemas_outgoing_queries import (
    EMAIL_PARAMETERS,
    IDEMPOTENCY_PARAMETER,
    SUPPRESSION_PARAMETERS,
)

_NO_ACCOUNT = "Nobody is logged in, or the session has ended"
_OFF = (
    "This service sends no mail, an admin has not approved that the account does, the domain is not"
    " yours and active, or another site asked"
)
_CROSS_SITE = "A page of another site sent this with the reader's cookie"
_READ = {401: _NO_ACCOUNT, 503: NO_KEYS}
_NO_MAIL = "There is no such mail of yours"

OUTGOING_OPERATIONS: dict[str, Operation] = {
    "send_email": Operation(
        [
            Good(
                202,
                "The mail was accepted; its history says what comes of it",
                "AcceptedEmail",
                headers={"Location": "The mail's URL"},
            )
        ],
        {
            **_READ,
            400: f"{BAD_BODY}, or cannot be sent",
            403: _OFF,
            409: "The `Idempotency-Key` came with another request before, or a file that the mail"
            " names by its upload was not sent",
            413: f"{LARGE_BODY}: upload attachments before; or they are more than a mail may have",
        },
        [IDEMPOTENCY_PARAMETER],
        about=(
            "It is sent once, from a domain of yours that is verified. Recipients on your"
            " suppression list get nothing; with no other left, the status is `failed` at once."
        ),
        body="EmailDraft",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "announce_attachment": Operation(
        [Good(201, "Where to send the file; `uploadId` goes into `attachments`", "Upload")],
        {
            **_READ,
            400: f"{BAD_BODY}, or is of a kind that is not sent",
            403: _OFF,
            413: "It is larger than all attachments of a mail may be",
        },
        about=(
            "For files that are too large for a request: POST them to `url`, with all of `fields`"
            " and the file as `file`. Several mails may take one, for an hour."
        ),
        body="WantedUpload",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "ask_to_send": Operation(
        [Good(202, "How the account stands now", "AskedApproval")],
        {**_READ, 400: BAD_BODY, 403: _CROSS_SITE, 413: LARGE_BODY},
        about=(
            "Where accounts send only once an admin has approved it: until then sending is 403."
            " Asking once more changes nothing; `GET /api/v1/emails/stats` says how it stands."
        ),
        body="WantedApproval",
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "list_emails": Operation(
        [Good(200, "Mails, newest first", "Emails")],
        _READ,
        EMAIL_PARAMETERS,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.READ,
    ),
    "email_stats": Operation(
        [Good(200, "The account's counts", "EmailStats")],
        _READ,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.READ,
    ),
    "show_email": Operation(
        [Good(200, "The mail and its history", "Email")],
        {**_READ, 404: _NO_MAIL},
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.READ,
    ),
    "resend_email": Operation(
        [Good(202, "It is sent again to those whom it has not reached", "AcceptedEmail")],
        {
            **_READ,
            403: _OFF,
            404: _NO_MAIL,
            409: "It has arrived, is under way, or is for suppressed addresses only",
        },
        about=(
            "For what is `failed`, `bounced`, `cancelled` or `uncertain`. What is uncertain may"
            " have arrived: then it arrives twice."
        ),
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "delete_email": Operation(
        [Good(200, "It is cancelled, or removed", "RemovedEmail")],
        {
            **_READ,
            403: _CROSS_SITE,
            404: _NO_MAIL,
            409: "It is being sent just now",
        },
        about=(
            "What is scheduled or queued is cancelled and stays in the list; what is over is"
            " removed from it."
        ),
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
    "list_suppressions": Operation(
        [Good(200, "Addresses, in their order", "Suppressions")],
        _READ,
        SUPPRESSION_PARAMETERS,
        about="Addresses that bounced for good, or whose reader complained.",
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.READ,
    ),
    "clear_suppression": Operation(
        [Good(200, "Mail goes there again; this was the entry", "Suppression")],
        {
            **_READ,
            400: "This is no address",
            403: _CROSS_SITE,
            404: "The address is not on your list",
        },
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.SEND,
    ),
}
