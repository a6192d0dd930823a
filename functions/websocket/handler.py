"""Answers the WebSocket API: connections come and go, and say which addresses they watch.

The events are those of API Gateway's Lambda proxy integration. The body of the answer to a frame
is the frame that goes back: `$default` has a route response.
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
"""

import base64
import time
from datetime import timedelta
from typing import Any

from functions.websocket.admission import Admission, logger
from mayfly.assembly import Assembly, here, ready
from mayfly.errors import (
    INTERNAL,
    InvalidInput,
    LimitReached,
    MayflyError,
    RateLimited,
    envelope,
    kind_of,
)
from mayfly.health.models import Unit
from mayfly.health.requests import RequestMeter
from mayfly.kit.http.body import json_text
from mayfly.kit.log import aws_code, describe
from mayfly.subscriptions import account_frames as account_socket
from mayfly.subscriptions import frames as socket

Answer = dict[str, Any]
DONE: Answer = {"statusCode": 200}

LATER_SECONDS = 60
ready("subscriptions.service", "rate_limits.frames")


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: Any) -> Answer:
    """One connection opened or closed, or one frame of it."""
    began, flows = time.monotonic(), here()
    answered = answer(event, flows)
    measure(event, answered, timedelta(seconds=time.monotonic() - began), flows.health.metrics)
    return answered


def measure(event: dict[str, Any], answered: Answer, took: timedelta, meter: RequestMeter) -> None:
    """Count what it has cost; that must never be why it fails."""
    is_new = event["requestContext"]["routeKey"] == "$connect" and answered["statusCode"] == 200
    units = {
        Unit.CONNECTIONS if is_new else Unit.FRAMES: 1,
        Unit.SOCKET_MS: round(took.total_seconds() * 1000),
    }
    try:
        meter.count(units)
    except Exception as error:
        logger.warning("Not measured", error=type(error).__name__, reason=aws_code(error))


def answer(event: dict[str, Any], flows: Assembly) -> Answer:
    """The answer to API Gateway. Any origin may connect: there are no cookies to borrow."""
    connection_id = event["requestContext"]["connectionId"]
    try:
        asked = Admission.of(event, flows)
        match event["requestContext"]["routeKey"]:
            case "$connect":
                asked.ask_to_connect()
                flows.subscriptions.service.connect(connection_id, asked.caller.client)
            case "$disconnect":
                flows.subscriptions.service.disconnect(connection_id)
            case _:
                return DONE | {"body": _reply(event, asked, flows)}
    except LimitReached as error:
        logger.info("Connection refused", error=type(error).__name__)
        return {"statusCode": 429, "headers": _wait(error), "body": json_text(envelope(error))}
    except Exception as error:
        # The handshake fails with this, and the client comes again.
        logger.error("Connection not recorded", connection=connection_id, **describe(error))
        return {"statusCode": 500}
    return DONE


def _wait(error: LimitReached) -> dict[str, str]:
    seconds = error.retry_after if isinstance(error, RateLimited) else LATER_SECONDS
    return {"Content-Type": "application/json", "Retry-After": str(seconds)}


def _reply(event: dict[str, Any], asked: Admission, flows: Assembly) -> str:
    request = None
    try:
        request, unreadable = _read(event)
        asked.ask(request)
        if unreadable is not None:
            raise unreadable
        assert request is not None
        return _done(request, asked, flows)
    except Exception as error:
        if isinstance(error, RateLimited):
            asked.refused()
        connection_id = asked.caller.connection
        if isinstance(error, MayflyError) and kind_of(error) is not INTERNAL:
            logger.info("Frame refused", connection=connection_id, error=type(error).__name__)
        else:
            logger.error("Frame not answered", connection=connection_id, **describe(error))
        return socket.error(error, request)


def _read(event: dict[str, Any]) -> tuple[socket.Request | None, MayflyError | None]:
    """The request of a frame, or why there is none in it."""
    try:
        return socket.read(_text(event)), None
    except MayflyError as error:
        return None, error


def _done(request: socket.Request, asked: Admission, flows: Assembly) -> str:
    connection_id = asked.caller.connection
    match request:
        case socket.Subscribe(email, after, token, only):
            grant = None if token is None else flows.private_inboxes.tokens.read_for_socket(token)
            inbox = flows.subscriptions.service.subscribe(
                connection_id, email, after, grant, asked.visitor, only
            )
            return socket.subscribed(inbox)
        case socket.Unsubscribe(email, token):
            grant = None if token is None else flows.private_inboxes.tokens.read_for_socket(token)
            return socket.unsubscribed(
                flows.subscriptions.service.unsubscribe(connection_id, email, grant)
            )
        case account_socket.SubscribeAccount(token, only):
            client = asked.caller.client
            watched = flows.subscriptions.accounts.subscribe(connection_id, token, client, only)
            return account_socket.subscribed(watched.mailboxes, watched.expires_at)
        case account_socket.UnsubscribeAccount():
            flows.subscriptions.accounts.unsubscribe(connection_id)
            return account_socket.unsubscribed()
        case socket.Ping():
            return socket.pong(request)


def _text(event: dict[str, Any]) -> str:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body).decode()
    except ValueError as error:
        raise InvalidInput("the frame is not UTF-8 text") from error
