"""The operations on a mailbox's messages, folders and threads, and the token of a page's socket."""

from collections.abc import Callable

from mayfly.accounts.service import AccountSession
from mayfly.addresses.routes import attachment_answer, bounded_answer, raw_answer
from mayfly.admission.callers import inbox_of, mailbox_holder, visit_or_session_of
from mayfly.admission.limits import as_waited, waiting
from mayfly.assembly import Assembly
from mayfly.inboxes.access import Holder, HoldersMessage
from mayfly.inboxes.ids import InboxId
from mayfly.kit.http import query as queries
from mayfly.kit.http.cookies import SESSION_TOKEN, TOKEN
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.query import HTML_PARAMETERS
from mayfly.kit.http.rate_limit_headers import NO_PLACE
from mayfly.kit.http.routing import (
    BAD_BODY,
    FETCH,
    LARGE_BODY,
    NO_KEYS,
    Good,
    Operation,
    Route,
    attachment,
    raw_mail,
)
from mayfly.mailboxes import folder_schemas as mailbox_folders
from mayfly.mailboxes.folders import MailboxFilter
from mayfly.mailboxes.message_schemas import (
    MAILBOX_PARAMETERS,
    THREAD_PARAMETERS,
    mailbox_query,
    thread_query,
)
from mayfly.mailboxes.threads import ThreadedMessage
from mayfly.subscriptions import account_frames as account_socket
from mayfly.subscriptions.account_service import invitation


def list_messages(request: Request, flows: Assembly) -> Answer:
    from mayfly.mailboxes import message_schemas as mailbox_messages

    holder, query = _holder(request, flows), mailbox_query(request.query)
    wanted, part = MailboxFilter(query.folder, query.thread), query.list
    with waiting(request, flows) as turn:
        if part.after is not None:
            page = flows.mailboxes.folders.since(
                holder,
                wanted,
                part.after,
                part.limit,
                part.wait,
                turn,
                lambda: _holder(request, flows),
            )
        else:
            page = flows.mailboxes.folders.page(holder, wanted, part.limit, part.cursor)
    document = mailbox_messages.page(
        _mailbox(request), page.messages, page.cursor, page.last_sequence, page.overflow
    )
    return as_waited(json_answer(document), turn)


def show_message(request: Request, flows: Assembly) -> Answer:
    from mayfly.mailboxes import message_schemas as mailbox_messages

    wanted, html = _message(request, flows), queries.wanted_html(request.query)
    opened, thread = flows.mailboxes.folders.one(wanted)
    filed = ThreadedMessage(opened.message, thread)
    document = mailbox_messages.message(filed, opened.content, request.base_url, html)
    return bounded_answer(document, mailbox_messages.cut)


def change_message(request: Request, flows: Assembly) -> Answer:
    from mayfly.mailboxes import message_schemas as mailbox_messages

    wanted = _message(request, flows)
    change = mailbox_folders.wanted_change(request.document(*mailbox_folders.CHANGE_FIELDS))
    return json_answer(mailbox_messages.line(flows.mailboxes.folders.change(wanted, change)))


def delete_message(request: Request, flows: Assembly) -> Answer:
    from mayfly.mailboxes import message_schemas as mailbox_messages

    return json_answer(
        mailbox_messages.deleted(flows.messages.reader.delete(_message(request, flows)))
    )


def raw_message(request: Request, flows: Assembly) -> Answer:
    return raw_answer(request, flows, _message(request, flows))


def download_attachment(request: Request, flows: Assembly) -> Answer:
    return attachment_answer(request, flows, _message(request, flows))


def change_messages(request: Request, flows: Assembly) -> Answer:
    holder = _holder(request, flows)
    numbers, change = mailbox_folders.wanted_bulk(request.document(*mailbox_folders.BULK_FIELDS))
    results = flows.mailboxes.folders.change_all(holder, numbers, change)
    return json_answer(mailbox_folders.bulk(_mailbox(request), results))


def list_folders(request: Request, flows: Assembly) -> Answer:
    shelves = flows.mailboxes.folders.shelves(_holder(request, flows))
    return json_answer(mailbox_folders.folders(_mailbox(request), shelves))


def list_threads(request: Request, flows: Assembly) -> Answer:
    holder, query = _holder(request, flows), thread_query(request.query)
    found = flows.mailboxes.folders.threads(holder, query.folder, query.limit, query.before)
    return json_answer(mailbox_folders.threads(_mailbox(request), found.threads, found.before))


def create_socket_token(request: Request, flows: Assembly) -> Answer:
    request.document()
    caller = visit_or_session_of(request, flows)
    if isinstance(caller, AccountSession):
        token = invitation(caller, flows.accounts.socket_tokens)
    else:
        inbox_of(caller, flows)
        token = flows.private_inboxes.tokens.ticket(caller)
    return json_answer(account_socket.token(token), 201)


def _holder(request: Request, flows: Assembly) -> Holder:
    return mailbox_holder(request, flows, request.parameters["mailboxId"])


def _mailbox(request: Request) -> InboxId:
    return InboxId.parse(request.parameters["mailboxId"])


def _message(request: Request, flows: Assembly) -> HoldersMessage:
    number = queries.message_number(request.parameters["number"])
    return HoldersMessage(_holder(request, flows), number)


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "list_mailbox_messages": list_messages,
    "change_mailbox_messages": change_messages,
    "show_mailbox_message": show_message,
    "change_mailbox_message": change_message,
    "delete_mailbox_message": delete_message,
    "raw_mailbox_message": raw_message,
    "download_mailbox_attachment": download_attachment,
    "list_folders": list_folders,
    "list_threads": list_threads,
    "create_socket_token": create_socket_token,
}

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

_MAILBOX = "/api/user/mailbox/{mailboxId}"
_MESSAGE = f"{_MAILBOX}/messages/{{number}}"

MAILBOX_ROUTES: tuple[Route, ...] = (
    Route(
        "list_mailbox_messages",
        "GET",
        f"{_MAILBOX}/messages",
        "List a mailbox's messages",
        "mailboxes",
        FETCH,
    ),
    # As with `token:rotate`, the colon is part of the path's last word.
    Route(
        "change_mailbox_messages",
        "POST",
        f"{_MAILBOX}/messages:bulk",
        "Update or delete many messages",
        "mailboxes",
    ),
    Route("show_mailbox_message", "GET", _MESSAGE, "Get a message", "mailboxes"),
    Route("change_mailbox_message", "PATCH", _MESSAGE, "Update a message", "mailboxes"),
    Route("delete_mailbox_message", "DELETE", _MESSAGE, "Delete a message", "mailboxes"),
    Route("raw_mailbox_message", "GET", f"{_MESSAGE}/raw", "Download the raw message", "mailboxes"),
    Route(
        "download_mailbox_attachment",
        "GET",
        f"{_MESSAGE}/attachments/{{attachmentId}}",
        "Download an attachment",
        "mailboxes",
    ),
    Route(
        "list_folders", "GET", f"{_MAILBOX}/folders", "List a mailbox's folders", "mailboxes", FETCH
    ),
    Route(
        "list_threads", "GET", f"{_MAILBOX}/threads", "List a mailbox's threads", "mailboxes", FETCH
    ),
    Route(
        "create_socket_token",
        "POST",
        "/api/users/socket-token",
        "Create a WebSocket token",
        "accounts",
    ),
)
