"""Requests that came through CloudFront, as their callers sent them."""

from dataclasses import replace

from mayfly.assembly import Assembly
from mayfly.kit.http.log import logger
from mayfly.kit.http.messages import Request
from mayfly.kit.log import aws_code
from mayfly.page.edge import HOST_HEADER, SECRET_HEADER, VIEWER_HEADER


def as_viewed(request: Request, flows: Assembly) -> Request:
    """The request with the caller's address, and the name that the caller asked for.

    As it is, if CloudFront's secret did not come along, or cannot be looked up: then it counts for
    the address that API Gateway saw.
    """
    sent = request.headers.get(SECRET_HEADER.lower(), "")
    host = request.headers.get(HOST_HEADER.lower(), "")
    viewer = request.headers.get(VIEWER_HEADER.lower(), "")
    try:
        if sent and host and viewer and flows.page.edge.matches(sent):
            return replace(request, client=viewer, base_url=f"https://{host}")
    except Exception as error:
        logger.warning("Not viewed", error=type(error).__name__, reason=aws_code(error))
    return request
