"""Watching an account: all mail of all its mailboxes, also of those made later."""

from dataclasses import dataclass
from datetime import datetime

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.ports import Accounts
from mayfly.accounts.tokens import AccountSession, AccountTokens, Authenticator
from mayfly.filters.models import EVERYTHING, Filter
from mayfly.inboxes.models import Inbox
from mayfly.kit.clock import Clock
from mayfly.kit.tokens.models import AccessToken
from mayfly.subscriptions.models import AccountSubscription
from mayfly.subscriptions.ports import AccountSubscriptions
from mayfly.subscriptions.service import ConnectionProbe


@dataclass(frozen=True, slots=True)
class Watched:
    """An account's mailboxes as they were read once the subscription stood, and when that ends."""

    mailboxes: list[Inbox]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccountSubscriptionService:
    """Keeps which connections watch which accounts."""

    doorman: Authenticator
    accounts: Accounts
    watching: AccountSubscriptions
    probe: ConnectionProbe
    now: Clock

    def subscribe(
        self, connection_id: str, token: str, client: str = "", only: Filter = EVERYTHING
    ) -> Watched:
        """Announce the account's mail that `only` means from now on; a repeat replaces.

        It lasts as long as the session that the token is of, and the connection. Nothing that came
        before is sent: the numbers of the mailboxes say from where on mail will be announced.
        """
        visit = self.doorman.admit(token)
        account, now = visit.account, self.now()
        self._clear(account, now)
        expires_at = min(now + limits.CONNECTION_LIFETIME, account.sessions[visit.session])
        watch = AccountSubscription(
            connection_id, account.id, visit.session, expires_at, client, only
        )
        self.probe.take_place(
            str(account.id),
            lambda: self.watching.watch(watch, now),
            lambda: [
                (each.connection_id, each.expires_at)
                for each in self.watching.watchers(account.id, now)
            ],
        )
        # Mailboxes may have been made since the account was read.
        return Watched(self.accounts.mailboxes(self.doorman.admit(token).account), expires_at)

    def unsubscribe(self, connection_id: str) -> None:
        """Announce no more of any account to the connection."""
        for account in self.watching.watched(connection_id):
            self.watching.unwatch(connection_id, account)

    def _clear(self, account: Account, now: datetime) -> None:
        """Remove subscriptions of sessions that have ended: they take places."""
        for each in self.watching.watchers(account.id, now):
            if not account.has_session(each.session, now):
                self.watching.unwatch(each.connection_id, account.id)


def invitation(visit: AccountSession, tokens: AccountTokens) -> AccessToken:
    """A token for the `subscribe` frame of a page that cannot read its cookie.

    It has to be used at once; what it opens lasts as long as the session.
    """
    expires_at = tokens.now().replace(microsecond=0) + limits.SOCKET_TOKEN_LIFETIME
    return tokens.issue(visit.account.id, visit.session, expires_at)
