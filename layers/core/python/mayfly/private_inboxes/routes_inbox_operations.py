"""What the operations of private inboxes take and give: read by the OpenAPI document."""

from mayfly.kit.http.query import HTML_PARAMETERS, INBOX_PARAMETERS
from mayfly.kit.http.rate_limit_headers import NO_PLACE
from mayfly.kit.http.routing import (
    BAD_BODY,
    LARGE_BODY,
    NO_KEYS,
    Good,
    Operation,
    attachment,
    raw_mail,
)

_PRIVATE_ERRORS = {
    401: "There is no bearer token, it is none of ours, has expired or was revoked",
    404: "There is no such inbox, or the token is for another: that looks the same",
    503: NO_KEYS,
}
_PRIVATE_MESSAGE_ERRORS = {**_PRIVATE_ERRORS, 404: "There is no such inbox, message or attachment"}

INBOX_OPERATIONS: dict[str, Operation] = {
    "create_inbox": Operation(
        [Good(201, "The new inbox", "NewInbox", headers={"Location": "The inbox's URL"})],
        {
            400: f"{BAD_BODY}, or the domain is none of ours",
            403: "This service makes no private inboxes, or has no active mail domain",
            409: "No free name was found; it can be tried again",
            413: LARGE_BODY,
            503: NO_KEYS,
        },
        about="Its name can be read aloud; what opens it is the token, and nothing else.",
        body="WantedInbox",
        body_required=True,
    ),
    "show_inbox": Operation(
        [Good(200, "The inbox is active", "Inbox")], _PRIVATE_ERRORS, needs_token=True
    ),
    "delete_inbox": Operation(
        [Good(200, "It is gone, with all it held", "DeletedInbox")],
        _PRIVATE_ERRORS,
        about="Works after the inbox has expired, too.",
        needs_token=True,
    ),
    "rotate_token": Operation(
        [Good(200, "The new token; older ones open nothing any more", "RotatedToken")],
        {**_PRIVATE_ERRORS, 400: BAD_BODY, 413: LARGE_BODY},
        about="Subscriptions that were made with older tokens end.",
        body="Rotation",
        needs_token=True,
    ),
    "list_inbox_messages": Operation(
        [
            Good(
                200,
                "Whole messages, newest first; with `since_uid`, oldest first",
                "InboxMessages",
                headers=NO_PLACE,
            )
        ],
        _PRIVATE_ERRORS,
        INBOX_PARAMETERS,
        about=(
            "For programs: `since_uid=0&wait=25`, then again and again with `since_uid` from"
            " `last_uid`. Answers as soon as there is mail; nothing is missed or repeated."
        ),
        needs_token=True,
    ),
    "show_inbox_message": Operation(
        [Good(200, "The message", "InboxMessage")],
        _PRIVATE_MESSAGE_ERRORS,
        HTML_PARAMETERS,
        about="The mail's own images, which safe HTML links, need the token as well.",
        needs_token=True,
    ),
    "mark_inbox_message": Operation(
        [Good(200, "The flag as it is now", "MarkedMessage")],
        {**_PRIVATE_MESSAGE_ERRORS, 400: BAD_BODY, 413: LARGE_BODY},
        body="InboxReadFlag",
        body_required=True,
        needs_token=True,
    ),
    "delete_inbox_message": Operation(
        [Good(200, "It is gone", "DeletedInboxMessage")],
        {**_PRIVATE_MESSAGE_ERRORS, 503: "Too many wrote at once; it can be tried again"},
        needs_token=True,
    ),
    "raw_inbox_message": raw_mail(_PRIVATE_MESSAGE_ERRORS),
    "download_inbox_attachment": attachment(_PRIVATE_MESSAGE_ERRORS),
}
