"""Accounts and their mailboxes, and mail in them, for tests."""

from dataclasses import replace
from datetime import timedelta

from mayfly.accounts.models import Account
from mayfly.inboxes.models import Access, Inbox
from mayfly.messages.models import Message
from mayfly.receiving.models import Stored
from tests import samples
from tests.accounts.test_accounts_contract import an_account
from tests.memory import Memory

SESSION = "session-1"
WEEK = timedelta(days=7)


def given_account(memory: Memory, email: str = "ann@elsewhere.example") -> Account:
    """An account that is logged in."""
    account = an_account(email, sessions={SESSION: samples.NOW + WEEK})
    memory.accounts.add(account)
    return account


def given_mailbox(memory: Memory, account: Account, address: str = "ann@mayfly.example") -> Inbox:
    """A mailbox of the account."""
    mailbox = samples.inbox(
        address,
        access=Access.OWNER,
        owner=str(account.id),
        created_at=memory.clock(),
        expires_at=memory.clock() + WEEK,
        message_lifetime=timedelta(days=30),
    )
    current = memory.accounts.get(account.id)
    listed = replace(current, mailboxes=(*current.mailboxes, mailbox.id))
    memory.accounts.open_mailbox(listed, mailbox, memory.clock())
    return mailbox


def given_message(memory: Memory, mailbox: Inbox, **summary: object) -> Message:
    """One more message in it."""
    number = memory.inboxes.get(mailbox.id).sequence + 1
    mail = samples.accepted(f"{mailbox.address.local}-{number}")
    fields: dict[str, object] = {"thread_id": f"thread-{number}", "received_at": memory.clock()}
    outcome = memory.deliveries.deliver(
        mail, samples.summary(**(fields | summary)), mailbox, memory.clock()
    )
    assert isinstance(outcome, Stored)
    return memory.messages.get(outcome.message, memory.clock())[1]
