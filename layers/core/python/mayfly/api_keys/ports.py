"""API keys of accounts."""

from datetime import datetime
from typing import Protocol

from mayfly.accounts.models import Account
from mayfly.api_keys.models import ApiKey


class ApiKeys(Protocol):
    """The API keys, read consistently. They end with their account: see `Accounts.remove`."""

    def find(self, key_id: str) -> ApiKey:
        """The key of this id, expired or not; KeyNotFound."""

    def of(self, account: Account) -> list[ApiKey]:
        """The keys of the account's list that are still there, in the list's order."""

    def add(self, account: Account, key: ApiKey) -> Account:
        """Save the account at its revision and add the key, or neither.

        The account as it is then; Contended if it has another revision or is gone.
        """

    def remove(self, account: Account, key_id: str) -> Account:
        """Save the account at its revision and remove the key, or neither; as `add`.

        A key that is not there is no error.
        """

    def note_use(self, key: ApiKey, now: datetime) -> None:
        """Note that it was used now, if it is still there."""
