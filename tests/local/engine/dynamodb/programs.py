"""Random programs of the adapters' own calls: their expressions, with random rows and values.

`calls.json` has the expressions of all calls that the contracts' suites make.
"""

import json
import re
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

TABLE = "mayfly"
CALLS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("calls.json").read_text())
EXPRESSIONS = (
    *("UpdateExpression", "ConditionExpression", "FilterExpression"),
    *("ProjectionExpression", "KeyConditionExpression"),
)
PARTITIONS = ("inbox#a", "mail#m")
SORT_KEYS = ("inbox", "message#g#1", "message#g#2", "message#h#1", "watch#g#c", "to#é")
WRITES = [call for call in CALLS if call["kind"] in ("Put", "Update", "Delete")]
QUERIES = [call for call in CALLS if call["kind"] == "Query"]
SCANS = [call for call in CALLS if call["kind"] == "Scan"]

Request = dict[str, Any]
Step = tuple[str, Request]

_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "S": st.sampled_from(["", "a", "b", "token", "owner", "é", "message#g#1", "inbox"]),
    "N": st.sampled_from(
        ["0", "1", "2", "3", "-1", "10", "1.5", "-0.25", "9" * 20, "100000000000000000000"]
    ),
    "BOOL": st.booleans(),
    "SS": st.sampled_from([["a"], ["b", "a"], ["c"], ["a", "b", "c"]]),
    "B": st.sampled_from([b"", b"\0\xff"]),
    "L": st.just([{"S": "a"}, {"N": "1"}]),
    "M": st.just({"a": {"SS": ["b", "a"]}}),
}


def value(kind: str) -> st.SearchStrategy[Request]:
    """A value of this kind, mostly."""
    usual = exactly(kind)
    other = st.sampled_from(sorted(_VALUES)).flatmap(exactly)
    return st.integers(0, 15).flatmap(lambda at: usual if at else other)


def exactly(kind: str) -> st.SearchStrategy[Request]:
    """A value of this kind."""
    return _VALUES[kind].map(lambda inner: {kind: inner})


keys = st.builds(
    lambda pk, sk: {"pk": {"S": pk}, "sk": {"S": sk}},
    st.sampled_from(PARTITIONS),
    st.sampled_from(SORT_KEYS),
)


@st.composite
def rows(draw: st.DrawFn, call: Request) -> Request:
    """A row with some of the attributes that the call is about, of the kinds it expects."""
    row: Request = draw(keys)
    for placeholder, name in call["names"].items():
        if name not in ("pk", "sk") and draw(st.booleans()):
            kind = call["values"].get(":" + placeholder[1:]) or draw(st.sampled_from("NNNS"))
            row[name] = draw(value(kind))
    return row


@st.composite
def writes(draw: st.DrawFn) -> tuple[str, Request]:
    """A write that the adapters make, or a row for it to meet."""
    call = draw(st.sampled_from(WRITES))
    if draw(st.integers(0, 3)) == 0:
        return "Put", {"TableName": TABLE, "Item": draw(rows(call))}
    request: Request = {"TableName": TABLE} | bound(draw, call)
    if draw(st.booleans()):
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if call["kind"] == "Put":
        return "Put", request | {"Item": draw(rows(call))}
    return call["kind"], request | {"Key": draw(keys)}


def bound(draw: st.DrawFn, call: Request) -> Request:
    """The call's expressions with names and random values."""
    request = {each: call[each] for each in EXPRESSIONS if each in call}
    # DynamoDB refuses a wrong operand of ADD and DELETE before it looks at the condition.
    operands = re.sub(r"(SET|REMOVE) [^A-Z]*", "", call.get("UpdateExpression", ""))
    exact = set(re.findall(r":\w+", operands))
    values = {
        name: draw(exactly(kind) if name in exact else value(kind))
        for name, kind in call["values"].items()
    }
    if call["names"]:
        request["ExpressionAttributeNames"] = call["names"]
    if values:
        request["ExpressionAttributeValues"] = values
    return request


@st.composite
def single_writes(draw: st.DrawFn) -> Step:
    """A call about one row."""
    kind, request = draw(writes())
    returned = ["NONE", "ALL_OLD", *(["ALL_NEW"] if kind == "Update" else [])]
    request["ReturnValues"] = draw(st.sampled_from(returned))
    return f"{kind.lower()}_item", request


@st.composite
def transactions(draw: st.DrawFn) -> Step:
    """Some writes in one."""
    items = [{kind: request} for kind, request in draw(st.lists(writes(), min_size=1, max_size=4))]
    return "transact_write_items", {"TransactItems": items}


@st.composite
def batches(draw: st.DrawFn) -> Step:
    """Many rows."""
    some = draw(st.lists(keys, min_size=1, max_size=5))
    if draw(st.booleans()):
        return "batch_get_item", {"RequestItems": {TABLE: {"Keys": some, "ConsistentRead": True}}}
    requests = [{"DeleteRequest": {"Key": key}} for key in some]
    return "batch_write_item", {"RequestItems": {TABLE: requests}}


@st.composite
def queries(draw: st.DrawFn) -> Step:
    """A partition, page by page."""
    call = draw(st.sampled_from(QUERIES))
    request: Request = {"TableName": TABLE, "ConsistentRead": True} | bound(draw, call)
    values = request["ExpressionAttributeValues"]
    values[":pk"] = {"S": draw(st.sampled_from(PARTITIONS))}
    for name in values.keys() - {":pk"}:
        values[name] = {"S": draw(st.sampled_from(["message#", "message#g#", "i", "z", "to#é"]))}
    if ":low" in values:
        low, high = sorted([values[":low"]["S"], values[":high"]["S"]])
        values |= {":low": {"S": low}, ":high": {"S": high}}
    request["ScanIndexForward"] = draw(st.booleans())
    if limit := draw(st.integers(0, 4)):
        request["Limit"] = limit
    return "query", request


@st.composite
def scans(draw: st.DrawFn) -> Step:
    """The table, page by page."""
    call = draw(st.sampled_from(SCANS))
    request: Request = {"TableName": TABLE, "ConsistentRead": True}
    if draw(st.booleans()):
        request |= bound(draw, call) | {"Select": "SPECIFIC_ATTRIBUTES"}
    if limit := draw(st.integers(0, 4)):
        request["Limit"] = limit
    return "scan", request


gets = keys.map(lambda key: ("get_item", {"TableName": TABLE, "Key": key, "ConsistentRead": True}))
steps = st.one_of(
    *[single_writes()] * 4, *[transactions()] * 3, batches(), queries(), scans(), gets
)
