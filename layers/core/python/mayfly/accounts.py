"""Accounts: who is calling."""

from dataclasses import dataclass, field

from mayfly.account_tokens import AccountTokens
from mayfly.domain.account import Account
from mayfly.domain.errors import AccountNotFound, Unauthenticated
from mayfly.ports import Accounts, Clock


@dataclass(frozen=True, slots=True)
class Visit:
    """An account, and which of its sessions is calling."""

    account: Account
    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Doorman:
    """Lets accounts in by their tokens."""

    accounts: Accounts
    tokens: AccountTokens
    now: Clock

    def admit(self, token: str) -> Visit:
        """The account of the token, as it is now.

        Unauthenticated for a token that is not of an account, has expired, or whose session has
        ended; of an account that is gone, too.
        """
        grant = self.tokens.read(token)
        if grant.expires_at <= self.now():
            raise Unauthenticated("the session has expired; log in again")
        try:
            account = self.accounts.get(grant.account)
        except AccountNotFound as error:
            raise Unauthenticated("the session has ended; log in again") from error
        if not account.has_session(grant.session, self.now()):
            raise Unauthenticated("the session has ended; log in again")
        return Visit(account, grant.session)
