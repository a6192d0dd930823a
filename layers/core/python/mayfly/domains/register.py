"""Mail domains: those the deployment's settings name, and those that admins add to them.

Those of accounts are in `mayfly.domains.service`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from mayfly import limits
from mayfly.domains.models import DomainDeployed, DomainTaken, MailDomain, MailServer, UnknownDomain
from mayfly.domains.ports import Domains
from mayfly.errors import Contended, DomainNotFound, LimitReached, NotPermitted, excerpt
from mayfly.kit.clock import Cached, Clock, to_the_millisecond
from mayfly.mail.address import normal_domain

_MILLISECOND = timedelta(milliseconds=1)
_NONE_ACTIVE = "no mail domain is active here: no inbox can be made"


@dataclass(frozen=True, slots=True)
class DomainRegister:
    """All mail domains. `deployed` are those of the settings, in their order.

    What admins changed about a deployed one is kept beside it, and forgotten once the settings do
    not name it any more.
    """

    domains: Domains
    deployed: tuple[str, ...]
    now: Clock
    _known: Cached[list[MailDomain]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read nothing yet."""
        known = Cached(self.all, limits.ADMIN_READ_AGE, self.now)
        object.__setattr__(self, "_known", known)

    def all(self) -> list[MailDomain]:
        """As they are now: the deployed ones first, then the added ones by name."""
        kept = {each.name: each for each in self.domains.all()}
        ours = [kept.pop(name, MailDomain(name)) for name in self.deployed]
        return [
            *(replace(each, is_deployed=True) for each in ours),
            *(each for each in kept.values() if not each.is_deployed),
        ]

    def names(self) -> list[str]:
        """All names, active or not: mail for them is ours. Up to ten seconds old."""
        return [each.name for each in self._known.get()]

    def active(self) -> list[str]:
        """The names that inboxes may be made at, in the order of `all`. Up to ten seconds old."""
        return [each.name for each in self.offered()]

    def offered(self) -> list[MailDomain]:
        """The active ones as `active` names them."""
        return [each for each in self._known.get() if each.is_active]

    def server_of(self, name: str) -> MailServer | None:
        """Where the domain's mail lies, if admins have named a POP3 server; up to 10 s old."""
        return next((each.pop3 for each in self._known.get() if each.name == name), None)

    def chosen(self, name: str | None) -> str:
        """Where to make an inbox: at this domain, or without one at the first that is active.

        UnknownDomain if the named one is not active or not ours, NotPermitted if none is active.
        """
        active = self.active()
        if name is not None:
            domain = normal_domain(name)
            if domain not in active:
                raise UnknownDomain(f"no mail domain of ours for new inboxes: {domain}")
            return domain
        if not active:
            raise NotPermitted(_NONE_ACTIVE)
        return active[0]

    def names_of(self, ids: Sequence[str] | None) -> list[str]:
        """The names of these domains by their ids, or of all active ones.

        UnknownDomain if one of them is not ours or not active, NotPermitted if none at all is.
        """
        if ids is None:
            active = self.active()
            if not active:
                raise NotPermitted(_NONE_ACTIVE)
            return active
        there = {each.id: each.name for each in self.all() if each.is_active}
        for each in ids:
            if each not in there:
                raise UnknownDomain(f"no mail domain of ours for new inboxes: {excerpt(each)}")
        return [there[each] for each in ids]

    def named(self, domain_id: str) -> MailDomain:
        """The domain of this id, active or not; UnknownDomain if it is not ours."""
        try:
            return self._found(domain_id)
        except DomainNotFound as error:
            raise UnknownDomain(
                f"domain_id names no mail domain of ours: {excerpt(domain_id)}"
            ) from error

    def add(self, name: str, pop3: MailServer | None = None) -> MailDomain:
        """Add a domain, active at once; DomainTaken if it is there, LimitReached over the cap."""
        now = self.after(None)
        domain = MailDomain(normal_domain(name), created_at=now, updated_at=now, pop3=pop3)
        kept = self.domains.all()
        if domain.name in self.deployed:
            raise DomainTaken(f"this mail domain is there already: {domain.name}")
        if len(kept) >= limits.MAIL_DOMAINS:
            raise LimitReached(f"{limits.MAIL_DOMAINS} mail domains are possible (MAIL_DOMAINS)")
        left = next((each for each in kept if each.name == domain.name and each.is_deployed), None)
        if left is None:
            self.domains.add(domain)
        else:  # of a deployment that named it
            self.domains.change(domain, left.updated_at)
        self._known.forget()
        return domain

    def change(
        self,
        domain_id: str,
        is_active: bool | None = None,
        pop3: Callable[[MailServer | None], MailServer | None] | None = None,
    ) -> MailDomain:
        """Change what is given and keep the rest, whatever other calls change at the same time.

        `pop3` makes of the server that is there the one that shall be.

        DomainNotFound without it; Contended if too many others changed it.
        """
        for _ in range(limits.DOMAIN_ATTEMPTS):
            there = self._found(domain_id)
            changed = replace(
                there,
                is_on=there.is_on if is_active is None else is_active,
                pop3=pop3(there.pop3) if pop3 else there.pop3,
                updated_at=self.after(there.updated_at),
            )
            try:
                self.domains.change(changed, there.updated_at)
            except Contended:
                continue
            self._known.forget()
            return changed
        raise Contended(f"{limits.DOMAIN_ATTEMPTS} attempts to change a domain met other writers")

    def remove(self, domain_id: str) -> MailDomain:
        """Forget an added domain; inboxes that are there go on.

        DomainNotFound without it, DomainDeployed if the settings name it.
        """
        there = self._found(domain_id)
        if there.is_deployed:
            raise DomainDeployed(
                f"the deployment's settings name {there.name}: make it inactive instead"
            )
        self.domains.remove(domain_id)
        self._known.forget()
        return there

    def _found(self, domain_id: str) -> MailDomain:
        for each in self.all():
            if each.id == domain_id:
                return each
        raise DomainNotFound("no such mail domain")

    def after(self, version: datetime | None) -> datetime:
        """Now in whole milliseconds, and later than that version."""
        now = to_the_millisecond(self.now())
        return now if version is None else max(now, version + _MILLISECOND)
