"""Answer the protocol's messages: each by itself, with plain JSON, in every version there is."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from mayfly import __version__
from mayfly.admission.limits import Admission
from mayfly.assembly import Assembly
from mayfly.errors import (
    INTERNAL,
    InvalidInput,
    MayflyError,
    RateLimited,
    envelope,
    excerpt,
    kind_of,
)
from mayfly.kit.http.log import logger
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.schemas import View, read
from mayfly.mcp.models import (
    DISCOVER,
    INVALID_PARAMS,
    LEGACY,
    METHOD_NOT_FOUND,
    SERVER_KEY,
    VERSIONS,
    Message,
    RpcError,
    read_message,
)
from mayfly.mcp.tool_schemas import NOTICE, schema_of
from mayfly.mcp.tools import TOOLS, Tool, Use, with_token

SERVER = {"name": "mayfly", "title": "Mayfly", "version": __version__}
CAPABILITIES: dict[str, object] = {"tools": {}}
INSTRUCTIONS = (
    "Disposable mail addresses: create_inbox, give its address to whoever sends mail, then"
    " wait_for_code, wait_for_link or wait_for_message with its token, and delete_inbox at the end."
    f" {NOTICE}"
)
_CACHED = {"ttlMs": 3_600_000, "cacheScope": "public"}
_BY_NAME = {each.name: each for each in TOOLS}
Result = Mapping[str, Any]


def answer(request: Request, flows: Assembly) -> Answer:
    """What one message is answered with: its result, an error of JSON-RPC, or 202 and nothing."""
    message = None
    try:
        content_type = request.headers.get("content-type", "")
        message = read_message(request.content(), content_type, request.headers)
        if message.is_notification:
            return Answer(202)
        result = _result(message, request, flows)
    except RpcError as error:
        return _failure(error, message)
    return json_answer({"jsonrpc": "2.0", "id": message.id, "result": result})


def _failure(error: RpcError, message: Message | None) -> Answer:
    told = {"code": error.code, "message": str(error)}
    if error.data is not None:
        told["data"] = error.data
    asked = message.id if message else error.asked
    return json_answer({"jsonrpc": "2.0", "id": asked, "error": told}, error.status)


def _result(message: Message, request: Request, flows: Assembly) -> Result:
    if message.is_modern:
        result = _modern(message, request, flows)
        return {"resultType": "complete", **result, "_meta": {SERVER_KEY: SERVER}}
    match message.method:
        case "initialize":
            return _initialized(message)
        case "ping":
            return {}
    return _of_tools(message, request, flows)


def _modern(message: Message, request: Request, flows: Assembly) -> Result:
    if message.method == DISCOVER:
        return {
            "supportedVersions": [*VERSIONS],
            "capabilities": CAPABILITIES,
            "instructions": INSTRUCTIONS,
            **_CACHED,
        }
    result = _of_tools(message, request, flows)
    return {**result, **_CACHED} if message.method == "tools/list" else result


def _initialized(message: Message) -> Result:
    wanted = message.params.get("protocolVersion")
    if not isinstance(wanted, str):
        message.refuse(INVALID_PARAMS, "protocolVersion must be a string")
    return {
        "protocolVersion": wanted if wanted in LEGACY else LEGACY[0],
        "capabilities": CAPABILITIES,
        "serverInfo": SERVER,
        "instructions": INSTRUCTIONS,
    }


def _of_tools(message: Message, request: Request, flows: Assembly) -> Result:
    match message.method:
        case "tools/list":
            if message.params.get("cursor") is not None:
                message.refuse(INVALID_PARAMS, "cursor: all tools are in one list")
            return {"tools": described_tools()}
        case "tools/call":
            return _called(message, request, flows)
    message.refuse(METHOD_NOT_FOUND, f"there is no method {excerpt(message.method)}")


@cache
def described_tools() -> list[dict[str, Any]]:
    """All tools as they are listed, always in the same order."""
    return [
        {
            "name": each.name,
            "title": each.title,
            "description": each.description,
            "inputSchema": schema_of(each.takes),
            "outputSchema": schema_of(each.gives),
            "annotations": each.annotations,
        }
        for each in TOOLS
    ]


def _called(message: Message, request: Request, flows: Assembly) -> Result:
    """What a tool gives; a mistake that the agent can do something about is a result, too."""
    name, arguments = message.params.get("name"), message.params.get("arguments")
    if not isinstance(name, str):
        message.refuse(INVALID_PARAMS, "name must be the name of a tool")
    tool = _BY_NAME.get(name)
    if tool is None:
        message.refuse(INVALID_PARAMS, f"there is no tool {excerpt(name)}")
    if not isinstance(arguments, dict | None):
        message.refuse(INVALID_PARAMS, "arguments must be an object")
    try:
        given = _given(tool, arguments or {}, request, flows)
    except MayflyError as error:
        if kind_of(error) is INTERNAL or isinstance(error, RpcError):
            raise
        logger.info("Tool refused", error=type(error).__name__, tool=tool.name)
        return {"content": [_text(_told(error))], "isError": True}
    content = [_text(msgspec.json.encode(given).decode())]
    return {"content": content, "structuredContent": given, "isError": False}


def _given(tool: Tool, arguments: dict[str, Any], request: Request, flows: Assembly) -> View:
    sent = {name: value for name, value in arguments.items() if value is not None}
    body = read(sent, tool.takes)
    token = sent.get("token", "")
    if token and not token.isascii():
        raise InvalidInput("token must be one that create_inbox answered")
    asking = with_token(request, token)
    if tool.limit:
        Admission(asking, flows).ask(tool.limit)
    return tool.run(Use(asking, flows, body))


def _told(error: MayflyError) -> str:
    told = str(envelope(error)["error"]["message"])
    return f"{told}; again in {error.retry_after} s" if isinstance(error, RateLimited) else told


def _text(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}
