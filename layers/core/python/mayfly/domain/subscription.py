"""Who is told of new mail."""

from dataclasses import dataclass, field
from datetime import datetime

from mayfly.domain.account import AccountId
from mayfly.domain.address import Address
from mayfly.domain.identity import InboxId


@dataclass(frozen=True, slots=True)
class Connection:
    """An open WebSocket; `expires_at` is when API Gateway has closed it at the latest."""

    id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """One connection's wish to be told of one inbox's mail.

    While `replay_after` is a number, the messages above it are still owed, and nothing newer may
    be sent before them. `sent` is the newest number that the replay has covered. It counts while
    the inbox's tokens have the version of the token it was made with.
    """

    connection_id: str
    inbox: InboxId
    address: Address
    expires_at: datetime
    replay_after: int | None = None
    sent: int = 0
    token_version: int = 0


@dataclass(frozen=True, slots=True)
class AccountWatch:
    """One connection's wish to be told of the mail of all mailboxes of an account.

    It counts while the account has the session it was made in.
    """

    connection_id: str
    account: AccountId
    session: str = field(repr=False)
    expires_at: datetime
