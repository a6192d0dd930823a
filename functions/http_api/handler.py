"""The HTTP API: one function for every path of `blueprint.routes`.

API Gateway calls it with the route's template in `resource`. Every failure is answered with the
one error document, and no address, subject, body or token is logged.
"""

import time
from datetime import timedelta
from typing import Any

from functions.http_api import approvals
from functions.http_api.admission import Admission
from functions.http_api.flows import Flows
from functions.http_api.logging import count, logger, metrics
from functions.http_api.viewers import as_viewed
from functions.logging import aws_code, trouble
from mayfly.accounts import routes as users
from mayfly.addresses import routes as operations
from mayfly.admin import routes as admin
from mayfly.api import ROUTES
from mayfly.api_keys import routes as keys
from mayfly.assembly import here, ready
from mayfly.batches import routes as generated_inboxes
from mayfly.domains import routes as domains
from mayfly.errors import (
    INTERNAL,
    UNAVAILABLE,
    BudgetSpent,
    MayflyError,
    MethodNotAllowed,
    RateLimited,
    RouteNotFound,
    ServiceMailsSpent,
    UnknownEncoding,
    envelope,
    kind_of,
)
from mayfly.health import routes as health
from mayfly.health.models import OTHER, PREFLIGHT
from mayfly.kit.http.messages import PREFLIGHT_HEADERS, Answer, Event, Request, json_answer
from mayfly.kit.http.routing import Route
from mayfly.mailboxes import message_routes as mailbox_messages
from mayfly.mailboxes import routes as mailboxes
from mayfly.private_inboxes import routes as private_inboxes
from mayfly.relays import routes as relays
from mayfly.sending import routes as outgoing

__all__ = ["OPERATIONS", "lambda_handler", "logger", "metrics", "serve"]

OPERATIONS = (
    operations.OPERATIONS
    | private_inboxes.OPERATIONS
    | admin.OPERATIONS
    | approvals.OPERATIONS
    | generated_inboxes.OPERATIONS
    | users.OPERATIONS
    | mailboxes.OPERATIONS
    | mailbox_messages.OPERATIONS
    | outgoing.OPERATIONS
    | domains.OPERATIONS
    | keys.OPERATIONS
    | health.OPERATIONS
    | relays.OPERATIONS
)
_ROUTES: dict[str, dict[str, Route]] = {}
for _route in ROUTES:
    _ROUTES.setdefault(_route.path, {})[_route.method] = _route
ready("limiter", "registrar", "reader", "originals", "watching")


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request with the flows of this deployment."""
    logger.refresh_sample_rate_calculation()  # as `inject_lambda_context` does for the others
    return serve(event, here())


def serve(event: Event, flows: Flows) -> dict[str, Any]:
    """Answer one request; whatever happens, the answer is one of the API's own."""
    began = time.monotonic()
    request = as_viewed(Request.read(event), flows)
    named: dict[str, Any] = {
        "correlation_id": (event.get("requestContext") or {}).get("requestId"),
        "operation": f"{request.method} {request.resource}",
    }
    admission = Admission(request, flows)
    try:
        answer = _answer(request, flows, admission)
    except Exception as error:
        answer = _failure(error, named)
    answer = admission.told(answer)
    took = timedelta(seconds=time.monotonic() - began)
    given = answer.event(request, flows.settings.cors_origin)
    _measure(request, answer, took, flows, len(given["body"]) + answer.linked_bytes)
    milliseconds = round(took.total_seconds() * 1000)
    about: dict[str, Any] = {"mail": answer.mail} if answer.mail else {}
    logger.info(
        "Request answered", status=answer.status, milliseconds=milliseconds, **named, **about
    )
    return given


def _answer(request: Request, flows: Flows, admission: Admission) -> Answer:
    routes = _ROUTES.get(request.resource)
    if routes is None:
        raise RouteNotFound("there is nothing at this path")
    allowed = (*routes, *(["HEAD"] if "GET" in routes else []), "OPTIONS")
    if request.method == "OPTIONS":
        methods = ", ".join(allowed)
        headers = {"Allow": methods, "Access-Control-Allow-Methods": methods}
        return Answer(204, headers=headers | PREFLIGHT_HEADERS)
    route = routes.get("GET" if request.method == "HEAD" else request.method)
    admission.ask_the_budget(route)
    admission.ask(route.limit if route else "")
    if route is None:
        raise MethodNotAllowed(request.method[:20], allowed)
    _check_query(route, request)
    return OPERATIONS[route.operation](request, flows)


def _check_query(route: Route, request: Request) -> None:
    if request.query:
        from mayfly.kit.http.every_operation import check_query

        check_query(route.operation, request.query, is_anonymous=request.is_anonymous)


def _measure(
    request: Request, answer: Answer, took: timedelta, flows: Flows, sent_bytes: int
) -> None:
    """Count the answer; as with limits, counting must never be why a request fails."""
    route = _ROUTES.get(request.resource, {}).get(
        "GET" if request.method == "HEAD" else request.method
    )
    operation = PREFLIGHT if request.method == "OPTIONS" else OTHER
    try:
        name = route.operation if route else operation
        flows.meter.note(name, answer.status, took, sent_bytes)
    except Exception as error:
        logger.warning("Not measured", error=type(error).__name__, reason=aws_code(error))


def _failure(error: Exception, named: dict[str, Any]) -> Answer:
    kind = kind_of(error)
    if isinstance(error, MayflyError) and kind is not INTERNAL:
        logger.info("Request refused", error=type(error).__name__, **named)
    else:
        logger.error("Request failed", **trouble(error), **named)
        count("RequestFailed")
    if isinstance(error, BudgetSpent | ServiceMailsSpent):
        count(type(error).__name__)
    headers = {}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, UnknownEncoding):
        headers["Accept-Encoding"] = "identity"  # RFC 9110 section 15.5.16
    if kind.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if kind is UNAVAILABLE:
        headers["Retry-After"] = "1"
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.retry_after)
    return json_answer(envelope(error), kind.status, headers)
