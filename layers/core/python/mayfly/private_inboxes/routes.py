"""The operations of document 003: private inboxes, over the same flows as public addresses."""

from collections.abc import Callable

from mayfly.addresses.routes import attachment_answer, raw_answer
from mayfly.addresses.schemas import wanted_domain
from mayfly.admission.limits import as_waited, making, unlocking, waiting
from mayfly.assembly import Assembly
from mayfly.inboxes.access import Bearer, HoldersMessage
from mayfly.kit.http import query as queries
from mayfly.kit.http.body import wanted_flag
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.query import HTML_PARAMETERS, INBOX_PARAMETERS
from mayfly.kit.http.rate_limit_headers import NO_PLACE
from mayfly.kit.http.routing import (
    BAD_BODY,
    LARGE_BODY,
    NO_KEYS,
    Good,
    Operation,
    attachment,
    raw_mail,
)
from mayfly.messages.models import Change
from mayfly.private_inboxes import message_schemas as inbox_messages
from mayfly.private_inboxes import schemas as inboxes
from mayfly.rate_limits.models import Client


def create_inbox(request: Request, flows: Assembly) -> Answer:
    sent = request.document(*inboxes.CREATE_FIELDS)
    inboxes.check_mode(sent)
    domain, lifetime = wanted_domain(sent), inboxes.token_lifetime(sent)
    with making(flows, Client.at(request.client)):
        made = flows.private_inboxes.service.make(domain, lifetime)
    location = f"{request.base_url}/v1/inboxes/{made.inbox.id}"
    return json_answer(inboxes.created(made.inbox, made.token), 201, {"Location": location})


def login_inbox(request: Request, flows: Assembly) -> Answer:
    sent = request.document(*inboxes.LOGIN_FIELDS)
    email, password = inboxes.wanted_login(sent)
    lifetime = inboxes.token_lifetime(sent)
    with unlocking(email, flows, Client.at(request.client)):
        opened = flows.private_inboxes.service.login(email, password, lifetime)
    return json_answer(inboxes.logged_in(opened.inbox, opened.token))


def show_inbox(request: Request, flows: Assembly) -> Answer:
    bearer = _bearer(request, flows)
    return json_answer(
        inboxes.shown(flows.private_inboxes.service.show(bearer), bearer.grant.expires_at)
    )


def delete_inbox(request: Request, flows: Assembly) -> Answer:
    return json_answer(
        inboxes.deleted(flows.private_inboxes.service.close(_bearer(request, flows)))
    )


def rotate_token(request: Request, flows: Assembly) -> Answer:
    bearer = _bearer(request, flows)
    lifetime = inboxes.token_lifetime(request.document("token_ttl_seconds"))
    rotated = flows.private_inboxes.service.rotate(bearer, lifetime)
    return json_answer(inboxes.rotated(rotated.inbox, rotated.token))


def list_messages(request: Request, flows: Assembly) -> Answer:
    bearer, wanted = _bearer(request, flows), queries.inbox_query(request.query)
    with waiting(request, flows) as turn:
        if wanted.since is not None:
            page = flows.messages.reader.since(
                bearer, wanted.since, wanted.limit, wanted.wait, turn
            )
        else:
            page = flows.messages.reader.page(bearer, wanted.limit)
    opened = ((each.message, each.content) for each in flows.messages.reader.opened(page.messages))
    last = page.last_sequence or 0
    document = inbox_messages.page(bearer.grant.inbox, opened, last, page.overflow)
    return as_waited(json_answer(document), turn)


def show_message(request: Request, flows: Assembly) -> Answer:
    wanted, html = _message(request, flows), queries.wanted_html(request.query)
    opened = flows.messages.reader.one(wanted)
    document = inbox_messages.shown(opened.message, opened.content, request.base_url, html)
    return json_answer(document)


def mark_message(request: Request, flows: Assembly) -> Answer:
    wanted = _message(request, flows)
    is_read = wanted_flag(request.document("is_read"), "is_read")
    return json_answer(
        inbox_messages.marked(flows.messages.reader.change(wanted, Change(is_read=is_read)))
    )


def delete_message(request: Request, flows: Assembly) -> Answer:
    return json_answer(
        inbox_messages.deleted(flows.messages.reader.delete(_message(request, flows)))
    )


