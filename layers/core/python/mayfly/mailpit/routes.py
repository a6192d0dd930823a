"""Mailpit's operations over one inbox: lists, searches, marks, deletions."""

from typing import Any

from mayfly.errors import InvalidInput
from mayfly.facades.boxes import BOX, Box
from mayfly.facades.facade import Facade, offer_not
from mayfly.facades.listing import Part, listed, listed_now
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.kit.http.messages import Answer, json_answer
from mayfly.kit.http.route import FETCH, Call, Routes
from mayfly.mailpit import message_routes
from mayfly.mailpit.queries import Selection, read_search, search_of
from mayfly.mailpit.refusal import refusal
from mayfly.mailpit.schemas import CONFIGURATION, Info, Summaries, Summary
from mayfly.messages.models import Change

_API = "/mailpit/{inbox}/api/v1"
api = Routes("mailpit")


@api("GET", f"{_API}/messages", "List messages", BOX, operation="mailpit_list", limit=FETCH)
def list_messages(call: Call[Box, None]) -> Answer:
    """Newest first, from `start` on."""
    return _list(call, EVERYTHING)


@api("GET", f"{_API}/search", "Search messages", BOX, operation="mailpit_search", limit=FETCH)
def search_messages(call: Call[Box, None]) -> Answer:
    """Newest first, from `start` on, those that the words of `query` mean."""
    return _list(call, read_search(call.request.query))


def _list(call: Call[Box, None], wanted: Filter) -> Answer:
    inbox, part = call.caller.inbox(), Part.read(call.request.query)
    found = listed(call, wanted, part)
    messages = [Summary.of(*each, inbox) for each in found.opened(call.caller)]
    return json_answer(
        Summaries(
            total=found.total,
            unread=found.unread,
            count=len(messages),
            messages_count=len(found.meant),
            messages_unread=found.meant_unread,
            start=part.start,
            messages=messages,
        )
    )


@api("PUT", f"{_API}/messages", "Set status", BOX, operation="mailpit_mark", limit=FETCH)
def mark_messages(call: Call[Box, None]) -> Answer:
    """Of those with these `IDs`, or that `Search` means, or of all."""
    sent = call.request.loose_document()
    selection, is_read = Selection.read(sent), sent.get("Read", False)
    if not isinstance(is_read, bool):
        raise InvalidInput("Read must be true or false")
    change = Change(is_read=is_read)
    if selection.ids:
        call.caller.mark(selection.ids, change)
    else:
        call.caller.mark_all(change, _meant(call, selection))
    return _OK


@api("DELETE", f"{_API}/messages", "Delete messages", BOX, operation="mailpit_delete")
def delete_messages(call: Call[Box, None]) -> Answer:
    """Those with these `IDs`, else all. A body that is no JSON deletes nothing."""
    selection = Selection.read(call.request.loose_document())
    if selection.ids:
        call.caller.erase(selection.ids)
    else:
        call.caller.erase_all(_meant(call, selection))
    return _OK


@api(
    "DELETE",
    f"{_API}/search",
    "Delete by search",
    BOX,
    operation="mailpit_delete_search",
    limit=FETCH,
)
def delete_found(call: Call[Box, None]) -> Answer:
    """Those that the words of `query` mean."""
    call.caller.erase_all(read_search(call.request.query))
    return _OK


def _meant(call: Call[Box, Any], selection: Selection) -> Filter:
    if not selection.search:
        return EVERYTHING
    return search_of(selection.search, call.request.query, "Search")


_OK = Answer(200, b"ok", {"Content-Type": "text/plain; charset=utf-8"})


@api("GET", f"{_API}/tags", "List tags", BOX, operation="mailpit_tags")
def list_tags(call: Call[Box, None]) -> Answer:
    """There are none."""
    call.caller.inbox()
    return json_answer([])


@api("GET", f"{_API}/info", "Show what there is", BOX, operation="mailpit_info", limit=FETCH)
def show_info(call: Call[Box, None]) -> Answer:
    """Of the inbox, as if it were all there is."""
    inbox = call.caller.inbox()
    found = listed_now(call.caller, EVERYTHING, Part())
    age = (call.flows.now() - inbox.created_at).total_seconds()
    return json_answer(Info.of(inbox, found.total, found.unread, age))


@api("GET", f"{_API}/webui", "Show the configuration", BOX, operation="mailpit_webui")
def show_configuration(call: Call[Box, None]) -> Answer:
    """Nothing that Mailpit's page could offer besides is turned on."""
    call.caller.inbox()
    return json_answer(CONFIGURATION)


offer_not(
    api,
    ("POST", f"{_API}/send"),
    ("PUT", f"{_API}/tags"),
    ("PUT", f"{_API}/tags/{{tag}}"),
    ("DELETE", f"{_API}/tags/{{tag}}"),
    ("GET", f"{_API}/chaos"),
    ("PUT", f"{_API}/chaos"),
    ("POST", f"{_API}/message/{{id}}/release"),
    ("GET", f"{_API}/message/{{id}}/part/{{part}}/thumb"),
    ("GET", f"{_API}/message/{{id}}/html-check"),
    ("GET", f"{_API}/message/{{id}}/link-check"),
    ("GET", f"{_API}/message/{{id}}/sa-check"),
    ("GET", "/mailpit/{inbox}/api/events"),
)

facade = Facade("mailpit", "Mailpit", (*api, *message_routes.api), refusal)
