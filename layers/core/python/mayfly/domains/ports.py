"""The mail domains: admins' and accounts'."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from mayfly.domains.models import MailDomain, MailIdentity


class Domains(Protocol):
    """The mail domains that admins added or changed, read consistently.

    Those that the settings name are not here until an admin changes them. A domain's `updated_at`
    is its version, to the millisecond.
    """

    def all(self) -> list[MailDomain]:
        """All of them, by name."""

    def add(self, domain: MailDomain) -> None:
        """Add it; DomainTaken if one of this name is there, or an account holds the name."""

    def change(self, domain: MailDomain, seen: datetime | None) -> None:
        """Put it in the place of the one whose `updated_at` was `seen`, None for one not there yet.

        Contended if somebody else has changed, added or removed it since; DomainTaken if it is
        not the deployment's and an account holds the name.
        """

    def remove(self, domain_id: str) -> None:
        """Remove it; DomainNotFound if it is not there."""


class Claims(Protocol):
    """The domains that accounts claim, read consistently.

    Many accounts may claim one name; at most one claim on it is active, and none beside an
    admin's domain: its account holds the name. A claim's `updated_at` is its version. However many
    write at once, there are never more than the `ClaimLimits` that it was made with.
    """

    def of(self, owner: str) -> list[MailDomain]:
        """All of this account, by name."""

    def get(self, owner: str, domain_id: str) -> MailDomain:
        """This one of this account; DomainNotFound."""

    def holder(self, name: str) -> MailDomain:
        """The active claim on this name; DomainNotFound without one."""

    def all(self) -> Iterable[MailDomain]:
        """All of all accounts, in no order; read as the caller goes on."""

    def add(self, domain: MailDomain) -> None:
        """Add a claim that is not proven.

        DomainTaken if this account claims the name already; LimitReached if it has too many, or
        too many that are pending.
        """

    def change(self, domain: MailDomain, before: MailDomain) -> None:
        """Put it in the place of what it was; once it is active it holds the name.

        Contended if somebody else has changed or removed it since, DomainTaken if it would become
        active and somebody else holds the name; LimitReached if it would become pending and its
        account has too many of these, or proven and there are too many of all accounts.
        """

    def remove(self, domain: MailDomain) -> None:
        """Remove it, and give up the name; DomainNotFound if it is not there.

        Contended if somebody else has changed it since.
        """


class MailIdentities(Protocol):
    """What the mail service (SES) has of each domain: it takes and sends mail for those it knows.

    The service has other users. What this deployment makes is marked as its own, and what is not
    so marked is neither changed, nor removed, nor reported. Each raises IdentitiesUnavailable if
    the service does not do it just now.
    """

    def ensure(self, name: str) -> MailIdentity:
        """The domain's identity as it is now, made if there was none.

        `REFUSED` if the service does not take the name, be it that somebody else has it there.
        """

    def remove(self, name: str) -> None:
        """Forget the domain; no error if it is not known, and nothing if it is not our own."""
