"""The HTTP API: one function for every path of `mayfly.api`.

API Gateway calls it with the route's template in `resource`. Every failure is answered with the
one error document, and no address, subject, body or token is logged.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from mayfly.admission.clients import as_viewed
from mayfly.admission.limits import Admission
from mayfly.api import ROUTES
from mayfly.assembly import Assembly, here, ready
from mayfly.errors import (
    INTERNAL,
    UNAVAILABLE,
    BudgetSpent,
    InvalidInput,
    MayflyError,
    MethodNotAllowed,
    RateLimited,
    RouteNotFound,
    ServiceMailsSpent,
    UnknownEncoding,
    envelope,
    kind_of,
)
from mayfly.facades.facade import Facade, facade_at
from mayfly.health.models import OTHER, PREFLIGHT
from mayfly.kit.http.log import count, logger, metrics
from mayfly.kit.http.messages import PREFLIGHT_HEADERS, Answer, Event, Request, json_answer
from mayfly.kit.http.route import Route
from mayfly.kit.log import aws_code, describe

__all__ = ["lambda_handler", "logger", "metrics", "serve"]

_ROUTES: dict[str, dict[str, Route]] = {}
for _route in ROUTES:
    _ROUTES.setdefault(_route.path, {})[_route.method] = _route
ready(
    "rate_limits.limiter",
    "inboxes.service",
    "messages.reader",
    "messages.files",
    "adapters.watching",
)


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request with the flows of this deployment."""
    logger.refresh_sample_rate_calculation()  # as `inject_lambda_context` does for the others
    return serve(event, here())


def serve(event: Event, flows: Assembly) -> dict[str, Any]:
    """Answer one request; whatever happens, the answer is one of the API's own."""
    began = time.monotonic()
    request = as_viewed(Request.read(event), flows)
    named: dict[str, Any] = {
        "correlation_id": (event.get("requestContext") or {}).get("requestId"),
        "operation": f"{request.method} {request.resource}",
    }
    admission = Admission(request, flows)
    facade = facade_at(request.resource, flows.settings.facades)
    try:
        answer = _answer(request, flows, admission, facade)
    except Exception as error:
        answer = _failure(error, named, facade)
    answer = admission.with_headers(answer)
    took = timedelta(seconds=time.monotonic() - began)
    given = answer.event(request, flows.settings.cors_origin)
    _measure(request, answer, took, flows, len(given["body"]) + answer.linked_bytes, facade)
    milliseconds = round(took.total_seconds() * 1000)
    about: dict[str, Any] = {"mail": answer.mail} if answer.mail else {}
    logger.info(
        "Request answered", status=answer.status, milliseconds=milliseconds, **named, **about
    )
    return given


def _routes_at(resource: str, facade: Facade | None) -> Mapping[str, Route] | None:
    return (facade.at if facade else _ROUTES).get(resource)


def _answer(
    request: Request, flows: Assembly, admission: Admission, facade: Facade | None
) -> Answer:
    routes = _routes_at(request.resource, facade)
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
    if not facade:  # clients of others send what those know
        _check_query(route, request)
    return route.answer(request, flows)


def _check_query(route: Route, request: Request) -> None:
    """InvalidInput that names the parameters that the operation does not describe.

    Where a credential is needed and missing, the operation says so, and first.
    """
    caller = route.caller
    if request.is_anonymous and (caller.needs_token or caller.needs_admin_key):
        return
    described = [str(each["name"]) for each in route.parameters if each["in"] == "query"]
    unknown = sorted(set(request.query) - set(described))
    if unknown:
        names = ", ".join(repr(name[:40]) for name in unknown[:5])
        possible = f"possible: {', '.join(described)}" if described else "there is none here"
        raise InvalidInput(f"unknown parameter {names}; {possible}")


def _measure(
    request: Request,
    answer: Answer,
    took: timedelta,
    flows: Assembly,
    sent_bytes: int,
    facade: Facade | None,
) -> None:
    """Count the answer; as with limits, counting must never be why a request fails."""
    routes = _routes_at(request.resource, facade) or {}
    route = routes.get("GET" if request.method == "HEAD" else request.method)
    operation = PREFLIGHT if request.method == "OPTIONS" else OTHER
    try:
        name = route.operation if route else operation
        flows.health.metrics.note(name, answer.status, took, sent_bytes)
    except Exception as error:
        logger.warning("Not measured", error=type(error).__name__, reason=aws_code(error))


def _failure(error: Exception, named: dict[str, Any], facade: Facade | None) -> Answer:
    kind = kind_of(error)
    if isinstance(error, MayflyError) and kind is not INTERNAL:
        logger.info("Request refused", error=type(error).__name__, **named)
    else:
        logger.error("Request failed", **describe(error), **named)
        count("RequestFailed")
    if isinstance(error, BudgetSpent | ServiceMailsSpent):
        count(type(error).__name__)
    headers = {}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, UnknownEncoding):
        headers["Accept-Encoding"] = "identity"  # RFC 9110 section 15.5.16
    if kind.status == 401:
        headers["WWW-Authenticate"] = "Basic" if facade else "Bearer"
    if kind is UNAVAILABLE:
        headers["Retry-After"] = "1"
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.retry_after)
    if facade:
        refused = facade.refusal(error, kind)
        return replace(refused, headers={**headers, **refused.headers})
    return json_answer(envelope(error), kind.status, headers)
