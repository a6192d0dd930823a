"""Rows of accounts to values of the domain, and back."""

from typing import Any

from mayfly.accounts.models import Account, AccountId
from mayfly.inboxes.ids import InboxId
from mayfly.kit.dynamodb.keys import TTL_ATTRIBUTE, Key, account_key
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch, instant, milliseconds
from mayfly.limits import VERIFICATION_LIFETIME
from mayfly.mail.address import Address


def account_row(account: Account) -> Row:
    """The row of an account: all there is of it. One that is never verified goes by itself."""
    row = account_key(account.id.partition) | {
        "generation": account.id.generation,
        "local": account.email.local,
        "domain": account.email.domain,
        "name": account.full_name,
        "password": account.password_hash,
        "created_at": milliseconds(account.created_at),
        "verified": account.is_verified,
        "revision": account.revision,
        "sessions": {name: milliseconds(end) for name, end in account.sessions.items()},
        "mailboxes": [str(each) for each in account.mailboxes],
        "keys": list(account.keys),
    }
    if not account.is_verified:
        row[TTL_ATTRIBUTE] = epoch(account.created_at + VERIFICATION_LIFETIME)
    return row


def account_from(row: Row) -> Account:
    """The account of a row."""
    return Account(
        id=AccountId(row["pk"].partition("#")[2], row["generation"]),
        email=Address(row["local"], row["domain"]),
        full_name=row["name"],
        password_hash=row["password"],
        created_at=instant(row["created_at"]),
        is_verified=row["verified"],
        revision=row["revision"],
        sessions={name: instant(end) for name, end in row["sessions"].items()},
        mailboxes=tuple(InboxId.parse(each) for each in row["mailboxes"]),
        keys=tuple(row.get("keys", ())),
    )


def at_revision(account: AccountId, revision: int) -> dict[str, Any]:
    """The condition that the row still is this generation's, at this revision."""
    return {
        "ConditionExpression": "#generation = :mine AND #revision = :revision",
        "ExpressionAttributeValues": {":mine": account.generation, ":revision": revision},
    }


def put_account_item(account: Account) -> dict[str, Any]:
    """The transaction item that writes the account, which was read one revision before."""
    return {
        "Put": {
            "Item": encode_row(account_row(account)),
            **_encoded(at_revision(account.id, account.revision - 1)),
        }
    }


def delete_item(key: Key) -> dict[str, Any]:
    """The transaction item that deletes the row, if it is there."""
    return {"Delete": {"Key": encode_row(key)}}


def delete_account_item(account: Account) -> dict[str, Any]:
    """The transaction item that deletes the account as it was read."""
    return {
        "Delete": {
            "Key": encode_row(account_key(account.id.partition)),
            **_encoded(at_revision(account.id, account.revision)),
        }
    }


def _encoded(condition: dict[str, Any]) -> dict[str, Any]:
    values = encode_row(condition["ExpressionAttributeValues"])
    return {**condition, "ExpressionAttributeValues": values}
