"""The compiled filters of the stream."""

import pytest

from infra.local.dynamodb.stream_filters import matches_any
from infra.local.engine.dynamodb.filters import Filters
from infra.local.engine.errors import Unsupported
from mayfly.kit.dynamodb.keys import STREAM_FILTERS
from tests.local.engine.dynamodb.conftest import key

TTL = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def test_compiled_filters_say_what_lambdas_rules_say() -> None:
    images = [
        None,
        key(),
        key() | {"deleted_at": {"N": "1"}},
        key() | {"access": {"S": "token"}},
        key() | {"access": {"S": "owner"}, "full_since": {"N": "1"}},
        key() | {"replay_after": {"N": "1"}},
    ]
    filters, seen = Filters(STREAM_FILTERS), set()
    for sk in ("inbox", "message#g#1", "watch#g#c", "to#a", "content"):
        for old in images:
            for new in images:
                for identity in ({}, {"userIdentity": TTL}):
                    change = (
                        {"Keys": key(sk=sk)}
                        | ({"OldImage": old} if old else {})
                        | ({"NewImage": new} if new else {})
                    )
                    event = "MODIFY" if old and new else "INSERT" if new else "REMOVE"
                    record = {"eventName": event, "dynamodb": change} | identity
                    wanted = any(test(record) for test in filters.about(sk))
                    assert wanted == matches_any(STREAM_FILTERS, record), record
                    seen.add(wanted)
    assert seen == {True, False}


def test_an_unknown_filter_condition_is_named() -> None:
    with pytest.raises(Unsupported, match="numeric"):
        Filters([{"eventName": [{"numeric": ["=", 1]}]}])
