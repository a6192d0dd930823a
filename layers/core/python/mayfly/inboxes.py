"""Inboxes: making, showing and closing public addresses, and private inboxes with their tokens."""

import base64
from dataclasses import dataclass
from datetime import timedelta

from mayfly.access import Bearer, active_inbox, known_inbox, public_inbox
from mayfly.blueprint import limits
from mayfly.blueprint.settings import Settings
from mayfly.domain.address import Address, normal_domain
from mayfly.domain.credentials import AccessToken
from mayfly.domain.errors import (
    AddressTaken,
    InboxNotFound,
    NotPermitted,
    Unauthenticated,
    UnknownDomain,
)
from mayfly.domain.identity import GENERATION_BYTES, InboxId
from mayfly.domain.inbox import Access, Inbox, token_hash
from mayfly.domain.names import friendly_local_part, is_reserved
from mayfly.ports import Clock, Entropy, Inboxes
from mayfly.tokens import Tokens

LOCAL_PART_BYTES = 10
"""80 random bits, 16 characters: the local part of a public address is its key."""
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Terms:
    """What this deployment offers: its mail domains, the default first, and how long things live.

    `is_public` says whether anybody may make an address, `is_private` the same of a private inbox.
    A private inbox lives as long as an address, unless `private_lifetime` says otherwise.
    """

    domains: tuple[str, ...]
    address_lifetime: timedelta
    message_lifetime: timedelta
    is_public: bool
    is_private: bool = True
    private_lifetime: timedelta | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Terms":
        """What the settings offer."""
        return cls(
            settings.domains,
            settings.address_lifetime,
            settings.message_lifetime,
            settings.public_inboxes,
            settings.private_inboxes,
            settings.private_lifetime,
        )


@dataclass(frozen=True, slots=True)
class NewAddress:
    """A new inbox, and the one sight of its access token."""

    inbox: Inbox
    access_token: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A private inbox, and a new token that opens it."""

    inbox: Inbox
    token: AccessToken


@dataclass(frozen=True, slots=True)
class Registrar:
    """Makes inboxes of either kind, and closes the addresses that anybody may have."""

    inboxes: Inboxes
    terms: Terms
    now: Clock
    entropy: Entropy

    def make(self, domain: str | None = None) -> NewAddress:
        """A new address at this domain of ours, or at the first; nobody can choose its name."""
        if not self.terms.is_public:
            raise NotPermitted("public addresses are turned off here (setting PUBLIC_INBOXES)")
        address = Address(_local_part(self.entropy(LOCAL_PART_BYTES)), self.domain(domain))
        token = base64.urlsafe_b64encode(self.entropy(TOKEN_BYTES)).rstrip(b"=").decode("ascii")
        inbox = self._create(address, Access.ADDRESS, token_hash(token))
        return NewAddress(inbox, token)

    def make_private(self, domain: str | None = None) -> Inbox:
        """A new private inbox with a friendly name, at this domain of ours or at the first."""
        if not self.terms.is_private:
            raise NotPermitted("private inboxes are turned off here (setting PRIVATE_INBOXES)")
        at = self.domain(domain)
        for attempt in range(limits.NAME_ATTEMPTS):
            local = friendly_local_part(self.entropy, attempt)
            if is_reserved(local):
                continue
            try:
                return self._create(Address(local, at), Access.TOKEN, "")
            except AddressTaken:
                continue
        raise AddressTaken("no free name was found; try again")

    def show(self, address: str) -> Inbox:
        """The inbox; InboxNotFound if it never was, has expired or is deleted."""
        return active_inbox(self.inboxes, address, self.now())

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

    def _create(self, address: Address, access: Access, token_hash: str) -> Inbox:
        now = self.now()
        lifetime = self.terms.address_lifetime
        if access is Access.TOKEN:
            lifetime = self.terms.private_lifetime or lifetime
        inbox = Inbox(
            id=InboxId.make(address, self.entropy(GENERATION_BYTES)),
            address=address,
            access=access,
            created_at=now,
            expires_at=now + lifetime,
            message_lifetime=self.terms.message_lifetime,
            token_hash=token_hash,
        )
        self.inboxes.create(inbox, now)
        return inbox

    def domain(self, text: str | None) -> str:
        """This domain of ours, or the first; UnknownDomain for any other."""
        if text is None:
            return self.terms.domains[0]
        domain = normal_domain(text)
        if domain not in self.terms.domains:
            raise UnknownDomain(f"no mail domain of ours: {domain}")
        return domain


@dataclass(frozen=True, slots=True)
class Concierge:
    """Hands out private inboxes and the tokens that open them."""

    registrar: Registrar
    inboxes: Inboxes
    tokens: Tokens
    now: Clock

    def make(self, domain: str | None, token_lifetime: timedelta) -> Opened:
        """A new inbox and its first token."""
        self.tokens.check_keys()
        inbox = self.registrar.make_private(domain)
        return Opened(inbox, self.tokens.issue(inbox, token_lifetime))

    def show(self, bearer: Bearer) -> Inbox:
        """The inbox; InboxNotFound if it has expired, is deleted or is somebody else's."""
        return active_inbox(self.inboxes, bearer, self.now())

    def rotate(self, bearer: Bearer, token_lifetime: timedelta) -> Opened:
        """A new token; all older ones of the inbox, the bearer's included, are dead at once."""
        active_inbox(self.inboxes, bearer, self.now())
        self.tokens.check_keys()
        inbox = self.inboxes.rotate(bearer.grant.inbox, bearer.grant.version)
        return Opened(inbox, self.tokens.issue(inbox, token_lifetime))

    def revoke(self, bearer: Bearer) -> None:
        """End all tokens of the inbox, the bearer's included; nobody can open it any more."""
        known_inbox(self.inboxes, bearer, self.now())
        self.inboxes.rotate(bearer.grant.inbox, bearer.grant.version)

    def close(self, bearer: Bearer) -> Inbox:
        """Delete the inbox and all it holds, also after it has expired."""
        inbox = known_inbox(self.inboxes, bearer, self.now())
        self.inboxes.close(inbox.id, self.now())
        return inbox


def _local_part(entropy: bytes) -> str:
    return base64.b32encode(entropy).decode("ascii").lower()
