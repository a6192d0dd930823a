"""The Accounts port on DynamoDB."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mayfly.accounts.models import (
    Account,
    AccountId,
    AccountTaken,
    Approval,
    ApprovalStatus,
    account_partition,
)
from mayfly.accounts.rows import (
    account_from,
    account_row,
    at_revision,
    delete_account_item,
    delete_item,
    put_account_item,
)
from mayfly.errors import AccountNotFound, AddressTaken, Contended, Unauthenticated
from mayfly.inboxes.dynamodb import put_inbox_item, put_successor_item
from mayfly.inboxes.models import Access, Inbox
from mayfly.inboxes.rows import inbox_from, sender_row
from mayfly.kit.dynamodb.keys import (
    APPROVALS_PARTITION,
    SORT_KEY,
    TTL_ATTRIBUTE,
    account_key,
    api_key_key,
    approval_key,
    inbox_key,
    reset_key,
    rules_key,
)
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, instant, milliseconds
from mayfly.kit.dynamodb.table import Canceled, Table
from mayfly.mail.address import Address

_MET = "another writer changed the account, or its mailbox"


@dataclass(frozen=True, slots=True)
class DynamoAccounts:
    """See `mayfly.accounts.ports.Accounts`. `cooldown` is how long used addresses are taken."""

    table: Table
    cooldown: timedelta

    def get(self, account: AccountId) -> Account:
        """One consistent read."""
        row = self.table.get(account_key(account.partition))
        if not row or row["generation"] != account.generation:
            raise AccountNotFound("no such account")
        return account_from(row)

    def find(self, email: Address) -> Account:
        """One consistent read."""
        row = self.table.get(account_key(account_partition(email)))
        if not row or (row["local"], row["domain"]) != (email.local, email.domain):
            raise AccountNotFound("no such account")
        return account_from(row)

    def add(self, account: Account) -> None:
        """One conditional write."""
        added = self.table.put(
            account_row(account),
            ConditionExpression="attribute_not_exists(#pk) OR #verified = :no",
            ExpressionAttributeValues={":no": False},
        )
        if not added:
            raise AccountTaken("this e-mail address has an account")

    def save(self, account: Account, revision: int) -> Account:
        """One conditional write."""
        account = replace(account, revision=revision + 1)
        if not self.table.put(account_row(account), **at_revision(account.id, revision)):
            raise Contended(_MET)
        return account

    def remove(self, account: Account) -> None:
        """One transaction, and a read if it failed."""
        try:
            self.table.transact(
                delete_account_item(account),
                *(delete_item(api_key_key(each)) for each in account.keys),
            )
            return
        except Canceled as canceled:
            if not canceled.refused(0):
                raise Contended(_MET) from canceled
        row = self.table.get(account_key(account.id.partition))
        if row and row["generation"] == account.id.generation:
            raise Contended(_MET)

    def mailboxes(self, account: Account) -> list[Inbox]:
        """One call."""
        rows = self.table.get_all([inbox_key(each.partition) for each in account.mailboxes])
        found = {inbox.id: inbox for inbox in map(inbox_from, rows)}
        listed = [found[each] for each in account.mailboxes if each in found]
        return [each for each in listed if each.deleted_at is None]

    def open_mailbox(self, account: Account, mailbox: Inbox, now: datetime) -> Account:
        """One transaction; if it was refused a read, and another if the address is free."""
        taken = AddressTaken("this address is taken, or was until recently")
        try:
            return save_with(
                self.table, account, put_inbox_item(mailbox, now, self.cooldown), taken
            )
        except AddressTaken:
            row = self.table.get(inbox_key(mailbox.id.partition))
            former = inbox_from(row) if row else None
            if former is None or not former.is_free_again(now, self.cooldown):
                raise
        return save_with(
            self.table, account, put_successor_item(mailbox, former, now, self.cooldown), taken
        )

    def adopt(self, account: Account, mailbox: Inbox, now: datetime) -> Account:
        """One transaction."""
        change = self._change(
            mailbox,
            {
                "access": Access.OWNER.value,
                "owner": mailbox.owner,
                "token_version": mailbox.token_version,
                "message_lifetime": round(mailbox.message_lifetime.total_seconds()),
            },
            {"access": Access.TOKEN.value, "token_version": mailbox.token_version - 1},
        )
        change["ConditionExpression"] += " AND #expires_at > :now"
        change["ExpressionAttributeValues"] |= encode_row({":now": milliseconds(now)})
        return save_with(
            self.table,
            account,
            {"Update": change},
            Unauthenticated("this is no session that goes on"),
        )

    def extend(self, account: Account, before: Inbox, after: Inbox) -> Account:
        """One transaction."""
        held = {"held_messages": after.held_messages, "held_bytes": after.held_bytes}
        held |= sender_row(after.senders)
        as_read = {
            "sequence": before.sequence,
            "held_messages": before.held_messages,
            "held_bytes": before.held_bytes,
            "expires_at": milliseconds(before.expires_at),
            "owner": before.owner,
        }
        extended = {"Update": self._change(after, held, as_read)}
        more = [self._keep_rules(after)] if before.has_rules else []
        return save_with(self.table, account, extended, Contended(_MET), *more)

    def _keep_rules(self, inbox: Inbox) -> dict[str, Any]:
        end = inbox.expires_at + inbox.message_lifetime + self.cooldown
        return {
            "Update": {
                "Key": encode_row(rules_key(inbox.id)),
                "UpdateExpression": "SET #ttl = :ttl",
                "ExpressionAttributeValues": encode_row({":ttl": epoch(end)}),
            }
        }

    def _change(
        self, inbox: Inbox, wanted: dict[str, Any], as_read: dict[str, Any]
    ) -> dict[str, Any]:
        """Give the inbox its end and the other changes, if it is as it was read."""
        wanted = wanted | {
            "expires_at": milliseconds(inbox.expires_at),
            TTL_ATTRIBUTE: epoch(inbox.expires_at + self.cooldown),
        }
        as_read = as_read | {"generation": inbox.id.generation}
        conditions = [f"#{name} = :was_{name}" for name in as_read]
        return {
            "Key": encode_row(inbox_key(inbox.id.partition)),
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in wanted),
            "ConditionExpression": " AND ".join([*conditions, "attribute_not_exists(#deleted_at)"]),
            "ExpressionAttributeValues": encode_row(
                {f":{name}": value for name, value in wanted.items()}
                | {f":was_{name}": value for name, value in as_read.items()}
            ),
        }


def save_with(
    table: Table,
    account: Account,
    item: dict[str, Any],
    refusal: Exception | None = None,
    *more: dict[str, Any],
) -> Account:
    """Save the account and do the item, and `more`, in one transaction: the account as it is then.

    `refusal` is raised if only the item's condition was not met, otherwise Contended.
    """
    account = replace(account, revision=account.revision + 1)
    try:
        table.transact(put_account_item(account), item, *more)
    except Canceled as canceled:
        if refusal and canceled.refused(1) and not canceled.refused(0):
            raise refusal from canceled
        raise Contended(_MET) from canceled
    return account


@dataclass(frozen=True, slots=True)
class DynamoResets:
    """See `mayfly.accounts.ports.Resets`."""

    table: Table

    def begin(self, partition: str, proof: str, expires_at: datetime) -> None:
        """One write."""
        self.table.put(reset_key(partition) | {"proof": proof, TTL_ATTRIBUTE: epoch(expires_at)})

    def is_last(self, partition: str, proof: str) -> bool:
        """One consistent read."""
        row = self.table.get(reset_key(partition))
        return bool(row) and hmac.compare_digest(row["proof"], proof)


_FIRST, _LAST = "!", "\U0010ffff"


@dataclass(frozen=True, slots=True)
class DynamoApprovals:
    """See `mayfly.accounts.ports.Approvals`."""

    table: Table

    def get(self, account: str) -> Approval:
        """One consistent read."""
        row = self.table.get(approval_key(account))
        return _approval(row) if row else Approval(account, ApprovalStatus.NOT_ASKED)

    def add(self, approval: Approval) -> bool:
        """One conditional write."""
        return self.table.put(
            _row(approval),
            ConditionExpression="attribute_not_exists(#pk)",
        )

    def put(self, approval: Approval) -> None:
        """One write."""
        self.table.put(_row(approval))

    def remove(self, account: str) -> None:
        """One write."""
        self.table.delete(approval_key(account))

    def page(self, most: int, after: str = "") -> tuple[Sequence[Approval], str]:
        """One query."""
        rows = self.table.query(
            APPROVALS_PARTITION, between=(after or _FIRST, _LAST), Limit=most + 2
        )
        found: list[Approval] = []
        for row in rows:
            if row[SORT_KEY] == after:  # BETWEEN holds both ends
                continue
            if len(found) == most:
                return found, found[-1].account
            found.append(_approval(row))
        return found, ""


def _row(approval: Approval) -> Row:
    times = {"asked_at": approval.asked_at, "decided_at": approval.decided_at}
    return approval_key(approval.account) | {
        "standing": approval.status.value,
        "purpose": approval.purpose,
        **{name: milliseconds(at) for name, at in times.items() if at is not None},
    }


def _approval(row: Row) -> Approval:
    return Approval(
        row[SORT_KEY],
        ApprovalStatus(row["standing"]),
        row["purpose"],
        *(instant(row[name]) if name in row else None for name in ("asked_at", "decided_at")),
    )
