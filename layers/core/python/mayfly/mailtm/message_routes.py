"""The operations of mail.tm on messages, over the flows of all messages."""

from typing import Any

from mayfly import limits
from mayfly.errors import MessageNotFound
from mayfly.inboxes.access import Bearer, HoldersMessage
from mayfly.inboxes.ids import MessageId
from mayfly.kit.http import query as queries
from mayfly.kit.http.downloads import ATTACHMENT, RAW_MAIL
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.route import FETCH, Call, Routes
from mayfly.mailtm.callers import HOLDER, NO_ACCOUNT
from mayfly.mailtm.hydra import GONE, LINKED_DATA, PAGE_PARAMETERS, answer_list, answer_one, page_of
from mayfly.mailtm.models import Violation
from mayfly.mailtm.schemas import Message, MessageLine, Source
from mayfly.messages import answers
from mayfly.messages.files import Download
from mayfly.messages.models import Change

_MESSAGES = "/mailtm/messages"
_MESSAGE = "/mailtm/messages/{id}"
_NO_MESSAGE = {404: "There is no such message in the account of the token"}
NOT_POSSIBLE = {422: "A field cannot be what was sent; `violations` says which"}
api = Routes("mailtm")


@api(
    "GET",
    _MESSAGES,
    "List messages",
    HOLDER,
    means="Newest first, without spam",
    errors=NO_ACCOUNT,
    query=PAGE_PARAMETERS,
    limit=FETCH,
)
def mailtm_messages(call: Call[Bearer, None]) -> Answer:
    page = page_of(call.request)
    inbox, found = call.flows.mailtm.service.page(call.caller, page)
    listed = [MessageLine.listed(each, inbox) for each in found]
    return answer_list(call.request, MessageLine, listed, inbox.held_messages, page)


@api("GET", _MESSAGE, "Show a message", HOLDER, means="The message", errors=_NO_MESSAGE)
def mailtm_message(call: Call[Bearer, None]) -> Answer:
    found, content = call.flows.messages.reader.one(_message(call))
    message = Message.opened(found, content)
    answer = answer_one(call.request, message)
    if len(answer.content) > limits.MAX_ANSWER_BYTES:
        return answer_one(call.request, message.cut())
    return answer


@api(
    "PATCH",
    _MESSAGE,
    "Mark a message as seen",
    HOLDER,
    means="The mark as it is now",
    errors={**_NO_MESSAGE, **NOT_POSSIBLE},
)
def mailtm_mark_message(call: Call[Bearer, None]) -> Answer:
    """Without a body, or without `seen` in it, as seen; other fields change nothing."""
    seen = call.request.loose_document().get("seen", True)
    if not isinstance(seen, bool):
        raise Violation("seen", "This value should be of type bool.")
    ref = _message(call)
    changed = call.flows.messages.reader.change(ref, Change(is_read=seen))
    marks: dict[str, Any] = {"seen": changed.is_read}
    if call.request.accepts_only_json():
        return json_answer(marks)
    path = f"{MessageLine.FOLDER}/{changed.id}"
    linked = {"@context": f"/contexts/{MessageLine.KIND}", "@id": path, "@type": MessageLine.KIND}
    return json_answer(linked | marks, headers={"Content-Type": LINKED_DATA})


@api(
    "DELETE",
    _MESSAGE,
    "Delete a message",
    HOLDER,
    means="It is gone",
    errors={**_NO_MESSAGE, 503: "Too many wrote at once; it can be tried again"},
)
def mailtm_delete_message(call: Call[Bearer, None]) -> Answer:
    call.flows.messages.reader.delete(_message(call))
    return GONE


@api(
    "GET",
    f"{_MESSAGE}/download",
    "Download the raw mail",
    HOLDER,
    answers=RAW_MAIL,
    errors=_NO_MESSAGE,
    query=queries.LINK_PARAMETERS,
    about=answers.ABOUT_RAW_MAIL,
)
def mailtm_download(call: Call[Bearer, None]) -> Answer:
    return answers.raw_answer(call.request, call.flows, _message(call))


@api(
    "GET",
    f"{_MESSAGE}/attachment/{{attachmentId}}",
    "Download an attachment",
    HOLDER,
    answers=ATTACHMENT,
    errors=_NO_MESSAGE,
    query=queries.LINK_PARAMETERS,
    about=answers.ABOUT_ATTACHMENT,
)
def mailtm_attachment(call: Call[Bearer, None]) -> Answer:
    return answers.attachment_answer(call.request, call.flows, _message(call))


@api(
    "GET",
    "/mailtm/sources/{id}",
    "Show a message's source",
    HOLDER,
    means="The raw mail as text; of one that is too large for an answer, its headers",
    errors=_NO_MESSAGE,
)
def mailtm_source(call: Call[Bearer, None]) -> Answer:
    ref, message_id = _message(call), call.parameter("id")
    files, request = call.flows.messages.files, call.request
    found = files.raw(ref)
    if isinstance(found, Download):
        answer = answer_one(request, Source.of(message_id, found.content))
        if len(answer.content) <= limits.MAX_ANSWER_BYTES:
            return answer
    return answer_one(request, Source.of(message_id, files.header_block(ref)))


def _message(call: Call[Bearer, None]) -> HoldersMessage:
    """The message of the path, by its number in the account's inbox."""
    asked = MessageId.parse(call.parameter("id"))
    if asked.inbox != call.caller.grant.inbox:
        raise MessageNotFound("no such message")
    return HoldersMessage(call.caller, asked.sequence)
