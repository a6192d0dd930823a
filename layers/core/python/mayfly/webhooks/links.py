"""Links to files of messages that open without a token, for a while: receivers have none.

Who has a link may read this one file until it ends, and nothing else; what is deleted or over is
not found by it either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mayfly import limits
from mayfly.errors import MessageNotFound, Unauthenticated
from mayfly.inboxes.access import Bearer, HoldersMessage, MessageRef, Owner
from mayfly.inboxes.ids import MessageId
from mayfly.inboxes.models import Access, Inbox
from mayfly.kit.clock import Clock
from mayfly.kit.tokens.jwt import claims_of, expiry, not_ours, signed
from mayfly.kit.tokens.models import TokenClaims
from mayfly.kit.tokens.ports import SigningKeys
from mayfly.messages.ports import Messages

PATH = "/v1/webhooks/files/{ticket}"
_AUDIENCE = "mayfly-file"
_NOTHING = "there is no such file, or the link to it is over"
_BRIEFLY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FileLinks:
    """Makes links, and reads them; `base_url` is the API's own."""

    keys: SigningKeys
    messages: Messages
    base_url: str
    now: Clock

    def end(self) -> datetime:
        """When a link that is made now ends."""
        return self.now().replace(microsecond=0) + limits.WEBHOOK_LINK_LIFETIME

    def link(self, message: MessageId, part: str = "") -> str:
        """To an attachment, or to the raw message."""
        end = int(self.end().timestamp())
        ticket = {"aud": _AUDIENCE, "sub": str(message), "part": part, "exp": end}
        return self.base_url + PATH.format(ticket=signed(self.keys, ticket))

    def opened(self, ticket: str) -> tuple[MessageRef, str]:
        """What a link is of: the message as its reader asks for it, and the part, "" for all.

        MessageNotFound for what is no link of ours, for one that is over, and for what is gone.
        """
        try:
            claims = claims_of(self.keys, ticket, _AUDIENCE, ["aud", "sub", "exp"])
            end, part = _end(claims), claims.get("part")
        except Unauthenticated as error:
            raise MessageNotFound(_NOTHING) from error
        if end <= self.now() or not isinstance(part, str):
            raise MessageNotFound(_NOTHING)
        message = MessageId.parse(str(claims["sub"]))
        inbox, found = self.messages.get(message, self.now())
        return self._reader(inbox, found.id), part

    def _reader(self, inbox: Inbox, message: MessageId) -> MessageRef:
        """Whoever may read it: the link stands for them."""
        name = str(inbox.id)
        if inbox.access is Access.ADDRESS:
            return str(message)
        if inbox.access is Access.OWNER:
            return HoldersMessage(Owner(name, inbox.owner), message.sequence)
        grant = TokenClaims(inbox.id, inbox.token_version, self.now() + _BRIEFLY)
        return HoldersMessage(Bearer(name, grant), message.sequence)


def _end(claims: Mapping[str, Any]) -> datetime:
    try:
        return expiry(claims)
    except (TypeError, ValueError, OverflowError) as error:
        raise not_ours() from error
