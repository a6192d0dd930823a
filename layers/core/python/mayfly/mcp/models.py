"""The messages of the Model Context Protocol: how a request is read, and what is wrong with it.

https://modelcontextprotocol.io/specification/2026-07-28, where every request says by itself what it
is (`modern`), and the versions before, which begin with `initialize`. Nothing is kept in between.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from mayfly.errors import INVALID, InvalidInput, MayflyError, excerpt
from mayfly.kit.http.body import NotJson, json_object

MODERN = ("2026-07-28",)
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26")
VERSIONS = (*MODERN, *LEGACY)
"""The protocol's versions that are spoken, the newest first."""

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
HEADER_MISMATCH = -32020
UNSUPPORTED_VERSION = -32022

PREFIX = "io.modelcontextprotocol/"
VERSION_KEY = f"{PREFIX}protocolVersion"
CLIENT_KEY = f"{PREFIX}clientInfo"
CAPABILITIES_KEY = f"{PREFIX}clientCapabilities"
SERVER_KEY = f"{PREFIX}serverInfo"
VERSION_HEADER = "MCP-Protocol-Version"
METHOD_HEADER = "Mcp-Method"
NAME_HEADER = "Mcp-Name"
DISCOVER = "server/discover"
_NAMED_BY = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
_MOST_ID_CHARS = 256
_MOST_ID = 2**53 - 1
_ENCODED = ("=?base64?", "?=")

Id = str | int | None


class RpcError(MayflyError):
    """An error of JSON-RPC, and the HTTP status that it is answered with."""

    kind = INVALID

    def __init__(self, code: int, message: str, status: int = 400, data: Any = None) -> None:
        """Keep what the answer says; `asked` is the id of the request, where one was read."""
        super().__init__(message)
        self.code = code
        self.status = status
        self.data = data
        self.asked: Id = None


@dataclass(frozen=True, slots=True)
class Message:
    """One request, or a notification, which has no id and gets no answer."""

    id: Id
    method: str
    params: Mapping[str, Any] = field(default_factory=dict)
    is_notification: bool = False
    is_modern: bool = False

    def refuse(self, code: int, message: str) -> NoReturn:
        """RpcError; before 2026-07-28 what was understood is answered with 200."""
        status = 404 if code == METHOD_NOT_FOUND else 400
        raise RpcError(code, message, status if self.is_modern else 200)


def read_message(body: bytes, content_type: str, headers: Mapping[str, str]) -> Message:
    """The message of a body of bounded length; RpcError, with its id if there is one."""
    sent = _document(body, content_type)
    asked = sent.get("id") if _is_id(sent.get("id")) else None
    try:
        message = _message(sent)
        return _checked(message, headers)
    except RpcError as error:
        error.asked = asked
        raise


def _document(body: bytes, content_type: str) -> dict[str, Any]:
    if body.lstrip()[:1] == b"[":
        raise RpcError(INVALID_REQUEST, "send one message: batches are not taken")
    try:
        return json_object(body, content_type)
    except NotJson as error:
        raise RpcError(PARSE_ERROR, str(error)) from error
    except InvalidInput as error:
        raise RpcError(INVALID_REQUEST, str(error)) from error


def _message(sent: Mapping[str, Any]) -> Message:
    """The message of JSON-RPC 2.0; of others, what is wrong."""
    if sent.get("jsonrpc") != "2.0":
        raise RpcError(INVALID_REQUEST, 'jsonrpc must be "2.0"')
    method, params = sent.get("method"), sent.get("params", {})
    if not isinstance(method, str) or not method:
        raise RpcError(INVALID_REQUEST, "method must be the name of a method")
    if "id" in sent and not _is_id(sent["id"]):
        raise RpcError(
            INVALID_REQUEST,
            f"id must be a whole number, or a string of up to {_MOST_ID_CHARS} characters",
        )
    if not isinstance(params, dict):
        raise RpcError(INVALID_REQUEST, "params must be an object")
    return Message(sent.get("id"), method, params, is_notification="id" not in sent)


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _MOST_ID_CHARS and not any(
            "\ud800" <= each <= "\udfff" for each in value
        )
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MOST_ID


def _checked(message: Message, headers: Mapping[str, str]) -> Message:
    """The message, if its headers say the same as its body, in a version that is spoken."""
    meta = message.params.get("_meta", {})
    named = headers.get(VERSION_HEADER.lower())
    said = meta.get(VERSION_KEY) if isinstance(meta, dict) else None
    is_modern = said is not None or named in MODERN or message.method == DISCOVER
    if message.is_notification:
        if named is not None and named not in VERSIONS:
            raise _unsupported(named)
        return message
    if is_modern:
        _check_meta(meta)
        if named != said:
            raise _mismatch(VERSION_HEADER)
    _check_names(message, headers, is_modern)
    version = said if is_modern else named
    if version is not None and version not in (MODERN if is_modern else VERSIONS):
        raise _unsupported(version)
    return Message(message.id, message.method, message.params, is_modern=is_modern)


def _check_meta(meta: object) -> None:
    if not isinstance(meta, dict):
        raise RpcError(INVALID_PARAMS, "params._meta must be an object")
    kinds = {VERSION_KEY: str, CAPABILITIES_KEY: dict}
    for name, kind in kinds.items():
        if not isinstance(meta.get(name), kind):
            what = "a string" if kind is str else "an object"
            raise RpcError(INVALID_PARAMS, f"params._meta is to have {name}: {what}")
    if not isinstance(meta.get(CLIENT_KEY, {}), dict):
        raise RpcError(INVALID_PARAMS, f"{CLIENT_KEY} must be an object")


def _check_names(message: Message, headers: Mapping[str, str], is_needed: bool) -> None:
    """A header that is there is compared, whatever the version."""
    method = headers.get(METHOD_HEADER.lower())
    if method != message.method and (is_needed or method is not None):
        raise _mismatch(METHOD_HEADER)
    named_by = _NAMED_BY.get(message.method)
    name = message.params.get(named_by) if named_by else None
    sent = headers.get(NAME_HEADER.lower())
    if name is None or (sent is None and not is_needed):
        return
    if sent is None or _decoded(sent) != name:
        raise _mismatch(NAME_HEADER)


def _decoded(text: str) -> str | None:
    """A header's value, which may be base64 between marks; None for what cannot be."""
    start, end = _ENCODED
    if not (text.startswith(start) and text.endswith(end)):
        return text
    try:
        return base64.b64decode(text[len(start) : -len(end)], validate=True).decode()
    except (binascii.Error, ValueError):
        return None


def _mismatch(header: str) -> RpcError:
    return RpcError(HEADER_MISMATCH, f"the header {header} must say the same as the body")


def _unsupported(version: str) -> RpcError:
    message = f"{VERSION_HEADER}: version {excerpt(version)} is not spoken here"
    return RpcError(
        UNSUPPORTED_VERSION, message, data={"supported": [*VERSIONS], "requested": version[:40]}
    )