def raw_message(request: Request, flows: Assembly) -> Answer:
    return raw_answer(request, flows, _message(request, flows))


def download_attachment(request: Request, flows: Assembly) -> Answer:
    return attachment_answer(request, flows, _message(request, flows))


def _bearer(request: Request, flows: Assembly) -> Bearer:
    """Who asks. The token is read first: without one, nothing is said of any inbox."""
    grant = flows.private_inboxes.tokens.read(request.token)
    return Bearer(request.parameters["inboxId"], grant)


def _message(request: Request, flows: Assembly) -> HoldersMessage:
    bearer = _bearer(request, flows)
    return HoldersMessage(bearer, queries.message_number(request.parameters["uid"]))


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "create_inbox": create_inbox,
    "login_inbox": login_inbox,
    "show_inbox": show_inbox,
    "delete_inbox": delete_inbox,
    "rotate_token": rotate_token,
    "list_inbox_messages": list_messages,
    "show_inbox_message": show_message,
    "mark_inbox_message": mark_message,
    "delete_inbox_message": delete_message,
    "raw_inbox_message": raw_message,
    "download_inbox_attachment": download_attachment,
}

_PRIVATE_ERRORS = {
    401: "There is no bearer token, it is none of ours, has expired or was revoked",
    404: "There is no such inbox, or the token is for another: that looks the same",
    503: NO_KEYS,
}
_PRIVATE_MESSAGE_ERRORS = {**_PRIVATE_ERRORS, 404: "There is no such inbox, message or attachment"}

INBOX_OPERATIONS: dict[str, Operation] = {
    "create_inbox": Operation(
        [Good(201, "The new inbox", "NewInbox", headers={"Location": "The inbox's URL"})],
        {
            400: f"{BAD_BODY}, or the domain is none of ours",
            403: "This service makes no private inboxes, or has no active mail domain",
            409: "No free name was found; it can be tried again",
            413: LARGE_BODY,
            503: NO_KEYS,
        },
        about="Its name can be read aloud; what opens it is the token, and nothing else.",
        body="WantedInbox",
        body_required=True,
    ),
    "show_inbox": Operation(
        [Good(200, "The inbox is active", "Inbox")], _PRIVATE_ERRORS, needs_token=True
    ),
    "delete_inbox": Operation(
        [Good(200, "It is gone, with all it held", "DeletedInbox")],
        _PRIVATE_ERRORS,
        about="Works after the inbox has expired, too.",
        needs_token=True,
    ),
    "rotate_token": Operation(
        [Good(200, "The new token; older ones open nothing any more", "RotatedToken")],
        {**_PRIVATE_ERRORS, 400: BAD_BODY, 413: LARGE_BODY},
        about="Subscriptions that were made with older tokens end.",
        body="Rotation",
        needs_token=True,
    ),
    "list_inbox_messages": Operation(
        [
            Good(
                200,
                "Whole messages, newest first; with `since_uid`, oldest first",
                "InboxMessages",
                headers=NO_PLACE,
            )
        ],
        _PRIVATE_ERRORS,
        INBOX_PARAMETERS,
        about=(
            "For programs: `since_uid=0&wait=25`, then again and again with `since_uid` from"
            " `last_uid`. Answers as soon as there is mail; nothing is missed or repeated."
        ),
        needs_token=True,
    ),
    "show_inbox_message": Operation(
        [Good(200, "The message", "InboxMessage")],
        _PRIVATE_MESSAGE_ERRORS,
        HTML_PARAMETERS,
        about="The mail's own images, which safe HTML links, need the token as well.",
        needs_token=True,
    ),
    "mark_inbox_message": Operation(
        [Good(200, "The flag as it is now", "MarkedMessage")],
        {**_PRIVATE_MESSAGE_ERRORS, 400: BAD_BODY, 413: LARGE_BODY},
        body="InboxReadFlag",
        body_required=True,
        needs_token=True,
    ),
    "delete_inbox_message": Operation(
        [Good(200, "It is gone", "DeletedInboxMessage")],
        {**_PRIVATE_MESSAGE_ERRORS, 503: "Too many wrote at once; it can be tried again"},
        needs_token=True,
    ),
    "raw_inbox_message": raw_mail(_PRIVATE_MESSAGE_ERRORS),
    "download_inbox_attachment": attachment(_PRIVATE_MESSAGE_ERRORS),
}
