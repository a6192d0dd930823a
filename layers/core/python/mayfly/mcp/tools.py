"""The tools: what each is called and says of itself, and the flow that it calls.

They are thin over the flows of private inboxes and mailboxes, with the same callers and limits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Generic, TypeVar

from msgspec import UNSET

from mayfly import limits
from mayfly.admission.callers import account_of, mailbox_holder, session_of
from mayfly.admission.limits import making, waiting
from mayfly.assembly import Assembly
from mayfly.errors import Unauthenticated
from mayfly.filters.fields import filter_of
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.access import Bearer, Holder, HoldersMessage, Owner
from mayfly.kit.http.messages import Request
from mayfly.kit.http.route import CREATE, FETCH
from mayfly.kit.http.schemas import Body, View
from mayfly.mcp.tool_schemas import (
    NOTICE,
    Attached,
    CameMessage,
    CameValue,
    Filtered,
    GoneInbox,
    Line,
    Lines,
    MadeInbox,
    OfInbox,
    ReadMessage,
    WantedInbox,
    WantedList,
    WantedMessage,
    WantedWait,
)
from mayfly.messages.models import Content, Message
from mayfly.messages.search import Look
from mayfly.private_inboxes.fetched import fetch_first
from mayfly.proof_of_work.routes import check_proof
from mayfly.rate_limits.models import Client
from mayfly.waits.arrivals import await_message
from mayfly.waits.models import Arrival
from mayfly.waits.sought import Require, Sought

B = TypeVar("B", bound=Body)


@dataclass(frozen=True, slots=True)
class Use(Generic[B]):
    """One call of a tool; the request has the token that counts for it, and no other credential."""

    request: Request
    flows: Assembly
    body: B


@dataclass(frozen=True, slots=True)
class Tool:
    """What agents are told of a tool, and what it does. `limit` is as that of a route."""

    name: str
    title: str
    description: str
    takes: type[Body]
    gives: type[View]
    run: Callable[[Use[Any]], View]
    limit: str = ""
    reads: bool = True
    destroys: bool = False
    repeats: bool = True
    meets_strangers: bool = True
    """Whether what it gives comes from outside."""

    @property
    def annotations(self) -> dict[str, object]:
        """The hints of the protocol."""
        return {
            "title": self.title,
            "readOnlyHint": self.reads,
            "destructiveHint": self.destroys,
            "idempotentHint": self.repeats,
            "openWorldHint": self.meets_strangers,
        }


def with_token(request: Request, token: str) -> Request:
    """The request as its sender with this token; without one, with that of its header.

    Cookies, API keys and the admin key open nothing here: they go no further.
    """
    bearer = f"Bearer {token}" if token else request.headers.get("authorization", "")
    kept = {"authorization": bearer} if bearer else {}
    others = {
        name: text
        for name, text in request.headers.items()
        if name not in ("authorization", "cookie", "x-api-key", "x-admin-key")
    }
    return replace(request, headers=others | kept)


def _holder(use: Use[Any]) -> Holder:
    wanted: OfInbox = use.body
    if use.request.token_or_none is None:
        raise Unauthenticated("pass `token`: create_inbox answers it with the new inbox")
    if wanted.inbox_id is UNSET:
        grant = session_of(use.request, use.flows)
        return Bearer(str(grant.inbox), grant)
    return mailbox_holder(use.request, use.flows, str(wanted.inbox_id))


def _filter(body: Filtered) -> Filter:
    named = body.filter_fields()
    return filter_of(named) if named else EVERYTHING


def _create_inbox(use: Use[WantedInbox]) -> MadeInbox:
    flows, body = use.flows, use.body
    domain = None if body.domain is UNSET else str(body.domain)
    check_proof(use.request, flows)
    with making(flows, Client.at(use.request.client)):
        lifetime = timedelta(seconds=body.token_ttl_seconds)
        made = flows.private_inboxes.service.make(domain, lifetime)
    return MadeInbox.of(made.inbox, made.token)


def _delete_inbox(use: Use[OfInbox]) -> GoneInbox:
    holder, flows = _holder(use), use.flows
    if isinstance(holder, Owner):
        closed = flows.mailboxes.service.close(account_of(use.request, flows), holder.inbox)
    else:
        closed = flows.private_inboxes.service.close(holder)
    return GoneInbox(inbox_id=str(closed.id))


def _list_messages(use: Use[WantedList]) -> Lines:
    holder, flows, body = _holder(use), use.flows, use.body
    search = flows.messages.search.with_spam(body.include_spam)
    look = Look(search.reader.loader.open, _filter(body))
    fetched = fetch_first(flows, holder)
    if body.after is UNSET:
        page = search.page(holder, body.limit, None, look)
    else:
        page = search.since(holder, int(body.after), body.limit, timedelta(), look)
    trouble = fetched.trouble if fetched else None
    warning = f"the POP3 mailbox cannot be read now: {trouble.stage}" if trouble else UNSET
    return Lines(
        notice=NOTICE,
        messages=[Line.of(each) for each in page.messages],
        seq=page.last_sequence or 0,
        warning=warning,
    )


def _read_message(use: Use[WantedMessage]) -> ReadMessage:
    ref = HoldersMessage(_holder(use), use.body.number)
    return _read(*use.flows.messages.reader.one(ref))


def _read(message: Message, content: Content) -> ReadMessage:
    from mayfly.mail.invisible import shown
    from mayfly.mail.reading import reading_of

    attached = [
        Attached(
            filename=shown(each.filename).text,
            content_type=each.content_type,
            size_bytes=each.size,
        )
        for each in content.mail.parts
    ]
    return ReadMessage.of(message, reading_of(content.mail), attached)


def _wait(use: Use[WantedWait], require: Require) -> tuple[Arrival, Mapping[str, Any]]:
    """What a wait came to, and when to ask again if there was no place to wait at."""
    holder, flows, body = _holder(use), use.flows, use.body
    timeout = timedelta(seconds=body.timeout)
    sought = Sought(_filter(body), require, body.after, timeout, body.include_spam)
    fetched = fetch_first(flows, holder)
    sought = fetched.narrowed(sought) if fetched else sought
    again = (lambda: _holder(use)) if isinstance(holder, Owner) else None
    with waiting(use.request, flows) as turn:
        arrival = await_message(flows.messages.search, holder, sought, turn, again, whole=True)
    is_refused = turn.was_refused and not arrival.message
    seconds = int(limits.WAIT_RETRY.total_seconds())
    return arrival, {"retry_after_seconds": seconds} if is_refused else {}


def _wait_for_message(use: Use[WantedWait]) -> CameMessage:
    arrival, more = _wait(use, Require.MESSAGE)
    if arrival.message and arrival.content:
        message = _read(arrival.message, arrival.content)
        return CameMessage(status="found", seq=arrival.sequence, message=message)
    return CameMessage(status="timeout", seq=arrival.sequence, message=None, **more)


def _wait_for(require: Require) -> Callable[[Use[WantedWait]], CameValue]:
    def run(use: Use[WantedWait]) -> CameValue:
        from mayfly.mail.reading import reading_of

        arrival, more = _wait(use, require)
        reading = reading_of(arrival.content.mail) if arrival.content else None
        return CameValue.of(arrival, reading, **more)

    return run


_WAITING = " Waits some seconds at most. `timeout` is no error: call again with `after` from `seq`."
TOOLS = (
    Tool(
        "create_inbox",
        "Create an inbox",
        "Make a private mail address that lives for a while, for one sign-up or test. Gives its"
        " address, and a token: pass that to the other tools. Nobody can read the inbox once the"
        " token has ended (an hour at most), so make a new one then.",
        WantedInbox,
        MadeInbox,
        _create_inbox,
        limit=CREATE,
        reads=False,
        repeats=False,
        meets_strangers=False,
    ),
    Tool(
        "list_messages",
        "List messages",
        "List the messages of an inbox, newest first, or those after a number, oldest first.",
        WantedList,
        Lines,
        _list_messages,
        limit=FETCH,
    ),
    Tool(
        "read_message",
        "Read a message",
        "Read one message as a person sees it: its text, links and the names of its files. What"
        " senders hide from people is left out, and said to have been there.",
        WantedMessage,
        ReadMessage,
        _read_message,
    ),
    Tool(
        "wait_for_message",
        "Wait for a message",
        "Wait for a message, and read it." + _WAITING,
        WantedWait,
        CameMessage,
        _wait_for_message,
        limit=FETCH,
    ),
    Tool(
        "wait_for_code",
        "Wait for a code",
        "Wait for a message with a verification code, and get the code." + _WAITING,
        WantedWait,
        CameValue,
        _wait_for(Require.CODE),
        limit=FETCH,
    ),
    Tool(
        "wait_for_link",
        "Wait for a link",
        "Wait for a message with a link that confirms an address, an account or a login, and get"
        " the link. Nothing is opened." + _WAITING,
        WantedWait,
        CameValue,
        _wait_for(Require.LINK),
        limit=FETCH,
    ),
    Tool(
        "delete_inbox",
        "Delete an inbox",
        "Delete the inbox with all its messages, for good. Do so once it is not needed any more.",
        OfInbox,
        GoneInbox,
        _delete_inbox,
        reads=False,
        destroys=True,
        meets_strangers=False,
    ),
)
