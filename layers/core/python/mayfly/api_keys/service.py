"""API keys: accounts make and revoke them, and programs are let in by them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mayfly import limits
from mayfly.accounts.models import Account
from mayfly.accounts.ports import Accounts
from mayfly.accounts.updater import AccountUpdater
from mayfly.api_keys.models import (
    SECRET_BYTES,
    ApiKey,
    ApiKeyRequest,
    KeyNotFound,
    KeyProof,
    KeysFull,
    Scope,
    key_id,
    new_key,
)
from mayfly.errors import AccountNotFound, InvalidInput, OutOfScope, Unauthenticated
from mayfly.kit.clock import Clock, Entropy


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


_UNKNOWN = "this API key is unknown or revoked"


@dataclass(frozen=True, slots=True)
class ApiKeyAuthenticator:
    """Authenticates by API key."""

    keys: ApiKeys
    accounts: Accounts
    now: Clock

    def holder(self, text: str) -> ApiKey:
        """The key; Unauthenticated for one that is unknown or has expired.

        Whether its account still has it is not looked at: that is enough to count for.
        """
        proof = KeyProof.of(text)
        try:
            key = self.keys.find(proof.id)
        except KeyNotFound as error:
            raise Unauthenticated(_UNKNOWN) from error
        if not hmac.compare_digest(key.proof.hash, proof.hash):
            raise Unauthenticated(_UNKNOWN)
        if key.has_expired(self.now()):
            raise Unauthenticated("this API key has expired")
        return key

    def admit(self, text: str, scope: Scope) -> tuple[Account, ApiKey]:
        """The account of the key, as it is now, and the key.

        Unauthenticated for a key that is unknown, revoked or has expired, OutOfScope for one that
        is not for this.
        """
        key = self.holder(text)
        try:
            account = self.accounts.get(key.account)
        except AccountNotFound as error:
            raise Unauthenticated(_UNKNOWN) from error
        if key.id not in account.keys:
            raise Unauthenticated(_UNKNOWN)
        if scope not in key.scopes:
            raise OutOfScope(f"this needs an API key with the scope {scope.value!r}")
        return account, key

    def note_use(self, key: ApiKey) -> None:
        """Note that the key was used, once an hour at most."""
        now = self.now()
        if key.last_used_at is None or now >= key.last_used_at + limits.KEY_USE_NOTED_EVERY:
            self.keys.note_use(key, now)


@dataclass(frozen=True, slots=True)
class ApiKeyService:
    """Makes API keys for accounts, and revokes them."""

    keys: ApiKeys
    updater: AccountUpdater
    now: Clock
    entropy: Entropy

    def make(self, account: Account, wanted: ApiKeyRequest) -> tuple[ApiKey, str]:
        """A new key and its text, which is kept nowhere; KeysFull if the account has enough."""
        now = self.now()
        if wanted.expires_at is not None and not _is_ahead(wanted.expires_at, now):
            raise InvalidInput("expiresAt must be in the future, and within ten years")
        text = new_key(self.entropy(SECRET_BYTES))
        key = ApiKey(
            KeyProof.of(text), account.id, wanted.name, wanted.scopes, now, wanted.expires_at
        )
        self.updater.write(account, lambda fresh: self._added(fresh, key))
        return key, text

    def of(self, account: Account) -> list[ApiKey]:
        """The account's keys, oldest first; expired ones for a month."""
        return self.keys.of(account)

    def revoke(self, account: Account, wanted: str) -> str:
        """Make the key useless, at once; its id. KeyNotFound if the account has none of it."""
        found = key_id(wanted)
        self.updater.write(account, lambda fresh: self._removed(fresh, found))
        return found

    def _added(self, account: Account, key: ApiKey) -> Account:
        if key.id in account.keys:  # the write before this one was done, and its answer lost
            return account
        kept = _beside_another(self.keys.of(account), self.now())
        return self.keys.add(account.with_key(key.id, kept), key)

    def _removed(self, account: Account, wanted: str) -> Account:
        if wanted not in account.keys:
            raise KeyNotFound("no such API key")
        return self.keys.remove(account.without_key(wanted), wanted)


def _is_ahead(end: datetime, now: datetime) -> bool:
    return now < end <= now + limits.MAX_KEY_LIFETIME


def _beside_another(keys: Sequence[ApiKey], now: datetime) -> list[str]:
    """The ids of those that stay beside a new one: of the expired ones, while there is room."""
    expired = [each.id for each in keys if each.has_expired(now)]
    room = limits.KEYS_PER_ACCOUNT - 1 - (len(keys) - len(expired))
    if room < 0:
        raise KeysFull(f"an account may have {limits.KEYS_PER_ACCOUNT} API keys; revoke one")
    gone = set(expired[: max(0, len(expired) - room)])
    return [each.id for each in keys if each.id not in gone]
