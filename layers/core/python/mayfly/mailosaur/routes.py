"""Mailosaur's API, as far as Mayfly has what it is about (docs/facades/mailosaur.md)."""

from typing import Any

from mayfly.admission.limits import making
from mayfly.assembly import Assembly
from mayfly.errors import InvalidInput, Kind, envelope
from mayfly.facades.facade import Facade, offer_not
from mayfly.inboxes.access import Bearer, Owner
from mayfly.inboxes.ids import MessageId
from mayfly.kit.clock import instant
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.query import whole_number
from mayfly.kit.http.route import CREATE, FETCH, Call, Routes
from mayfly.mail.address import normal_domain
from mayfly.mailosaur import lists
from mayfly.mailosaur.keys import KEY, Key, Server, asked_server
from mayfly.mailosaur.models import Asked, BadField, Criteria, FileId, delays, server_ids
from mayfly.mailosaur.schemas import (
    Failure,
    Message,
    Servers,
    Summaries,
    Summary,
    ValidationError,
)
from mayfly.mailosaur.schemas import Server as ServerView
from mayfly.messages.answers import bounded_answer, file_or_redirect
from mayfly.rate_limits.models import Client

_API = "/mailosaur/api"
_FILES = f"{_API}/files/attachments"
_GONE = Answer(204)
_ITEMS = 50
_MOST_ITEMS = 1000
_MOST_PAGES = 1000
_TEXTS = {"sentTo": "sent_to", "sentFrom": "sent_from", "subject": "subject", "body": "body"}
api = Routes("mailosaur")


@api("GET", f"{_API}/servers", "List servers", KEY, means="Those that the key opens")
def mailosaur_servers(call: Call[Key, None]) -> Servers:
    found = [ServerView.of(each.id, each.inbox) for each in call.caller.servers]
    return Servers(items=sorted(found, key=lambda each: each.name))


@api("POST", f"{_API}/servers", "Create a server", KEY, means="The new server", limit=CREATE)
def mailosaur_create_server(call: Call[Key, None]) -> ServerView:
    """Its name is the address that the mailbox is to have, or what stands before the `@`."""
    account, flows = call.caller.owner(), call.flows
    name = call.request.loose_document().get("name")
    if not isinstance(name, str) or not name.strip():
        raise BadField("name", "Servers need a name")
    alias, _, domain = name.strip().partition("@")
    with making(flows, Client("account", str(account.id)), Client.at(call.request.client)):
        try:
            at = normal_domain(domain) if domain else None
            inbox = flows.mailboxes.service.make(account, alias, at)
        except InvalidInput as error:
            raise BadField("name", f"{error} (a server's name is its address here)") from error
    inboxes = [*(each.inbox for each in call.caller.servers), inbox]
    ids = {each.id: id for id, each in server_ids(inboxes).items()}
    return ServerView.of(ids[inbox.id], inbox)


@api("GET", f"{_API}/servers/{{serverId}}", "Show a server", KEY, means="The server")
def mailosaur_server(call: Call[Key, None]) -> ServerView:
    server = _server(call)
    return ServerView.of(server.id, server.inbox)


@api("DELETE", f"{_API}/servers/{{serverId}}", "Delete a server", KEY, means="It is gone")
def mailosaur_delete_server(call: Call[Key, None]) -> Answer:
    """The inbox is deleted with all it holds."""
    server, flows = _server(call), call.flows
    if isinstance(server.ref, Owner):
        flows.mailboxes.service.close(call.caller.owner(), str(server.inbox.id))
    elif isinstance(server.ref, Bearer):
        flows.private_inboxes.service.close(server.ref)
    else:
        flows.inboxes.service.close(server.ref, server.token)
    return _GONE


@api("GET", f"{_API}/messages", "List messages", KEY, means="Newest first", limit=FETCH)
def mailosaur_messages(call: Call[Key, None]) -> Answer:
    return _listed(call, {})


@api("POST", f"{_API}/messages/search", "Find messages", KEY, means="Newest first", limit=FETCH)
def mailosaur_search(call: Call[Key, None]) -> Answer:
    """Answers at once: the clients ask again after as long as `x-ms-delay` says."""
    sent = call.request.loose_document()
    wanted: dict[str, Any] = {ours: _text(sent, theirs) for theirs, ours in _TEXTS.items()}
    if not any(wanted.values()):
        raise BadField("criteria", f"a search needs one of {', '.join(_TEXTS)}")
    match = _text(sent, "match").upper() or "ALL"
    if match not in ("ALL", "ANY"):
        raise BadField("match", "match must be ALL or ANY")
    return _listed(call, wanted | {"any_of": match == "ANY"})


@api("DELETE", f"{_API}/messages", "Delete all messages", KEY, means="They are gone")
def mailosaur_delete_messages(call: Call[Key, None]) -> Answer:
    lists.erase(call.flows, asked_server(call.caller, call.request))
    return _GONE


