"""The operations of private inboxes' messages (document 003)."""

from dataclasses import replace
from functools import partial
from typing import Any

from mayfly.admission.callers import INBOX
from mayfly.admission.limits import as_waited, waiting
from mayfly.filters.queries import FILTER_PARAMETERS, read_filter
from mayfly.inboxes.access import Bearer, HoldersMessage
from mayfly.kit.http import query as queries
from mayfly.kit.http.downloads import ATTACHMENT, RAW_MAIL
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.rate_limit_headers import NO_PLACE
from mayfly.kit.http.route import CREATE, FETCH, Call, Good, Routes
from mayfly.messages import answers
from mayfly.messages.deleting import ABOUT_DELETION, BUSY_INBOX, DELETE_PARAMETERS, read_deletion
from mayfly.messages.schemas import DeletedMessages
from mayfly.messages.search import Look
from mayfly.private_inboxes.fetched import fetch_first
from mayfly.private_inboxes.message_schemas import (
    DeletedInboxMessage,
    InboxMarks,
    InboxMessage,
    InboxMessages,
    MarkedMessage,
    WaitedInboxMessage,
)
from mayfly.sample_mails.schemas import ABOUT as ABOUT_SAMPLE
from mayfly.sample_mails.schemas import SampleSent
from mayfly.waits import routes as waits
from mayfly.waits.sought import WAIT_PARAMETERS, read_sought

_MESSAGES = "/v1/inboxes/{inboxId}/messages"
_MESSAGE = f"{_MESSAGES}/{{uid}}"
_NOT_FOUND = {404: "There is no such inbox, message or attachment"}
_NOT_FETCHED = {502: "The POP3 mailbox cannot be read, and the inbox never had a message"}
api = Routes("private inboxes")


@api(
    "GET",
    _MESSAGES,
    "List messages",
    INBOX,
    answers=[
        Good(
            200,
            "Whole messages, newest first; with `since_uid`, oldest first",
            InboxMessages,
            headers=NO_PLACE,
        )
    ],
    errors=_NOT_FETCHED,
    query=[*queries.INBOX_PARAMETERS, *FILTER_PARAMETERS],
    limit=FETCH,
)
def list_inbox_messages(call: Call[Bearer, None]) -> Answer:
    """For programs: `since_uid=0&wait=25`, then again and again with `since_uid` from `last_uid`.

    Answers as soon as there is mail; nothing is missed or repeated.

    Of an external inbox, what is new in the POP3 mailbox is fetched first, once a minute at most,
    or as seldom as the server's LOGIN-DELAY wants: the newest of it, and the rest the next time. If
    that fails, `warning` says why beside what is there.
    """
    bearer, query = call.caller, call.request.query
    wanted = queries.inbox_query(query)
    search = call.flows.messages.search.with_spam(queries.wants_spam(query))
    fetched = fetch_first(call.flows, bearer) if wanted.fetch_new else None
    if fetched:
        wanted = replace(wanted, wait=min(wanted.wait, fetched.left))
    look = Look(search.reader.loader.open, read_filter(query))
    with waiting(call.request, call.flows) as turn:
        if wanted.since is not None:
            page = search.since(bearer, wanted.since, wanted.limit, wanted.wait, look, turn)
        else:
            page = search.page(bearer, wanted.limit, None, look)
    opened = search.reader.opened(page.messages)
    last = page.last_sequence or 0
    trouble = fetched.trouble if fetched else None
    document = InboxMessages.of(bearer.grant.inbox, opened, last, page.overflow, trouble)
    return as_waited(json_answer(document), turn)


@api(
    "DELETE",
    _MESSAGES,
    "Delete the messages that a filter means",
    INBOX,
    means="They are gone",
    errors=BUSY_INBOX,
    query=DELETE_PARAMETERS,
    about=ABOUT_DELETION,
)
def delete_inbox_messages(call: Call[Bearer, None]) -> DeletedMessages:
    query = call.request.query
    after, wanted = read_deletion(query)
    search = call.flows.messages.search.with_spam(queries.wants_spam(query))
    return DeletedMessages.of(
        search.erase(call.caller, after, Look(search.reader.loader.open, wanted))
    )


