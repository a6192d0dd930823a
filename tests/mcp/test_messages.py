"""The protocol's messages: how a request is read, and what is wrong with it. No tool is called."""

import json
from typing import Any

import pytest

from mayfly.mcp.models import (
    CAPABILITIES_KEY,
    HEADER_MISMATCH,
    INVALID_PARAMS,
    INVALID_REQUEST,
    PARSE_ERROR,
    UNSUPPORTED_VERSION,
    VERSION_KEY,
    Message,
    RpcError,
    read_message,
)

NOW, BEFORE = "2026-07-28", "2025-11-25"
META = {VERSION_KEY: NOW, CAPABILITIES_KEY: {}}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
CALL = LIST | {"method": "tools/call", "params": {"name": "a"}}


def headers(method: str = "tools/list", version: str = NOW, name: str = "") -> dict[str, str]:
    named = {"mcp-name": name} if name else {}
    return {"mcp-protocol-version": version, "mcp-method": method} | named


def modern(message: dict[str, Any], **meta: object) -> dict[str, Any]:
    return message | {"params": message.get("params", {}) | {"_meta": META | meta}}


def read(message: object, **sent: str) -> Message:
    text = message if isinstance(message, str) else json.dumps(message)
    return read_message(text.encode("utf-8", "surrogatepass"), "application/json", sent)


def refused(message: object, **sent: str) -> tuple[int, int, object]:
    with pytest.raises(RpcError) as found:
        read(message, **sent)
    return found.value.code, found.value.status, found.value.asked


def test_a_request_of_today_says_by_itself_what_it_is() -> None:
    message = read(modern(CALL), **headers("tools/call", name="a"))

    assert (message.id, message.method, message.is_modern) == (1, "tools/call", True)
    assert message.params["name"] == "a"


@pytest.mark.parametrize("version", [BEFORE, "2025-06-18", "2025-03-26", None])
def test_a_request_of_before_needs_nothing_but_its_body(version: str | None) -> None:
    sent = {"mcp-protocol-version": version} if version else {}

    assert not read(LIST, **sent).is_modern


def test_a_notification_has_no_id_and_needs_no_headers() -> None:
    assert read({"jsonrpc": "2.0", "method": "notifications/initialized"}).is_notification


@pytest.mark.parametrize("text", ["", "{", "nonsense", "\ud800", '{"a":NaN}'])
def test_what_is_no_json_is_a_parse_error(text: str) -> None:
    wanted = INVALID_REQUEST if text == "" else PARSE_ERROR

    assert refused(text) == (wanted, 400, None)


@pytest.mark.parametrize(
    "message",
    [
        [LIST],
        [],
        {},
        LIST | {"jsonrpc": "1.0"},
        LIST | {"jsonrpc": None},
        {"jsonrpc": "2.0", "id": 1},
        {"jsonrpc": "2.0", "id": 1, "result": {}},
        LIST | {"method": 1},
        LIST | {"method": ""},
        LIST | {"params": []},
        LIST | {"params": None},
        LIST | {"id": None},
        LIST | {"id": 1.5},
        LIST | {"id": True},
        LIST | {"id": {}},
        LIST | {"id": "x" * 257},
        LIST | {"id": 10**400},
        LIST | {"id": "\ud800"},
        '{"jsonrpc":"2.0","jsonrpc":"2.0","id":1,"method":"ping"}',
        '{"jsonrpc":"2.0","id":1,"method":"ping","params":' + '{"a":' * 30 + "1" + "}" * 31,
        LIST | {"params": {"a": "x" * 3000}},
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_is_no_message_is_an_invalid_request(message: object) -> None:
    assert refused(message)[:2] == (INVALID_REQUEST, 400)


def test_an_error_says_whose_request_it_is_where_that_can_be_read() -> None:
    assert refused(LIST | {"jsonrpc": "1.0", "id": "seven"})[2] == "seven"


@pytest.mark.parametrize(
    "meta",
    [
        {},
        {VERSION_KEY: NOW},
        {VERSION_KEY: 1, CAPABILITIES_KEY: {}},
        {VERSION_KEY: NOW, CAPABILITIES_KEY: []},
        META | {"io.modelcontextprotocol/clientInfo": "me"},
        [],
        "text",
    ],
    ids=str,
)
def test_a_request_of_today_without_its_fields_is_refused(meta: object) -> None:
    message = LIST | {"params": {"_meta": meta}}

    assert refused(message, **headers()) == (INVALID_PARAMS, 400, 1)


def test_discovering_is_of_today_whoever_asks() -> None:
    assert refused(LIST | {"method": "server/discover"}) == (INVALID_PARAMS, 400, 1)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"mcp-protocol-version": NOW},
        headers(version=BEFORE),
        headers("tools/call"),
        headers("TOOLS/LIST"),
    ],
    ids=str,
)
def test_headers_say_the_same_as_the_body(sent: dict[str, str]) -> None:
    assert refused(modern(LIST), **sent) == (HEADER_MISMATCH, 400, 1)


@pytest.mark.parametrize("name", ["", "b", "=?base64?Yg==?=", "=?base64?%%%?=", "=?base64?/w==?="])
def test_the_name_of_a_tool_stands_in_its_header_too(name: str) -> None:
    assert refused(modern(CALL), **headers("tools/call", name=name)) == (HEADER_MISMATCH, 400, 1)


def test_a_name_may_be_encoded() -> None:
    assert read(modern(CALL), **headers("tools/call", name="=?base64?YQ==?=")).is_modern


def test_headers_that_are_there_are_compared_whatever_the_version() -> None:
    assert refused(CALL, **headers("tools/list", BEFORE)) == (HEADER_MISMATCH, 400, 1)
    assert refused(CALL, **headers("tools/call", BEFORE, "b")) == (HEADER_MISMATCH, 400, 1)


@pytest.mark.parametrize("version", ["1900-01-01", "", "2024-11-05", "x" * 5000])
def test_another_version_is_refused_with_those_that_are_spoken(version: str) -> None:
    old = {"mcp-protocol-version": version}
    message = modern(LIST, **{VERSION_KEY: version})
    if len(version) < 2000:
        assert refused(message, **headers(version=version)) == (UNSUPPORTED_VERSION, 400, 1)
    assert refused(LIST, **old) == (UNSUPPORTED_VERSION, 400, 1)
    assert refused({"jsonrpc": "2.0", "method": "a"}, **old) == (UNSUPPORTED_VERSION, 400, None)

    with pytest.raises(RpcError) as found:
        read(LIST, **old)

    assert found.value.data["supported"][:2] == [NOW, BEFORE]
    assert len(str(found.value)) < 200
