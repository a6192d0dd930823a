"""The operations of a mailbox's messages, folders and threads."""

from collections.abc import Sequence
from typing import Any

from mayfly.admission.callers import HOLDER, mailbox_holder
from mayfly.admission.limits import as_waited, waiting
from mayfly.forwarding.models import Told
from mayfly.inboxes.access import Holder, HoldersMessage, Owner
from mayfly.inboxes.ids import InboxId
from mayfly.kit.http.downloads import ATTACHMENT, RAW_MAIL
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.query import HTML_PARAMETERS, LINK_PARAMETERS, message_number, read_html
from mayfly.kit.http.rate_limit_headers import NO_PLACE
from mayfly.kit.http.route import BAD_BODY, CREATE, FETCH, Call, Good, Routes
from mayfly.mailboxes.folder_schemas import (
    BulkChange,
    BulkResults,
    Folders,
    MailboxThreads,
    MessageChange,
)
from mayfly.mailboxes.message_schemas import (
    DeletedMailboxMessage,
    MailboxMessage,
    MailboxMessageLine,
    MailboxMessages,
    WaitedMailboxMessage,
)
from mayfly.mailboxes.queries import (
    MAILBOX_DELETE_PARAMETERS,
    MAILBOX_PARAMETERS,
    THREAD_PARAMETERS,
    read_mailbox_deletion,
    read_mailbox_query,
    read_thread_query,
)
from mayfly.messages.answers import (
    ABOUT_ATTACHMENT,
    ABOUT_RAW_MAIL,
    attachment_answer,
    bounded_answer,
    raw_answer,
)
from mayfly.messages.deleting import ABOUT_DELETION, BUSY_INBOX
from mayfly.messages.message_schemas import cut
from mayfly.messages.models import Message
from mayfly.messages.schemas import DeletedMessages
from mayfly.sample_mails.schemas import ABOUT as ABOUT_SAMPLE
from mayfly.sample_mails.schemas import SampleSent
from mayfly.waits import routes as waits
from mayfly.waits.models import Arrival
from mayfly.waits.sought import WAIT_PARAMETERS

_MAILBOX = "/api/user/mailbox/{mailboxId}"
_MESSAGES = f"{_MAILBOX}/messages"
_MESSAGE = f"{_MESSAGES}/{{number}}"
_NO_MAILBOX = {404: "There is no such mailbox, or it is somebody else's: that looks the same"}
_NO_MESSAGE = {404: "There is no such mailbox, message or attachment"}
api = Routes("mailboxes")


def _mailbox(call: Call[Holder, Any]) -> InboxId:
    return InboxId.parse(call.parameter("mailboxId"))


def _message(call: Call[Holder, Any]) -> HoldersMessage:
    return HoldersMessage(call.caller, message_number(call.parameter("number")))


@api(
    "GET",
    _MESSAGES,
    "List messages",
    HOLDER,
    answers=[
        Good(
            200,
            "Messages, newest first; with `after`, oldest first",
            MailboxMessages,
            headers=NO_PLACE,
        )
    ],
    errors=_NO_MAILBOX,
    query=MAILBOX_PARAMETERS,
    limit=FETCH,
)
def list_mailbox_messages(call: Call[Holder, None]) -> Answer:
    """A message that is moved keeps its number: `after` shows what comes in, not what is moved into
    a folder.
    """
    request, flows = call.request, call.flows
    only, part = read_mailbox_query(request.query)
    with waiting(request, flows) as turn:
        if part.after is not None:
            page = flows.mailboxes.reader.since(
                call.caller,
                only,
                part.after,
                part.limit,
                part.wait,
                turn,
                lambda: mailbox_holder(request, flows, call.parameter("mailboxId")),
            )
        else:
            page = flows.mailboxes.reader.page(call.caller, only, part.limit, part.cursor)
    return as_waited(json_answer(MailboxMessages.of(_mailbox(call), page)), turn)


@api(
    "DELETE",
    _MESSAGES,
    "Delete the messages that a filter means",
    HOLDER,
    means="They are gone",
    errors={**_NO_MAILBOX, **BUSY_INBOX},
    query=MAILBOX_DELETE_PARAMETERS,
    about=ABOUT_DELETION,
)
def delete_mailbox_messages(call: Call[Holder, None]) -> DeletedMessages:
    after, only = read_mailbox_deletion(call.request.query)
    return DeletedMessages.of(call.flows.mailboxes.reader.erase(call.caller, only, after))


@api(
    "GET",
    f"{_MAILBOX}/wait",
    "Wait for a message, a code or a link",
    HOLDER,
    answers=[Good(200, "What it came to", WaitedMailboxMessage, headers=NO_PLACE)],
    errors=_NO_MAILBOX,
    query=WAIT_PARAMETERS,
    limit=FETCH,
    about=waits.ABOUT,
)
def wait_in_mailbox(call: Call[Holder, None]) -> Answer:
    request, flows, mailbox = call.request, call.flows, call.parameter("mailboxId")

    def shown(arrival: Arrival) -> WaitedMailboxMessage:
        found = arrival.message and flows.mailboxes.reader.filed(call.caller, arrival.message)
        line = MailboxMessageLine.filed(found) if found else None
        return WaitedMailboxMessage.of_arrival(arrival, message=line)

    return waits.answer_waited(
        call, call.caller, shown, lambda: mailbox_holder(request, flows, mailbox)
    )