@api(
    "GET",
    "/v1/inboxes/{inboxId}/wait",
    "Wait for a message, a code or a link",
    INBOX,
    answers=[Good(200, "What it came to", WaitedInboxMessage, headers=NO_PLACE)],
    errors=_NOT_FETCHED,
    query=WAIT_PARAMETERS,
    limit=FETCH,
    about=waits.ABOUT,
)
def wait_in_inbox(call: Call[Bearer, None]) -> Answer:
    sought, fetched = read_sought(call.request.query), fetch_first(call.flows, call.caller)
    if fetched is None:
        return waits.answer_waited(call, call.caller, WaitedInboxMessage.of, whole=True)
    sought = fetched.narrowed(sought)
    shown = partial(WaitedInboxMessage.of, trouble=fetched.trouble)
    return waits.answer_waited(call, call.caller, shown, whole=True, sought=sought)


@api(
    "POST",
    "/v1/inboxes/{inboxId}/sample",
    "Send a sample message with a code",
    INBOX,
    means="It is on its way",
    status=202,
    limit=CREATE,
    about=ABOUT_SAMPLE,
)
def send_sample_to_inbox(call: Call[Bearer, None]) -> SampleSent:
    call.request.document()  # nothing can be said
    return SampleSent.of(call.flows.sample_mails.service.send(call.caller))


@api(
    "GET",
    _MESSAGE,
    "Show a message",
    INBOX,
    answers=[Good(200, "The message", InboxMessage)],
    errors=_NOT_FOUND,
    query=queries.HTML_PARAMETERS,
)
def show_inbox_message(call: Call[Bearer, None]) -> Answer:
    """The mail's own images, which safe HTML links, need the token as well."""
    html, found = queries.read_html(call.request.query), _message(call)
    opened = call.flows.messages.reader.one(found)
    message = InboxMessage.opened(*opened, call.request.base_url, html)
    return answers.bounded_answer(message, InboxMessage.cut)


@api(
    "PATCH",
    _MESSAGE,
    "Mark a message as read, or as spam",
    INBOX,
    means="The marks as they are now",
    errors=_NOT_FOUND,
)
def mark_inbox_message(call: Call[Bearer, InboxMarks]) -> MarkedMessage:
    changed = call.flows.messages.reader.change(_message(call), call.body.change())
    return MarkedMessage.of(changed)


@api(
    "DELETE",
    _MESSAGE,
    "Delete a message",
    INBOX,
    means="It is gone",
    errors={**_NOT_FOUND, 503: "Too many wrote at once; it can be tried again"},
)
def delete_inbox_message(call: Call[Bearer, None]) -> DeletedInboxMessage:
    return DeletedInboxMessage.of(call.flows.messages.reader.delete(_message(call)))


@api(
    "GET",
    f"{_MESSAGE}/raw",
    "Download the raw mail",
    INBOX,
    answers=RAW_MAIL,
    errors=_NOT_FOUND,
    query=queries.LINK_PARAMETERS,
    about=answers.ABOUT_RAW_MAIL,
)
def raw_inbox_message(call: Call[Bearer, None]) -> Answer:
    return answers.raw_answer(call.request, call.flows, _message(call))


@api(
    "GET",
    f"{_MESSAGE}/attachments/{{attachmentId}}",
    "Download an attachment",
    INBOX,
    answers=ATTACHMENT,
    errors=_NOT_FOUND,
    query=queries.LINK_PARAMETERS,
    about=answers.ABOUT_ATTACHMENT,
)
def download_inbox_attachment(call: Call[Bearer, None]) -> Answer:
    return answers.attachment_answer(call.request, call.flows, _message(call))


def _message(call: Call[Bearer, Any]) -> HoldersMessage:
    return HoldersMessage(call.caller, queries.message_number(call.parameter("uid")))
