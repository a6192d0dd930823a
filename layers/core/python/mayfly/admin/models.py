"""How much of everything there is."""

from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from mayfly.inboxes.models import Access
from mayfly.receiving.models import Tally


@dataclass(frozen=True, slots=True)
class InboxLine:
    """What of an inbox a count looks at."""

    access: Access
    expires_at: datetime
    message_lifetime: timedelta
    is_deleted: bool
    held_messages: int
    token_version: int


@dataclass(frozen=True, slots=True)
class Headcount:
    """Inboxes by their state; the active ones also by their kind.

    `held_messages` are of those whose messages can still be read; `rotations` are of all. They are
    lower bounds where not everything was looked at.
    """

    active: int = 0
    expired: int = 0
    deleted: int = 0
    public: int = 0
    private: int = 0
    mailboxes: int = 0
    held_messages: int = 0
    rotations: int = 0

    @classmethod
    def of(cls, inbox: InboxLine, now: datetime) -> "Headcount":
        """One inbox."""
        is_active = not inbox.is_deleted and now < inbox.expires_at
        # A message came in before the inbox expired: later than this, the last one is over.
        is_read = not inbox.is_deleted and now < inbox.expires_at + inbox.message_lifetime
        return cls(
            active=is_active,
            expired=not inbox.is_deleted and not is_active,
            deleted=inbox.is_deleted,
            public=is_active and inbox.access is Access.ADDRESS,
            private=is_active and inbox.access is Access.TOKEN,
            mailboxes=is_active and inbox.access is Access.OWNER,
            held_messages=inbox.held_messages if is_read else 0,
            rotations=inbox.token_version,
        )

    def __add__(self, other: "Headcount") -> "Headcount":
        return Headcount(*map(sum, zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Counted:
    """A count, and whether everything was looked at."""

    headcount: Headcount
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """All that is counted, as it was at that time."""

    inboxes: Counted
    deliveries: Tally
    domains: int
    active_domains: int
    counted_at: datetime