@api("GET", f"{_API}/messages/{{id}}", "Show a message", KEY, means="The message")
def mailosaur_message(call: Call[Key, None]) -> Answer:
    id = MessageId.parse(call.parameter("id"))
    server = call.caller.of_message(id)
    kept, content = call.flows.messages.reader.one(server.message(id))
    files = f"{call.request.base_url}{_FILES}"
    message = Message.of(server.id, server.inbox, kept, content, files)
    return bounded_answer(message, Message.cut)


@api("DELETE", f"{_API}/messages/{{id}}", "Delete a message", KEY, means="It is gone")
def mailosaur_delete_message(call: Call[Key, None]) -> Answer:
    id = MessageId.parse(call.parameter("id"))
    server = call.caller.of_message(id)
    call.flows.messages.reader.delete(server.message(id), server.token)
    return _GONE


@api("GET", f"{_API}/files/email/{{id}}", "Download a message", KEY, means="The raw mail")
def mailosaur_email(call: Call[Key, None]) -> Answer:
    id = MessageId.parse(call.parameter("id"))
    ref = call.caller.of_message(id).message(id)
    return file_or_redirect(call.flows.messages.files.raw(ref, call.request.method))


@api("GET", f"{_FILES}/{{id}}", "Download an attachment", KEY, means="Its bytes")
def mailosaur_attachment(call: Call[Key, None]) -> Answer:
    id = FileId.parse(call.parameter("id"))
    ref = call.caller.of_message(id.message).message(id.message)
    found = call.flows.messages.files.attachment(ref, id.part, call.request.method)
    return file_or_redirect(found)


offer_not(
    api,
    ("PUT", f"{_API}/servers/{{serverId}}"),
    ("GET", f"{_API}/servers/{{serverId}}/password"),
    ("POST", f"{_API}/messages"),
    ("POST", f"{_API}/messages/{{id}}/forward"),
    ("POST", f"{_API}/messages/{{id}}/reply"),
    ("POST", f"{_API}/messages/{{id}}/screenshots"),
    ("GET", f"{_API}/files/screenshots/{{id}}"),
    ("GET", f"{_API}/screenshots/clients"),
    ("GET", f"{_API}/analysis/spam/{{id}}"),
    ("GET", f"{_API}/analysis/deliverability/{{id}}"),
    ("GET", f"{_API}/usage/limits"),
    ("GET", f"{_API}/usage/transactions"),
    ("GET", f"{_API}/devices"),
    ("POST", f"{_API}/devices"),
    ("POST", f"{_API}/devices/otp"),
    ("GET", f"{_API}/devices/{{id}}/otp"),
    ("DELETE", f"{_API}/devices/{{id}}"),
)


def _server(call: Call[Key, None]) -> Server:
    return call.caller.server(call.parameter("serverId"))


def _listed(call: Call[Key, None], wanted: dict[str, Any]) -> Answer:
    server, asked = asked_server(call.caller, call.request), _asked(call.request)
    criteria = Criteria(
        inbox=server.inbox,
        received_after=_time(call.request.query.get("receivedAfter")),
        **wanted,
    )
    if call.request.query.get("dir", "").lower() == "sent":  # what an inbox here has it received
        items = []
    else:
        items = [
            Summary.of(server.id, server.inbox, kept, content)
            for kept, content in lists.found(call.flows, server, asked, criteria)
        ]
    return json_answer(Summaries(items=items), headers={"x-ms-delay": _delays(call.flows)})


def _delays(flows: Assembly) -> str:
    settings = flows.settings
    return delays(settings.rate_limit_fetch, settings.rate_window)


def _asked(request: Request) -> Asked:
    read = {}
    for name, least, most in (("page", 0, _MOST_PAGES), ("itemsPerPage", 1, _MOST_ITEMS)):
        try:
            read[name] = whole_number(name, request.query.get(name) or None, least, most)
        except InvalidInput as error:
            raise BadField(name, str(error)) from error
    return Asked(read["page"] or 0, read["itemsPerPage"] or _ITEMS)


def _time(text: str | None) -> Any:
    try:
        # A `+` that nobody has encoded is a blank in a query.
        return instant("receivedAfter", text.strip().replace(" ", "+") if text else None)
    except InvalidInput as error:
        raise BadField("receivedAfter", str(error)) from error


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadField(name, f"{name} must be a string")
    return value.strip()


def _refusal(error: Exception, kind: Kind) -> Answer:
    told = envelope(error)["error"]
    text = str(told["message"])
    if kind.status == 400:
        name = error.field if isinstance(error, BadField) else ""
        return json_answer(ValidationError.of(name, text), 400)
    return json_answer(Failure(type=kind.code, message=text), kind.status)


facade = Facade("mailosaur", "Mailosaur", tuple(api), _refusal)
