"""MailHog's operations over one inbox."""

from collections.abc import Sequence
from typing import Any

from mayfly import limits
from mayfly.errors import InvalidInput, Kind, MessageNotFound, NotFound, envelope
from mayfly.facades.boxes import BOX, Box
from mayfly.facades.facade import Facade, offer_not
from mayfly.facades.listing import Listed, Part, listed
from mayfly.facades.one_message import OneMessage
from mayfly.filters.models import EVERYTHING, Condition, Field, Filter
from mayfly.filters.patterns import Pattern, folded, literally
from mayfly.inboxes.models import Inbox
from mayfly.kit.http import downloads
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.query import Query
from mayfly.kit.http.route import FETCH, Call, Routes
from mayfly.mailhog.schemas import Whole, Wholes
from mayfly.messages.answers import redirect
from mayfly.messages.files import Link
from mayfly.messages.models import Message

_V1, _V2 = "/mailhog/{inbox}/api/v1", "/mailhog/{inbox}/api/v2"
_MESSAGE = f"{_V1}/messages/{{id}}"
_KINDS = {"from": Field.FROM, "to": Field.TO, "containing": Field.ANYWHERE}
api = Routes("mailhog")


@api("GET", f"{_V2}/messages", "List messages", BOX, operation="mailhog_list", limit=FETCH)
def list_messages(call: Call[Box, None]) -> Answer:
    """Newest first, from `start` on."""
    return _listed(call, EVERYTHING)


@api("GET", f"{_V2}/search", "Search messages", BOX, operation="mailhog_search", limit=FETCH)
def search_messages(call: Call[Box, None]) -> Answer:
    """Newest first, from `start` on, those `from`, `to` or `containing` the query."""
    return _listed(call, _search(call.request.query, call.caller))


@api("GET", f"{_V1}/messages", "List messages", BOX, operation="mailhog_list_v1", limit=FETCH)
def list_messages_v1(call: Call[Box, None]) -> Answer:
    """Newest first."""
    inbox = call.caller.inbox()
    return json_answer(_wholes(call.caller, listed(call, EVERYTHING, Part()), inbox))


@api("DELETE", f"{_V1}/messages", "Delete all messages", BOX, operation="mailhog_delete_all")
def delete_all(call: Call[Box, None]) -> Answer:
    """They are gone."""
    call.caller.erase_all()
    return _DONE


@api("GET", _MESSAGE, "Show a message", BOX, operation="mailhog_message")
def show_message(call: Call[Box, None]) -> Answer:
    """It stays unread: MailHog knows no such mark."""
    inbox, found = call.caller.inbox(), _message(call)
    whole = _whole(call.caller, found.message(), inbox, limits.MAX_ANSWER_BYTES)
    return json_answer(_fitting(whole, limits.MAX_ANSWER_BYTES)[0])


@api("DELETE", _MESSAGE, "Delete a message", BOX, operation="mailhog_delete")
def delete_message(call: Call[Box, None]) -> Answer:
    """It is gone."""
    reader = call.flows.messages.reader
    reader.delete(call.caller.message(call.parameter("id")), call.caller.token)
    return _DONE


@api("GET", f"{_MESSAGE}/download", "Download a message", BOX, operation="mailhog_download")
def download_message(call: Call[Box, None]) -> Answer:
    """Byte for byte what was received."""
    found = _message(call).source(call.request.method)
    if isinstance(found, Link):
        return redirect(found)
    sent = {
        "Content-Type": found.content_type,
        "Content-Disposition": downloads.attachment_disposition(found.filename),
        "Content-Security-Policy": downloads.SECURITY_POLICY,
    }
    return Answer(200, found.content, sent)


@api("GET", f"{_V2}/jim", "Show whether Jim is there", BOX, operation="mailhog_jim")
def show_jim(call: Call[Box, None]) -> None:
    """He never is."""
    raise NotFound("Jim is not enabled")


@api("GET", f"{_V2}/outgoing-smtp", "List SMTP servers", BOX, operation="mailhog_outgoing")
def list_servers(call: Call[Box, None]) -> Answer:
    """There are none."""
    call.caller.inbox()
    return json_answer({})


offer_not(
    api,
    ("POST", f"{_MESSAGE}/release"),
    ("GET", f"{_MESSAGE}/mime/part/{{part}}/download"),
    ("GET", f"{_V1}/events"),
    ("GET", f"{_V2}/websocket"),
    ("POST", f"{_V2}/jim"),
    ("PUT", f"{_V2}/jim"),
    ("DELETE", f"{_V2}/jim"),
)

_DONE = Answer(200, b"", {"Content-Type": "application/json"})


def refusal(error: Exception, kind: Kind) -> Answer:
    """The message of the error in JSON: the clients read every answer with a body as that."""
    return json_answer({"error": envelope(error)["error"]["message"]}, kind.status)


def _search(query: Query, box: Box) -> Filter:
    kind, text = query.get("kind", ""), query.get("query", "")
    if kind not in _KINDS:
        raise InvalidInput("kind must be one of: from, to, containing")
    pattern = Pattern.read("query", literally(text))
    if kind == "to" and folded(text) in folded(str(box.inbox().shown_address)):
        return EVERYTHING  # all of it was sent there, whatever the headers say
    return Filter.of([Condition(_KINDS[kind], pattern)])


def _listed(call: Call[Box, None], wanted: Filter) -> Answer:
    inbox, part = call.caller.inbox(), Part.read(call.request.query)
    found = listed(call, wanted, part)
    items = _wholes(call.caller, found, inbox)
    return json_answer(
        Wholes(total=len(found.meant), count=len(items), start=part.start, items=items)
    )


def _wholes(box: Box, found: Listed, inbox: Inbox) -> Sequence[Whole]:
    """As many of the messages as one answer holds; large ones without their source."""
    left, wholes = limits.MAX_ANSWER_BYTES, list[Whole]()
    for message in found.shown:
        try:
            whole = _whole(box, message, inbox, limits.MAX_LISTED_BYTES)
        except MessageNotFound:  # deleted since it was listed
            continue
        whole, size = _fitting(whole, limits.MAX_LISTED_BYTES)
        left -= size
        if left < 0:
            break
        wholes.append(whole)
    return wholes


def _whole(box: Box, message: Message, inbox: Inbox, most_bytes: int) -> Whole:
    raw = box.flows.messages.files.beginning(message, most_bytes)
    return Whole.of(message, inbox, raw)


def _fitting(whole: Whole, most_bytes: int) -> tuple[Whole, int]:
    """As much of the message as so many bytes of JSON hold, and how many they are."""
    for smaller in (Whole.cut, Whole.bare):
        size = len(json_answer(whole).content)
        if size <= most_bytes:
            return whole, size
        whole = smaller(whole)
    return whole, len(json_answer(whole).content)


def _message(call: Call[Box, Any]) -> OneMessage:
    return OneMessage(call.caller, call.caller.message(call.parameter("id")))


facade = Facade("mailhog", "MailHog", tuple(api), refusal)
