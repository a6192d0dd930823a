"""What the bucket's door answers: what moto said, as S3 would have said it, and refusals."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from aiohttp import web

_KINDS = {403: "AccessDenied", 405: "MethodNotAllowed", 411: "MissingContentLength"}
_KINDS |= {400: "InvalidRequest", 408: "RequestTimeout", 413: "EntityTooLarge"}


def renamed(headers: Mapping[str, Any], target: str) -> dict[str, Any]:
    """The headers as a signed target wants them: S3 does so for HEAD too, moto for GET only."""
    wanted = {
        name.removeprefix("response-"): value
        for name, value in parse_qsl(target.partition("?")[2])
        if name in ("response-content-type", "response-content-disposition")
    }
    kept = {name: value for name, value in headers.items() if name.lower() not in wanted}
    return kept | wanted


def passed_on(status: int, headers: Mapping[str, Any], body: Any, *, is_head: bool) -> web.Response:
    """What moto answered, without its headers of the connection."""
    content = body.encode() if isinstance(body, str) else bytes(body or b"")
    response = web.Response(status=status, body=b"" if is_head else content)
    for name, value in headers.items():
        if name.lower() not in ("connection", "content-length", "transfer-encoding", "date"):
            response.headers[name] = str(value)
    if is_head and "content-length" in {name.lower() for name in headers}:
        response.headers["Content-Length"] = str(
            next(value for name, value in headers.items() if name.lower() == "content-length")
        )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def refusal(status: int, why: str) -> web.Response:
    """As S3 tells it."""
    kind = _KINDS.get(status, "AccessDenied")
    text = f"<Error><Code>{kind}</Code><Message>{escape(why)}</Message></Error>"
    return web.Response(status=status, text=text, content_type="application/xml")
