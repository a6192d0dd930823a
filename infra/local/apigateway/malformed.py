"""What is no HTTP is refused in the one error envelope, without a part of it.

aiohttp bounds what it reads before it has a request: 8190 bytes a line, 128 headers.
"""

from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from infra.local.apigateway.rest_event import request_id
from infra.local.smtp.connections import BoundedServer
from mayfly.kit.http.gateway import gateway_response


def waits_to_be_told(incoming: BaseRequest) -> bool:
    """Whether the client sends its body only once it was told to; what else it expects is not met.

    HTTP/1.0 knows no such answer, and would take it for the last one (RFC 9110 section 15.2).
    """
    expected = ",".join(incoming.headers.getall("Expect", [])).lower().split(",")
    return incoming.version >= (1, 1) and "100-continue" in map(str.strip, expected)


class StrictServer(BoundedServer):
    """aiohttp's server; its own refusals look like those of the API."""

    def __call__(self) -> RequestHandler:
        """A protocol for one connection."""
        return _Handler(self, loop=self._loop, **self._kwargs)


class _Handler(RequestHandler):
    __slots__ = ()

    def handle_error(self, *arguments: Any, **named: Any) -> web.StreamResponse:
        answer = super().handle_error(*arguments, **named)
        is_theirs = answer.status < 500
        told = gateway_response("DEFAULT_4XX" if is_theirs else "DEFAULT_5XX")
        headers = told.headers((), is_encrypted=False)
        headers["x-amzn-RequestId"] = request_id()
        refusal = web.Response(status=answer.status, body=told.body.encode(), headers=headers)
        refusal.force_close()
        return refusal
