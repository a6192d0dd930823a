"""What a mail takes of a day's share: taken in the transaction that writes the mail."""

from datetime import UTC, datetime, time
from typing import Any

from mayfly import limits
from mayfly.errors import SendsSpent
from mayfly.kit.dynamodb.keys import (
    TTL_ATTRIBUTE,
    Key,
    budget_key,
    domain_day_key,
    outgoing_day_key,
)
from mayfly.kit.dynamodb.notation import epoch
from mayfly.kit.dynamodb.notation_notation import encode_row
from mayfly.sending.ports import Share

_SENDS = "sends"


def shares(account: str, share: Share) -> dict[str, dict[str, Any]]:
    """The items that take what the account, its domain, and all of them, send that day.

    Only what has a limit is counted.
    """
    found = {
        "account day": (outgoing_day_key(account, share.day), share.account_most),
        "domain day": (
            domain_day_key(share.domain, share.day),
            share.domain and share.account_most,
        ),
        "day": (budget_key(share.day), share.most),
    }
    return {
        name: {"Update": _taking(key, share, most)} for name, (key, most) in found.items() if most
    }


def check_shares(refused: set[str], share: Share, now: datetime) -> None:
    """SendsSpent if the transaction was refused because one of the shares is not there any more."""
    for name, whose, most, setting in (
        ("account day", "this account", share.account_most, "SENDS_PER_DAY"),
        ("domain day", f"all of {share.domain}", share.account_most, "SENDS_PER_DAY"),
        ("day", "this service", share.most, "DEPLOYMENT_SENDS_PER_DAY"),
    ):
        if name in refused:
            anew = datetime.combine(share.day, time(), UTC)
            seconds = 24 * 3600 - int((now - anew).total_seconds())
            raise SendsSpent(
                f"{whose} may send to {most} recipients a day, UTC ({setting}), and has not as many"
                " left as this mail has",
                max(1, seconds),
            )


def _taking(key: Key, share: Share, most: int) -> dict[str, Any]:
    kept_until = datetime.combine(share.day, time(), UTC) + limits.SENT_DAYS_KEPT
    room = most - share.recipients
    condition = "attribute_not_exists(#sends) OR #sends <= :room"
    return {
        "Key": encode_row(key),
        "UpdateExpression": "SET #ttl = :ttl ADD #sends :more",
        "ConditionExpression": condition if room >= 0 else "#sends < :room",
        "ExpressionAttributeNames": {"#sends": _SENDS, "#ttl": TTL_ATTRIBUTE},
        "ExpressionAttributeValues": encode_row(
            {":more": share.recipients, ":room": room, ":ttl": epoch(kept_until)}
        ),
    }
