"""Inboxes of every kind: make them, and show and close public addresses."""

import base64
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from mayfly import limits
from mayfly.domains.register import DomainRegister
from mayfly.errors import AddressTaken, InboxNotFound, NotPermitted, Unauthenticated
from mayfly.inboxes.access import active_inbox, public_inbox
from mayfly.inboxes.ids import GENERATION_BYTES, InboxId
from mayfly.inboxes.models import Access, Inbox, token_hash
from mayfly.inboxes.names import friendly_local_part, is_reserved, random_local_part
from mayfly.inboxes.ports import Inboxes
from mayfly.inboxes.settings import InboxSettings
from mayfly.kit.clock import Clock, Entropy
from mayfly.mail.address import Address

TOKEN_BYTES = 32
PLACE_BYTES = 16
NOWHERE = "pop3.invalid"
Spending = Callable[[int], AbstractContextManager[object]]
"""A block in which so many inboxes are made; BudgetSpent if that is too many."""


def freely(inboxes: int) -> AbstractContextManager[object]:
    """Where there is no budget, there is nothing to say."""
    return nullcontext()


@dataclass(frozen=True, slots=True)
class InboxPolicy:
    """What this deployment offers, and how long things live.

    `is_public` says whether anybody may make an address, `is_private` the same of a private inbox.
    A private inbox lives as long as an address, unless `private_lifetime` says otherwise.
    """

    address_lifetime: timedelta
    message_lifetime: timedelta
    is_public: bool
    is_private: bool = True
    private_lifetime: timedelta | None = None

    @classmethod
    def of(cls, settings: InboxSettings) -> "InboxPolicy":
        """What the settings offer."""
        return cls(
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
class InboxService:
    """Makes inboxes of either kind, and closes the addresses that anybody may have."""

    inboxes: Inboxes
    domains: DomainRegister
    policy: InboxPolicy
    now: Clock
    entropy: Entropy
    spending: Spending = freely

    def make(self, domain: str | None = None) -> NewAddress:
        """A new address at this domain, or at the first active one; nobody chooses its name."""
        if not self.policy.is_public:
            raise NotPermitted("public addresses are turned off here (setting PUBLIC_INBOXES)")
        address = Address(random_local_part(self.entropy), self.domains.chosen(domain))
        token = base64.urlsafe_b64encode(self.entropy(TOKEN_BYTES)).rstrip(b"=").decode("ascii")
        with self.spending(1):
            inbox = self._create(address, Access.ADDRESS, token_hash(token))
        return NewAddress(inbox, token)

    def make_private(self, domain: str | None = None) -> Inbox:
        """A new private inbox with a friendly name, at this domain or at the first active one."""
        self._check_private()
        at = self.domains.chosen(domain)
        with self.spending(1):
            return self.with_free_name(
                lambda local: self._create(Address(local, at), Access.TOKEN, "")
            )

    def make_chosen(self, address: Address, password_hash: str) -> Inbox:
        """A new private inbox at this address; AddressTaken if somebody has it or had it lately.

        Whether the name can be chosen was checked before. `password_hash` is a slow one: people
        choose passwords that can be guessed.
        """
        self._check_private()
        with self.spending(1):
            return self._create(address, Access.TOKEN, password_hash)

    def new_external(self, shown: Address) -> Inbox:
        """A private inbox, not kept yet, that shows the mailbox of this address elsewhere.

        However many show it, each has a place of its own, at which nobody can write to it: the
        domain is of those that no DNS has (RFC 6761 section 6.4).
        """
        self._check_private()
        place = Address(self.entropy(PLACE_BYTES).hex(), NOWHERE)
        return replace(self._new(place, Access.TOKEN, ""), external=str(shown))

    def with_free_name(self, make: Callable[[str], Inbox]) -> Inbox:
        """What `make` gives for the first friendly name for which it does not raise AddressTaken.

        AddressTaken after too many.
        """
        for attempt in range(limits.NAME_ATTEMPTS):
            local = friendly_local_part(self.entropy, attempt)
            if not is_reserved(local):
                with suppress(AddressTaken):
                    return make(local)
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

    def _check_private(self) -> None:
        if not self.policy.is_private:
            raise NotPermitted("private inboxes are turned off here (setting PRIVATE_INBOXES)")

    def _create(self, address: Address, access: Access, token_hash: str) -> Inbox:
        inbox = self._new(address, access, token_hash)
        self.inboxes.create(inbox, inbox.created_at)
        return inbox

    def _new(self, address: Address, access: Access, token_hash: str) -> Inbox:
        now = self.now()
        lifetime = self.policy.address_lifetime
        if access is Access.TOKEN:
            lifetime = self.policy.private_lifetime or lifetime
        return Inbox(
            id=InboxId.make(address, self.entropy(GENERATION_BYTES)),
            address=address,
            access=access,
            created_at=now,
            expires_at=now + lifetime,
            message_lifetime=self.policy.message_lifetime,
            token_hash=token_hash,
        )
