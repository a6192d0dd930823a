"""Change an account as it is now, and try again when another writer was faster."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.ports import Accounts
from mayfly.errors import AccountNotFound, Contended, Unauthenticated
from mayfly.kit.clock import Pause

NO_LOGIN = "there is no account with this e-mail address and password"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class AccountUpdater:
    """The accounts, and how to try again when another writer was faster."""

    accounts: Accounts
    pause: Pause

    def change(self, account: Account, change: Callable[[Account], Account]) -> Account:
        """Save what `change` makes of the account as it is now."""
        return self.write(account, lambda fresh: self.accounts.save(change(fresh), fresh.revision))

    def write(self, account: Account, step: Callable[[Account], Result]) -> Result:
        """What `step` gives, with the account as it was read or, after Contended, as it is now.

        Contended after too many attempts; Unauthenticated once the account is gone.
        """
        for attempt in range(limits.ACCOUNT_ATTEMPTS):
            try:
                return step(account)
            except Contended:
                self.pause(random.uniform(0, min(1.0, 0.01 * 2**attempt)))
            account = self._again(account)
        raise Contended(f"{limits.ACCOUNT_ATTEMPTS} attempts met other writers of the account")

    def _again(self, account: Account) -> Account:
        try:
            return self.accounts.get(account.id)
        except AccountNotFound as error:
            raise Unauthenticated("the session has ended; log in again") from error


def while_password_is(
    kept: str, change: Callable[[Account], Account]
) -> Callable[[Account], Account]:
    """The change, unless the password that was checked has been changed meanwhile.

    By another caller, that is: a write whose answer was lost is tried again.
    """

    def changed(account: Account) -> Account:
        wanted = change(account)
        if account.password_hash not in (kept, wanted.password_hash):
            raise Unauthenticated(NO_LOGIN)
        return wanted

    return changed
