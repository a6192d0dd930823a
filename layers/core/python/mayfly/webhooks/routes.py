"""The operations of webhooks: the same for accounts, inboxes, public addresses and admins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from msgspec import UNSET

from mayfly import limits
from mayfly.admission.callers import ACCESS_TOKEN, ADMIN_KEY, INBOX, account_with, bearer_of
from mayfly.api_keys.models import Scope
from mayfly.assembly import Assembly
from mayfly.errors import InvalidInput, Unauthenticated
from mayfly.inboxes.access import active_inbox
from mayfly.inboxes.models import Inbox
from mayfly.kit.http import query as queries
from mayfly.kit.http.downloads import ATTACHMENT
from mayfly.kit.http.messages import Answer, Request
from mayfly.kit.http.query import Query, choice, limit_parameter, parameter, whole_number
from mayfly.kit.http.route import ADMIN, ANYONE, LOGIN, Call, Caller, Routes
from mayfly.messages import answers
from mayfly.webhooks.links import PATH
from mayfly.webhooks.models import DEPLOYMENT, HookOwner, Kind, State
from mayfly.webhooks.schemas import (
    ChangedWebhook,
    Deliveries,
    NewWebhook,
    RemovedWebhook,
    Replay,
    Replayed,
    ShownWebhook,
    WantedWebhook,
    WebhookChange,
    Webhooks,
    WebhookTried,
)
from mayfly.webhooks.service import MOST

_NOT_FOUND = {404: "There is no such webhook, or not that delivery of it"}
_NO_KEY = "The key that seals secrets cannot be used just now; it can be tried again"
_STATES = [State.WAITING, State.DELIVERED, State.GIVEN_UP]
_LOG = [
    limit_parameter("How many at most."),
    parameter("cursor", {"type": "string"}, "Continues a list: `cursor` of the answer before."),
    parameter("state", {"type": "string", "enum": [*_STATES]}, "Only these."),
]
api = Routes("webhooks")


@dataclass(frozen=True, slots=True)
class Owned:
    """Whose webhooks are asked for; those of an inbox end with it."""

    owner: HookOwner
    ends_at: datetime | None = None


def _account(request: Request, flows: Assembly) -> Owned:
    account = account_with(Scope.WEBHOOKS).find(request, flows)
    return Owned(HookOwner(Kind.ACCOUNT, str(account.id)))


def _inbox(request: Request, flows: Assembly) -> Owned:
    bearer = bearer_of(request, flows)
    return _of_inbox(active_inbox(flows.adapters.inboxes, bearer, flows.now()), flows)


def _address(request: Request, flows: Assembly) -> Owned:
    token = request.token  # before anything is looked up
    inbox = active_inbox(flows.adapters.inboxes, request.parameters["email"], flows.now())
    if not inbox.opens_with(token):
        raise Unauthenticated("this is not the access token of the address")
    return _of_inbox(inbox, flows)


def _admin(request: Request, flows: Assembly) -> Owned:
    ADMIN_KEY.find(request, flows)
    return Owned(DEPLOYMENT)


def _of_inbox(inbox: Inbox, flows: Assembly) -> Owned:
    ends_at = inbox.expires_at + flows.settings.cooldown
    return Owned(HookOwner(Kind.INBOX, str(inbox.id)), ends_at)


@dataclass(frozen=True, slots=True)
class _Family:
    """Where one kind of owner finds its webhooks; `ending` makes operations' ids its own."""

    path: str
    ending: str
    whose: str
    caller: Caller[Owned]
    limit: str = ""


def _as(caller: Caller[Any], find: Callable[[Request, Assembly], Owned]) -> Caller[Owned]:
    return Caller(
        find,
        caller.errors,
        caller.needs_token,
        caller.needs_admin_key,
        caller.cookies,
        caller.scope,
    )


_FAMILIES = (
    _Family("/api/v1/webhooks", "", "an account", _as(account_with(Scope.WEBHOOKS), _account)),
    _Family("/v1/inboxes/{inboxId}/webhooks", "_of_inbox", "an inbox", _as(INBOX, _inbox)),
    _Family(
        "/api/emails/{email}/webhooks",
        "_of_address",
        "an address",
        _as(ACCESS_TOKEN, _address),
    ),
    _Family("/v1/admin/webhooks", "_of_deployment", "the service", _as(ADMIN_KEY, _admin), ADMIN),
)
_F = TypeVar("_F", bound=Callable[..., Any])


def _each(
    method: str, path: str, summary: str, *, limit: str = "", **told: Any
) -> Callable[[_F], _F]:
    """Declare the function below as an operation of each family."""

    def declare(function: _F) -> _F:
        for each in _FAMILIES:
            errors: dict[int, str] = dict(told.get("errors", {}))
            if "{email}" in each.path:
                errors.setdefault(404, "There is no active address of this name")
            api(
                method,
                each.path + path,
                f"{summary} of {each.whose}",
                each.caller,
                **{**told, "errors": errors},
                limit=each.limit or limit,
                operation=function.__name__ + each.ending,
            )(function)
        return function

    return declare


