"""API keys in memory."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from mayfly.accounts.models import Account
from mayfly.api_keys.models import ApiKey, KeyNotFound

if TYPE_CHECKING:
    from tests.accounts.fakes import FakeAccounts
    from tests.memory import Rows


class FakeApiKeys:
    """Keys in a dict; with `failing` set, noting a use raises it."""

    def __init__(self, rows: "Rows", accounts: "FakeAccounts") -> None:
        self.rows = rows
        self.accounts = accounts
        self.failing: Exception | None = None

    def find(self, key_id: str) -> ApiKey:
        if key_id not in self.rows.api_keys:
            raise KeyNotFound("no such API key")
        return self.rows.api_keys[key_id]

    def of(self, account: Account) -> list[ApiKey]:
        there = self.rows.api_keys
        return [there[each] for each in account.keys if each in there]

    def add(self, account: Account, key: ApiKey) -> Account:
        with self.rows.lock:
            saved = self.accounts.save(account, account.revision)
            self.rows.api_keys[key.id] = key
            return saved

    def remove(self, account: Account, key_id: str) -> Account:
        with self.rows.lock:
            saved = self.accounts.save(account, account.revision)
            self.rows.api_keys.pop(key_id, None)
            return saved

    def note_use(self, key: ApiKey, now: datetime) -> None:
        if self.failing is not None:
            raise self.failing
        with self.rows.lock:
            if key.id in self.rows.api_keys:
                noted = replace(self.rows.api_keys[key.id], last_used_at=now)
                self.rows.api_keys[key.id] = noted
