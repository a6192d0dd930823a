"""A caller of `POST /mcp`, in both of its ways."""

from typing import Any

from tests.functions.http import Api, Reply

NOW, BEFORE = "2026-07-28", "2025-11-25"
_PREFIX = "io.modelcontextprotocol/"
_NAMED = {"tools/call": "name"}


def ask(
    api: Api,
    method: str,
    params: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    version: str = BEFORE,
) -> Reply:
    """The answer to one request."""
    params = dict(params or {})
    sent = {"MCP-Protocol-Version": version}
    if version == NOW:
        params["_meta"] = {f"{_PREFIX}protocolVersion": NOW, f"{_PREFIX}clientCapabilities": {}}
        name = {"Mcp-Name": params["name"]} if method in _NAMED else {}
        sent |= {"Mcp-Method": method} | name
    message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
    reply = api.call("POST", "/mcp", body=message, headers=sent | (headers or {}))
    if reply.content:
        assert reply.json["jsonrpc"] == "2.0" and reply.json["id"] == 7
    return reply


def use(api: Api, tool: str, headers: dict[str, str] | None = None, **arguments: Any) -> Any:
    """What a tool gives; a text, if it was a mistake."""
    params = {"name": tool, "arguments": arguments}
    reply = ask(api, "tools/call", params, headers)
    assert reply.status == 200, reply.content
    result = reply.json["result"]
    (content,) = result["content"]
    if result["isError"]:
        assert "structuredContent" not in result
        return str(content["text"])
    return result["structuredContent"]