@_each(
    "POST",
    "",
    "Make a webhook",
    means="The new webhook",
    status=201,
    headers={"Location": "The webhook's URL"},
    errors={409: "There are as many as there may be", 403: "There are none", 503: _NO_KEY},
)
def make_webhook(call: Call[Owned, WantedWebhook]) -> NewWebhook:
    """The answer is the only one with the secret in it.

    An event that happens from now on is told at least once, with the same `webhook-id` each time.
    """
    owned = call.caller
    made, secret = call.flows.webhooks.service.make(owned.owner, call.body.wanted(), owned.ends_at)
    call.created(f"{_path(call)}/{made.id}")
    return NewWebhook.of(made, secret=secret)


@_each("GET", "", "List the webhooks", means="All of them")
def list_webhooks(call: Call[Owned, None]) -> Webhooks:
    owner = call.caller.owner
    return Webhooks.of(call.flows.webhooks.service.of(owner), MOST[owner.kind])


@_each("GET", "/{webhookId}", "Show a webhook", means="The webhook", errors=_NOT_FOUND)
def show_webhook(call: Call[Owned, None]) -> ShownWebhook:
    return ShownWebhook.with_state(*call.flows.webhooks.service.find(*_named(call)))


@_each(
    "PUT",
    "/{webhookId}",
    "Change a webhook",
    means="The webhook as it is now; with a new secret, if it was asked for",
    errors={**_NOT_FOUND, 503: _NO_KEY},
)
def change_webhook(call: Call[Owned, WebhookChange]) -> ChangedWebhook:
    """What is not named stays. A webhook that was disabled is enabled with it.

    After `rotateSecret`, the secret before signs as well for 24 hours: each request has both
    signatures.
    """
    service, wanted = call.flows.webhooks.service, call.body.wanted()
    changed, secret = service.change(*_named(call), wanted, new_secret=call.body.rotate_secret)
    return ChangedWebhook.of(changed, secret=secret or UNSET)


@_each(
    "DELETE", "/{webhookId}", "Remove a webhook", means="It is told nothing more", errors=_NOT_FOUND
)
def remove_webhook(call: Call[Owned, None]) -> RemovedWebhook:
    """What waits for it is given up."""
    return RemovedWebhook(id=call.flows.webhooks.service.remove(*_named(call)).id)


# What connects to somebody is limited as logins are: many requests would try out ports of others.
@_each(
    "POST",
    "/{webhookId}/test",
    "Try a webhook",
    means="What the receiver said",
    errors={**_NOT_FOUND, 503: _NO_KEY},
    limit=LOGIN,
)
def try_webhook(call: Call[Owned, None]) -> WebhookTried:
    """Sends one sample now, signed as all events are, paused or not. It is in no log."""
    return WebhookTried.of(call.flows.webhooks.log.test(*_named(call)))


@_each(
    "GET",
    "/{webhookId}/deliveries",
    "List the deliveries of a webhook",
    means="What became of each event, with every attempt",
    errors=_NOT_FOUND,
    query=_LOG,
)
def list_webhook_deliveries(call: Call[Owned, None]) -> Deliveries:
    most, cursor, states = _log_query(call.request.query)
    page = call.flows.webhooks.log.page(*_named(call), most, cursor, states)
    return Deliveries.of(*page)


@_each(
    "POST",
    "/{webhookId}/deliveries",
    "Repeat deliveries of a webhook",
    means="How many wait again",
    status=202,
    errors={**_NOT_FOUND, 409: "The webhook is disabled: enable it by a PUT first"},
)
def replay_webhook(call: Call[Owned, Replay]) -> Replayed:
    """One, or all since a time, up to 500 at once; delivered ones too. The ids stay the same."""
    log, since = call.flows.webhooks.log, call.body.time()
    if since is None:
        return Replayed(count=log.replay(*_named(call), str(call.body.delivery_id)))
    count, more = log.replay_since(*_named(call), since, failed_only=call.body.failed_only)
    return Replayed(count=count, more=more)


@api(
    "GET",
    PATH,
    "Download a file by a webhook's link",
    ANYONE,
    answers=ATTACHMENT,
    errors={
        404: "This is no link of ours, it is over, or what it leads to is not there any more",
        503: "The keys of links cannot be had just now; it can be tried again",
    },
    query=queries.LINK_PARAMETERS,
)
def download_webhook_file(call: Call[None, None]) -> Answer:
    """The links in payloads lead here. Each opens one file, for an hour, without a token."""
    flows, request = call.flows, call.request
    ref, part = flows.webhooks.links.opened(call.parameter("ticket"))
    if not part:
        return answers.raw_answer(request, flows, ref)
    linked = queries.wants_link(request.query)
    found = flows.messages.files.attachment(ref, part, request.method, linked=linked)
    return answers.file_answer(found, request)


def _named(call: Call[Owned, Any]) -> tuple[HookOwner, str]:
    return call.caller.owner, call.parameter("webhookId")


def _path(call: Call[Owned, Any]) -> str:
    path = call.request.resource
    for name, value in call.request.parameters.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _log_query(query: Query) -> tuple[int, str, list[State]]:
    state, cursor = query.get("state"), query.get("cursor", "")
    if state is not None:
        choice("state", state, _STATES)
    if not all(letter in "0123456789abcdef" for letter in cursor):
        raise InvalidInput("cursor must be that of the answer before")
    most = whole_number("limit", query.get("limit"), 1, limits.WEBHOOK_PAGE)
    return most or limits.PAGE_MESSAGES, cursor, [State(state)] if state else []
