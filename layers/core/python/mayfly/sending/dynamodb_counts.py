"""How many outgoing messages are in which state: counted in the transaction that changes one."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from mayfly import limits
from mayfly.kit.dynamodb.keys import (
    TTL_ATTRIBUTE,
    Key,
    budget_key,
    domain_day_key,
    forwards_day_key,
    outgoing_counters_key,
    outgoing_counts_key,
    outgoing_day_key,
)
from mayfly.kit.dynamodb.notation import Row, encode_row, epoch
from mayfly.sending.errors import SendsSpent
from mayfly.sending.models import SENT, OutgoingMail, OutgoingTally, State
from mayfly.sending.ports import Share
from mayfly.stats.models import MEASURES, Kind, Occasion
from mayfly.stats.rows import noted

_ACCEPTED = "accepted"
_REASON = "failed:"


def counted_addition(mail: OutgoingMail, now: datetime) -> dict[str, dict[str, Any]]:
    """The items of a transaction that count a message that is added."""
    return _counts(mail, None, {_ACCEPTED: 1, mail.state.value: 1, **_reason(mail, 1)}, now)


def counted_change(
    mail: OutgoingMail, before: OutgoingMail, now: datetime
) -> dict[str, dict[str, Any]]:
    """Those that count it in the state that it is in now; none if that is the one before."""
    return _counts(mail, before, _change(before, mail), now)


def tallied(rows: Sequence[Row]) -> OutgoingTally:
    """What the counters of all accounts say together."""
    failures: dict[str, int] = {}
    for row in rows:
        for name, count in row.items():
            if name.startswith(_REASON):
                reason = name.removeprefix(_REASON)
                failures[reason] = failures.get(reason, 0) + count
    return OutgoingTally(
        sum(row.get(_ACCEPTED, 0) for row in rows),
        {state: sum(row.get(state.value, 0) for row in rows) for state in State},
        failures,
    )


def _change(before: OutgoingMail, after: OutgoingMail) -> dict[str, int]:
    if before.state is after.state:
        return {}
    change = {before.state.value: -1, after.state.value: 1}
    return change | _reason(before, -1) | _reason(after, 1)


def _reason(mail: OutgoingMail, by: int) -> dict[str, int]:
    return {_REASON + (mail.reason or "other"): by} if mail.state is State.FAILED else {}


def _counts(
    mail: OutgoingMail, before: OutgoingMail | None, change: Mapping[str, int], now: datetime
) -> dict[str, dict[str, Any]]:
    """The account's own row, and one of those that all accounts share."""
    if not change:
        return {}
    shard = zlib.crc32(mail.id.encode()) % limits.OUTGOING_COUNTER_SHARDS
    counter = _adding(outgoing_counters_key(shard), change)
    if outcomes := _outcomes(mail, before):
        occasion = Occasion(now.date(), mail.domain, Kind.SENDING, outcomes, owner=mail.account)
        counter = noted(counter, occasion)
    return {
        "counts": {"Update": _adding(outgoing_counts_key(mail.account), change)},
        "counters": {"Update": counter},
    }


def _outcomes(mail: OutgoingMail, before: OutgoingMail | None) -> tuple[str, ...]:
    """What statistics by day count of the change: to be sent is counted once each time it is."""
    was = before.state if before else None
    sent = [State.SENT.value] if mail.state in SENT and was not in SENT else []
    return tuple(
        dict.fromkeys([*sent, *([mail.state.value] if mail.state.value in MEASURES else [])])
    )


def _adding(key: Key, change: Mapping[str, int]) -> dict[str, Any]:
    numbered = list(enumerate(change.items()))
    return {
        "Key": encode_row(key),
        "UpdateExpression": "ADD " + ", ".join(f"#n{at} :n{at}" for at, _ in numbered),
        "ExpressionAttributeNames": {f"#n{at}": name for at, (name, _) in numbered},
        "ExpressionAttributeValues": encode_row({f":n{at}": by for at, (_, by) in numbered}),
    }


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
        "inbox day": (
            forwards_day_key(account, share.inbox, share.day),
            share.inbox and share.inbox_most,
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
        ("inbox day", "this mailbox", share.inbox_most, "FORWARDS_PER_DAY"),
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
