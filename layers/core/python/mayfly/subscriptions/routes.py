"""The operation that opens the WebSocket to pages."""

from mayfly.accounts.tokens import AccountSession
from mayfly.admission.callers import ANY_SESSION, inbox_of
from mayfly.kit.http.route import Call, Routes
from mayfly.kit.tokens.models import TokenClaims
from mayfly.subscriptions.account_frames import SocketToken
from mayfly.subscriptions.account_service import invitation

api = Routes("accounts")


@api(
    "POST",
    "/api/users/socket-token",
    "Create a token for the WebSocket",
    ANY_SESSION,
    means="The token",
    status=201,
)
def create_socket_token(call: Call[AccountSession | TokenClaims, None]) -> SocketToken:
    """For pages, which cannot read their cookie: it goes into the `subscribe` frame and nowhere
    else, of the account or of the anonymous session's address. With both cookies, it is the
    account's. Within its minute it can be used more than once. The subscription ends with the
    session, not with this token.
    """
    call.request.document()  # nothing can be said
    if isinstance(call.caller, AccountSession):
        return SocketToken.of(invitation(call.caller, call.flows.accounts.socket_tokens))
    inbox_of(call.caller, call.flows)
    return SocketToken.of(call.flows.private_inboxes.tokens.ticket(call.caller))