@api(
    "POST",
    f"{_MAILBOX}/sample",
    "Send a sample message with a code",
    HOLDER,
    means="It is on its way",
    status=202,
    errors=_NO_MAILBOX,
    limit=CREATE,
    about=ABOUT_SAMPLE,
)
def send_sample_to_mailbox(call: Call[Holder, None]) -> SampleSent:
    call.request.document()  # nothing can be said
    return SampleSent.of(call.flows.sample_mails.service.send(call.caller))


# As with `token:rotate`, the colon is part of the path's last word.
@api(
    "POST",
    f"{_MESSAGES}:bulk",
    "Change or delete many messages",
    HOLDER,
    means="What became of each message",
    errors={**_NO_MAILBOX, 400: f"{BAD_BODY}; or it asks for nothing, or for two things at once"},
)
def change_mailbox_messages(call: Call[Holder, BulkChange]) -> BulkResults:
    """Each message is changed on its own: one that is not there stops no other."""
    numbers, change = call.body.numbers(), call.body.change_or_none()
    return BulkResults.of(
        _mailbox(call), call.flows.mailboxes.reader.change_all(call.caller, numbers, change)
    )


@api(
    "GET",
    _MESSAGE,
    "Show a message",
    HOLDER,
    answers=[Good(200, "The message", MailboxMessage)],
    errors=_NO_MESSAGE,
    query=HTML_PARAMETERS,
)
def show_mailbox_message(call: Call[Holder, None]) -> Answer:
    ref, html = _message(call), read_html(call.request.query)
    message, content = call.flows.mailboxes.reader.one(ref)
    told = _told(call, message.message)
    whole = MailboxMessage.filed(message, content, call.request.base_url, html, told)
    return bounded_answer(whole, cut)


def _told(call: Call[Holder, None], message: Message) -> Sequence[Told]:
    """What became of its forwards, which only messages of accounts have."""
    if not message.forwards or not isinstance(call.caller, Owner):
        return ()
    return call.flows.forwarding.service.told(message, call.caller.account)


@api(
    "PATCH",
    _MESSAGE,
    "Mark or move a message",
    HOLDER,
    means="The message as lists show it now",
    errors=_NO_MESSAGE,
)
def change_mailbox_message(call: Call[Holder, MessageChange]) -> MailboxMessageLine:
    """Moving to `trash` can be undone; deleting cannot."""
    change = call.body.change()
    return MailboxMessageLine.filed(call.flows.mailboxes.reader.change(_message(call), change))


@api(
    "DELETE",
    _MESSAGE,
    "Delete a message",
    HOLDER,
    means="It is gone, from whatever folder",
    errors=_NO_MESSAGE,
)
def delete_mailbox_message(call: Call[Holder, None]) -> DeletedMailboxMessage:
    return DeletedMailboxMessage.of(call.flows.messages.reader.delete(_message(call)))


@api(
    "GET",
    f"{_MESSAGE}/raw",
    "Download the raw mail",
    HOLDER,
    answers=RAW_MAIL,
    errors=_NO_MESSAGE,
    query=LINK_PARAMETERS,
    about=ABOUT_RAW_MAIL,
)
def raw_mailbox_message(call: Call[Holder, None]) -> Answer:
    return raw_answer(call.request, call.flows, _message(call))


@api(
    "GET",
    f"{_MESSAGE}/attachments/{{attachmentId}}",
    "Download an attachment",
    HOLDER,
    answers=ATTACHMENT,
    errors=_NO_MESSAGE,
    query=LINK_PARAMETERS,
    about=ABOUT_ATTACHMENT,
)
def download_mailbox_attachment(call: Call[Holder, None]) -> Answer:
    return attachment_answer(call.request, call.flows, _message(call))


@api(
    "GET",
    f"{_MAILBOX}/folders",
    "List folders",
    HOLDER,
    means="All folders",
    errors=_NO_MAILBOX,
    limit=FETCH,
)
def list_folders(call: Call[Holder, None]) -> Folders:
    """Mail that SES judges to be spam or to carry a virus comes in as `spam`, all other as `inbox`.
    Every mailbox has all folders from the start.
    """
    return Folders.of(_mailbox(call), call.flows.mailboxes.reader.folder_counts(call.caller))


@api(
    "GET",
    f"{_MAILBOX}/threads",
    "List threads",
    HOLDER,
    means="Threads, that with the newest message first",
    errors=_NO_MAILBOX,
    query=THREAD_PARAMETERS,
    limit=FETCH,
)
def list_threads(call: Call[Holder, None]) -> MailboxThreads:
    """Messages belong together by References and In-Reply-To; a reply without either, by its
    subject without `Re:` and the like. `GET …/messages?thread=` has the messages.
    """
    asked = read_thread_query(call.request.query)
    found = call.flows.mailboxes.reader.threads(call.caller, *asked)
    return MailboxThreads.of(_mailbox(call), *found)
