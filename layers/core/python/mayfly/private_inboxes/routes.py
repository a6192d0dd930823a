"""The operations of private inboxes (document 003), over the same flows as public addresses."""

from datetime import timedelta

from mayfly.admission.callers import INBOX
from mayfly.admission.limits import making, unlocking
from mayfly.inboxes.access import Bearer
from mayfly.kit.http.route import ANYONE, BAD_BODY, CREATE, NO_KEYS, UNLOCK, Call, Routes
from mayfly.pop3.models import Wanted
from mayfly.pop3.trying import trying
from mayfly.private_inboxes.schemas import (
    DeletedInbox,
    Inbox,
    InboxCredentials,
    InboxLogin,
    NewInbox,
    RotatedToken,
    Rotation,
    WantedInbox,
)
from mayfly.private_inboxes.service import InboxWithToken
from mayfly.proof_of_work.routes import NO_PROOF, PROOF_PARAMETER, check_proof
from mayfly.rate_limits.models import Client

_INBOXES = "/v1/inboxes"
_INBOX = f"{_INBOXES}/{{inboxId}}"
api = Routes("private inboxes")


@api(
    "POST",
    _INBOXES,
    "Create a private inbox",
    ANYONE,
    means="The new inbox",
    status=201,
    headers={"Location": "The inbox's URL"},
    errors={
        400: f"{BAD_BODY}, or the domain is none of ours, or the address is",
        403: f"This service makes no private inboxes, or has no active mail domain; or {NO_PROOF}",
        409: "No free name was found; it can be tried again",
        502: "The POP3 mailbox cannot be read; `details` has the stage, and the server's code",
        503: NO_KEYS,
    },
    query=[PROOF_PARAMETER],
    limit=CREATE,
)
def create_inbox(call: Call[None, WantedInbox]) -> NewInbox:
    """Its name can be read aloud; what opens it is the token, and nothing else.

    With `mode: "external"` it shows a POP3 mailbox of yours, which is logged in to at once, and
    then no more than once a minute. What is there stays there, unless `pop3_delete` says otherwise.
    """
    lifetime, wanted = timedelta(seconds=call.body.token_ttl_seconds), call.body.external()
    check_proof(call.request, call.flows)
    with making(call.flows, Client.at(call.request.client)):
        if wanted is None:
            made = call.flows.private_inboxes.service.make(call.body.domain, lifetime)
        else:
            made = _external(call, wanted, lifetime)
    call.created(f"{_INBOXES}/{made.inbox.id}")
    return NewInbox.of(made.inbox, made.token)


def _external(call: Call[None, WantedInbox], wanted: Wanted, lifetime: timedelta) -> InboxWithToken:
    pop3, tokens = call.flows.pop3.service, call.flows.private_inboxes.tokens
    with trying(wanted.credentials, pop3.host_of(wanted), call.flows, call.request):
        inbox = pop3.make(wanted, tokens.check_keys)
    return InboxWithToken(inbox, tokens.issue(inbox, lifetime))


@api(
    "POST",
    f"{_INBOXES}:login",
    "Get a token for a password",
    ANYONE,
    means="A token for the inbox, beside those it has",
    errors={
        400: f"{BAD_BODY}, or `email` is no address",
        401: "There is no active inbox of this address and password",
        503: "A key that is needed cannot be had just now; it can be tried again",
    },
    limit=UNLOCK,
)
def login_inbox(call: Call[None, InboxCredentials]) -> InboxLogin:
    """For inboxes that were generated with a password. Others have none."""
    sent, lifetime = call.body, timedelta(seconds=call.body.token_ttl_seconds)
    with unlocking(sent.email, call.flows, Client.at(call.request.client)):
        opened = call.flows.private_inboxes.service.login(sent.email, sent.password, lifetime)
    return InboxLogin.of(opened.inbox, opened.token)


@api("GET", _INBOX, "Show an inbox", INBOX, means="The inbox is active")
def show_inbox(call: Call[Bearer, None]) -> Inbox:
    return Inbox.of(call.flows.private_inboxes.service.show(call.caller), call.caller.grant)


@api("DELETE", _INBOX, "Delete an inbox", INBOX, means="It is gone, with all it held")
def delete_inbox(call: Call[Bearer, None]) -> DeletedInbox:
    """Works after the inbox has expired, too."""
    return DeletedInbox(inbox_id=str(call.flows.private_inboxes.service.close(call.caller).id))


# API Gateway takes a colon inside a path part; see docs/decisions/0022.
@api(
    "POST",
    f"{_INBOX}/token:rotate",
    "Rotate an inbox's token",
    INBOX,
    means="The new token; older ones open nothing any more",
)
def rotate_token(call: Call[Bearer, Rotation]) -> RotatedToken:
    """Subscriptions that were made with older tokens end."""
    lifetime = timedelta(seconds=call.body.token_ttl_seconds)
    rotated = call.flows.private_inboxes.service.rotate(call.caller, lifetime)
    return RotatedToken.of(rotated.inbox, rotated.token)
