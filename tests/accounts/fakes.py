"""Accounts in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mayfly.accounts.models import Account, AccountId, AccountTaken, account_partition
from mayfly.errors import AccountNotFound, AddressTaken, Contended, Unauthenticated
from mayfly.inboxes.models import Access, Inbox
from mayfly.mail.address import Address

if TYPE_CHECKING:
    from tests.memory import Rows


class FakeResets:
    """The last resets in a dict."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[str, datetime]] = {}
        self.writes = 0

    def begin(self, partition: str, proof: str, expires_at: datetime) -> None:
        self.writes += 1
        self.rows[partition] = (proof, expires_at)

    def is_last(self, partition: str, proof: str) -> bool:
        return partition in self.rows and self.rows[partition][0] == proof


class FakeAccounts:
    """Accounts in a dict. `meanwhile` runs before the next write, as another writer would."""

    def __init__(self, rows: "Rows", cooldown: timedelta) -> None:
        self.rows = rows
        self.cooldown = cooldown
        self.meanwhile: list[Callable[[], object]] = []

    def get(self, account: AccountId) -> Account:
        found = self.rows.accounts.get(account.partition)
        if found is None or found.id != account:
            raise AccountNotFound("no such account")
        return found

    def find(self, email: Address) -> Account:
        found = self.rows.accounts.get(account_partition(email))
        if found is None or found.email != email:
            raise AccountNotFound("no such account")
        return found

    def add(self, account: Account) -> None:
        with self.rows.lock:
            there = self.rows.accounts.get(account.id.partition)
            if there is not None and there.is_verified:
                raise AccountTaken("this e-mail address has an account")
            self.rows.accounts[account.id.partition] = account

    def save(self, account: Account, revision: int) -> Account:
        with self.rows.lock:
            self._check(account.id, revision)
            account = replace(account, revision=revision + 1)
            self.rows.accounts[account.id.partition] = account
            return account

    def remove(self, account: Account) -> None:
        with self.rows.lock:
            there = self.rows.accounts.get(account.id.partition)
            if there is not None and there.id == account.id:
                self._check(account.id, account.revision)
                del self.rows.accounts[account.id.partition]
                for each in account.keys:
                    self.rows.api_keys.pop(each, None)

    def mailboxes(self, account: Account) -> list[Inbox]:
        rows = (self.rows.inboxes.get(each.partition) for each in account.mailboxes)
        found = {inbox.id: inbox for inbox in rows if inbox and inbox.deleted_at is None}
        return [found[each] for each in account.mailboxes if each in found]

    def open_mailbox(self, account: Account, mailbox: Inbox, now: datetime) -> Account:
        with self.rows.lock:
            self._check(account.id, account.revision)
            there = self.rows.inboxes.get(mailbox.id.partition)
            if there is not None:
                if not there.is_free_again(now, self.cooldown):
                    raise AddressTaken("this address is taken")
                mailbox = mailbox.after(there, now)
            return self._saved_with(account, mailbox)

    def adopt(self, account: Account, mailbox: Inbox, now: datetime) -> Account:
        with self.rows.lock:
            self._check(account.id, account.revision)
            there = self.rows.inboxes.get(mailbox.id.partition)
            if (
                there is None
                or there.id != mailbox.id
                or not there.is_active(now)
                or there.access is not Access.TOKEN
                or there.token_version != mailbox.token_version - 1
            ):
                raise Unauthenticated("this is no session that goes on")
            held = (there.sequence, there.held_messages, there.held_bytes)
            sequence, messages, size = held
            kept = replace(mailbox, sequence=sequence, held_messages=messages, held_bytes=size)
            return self._saved_with(account, kept)

    def extend(self, account: Account, before: Inbox, after: Inbox) -> Account:
        with self.rows.lock:
            self._check(account.id, account.revision)
            if self.rows.inboxes.get(before.id.partition) != before:
                raise Contended("another writer changed the mailbox")
            return self._saved_with(account, after)

    def _check(self, account: AccountId, revision: int) -> None:
        others, self.meanwhile = self.meanwhile, []
        for other in others:
            other()
        there = self.rows.accounts.get(account.partition)
        if there is None or there.id != account or there.revision != revision:
            raise Contended("another writer changed the account")

    def _saved_with(self, account: Account, mailbox: Inbox) -> Account:
        account = replace(account, revision=account.revision + 1)
        self.rows.accounts[account.id.partition] = account
        self.rows.inboxes[mailbox.id.partition] = mailbox
        return account
