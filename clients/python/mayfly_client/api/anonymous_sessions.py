"""Anonymous sessions: one mailbox for a day, kept by a cookie.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMailbox:
    """A mailbox: what it is called, and how long it takes mail."""

    id: str
    email_address: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """An anonymous session. Its mailbox is a private inbox: the token opens /v1/inboxes, too."""

    session_token: str = field(repr=False)
    mailbox: "SessionMailbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An anonymous session."""

    mailbox: "SessionMailbox"


class AnonymousSessionsApi(Subject[M]):
    """One mailbox for a day, kept by a cookie."""

    @operation("POST", "/api/session", NewSession, ("token",))
    def create_session(self, *, domain: str | None = None) -> Sent:
        """Begin an anonymous session."""
        return Sent(body={"domain": domain})

    @operation("GET", "/api/session", Session, ("token",))
    def show_session(self) -> Sent:
        """Show an anonymous session."""
        return Sent()
