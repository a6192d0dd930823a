"""The mail domains."""

from datetime import datetime
from typing import Protocol

from mayfly.domain.mail_domain import MailDomain


class Domains(Protocol):
    """The mail domains that admins added or changed, read consistently.

    Those that the settings name are not here until an admin changes them. A domain's `updated_at`
    is its version, to the millisecond.
    """

    def all(self) -> list[MailDomain]:
        """All of them, by name."""

    def add(self, domain: MailDomain) -> None:
        """Add it; DomainTaken if one of this name is there."""

    def change(self, domain: MailDomain, seen: datetime | None) -> None:
        """Put it in the place of the one whose `updated_at` was `seen`, None for one not there yet.

        Contended if somebody else has changed, added or removed it since.
        """

    def remove(self, domain_id: str) -> None:
        """Remove it; DomainNotFound if it is not there."""
