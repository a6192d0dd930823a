"""The operations of public addresses' messages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from mayfly.addresses.routes import NO_ADDRESS
from mayfly.admission.callers import ACCESS_TOKEN
from mayfly.admission.limits import as_waited, waiting
from mayfly.filters.fields import NAMES as FILTER_NAMES
from mayfly.filters.queries import FILTER_PARAMETERS, read_filter
from mayfly.kit.http import query as queries
from mayfly.kit.http.downloads import ATTACHMENT, RAW_MAIL
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.rate_limit_headers import NO_PLACE
from mayfly.kit.http.route import ANYONE, CREATE, FETCH, Call, Good, Routes
from mayfly.messages import answers
from mayfly.messages.deleting import ABOUT_DELETION, BUSY_INBOX, DELETE_PARAMETERS, read_deletion
from mayfly.messages.message_schemas import Diagnostics, Message, cut
from mayfly.messages.schemas import (
    DeletedMessage,
    DeletedMessages,
    Marks,
    MessageLine,
    WaitedMessage,
)
from mayfly.messages.search import Look
from mayfly.sample_mails.schemas import ABOUT as ABOUT_SAMPLE
from mayfly.sample_mails.schemas import SampleSent
from mayfly.waits import routes as waits
from mayfly.waits.sought import WAIT_PARAMETERS

_MESSAGE = "/api/messages/{id}"
_NO_MESSAGE = "There is no such message: it never was, has expired or is deleted"
api = Routes("messages")


@api(
    "GET",
    "/api/emails/{email}/messages",
    "List messages",
    ANYONE,
    answers=[
        Good(
            200,
            "Messages, newest first; with `after`, oldest first",
            list[MessageLine],
            headers={
                "X-Last-Sequence": "Where `after` goes on from; not on pages of a `cursor`",
                "X-Next-Cursor": "The `cursor` of the next page, if there may be one",
                "Link": 'The URL of the next page, as rel="next" (RFC 8288)',
                **NO_PLACE,
            },
        )
    ],
    errors={400: "The address, or a parameter, cannot be", 404: NO_ADDRESS},
    query=[*queries.LIST_PARAMETERS, *FILTER_PARAMETERS],
    limit=FETCH,
)
def list_messages(call: Call[None, None]) -> Answer:
    """For programs: `after=0&wait=25`, then again and again with `after` from `X-Last-Sequence`.

    Answers as soon as there is mail; nothing is missed or repeated.
    """
    query, email = call.request.query, call.parameter("email")
    wanted = queries.list_query(query)
    reader = call.flows.messages.search.with_spam(queries.wants_spam(query))
    look = Look(reader.reader.loader.open, read_filter(query))
    with waiting(call.request, call.flows) as turn:
        if wanted.after is not None:
            page = reader.since(email, wanted.after, wanted.limit, wanted.wait, look, turn)
        else:
            page = reader.page(email, wanted.limit, wanted.cursor, look)
    asked = {name: query[name] for name in (*FILTER_NAMES, queries.SPAM) if name in query}
    headers = list_headers(
        call.request.base_url, email, wanted.limit, page.cursor, page.last_sequence, asked
    )
    lines = [MessageLine.of(each) for each in page.messages]
    return as_waited(json_answer(lines, headers=headers), turn)


@api(
    "GET",
    "/api/emails/{email}/wait",
    "Wait for a message, a code or a link",
    ANYONE,
    answers=[Good(200, "What it came to", WaitedMessage, headers=NO_PLACE)],
    errors={400: "The address, or a parameter, cannot be", 404: NO_ADDRESS},
    query=WAIT_PARAMETERS,
    limit=FETCH,
    about=waits.ABOUT,
)
def wait_for_message(call: Call[None, None]) -> Answer:
    return waits.answer_waited(call, call.parameter("email"), WaitedMessage.of)


@api(
    "DELETE",
    "/api/emails/{email}/messages",
    "Delete the messages that a filter means",
    ACCESS_TOKEN,
    means="They are gone",
    errors={
        400: "The address, or a parameter, cannot be, or none says which",
        404: NO_ADDRESS,
        **BUSY_INBOX,
    },
    query=DELETE_PARAMETERS,
    about=ABOUT_DELETION,
)
def delete_messages(call: Call[str, None]) -> DeletedMessages:
    query = call.request.query
    after, wanted = read_deletion(query)
    search = call.flows.messages.search.with_spam(queries.wants_spam(query))
    look = Look(search.reader.loader.open, wanted)
    return DeletedMessages.of(search.erase(call.parameter("email"), after, look, call.caller))


@api(
    "POST",
    "/api/emails/{email}/sample",
    "Send a sample message with a code",
    ACCESS_TOKEN,
    means="It is on its way",
    status=202,
    errors={400: "This is no e-mail address", 404: NO_ADDRESS},
    limit=CREATE,
    about=ABOUT_SAMPLE,
)
def send_sample(call: Call[str, None]) -> SampleSent:
    call.request.document()  # nothing can be said
    return SampleSent.of(call.flows.sample_mails.service.send(call.parameter("email"), call.caller))


def list_headers(
    base_url: str,
    email: str,
    limit: int,
    cursor: str | None,
    last_sequence: int | None,
    asked: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """How a list goes on: the list itself is a bare array and has no place for it.

    `Link` is RFC 8288's, `X-Next-Cursor` its cursor alone; neither is on the last page. `asked` are
    the parameters of its filter.
    """
    headers = {}
    if last_sequence is not None:
        headers["X-Last-Sequence"] = str(last_sequence)
    if cursor is not None:
        query = urlencode({"limit": limit, "cursor": cursor, **asked})
        url = f"{base_url}/api/emails/{quote(email, safe='@')}/messages?{query}"
        headers |= {"Link": f'<{url}>; rel="next"', "X-Next-Cursor": cursor}
    return headers


@api(
    "GET",
    _MESSAGE,
    "Show a message",
    ANYONE,
    answers=[Good(200, "The message", Message)],
    errors={404: _NO_MESSAGE},
    query=queries.MESSAGE_PARAMETERS,
)
def show_message(call: Call[None, None]) -> Answer:
    html = queries.read_html(call.request.query)
    more: dict[str, Any] = {}
    if queries.wants_diagnostics(call.request.query):
        more = {"diagnostics": _diagnostics(call)}
    message, content = call.flows.messages.reader.one(call.parameter("id"))
    url = f"{call.request.base_url}/api/messages/{message.id}"
    whole = Message.opened(message, content, url, html, **more)
    return answers.bounded_answer(whole, cut)


def _diagnostics(call: Call[None, None]) -> Diagnostics:
    from mayfly.mail.diagnostics import diagnose

    return Diagnostics.of(diagnose(call.flows.messages.files.header_block(call.parameter("id"))))


@api(
    "PATCH",
    _MESSAGE,
    "Mark a message as read, or as spam",
    ANYONE,
    means="The message as lists show it now",
    errors={401: "`isSpam` needs the access token of the message's address", 404: _NO_MESSAGE},
)
def mark_message(call: Call[None, Marks]) -> MessageLine:
    """Everybody who may read it may mark it as read; `isSpam` needs the access token."""
    reader, token = call.flows.messages.reader, call.request.token_or_none
    return MessageLine.of(reader.change(call.parameter("id"), call.body.change(), token))


@api(
    "DELETE",
    _MESSAGE,
    "Delete a message",
    ACCESS_TOKEN,
    means="It is gone",
    errors={404: _NO_MESSAGE, 503: "Too many wrote at once; it can be tried again"},
)
def delete_message(call: Call[str, None]) -> DeletedMessage:
    message = call.flows.messages.reader.delete(call.parameter("id"), call.caller)
    return DeletedMessage(id=str(message.id))


@api(
    "GET",
    f"{_MESSAGE}/raw",
    "Download the raw mail",
    ANYONE,
    answers=RAW_MAIL,
    errors={404: _NO_MESSAGE},
    query=queries.LINK_PARAMETERS,
    about=answers.ABOUT_RAW_MAIL,
)
def raw_message(call: Call[None, None]) -> Answer:
    return answers.raw_answer(call.request, call.flows, call.parameter("id"))


@api(
    "GET",
    f"{_MESSAGE}/attachments/{{attachmentId}}",
    "Download an attachment",
    ANYONE,
    answers=ATTACHMENT,
    errors={404: f"{_NO_MESSAGE}; or it has no such attachment"},
    query=queries.LINK_PARAMETERS,
    about=answers.ABOUT_ATTACHMENT,
)
def download_attachment(call: Call[None, None]) -> Answer:
    return answers.attachment_answer(call.request, call.flows, call.parameter("id"))
