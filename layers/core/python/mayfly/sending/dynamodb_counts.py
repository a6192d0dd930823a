"""How many mails that go out are in which state: counted in the transaction that changes one."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from mayfly import limits
from mayfly.kit.dynamodb.keys import Key, outgoing_counters_key, outgoing_counts_key
from mayfly.kit.dynamodb.notation_notation import Row, encode_row
from mayfly.sending.models import Outgoing, OutgoingTally, State

_ACCEPTED = "accepted"
_REASON = "failed:"


def counted_addition(mail: Outgoing) -> dict[str, dict[str, Any]]:
    """The items of a transaction that count a mail that is added."""
    return _counts(mail, {_ACCEPTED: 1, mail.state.value: 1, **_reason(mail, 1)})


def counted_change(mail: Outgoing, before: Outgoing) -> dict[str, dict[str, Any]]:
    """Those that count it in the state that it is in now; none if that is the one before."""
    return _counts(mail, _change(before, mail))


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


def _change(before: Outgoing, after: Outgoing) -> dict[str, int]:
    if before.state is after.state:
        return {}
    change = {before.state.value: -1, after.state.value: 1}
    return change | _reason(before, -1) | _reason(after, 1)


def _reason(mail: Outgoing, by: int) -> dict[str, int]:
    return {_REASON + (mail.reason or "other"): by} if mail.state is State.FAILED else {}


def _counts(mail: Outgoing, change: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """The account's own row, and one of those that all accounts share."""
    if not change:
        return {}
    shard = zlib.crc32(mail.id.encode()) % limits.OUTGOING_COUNTER_SHARDS
    keys = {
        "counts": outgoing_counts_key(mail.account),
        "counters": outgoing_counters_key(shard),
    }
    return {name: {"Update": _adding(key, change)} for name, key in keys.items()}


def _adding(key: Key, change: Mapping[str, int]) -> dict[str, Any]:
    numbered = list(enumerate(change.items()))
    return {
        "Key": encode_row(key),
        "UpdateExpression": "ADD " + ", ".join(f"#n{at} :n{at}" for at, _ in numbered),
        "ExpressionAttributeNames": {f"#n{at}": name for at, (name, _) in numbered},
        "ExpressionAttributeValues": encode_row({f":n{at}": by for at, (_, by) in numbered}),
    }
