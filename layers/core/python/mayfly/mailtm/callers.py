"""Who calls: the bearer of a token of a private inbox, which mail.tm has as an account."""

from typing import TYPE_CHECKING

from mayfly.errors import Unauthenticated
from mayfly.inboxes.access import Bearer
from mayfly.kit.http.messages import Request
from mayfly.kit.http.route import Caller

if TYPE_CHECKING:
    from mayfly.assembly import Assembly


def _grant_of(request: Request, flows: "Assembly") -> Bearer:
    """The account whose token came along, asked for by that; the texts are those of mail.tm."""
    if request.token_or_none is None:
        raise Unauthenticated("JWT Token not found")
    try:
        grant = flows.private_inboxes.tokens.read(request.token)
    except Unauthenticated as error:
        raise Unauthenticated("Invalid JWT Token") from error
    if grant.expires_at <= flows.now():
        raise Unauthenticated("Expired JWT Token")
    return Bearer(str(grant.inbox), grant)


def _bearer_of(request: Request, flows: "Assembly") -> Bearer:
    """The same, who asks for the account of the path."""
    return Bearer(request.parameters["id"], _grant_of(request, flows).grant)


NO_ACCOUNT = {404: "There is no such account, or the token is for another: that looks the same"}
_NOBODY = {401: "There is no token, it is none of ours, has expired or was revoked"}
HOLDER = Caller(_grant_of, _NOBODY)
"""The bearer of an account's token, about that account."""
ACCOUNT = Caller(_bearer_of, {**_NOBODY, **NO_ACCOUNT})
"""The same, who asks for the account of the path."""
