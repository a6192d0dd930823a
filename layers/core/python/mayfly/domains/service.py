"""The mail domains that accounts bring: whose they are, and what each may be used for."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from mayfly import limits
from mayfly.domains.models import MailDomain, Status
from mayfly.domains.ports import Claims
from mayfly.domains.register import DomainRegister
from mayfly.errors import Contended, DomainNotFound, InvalidAddress, NotPermitted, excerpt
from mayfly.inboxes.models import Inbox
from mayfly.inboxes.ports import Inboxes
from mayfly.kit.clock import Clock
from mayfly.mail.address import Address, normal_domain

OFF = "off"


@dataclass(frozen=True, slots=True)
class DomainService:
    """The domains of accounts, beside the deployment's and the admins' in the register.

    The register's come first: what the settings or admins name is no account's.
    """

    claims: Claims
    register: DomainRegister
    now: Clock

    def listed(self, account_id: str) -> list[MailDomain]:
        """All domains of the account, in any status, by name."""
        return [each.seen_at(self.now()) for each in self.claims.of(account_id)]

    def owned(self, account_id: str, domain_id: str) -> MailDomain:
        """The domain, in any status; DomainNotFound if it is not there or somebody else's."""
        return self.claims.get(account_id, domain_id).seen_at(self.now())

    def accounts(self) -> list[MailDomain]:
        """The domains of all accounts, by name; reads every one of them."""
        now = self.now()
        return sorted((each.seen_at(now) for each in self.claims.all()), key=lambda each: each.name)

    def all(self) -> list[MailDomain]:
        """The deployment's, the admins' and the accounts', in this order."""
        return [*self.register.all(), *self.accounts()]

    def count_by_status(self, most: int) -> Mapping[str, int]:
        """How many domains there are in each status, or `off`, as admins can switch theirs.

        Of accounts' domains `most` are looked at: this is asked for by anybody, and often.
        """
        theirs = (each.seen_at(self.now()) for each in islice(self.claims.all(), most))
        everybodys = chain(self.register.all(), theirs)
        counted = Counter(each.status.value if each.is_on else OFF for each in everybodys)
        return {name: counted[name] for name in (*(each.value for each in Status), OFF)}

    def names(self) -> set[str]:
        """All names whose mail is ours; reads every domain there is."""
        active = (each.name for each in self.accounts() if each.status is Status.ACTIVE)
        return {*self.register.names(), *active}

    def found(self, domain_id: str) -> MailDomain:
        """An account's domain by its id, of any account; DomainNotFound. For admins."""
        for each in self.accounts():
            if each.id == domain_id:
                return each
        raise DomainNotFound("no such mail domain")

    def is_ours(self, name: str) -> bool:
        """Whether the name is the deployment's or an admin's, or lies above or below one."""
        around = [each.name for each in self.register.all()]
        return any(
            name == each or name.endswith(f".{each}") or each.endswith(f".{name}")
            for each in around
        )

    def sendable(self, account_id: str, address_domain: str) -> MailDomain:
        """The domain of this name, from which the account may send mail.

        NotPermitted unless it is this account's, active, and none of the deployment's.
        """
        try:
            domain = self._held(normal_domain(address_domain))
        except (InvalidAddress, DomainNotFound) as error:
            raise _not_yours(address_domain) from error
        if domain.owner != account_id or not domain.is_active:
            raise _not_yours(address_domain)
        return domain

    def chosen(self, account_id: str, name: str | None) -> MailDomain:
        """Where to make a mailbox: at an active domain of the account's, or as `register.chosen`.

        UnknownDomain if the named one is neither active nor theirs, NotPermitted if none is.
        """
        if name is not None:
            try:
                return self.sendable(account_id, name)
            except NotPermitted:
                pass
        return MailDomain(self.register.chosen(name))

    def receives(self, inbox: Inbox) -> bool:
        """Whether mail may come in where the inbox was made.

        One made at an account's domain ends with that account's hold on it: whoever has the
        domain next must not find their mail in it.
        """
        if inbox.external:
            return False
        if not inbox.domain_id:
            return True
        try:
            domain = self.claims.get(inbox.owner, inbox.domain_id)
        except DomainNotFound:
            return False
        return domain.status is Status.ACTIVE and domain.name not in self.register.deployed

    def change(
        self, account_id: str, domain_id: str, step: Callable[[MailDomain], MailDomain]
    ) -> MailDomain:
        """Write what `step` makes of the domain, whatever other calls change at the same time.

        DomainNotFound; DomainTaken if it would become active and somebody else holds the name;
        Contended if too many others changed it.
        """
        for _ in range(limits.DOMAIN_ATTEMPTS):
            there = self.claims.get(account_id, domain_id)
            after = replace(
                step(there.seen_at(self.now())), updated_at=self.register.after(there.updated_at)
            )
            try:
                self.claims.change(after, there)
            except Contended:
                continue
            return after
        raise Contended(f"{limits.DOMAIN_ATTEMPTS} attempts to change a domain met other writers")

    def switch(self, domain: MailDomain, is_on: bool) -> MailDomain:
        """Switch an account's domain off or on again; for admins."""
        return self.change(domain.owner, domain.id, lambda there: replace(there, is_on=is_on))

    def _held(self, name: str) -> MailDomain:
        if name in self.register.deployed:
            raise DomainNotFound("the deployment's settings name this domain")
        return self.claims.holder(name)


@dataclass(frozen=True, slots=True)
class RecipientFinder:
    """The recipients of mail: the inboxes, but for those at domains that their accounts lost.

    One that shows somebody's mailbox elsewhere is none: nobody can send to it.
    """

    inboxes: Inboxes
    host: DomainService

    def find(self, addresses: Sequence[Address]) -> dict[Address, Inbox]:
        """As `Inboxes.find`; costs nothing more where no inbox is at an account's domain."""
        found = self.inboxes.find(addresses)
        return {address: inbox for address, inbox in found.items() if self.host.receives(inbox)}


def _not_yours(domain: str) -> NotPermitted:
    return NotPermitted(f"this is no active domain of yours: {excerpt(domain)}")
