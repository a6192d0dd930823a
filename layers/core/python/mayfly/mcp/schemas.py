"""The JSON of what is refused, as JSON-RPC 2.0 has it. What tools take and give: `tool_schemas`."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, UnsetType

from mayfly.kit.http.schemas import View, about


class RpcErrorDetails(View):
    """What was wrong: the codes are those of JSON-RPC and of the protocol."""

    code: int
    message: str
    data: Any | UnsetType = UNSET


class RpcFailure(View):
    """An error, as JSON-RPC 2.0 has it."""

    jsonrpc: Literal["2.0"]
    id: Annotated[str | int | None, about("That of the request, null where none was read")]
    error: RpcErrorDetails
