"""The paths of a mailbox's messages, folders and threads (documents 001 and 004)."""

from mayfly.kit.http.routing_route import FETCH, Route

_MAILBOX = "/api/user/mailbox/{mailboxId}"
_MESSAGE = f"{_MAILBOX}/messages/{{number}}"

MAILBOX_ROUTES: tuple[Route, ...] = (
    Route(
        "list_mailbox_messages", "GET", f"{_MAILBOX}/messages", "List its mail", "mailboxes", FETCH
    ),
    # As with `token:rotate`, the colon is part of the path's last word.
    Route(
        "change_mailbox_messages",
        "POST",
        f"{_MAILBOX}/messages:bulk",
        "Change or delete many messages",
        "mailboxes",
    ),
    Route("show_mailbox_message", "GET", _MESSAGE, "Read a message", "mailboxes"),
    Route("change_mailbox_message", "PATCH", _MESSAGE, "Mark or move a message", "mailboxes"),
    Route("delete_mailbox_message", "DELETE", _MESSAGE, "Delete a message", "mailboxes"),
    Route("raw_mailbox_message", "GET", f"{_MESSAGE}/raw", "The mail as it came in", "mailboxes"),
    Route(
        "download_mailbox_attachment",
        "GET",
        f"{_MESSAGE}/attachments/{{attachmentId}}",
        "One attachment",
        "mailboxes",
    ),
    Route("list_folders", "GET", f"{_MAILBOX}/folders", "Its folders", "mailboxes", FETCH),
    Route("list_threads", "GET", f"{_MAILBOX}/threads", "Its threads", "mailboxes", FETCH),
    Route(
        "create_socket_token",
        "POST",
        "/api/users/socket-token",
        "Make a token for the WebSocket",
        "accounts",
    ),
)
