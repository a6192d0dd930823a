"""Private inboxes: make, open, show and delete them; exchange and revoke their tokens."""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from mayfly.errors import Unauthenticated
from mayfly.inboxes.access import Bearer, active_inbox, inbox_at, known_inbox
from mayfly.inboxes.models import Access, Inbox, token_hash
from mayfly.inboxes.ports import Inboxes
from mayfly.inboxes.service import InboxService
from mayfly.kit.clock import Clock
from mayfly.kit.tokens.models import AccessToken
from mayfly.mail.address import Address
from mayfly.private_inboxes.tokens import Tokens

_NO_HASH = "0" * len(token_hash(""))


@dataclass(frozen=True, slots=True)
class InboxWithToken:
    """A private inbox, and a new token that opens it."""

    inbox: Inbox
    token: AccessToken


@dataclass(frozen=True, slots=True)
class PrivateInboxService:
    """Hands out private inboxes and the tokens that open them."""

    inbox_service: InboxService
    inboxes: Inboxes
    tokens: Tokens
    now: Clock

    def make(self, domain: str | None, token_lifetime: timedelta) -> InboxWithToken:
        """A new inbox and its first token."""
        self.tokens.check_keys()
        inbox = self.inbox_service.make_private(domain)
        return InboxWithToken(inbox, self.tokens.issue(inbox, token_lifetime))

    def login(self, address: str, password: str, token_lifetime: timedelta) -> InboxWithToken:
        """A token for the inbox that was generated with this password.

        Unauthenticated, with the same words after the same work, for everything else: a wrong
        password, no inbox, one that has expired or is deleted, one that has no password.
        """
        self.tokens.check_keys()
        wanted = Address.parse(address)
        inbox = inbox_at(self.inboxes, wanted)
        kept = inbox.token_hash if inbox and inbox.access is Access.TOKEN else ""
        is_right = hmac.compare_digest(kept or _NO_HASH, token_hash(password))
        if inbox is None or not is_right or not inbox.is_active(self.now()):
            raise Unauthenticated("no active inbox has this address and this password")
        return InboxWithToken(inbox, self.tokens.issue(inbox, token_lifetime))

    def show(self, bearer: Bearer) -> Inbox:
        """The inbox; InboxNotFound if it has expired, is deleted or is not theirs."""
        return active_inbox(self.inboxes, bearer, self.now())

    def rotate(self, bearer: Bearer, token_lifetime: timedelta) -> InboxWithToken:
        """A new token; all older ones of the inbox, the bearer's included, are dead at once."""
        active_inbox(self.inboxes, bearer, self.now())
        self.tokens.check_keys()
        inbox = self.inboxes.rotate(bearer.grant.inbox, bearer.grant.version)
        return InboxWithToken(inbox, self.tokens.issue(inbox, token_lifetime))

    def revoke(self, bearer: Bearer) -> None:
        """End all tokens of the inbox, the bearer's included; nobody can open it any more."""
        known_inbox(self.inboxes, bearer, self.now())
        self.inboxes.rotate(bearer.grant.inbox, bearer.grant.version)

    def close(self, bearer: Bearer) -> Inbox:
        """Delete the inbox and all it holds, also after it has expired."""
        inbox = known_inbox(self.inboxes, bearer, self.now())
        self.inboxes.close(inbox.id, self.now())
        return inbox
