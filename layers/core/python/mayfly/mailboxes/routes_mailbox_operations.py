"""What the operations on a mailbox's messages take and give: read by the OpenAPI document."""

from mayfly.kit.http.cookies import SESSION_TOKEN, TOKEN
from mayfly.kit.http.query import HTML_PARAMETERS
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
from mayfly.mailboxes.message_schemas_mailbox_queries import MAILBOX_PARAMETERS, THREAD_PARAMETERS

_NO_ACCOUNT = "Nobody is logged in, or the session has ended"
_CROSS_SITE = "A page of another site sent this with the reader's cookie"
_READ_ERRORS = {
    401: _NO_ACCOUNT,
    404: "There is no such mailbox, or it is somebody else's: that looks the same",
    503: NO_KEYS,
}
_MESSAGE_ERRORS = {**_READ_ERRORS, 404: "There is no such mailbox, message or attachment"}
_WRITE_ERRORS = {**_MESSAGE_ERRORS, 403: _CROSS_SITE}
_HOLDERS = [TOKEN, SESSION_TOKEN]

MAILBOX_OPERATIONS: dict[str, Operation] = {
    "list_mailbox_messages": Operation(
        [
            Good(
                200,
                "Messages, newest first; with `after`, oldest first",
                "MailboxMessages",
                headers=NO_PLACE,
            )
        ],
        _READ_ERRORS,
        MAILBOX_PARAMETERS,
        about=(
            "A message that is moved keeps its number: `after` shows what comes in, not what is"
            " moved into a folder."
        ),
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "change_mailbox_messages": Operation(
        [Good(200, "What became of each message", "BulkResults")],
        {
            **_WRITE_ERRORS,
            400: f"{BAD_BODY}; or it asks for nothing, or for two things at once",
            404: "There is no such mailbox, or it is somebody else's: that looks the same",
            413: LARGE_BODY,
        },
        about="Each message is changed on its own: one that is not there stops no other.",
        body="BulkChange",
        body_required=True,
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "show_mailbox_message": Operation(
        [Good(200, "The message", "MailboxMessage")],
        _MESSAGE_ERRORS,
        HTML_PARAMETERS,
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "change_mailbox_message": Operation(
        [Good(200, "The message as lists show it now", "MailboxMessageLine")],
        {**_WRITE_ERRORS, 400: BAD_BODY, 413: LARGE_BODY},
        about="Moving to `trash` can be undone; deleting cannot.",
        body="MessageChange",
        body_required=True,
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "delete_mailbox_message": Operation(
        [Good(200, "It is gone, from whatever folder", "DeletedMailboxMessage")],
        {**_WRITE_ERRORS, 503: f"{NO_KEYS}; or too many wrote at once"},
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "raw_mailbox_message": raw_mail(_MESSAGE_ERRORS, cookies=_HOLDERS),
    "download_mailbox_attachment": attachment(_MESSAGE_ERRORS, cookies=_HOLDERS),
    "list_folders": Operation(
        [Good(200, "All folders", "Folders")],
        _READ_ERRORS,
        about=(
            "Mail that SES judges to be spam or to carry a virus comes in as `spam`, all other as"
            " `inbox`. Every mailbox has all folders from the start."
        ),
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "list_threads": Operation(
        [Good(200, "Threads, that with the newest message first", "MailboxThreads")],
        _READ_ERRORS,
        THREAD_PARAMETERS,
        about=(
            "Messages belong together by References and In-Reply-To; a reply without either, by its"
            " subject without `Re:` and the like. `GET …/messages?thread=` has the messages."
        ),
        needs_token=True,
        cookies=_HOLDERS,
    ),
    "create_socket_token": Operation(
        [Good(201, "The token", "SocketToken")],
        {401: f"{_NO_ACCOUNT}, of an account or anonymous", 403: _CROSS_SITE, 503: NO_KEYS},
        about=(
            "For pages, which cannot read their cookie: it goes into the `subscribe` frame and"
            " nowhere else, of the account or of the anonymous session's address. Who has both"
            " cookies gets the account's. Within its minute it can be used more than once. The"
            " subscription ends with the session, not with this token."
        ),
        needs_token=True,
        cookies=_HOLDERS,
    ),
}
