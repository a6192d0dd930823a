"""POP3 mailboxes, what is kept of them, and where their messages are put."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

from mayfly.domains.models import MailServer
from mayfly.inboxes.ids import InboxId
from mayfly.inboxes.models import Inbox
from mayfly.pop3.models import Credentials, Entry, Pop3Account


class Pop3Accounts(Protocol):
    """What is kept of the POP3 mailboxes of inboxes, read consistently."""

    def place(self, inbox: Inbox, account: Pop3Account, now: datetime) -> None:
        """Create the inbox and keep what opens its mailbox, or neither."""

    def get(self, inbox: InboxId) -> Pop3Account | None:
        """That of this generation; None if there is none."""

    def put(self, account: Pop3Account, seen: datetime | None) -> bool:
        """Put it in the place of the one whose `next_at` was `seen`, None if there was none.

        False if somebody else has done so since: of two that begin a fetch, one goes on.
        """

    def remove(self, inbox: InboxId) -> None:
        """Forget it, if there is one."""


class InboxSecrets(Protocol):
    """Seals what is secret of an inbox, so that it opens for that inbox (by its id) alone."""

    def seal(self, inbox: str, plain: bytes) -> bytes:
        """The secret (4,096 bytes at most) as it may be kept; SecretsUnavailable if it cannot."""

    def open(self, inbox: str, sealed: bytes) -> bytes:
        """The secret again; SecretsUnavailable if it cannot be opened, now or ever."""


class Session(Protocol):
    """A POP3 mailbox that is open. Every failure is a Pop3Failed, and ends the session.

    Nothing that was deleted is gone, and nothing that was retrieved counts as read, before `quit`.
    """

    @property
    def login_delay(self) -> timedelta:
        """How long the server wants to be left alone between logins (RFC 2449 section 6.5)."""

    def listing(self, newest: int) -> Sequence[Entry]:
        """The last so many messages, oldest first."""

    def size(self, entry: Entry) -> int:
        """How large the server says it is."""

    def retrieve(self, entry: Entry, most_bytes: int, seconds: float) -> bytes:
        """Its bytes; MailTooLarge if they are more than so many."""

    def delete(self, entry: Entry) -> None:
        """Have it deleted by `quit`."""

    def quit(self) -> None:
        """Have done what was asked for, and close."""


class Pop3Servers(Protocol):
    """The way to POP3 servers."""

    def open(self, server: MailServer, credentials: Credentials) -> AbstractContextManager[Session]:
        """Log in; Pop3Failed says how far it came. The connection ends with the block."""


class FetchedMails(Protocol):
    """Where raw messages lie, for those that are fetched."""

    def put(self, object_key: str, raw: bytes) -> None:
        """Keep the bytes under this key, in the place of what was there."""
