"""Addresses: making, showing and closing the public ones."""

import base64
from dataclasses import dataclass
from datetime import timedelta

from mayfly.access import active_public_inbox, public_inbox
from mayfly.domain.address import Address, normal_domain
from mayfly.domain.errors import InboxNotFound, NotPermitted, Unauthenticated, UnknownDomain
from mayfly.domain.identity import GENERATION_BYTES, InboxId
from mayfly.domain.inbox import Access, Inbox, token_hash
from mayfly.ports import Clock, Entropy, Inboxes

LOCAL_PART_BYTES = 10
"""80 random bits, 16 characters: the local part of a public address is its key."""
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Terms:
    """What this deployment offers: its mail domains, the default first, and how long things live.

    `is_public` says whether anybody may make an address.
    """

    domains: tuple[str, ...]
    address_lifetime: timedelta
    message_lifetime: timedelta
    is_public: bool


@dataclass(frozen=True, slots=True)
class NewAddress:
    """A new inbox, and the one sight of its access token."""

    inbox: Inbox
    access_token: str


@dataclass(frozen=True, slots=True)
class Registrar:
    """Makes and closes the addresses that anybody may have."""

    inboxes: Inboxes
    terms: Terms
    now: Clock
    entropy: Entropy

    def make(self, domain: str | None = None) -> NewAddress:
        """A new address at this domain of ours, or at the first; nobody can choose its name."""
        if not self.terms.is_public:
            raise NotPermitted("public addresses are turned off here (setting PUBLIC_INBOXES)")
        address = Address(_local_part(self.entropy(LOCAL_PART_BYTES)), self._domain(domain))
        token = base64.urlsafe_b64encode(self.entropy(TOKEN_BYTES)).rstrip(b"=").decode("ascii")
        now = self.now()
        inbox = Inbox(
            id=InboxId.make(address, self.entropy(GENERATION_BYTES)),
            address=address,
            access=Access.ADDRESS,
            created_at=now,
            expires_at=now + self.terms.address_lifetime,
            message_lifetime=self.terms.message_lifetime,
            token_hash=token_hash(token),
        )
        self.inboxes.create(inbox, now)
        return NewAddress(inbox, token)

    def show(self, address: str) -> Inbox:
        """The inbox; InboxNotFound if it never was, has expired or is deleted."""
        return active_public_inbox(self.inboxes, Address.parse(address), self.now())

    def close(self, address: str, token: str) -> Inbox:
        """Delete the address and all it holds, with its access token.

        The token still works after the address has expired, while its messages can be read.
        """
        inbox = public_inbox(self.inboxes, Address.parse(address))
        if not inbox.opens_with(token):
            if not inbox.is_active(self.now()):
                raise InboxNotFound("no active address of this name")
            raise Unauthenticated("this is not the access token of the address")
        self.inboxes.close(inbox.id, self.now())
        return inbox

    def _domain(self, text: str | None) -> str:
        if text is None:
            return self.terms.domains[0]
        domain = normal_domain(text)
        if domain not in self.terms.domains:
            raise UnknownDomain(f"no mail domain of ours: {domain}")
        return domain


def _local_part(entropy: bytes) -> str:
    return base64.b32encode(entropy).decode("ascii").lower()
