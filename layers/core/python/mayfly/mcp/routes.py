"""The one operation that agents call: a message of the Model Context Protocol in, one out."""

from typing import Any

from mayfly.admission.callers import OWN_SITE
from mayfly.kit.http.messages import Answer
from mayfly.kit.http.route import BAD_BODY, Call, Good, Routes
from mayfly.mcp.models import METHOD_HEADER, NAME_HEADER, VERSION_HEADER, VERSIONS
from mayfly.mcp.schemas import RpcFailure

api = Routes("agents")

_MESSAGE: dict[str, Any] = {
    "type": "object",
    "description": "One message of JSON-RPC 2.0, with `jsonrpc`, `id`, `method` and `params`:"
    " `initialize`, `ping`, `server/discover`, `tools/list`, `tools/call`, or a notification",
    "examples": [{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}],
}
_FAILURE = {"$ref": "#/components/schemas/RpcFailure"}
_SUCCESS = {
    "type": "object",
    "required": ["jsonrpc", "id", "result"],
    "properties": {
        "jsonrpc": {"type": "string", "enum": ["2.0"]},
        "id": {"type": ["string", "integer"]},
        "result": {"type": "object"},
    },
}
_EITHER = {"anyOf": [_SUCCESS, _FAILURE]}


def _header(name: str, description: str) -> dict[str, object]:
    return {
        "name": name,
        "in": "header",
        "schema": {"type": "string"},
        "description": f"{description}. Needed from version {VERSIONS[0]} on",
    }


@api(
    "POST",
    "/mcp",
    "Speak the Model Context Protocol",
    OWN_SITE,
    answers=[
        Good(200, "The result; or, before 2026-07-28, an error of JSON-RPC", _EITHER),
        Good(202, "A notification was taken", content_type=""),
        Good(
            400,
            f"{BAD_BODY}; or a message that cannot be, as an error of JSON-RPC",
            {"anyOf": [_FAILURE, {"$ref": "#/components/schemas/Error"}]},
        ),
        Good(404, "There is no such method", RpcFailure),
    ],
    errors={413: "The body is too large", 415: "The body is compressed"},
    query=[
        _header(VERSION_HEADER, "The protocol's version, as in `_meta` of the body"),
        _header(METHOD_HEADER, "`method` of the body"),
        _header(NAME_HEADER, "`params.name` of the body"),
    ],
    takes=_MESSAGE,
)
def speak_mcp(call: Call[None, None]) -> Answer:
    """Private inboxes as tools of AI agents, in versions 2026-07-28 and, with `initialize`, back to
    2025-03-26. Stateless: there are no sessions, and no streams. A tool's token may be among its
    arguments, or be sent as `Authorization: Bearer`. A tool counts in its group of rate limits,
    and a mistake in its use is a result with `isError`.
    """
    from mayfly.mcp.protocol import answer  # the tools: most processes never need them

    return answer(call.request, call.flows)
