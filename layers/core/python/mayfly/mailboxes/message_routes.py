"""The operations on a mailbox's messages, folders and threads, and the token of a page's socket."""

from collections.abc import Callable

from functions.http_api.flows import Flows
from mayfly.accounts.service import Visit
from mayfly.addresses.routes import attachment_answer, bounded_answer, raw_answer
from mayfly.admission.callers import inbox_of, mailbox_holder, visit_or_session_of
from mayfly.admission.limits import as_waited, waiting
from mayfly.inboxes.access import Holder, HoldersMessage
from mayfly.inboxes.ids import InboxId
from mayfly.kit.http import query as queries
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.mailboxes import folder_schemas as mailbox_folders
from mayfly.mailboxes.folders import Wanted
from mayfly.mailboxes.message_schemas_mailbox_queries import mailbox_query, thread_query
from mayfly.mailboxes.threads_conversation import Filed
from mayfly.subscriptions import account_frames as account_socket
from mayfly.subscriptions.account_service import invitation


def list_messages(request: Request, flows: Flows) -> Answer:
    from mayfly.mailboxes import message_schemas as mailbox_messages

    holder, query = _holder(request, flows), mailbox_query(request.query)
    wanted, part = Wanted(query.folder, query.thread), query.list
    with waiting(request, flows) as turn:
        if part.after is not None:
            page = flows.filer.since(
                holder,
                wanted,
                part.after,
                part.limit,
                part.wait,
                turn,
                lambda: _holder(request, flows),
            )
        else:
            page = flows.filer.page(holder, wanted, part.limit, part.cursor)
    document = mailbox_messages.page(
        _mailbox(request), page.messages, page.cursor, page.last_sequence, page.overflow
    )
    return as_waited(json_answer(document), turn)


def show_message(request: Request, flows: Flows) -> Answer:
    from mayfly.mailboxes import message_schemas as mailbox_messages

    wanted, html = _message(request, flows), queries.wanted_html(request.query)
    opened, thread = flows.filer.one(wanted)
    filed = Filed(opened.message, thread)
    document = mailbox_messages.message(filed, opened.content, request.base_url, html)
    return bounded_answer(document, mailbox_messages.cut)


def change_message(request: Request, flows: Flows) -> Answer:
    from mayfly.mailboxes import message_schemas as mailbox_messages

    wanted = _message(request, flows)
    change = mailbox_folders.wanted_change(request.document(*mailbox_folders.CHANGE_FIELDS))
    return json_answer(mailbox_messages.line(flows.filer.change(wanted, change)))


def delete_message(request: Request, flows: Flows) -> Answer:
    from mayfly.mailboxes import message_schemas as mailbox_messages

    return json_answer(mailbox_messages.deleted(flows.reader.delete(_message(request, flows))))


def raw_message(request: Request, flows: Flows) -> Answer:
    return raw_answer(request, flows, _message(request, flows))


def download_attachment(request: Request, flows: Flows) -> Answer:
    return attachment_answer(request, flows, _message(request, flows))


def change_messages(request: Request, flows: Flows) -> Answer:
    holder = _holder(request, flows)
    numbers, change = mailbox_folders.wanted_bulk(request.document(*mailbox_folders.BULK_FIELDS))
    results = flows.filer.change_all(holder, numbers, change)
    return json_answer(mailbox_folders.bulk(_mailbox(request), results))


def list_folders(request: Request, flows: Flows) -> Answer:
    shelves = flows.filer.shelves(_holder(request, flows))
    return json_answer(mailbox_folders.folders(_mailbox(request), shelves))


def list_threads(request: Request, flows: Flows) -> Answer:
    holder, query = _holder(request, flows), thread_query(request.query)
    found = flows.filer.threads(holder, query.folder, query.limit, query.before)
    return json_answer(mailbox_folders.threads(_mailbox(request), found.threads, found.before))


def create_socket_token(request: Request, flows: Flows) -> Answer:
    request.document()
    caller = visit_or_session_of(request, flows)
    if isinstance(caller, Visit):
        token = invitation(caller, flows.socket_tokens)
    else:
        inbox_of(caller, flows)
        token = flows.tokens.ticket(caller)
    return json_answer(account_socket.token(token), 201)


def _holder(request: Request, flows: Flows) -> Holder:
    return mailbox_holder(request, flows, request.parameters["mailboxId"])


def _mailbox(request: Request) -> InboxId:
    return InboxId.parse(request.parameters["mailboxId"])


def _message(request: Request, flows: Flows) -> HoldersMessage:
    number = queries.message_number(request.parameters["number"])
    return HoldersMessage(_holder(request, flows), number)


OPERATIONS: dict[str, Callable[[Request, Flows], Answer]] = {
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
