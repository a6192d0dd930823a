"""The events of API Gateway's WebSocket API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
"""

import base64
import json
import secrets
import time
import uuid
from typing import Any

from aiohttp.http_websocket import WSCloseCode
from aiohttp.web_request import BaseRequest

from infra.local.apigateway.connections import Connection
from infra.local.apigateway.rest_event import STAGE, gathered, last_of

_API_ID = "laptopsocket"
Event = dict[str, Any]


def connect_event(connection: Connection, request: BaseRequest) -> Event:
    """A client wants to connect: only this event has the headers and the query."""
    headers = gathered(
        (name.decode("latin-1"), value.decode("utf-8", "replace"))
        for name, value in request.raw_headers
    )
    query = gathered(request.query.items())
    event: Event = {
        "headers": last_of(headers),
        "multiValueHeaders": headers,
        "requestContext": _context(connection, request, "$connect", "CONNECT"),
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = last_of(query)
        event["multiValueQueryStringParameters"] = query
    return event


def message_event(connection: Connection, request: BaseRequest, data: str | bytes) -> Event:
    """A client sent a message."""
    context = _context(connection, request, "$default", "MESSAGE")
    context["messageId"] = context["extendedRequestId"]
    binary = isinstance(data, bytes)
    body = base64.b64encode(data).decode("ascii") if isinstance(data, bytes) else data
    return {"requestContext": context, "body": body, "isBase64Encoded": binary}


def disconnect_event(connection: Connection, request: BaseRequest, code: int) -> Event:
    """A client has left, or was sent away."""
    context = _context(connection, request, "$disconnect", "DISCONNECT")
    context["disconnectStatusCode"] = code
    known = code in WSCloseCode._value2member_map_
    context["disconnectReason"] = WSCloseCode(code).name if known else ""
    return {
        "headers": {"Host": request.host},
        "multiValueHeaders": {"Host": [request.host]},
        "requestContext": context,
        "isBase64Encoded": False,
    }


def failure(event: Event) -> str:
    """What a client gets when the function fails."""
    context = event["requestContext"]
    return json.dumps(
        {
            "message": "Internal server error",
            "connectionId": context["connectionId"],
            "requestId": context["requestId"],
        }
    )


def _context(connection: Connection, request: BaseRequest, route: str, kind: str) -> Event:
    now = time.time()
    return {
        "routeKey": route,
        "eventType": kind,
        "extendedRequestId": secrets.token_urlsafe(11) + "=",
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "messageDirection": "IN",
        "stage": STAGE,
        "connectedAt": round(connection.connected_at.timestamp() * 1000),
        "requestTimeEpoch": int(now * 1000),
        "identity": {"sourceIp": connection.source_ip, "userAgent": connection.user_agent},
        "requestId": str(uuid.uuid4()),
        "domainName": request.host,
        "connectionId": connection.id,
        "apiId": _API_ID,
    }
