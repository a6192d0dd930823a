"""Calls of this process to its own moto, without the way over HTTP.

A call over loopback costs 4 to 7 ms, most of it for two HTTP stacks that talk to each other in one
interpreter. botocore asks its `before-send` handlers before it sends, and this one answers for
moto: the request and the answer are the same bytes. Other processes and presigned URLs use HTTP.
"""

import logging
import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.handlers
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.request import Request
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from infra.local.moto_guard import ACCOUNT, REGION, alone

Method = Callable[..., tuple[int, dict[str, Any], Any]]

logger = logging.getLogger(__name__)

# Credential=laptop/20261121/us-east-1/dynamodb/aws4_request
_SCOPE = re.compile(r"Credential=[^/]*/\d*/(?P<region>[^/]*)/(?P<service>[^/]*)/")
_SERVICES: dict[str, Callable[[], Any]] = {
    "dynamodb": lambda: dynamodb_backends[ACCOUNT][REGION],
    "s3": lambda: s3_backends[ACCOUNT]["aws"],
    "sns": lambda: sns_backends[ACCOUNT][REGION],
    "sqs": lambda: sqs_backends[ACCOUNT][REGION],
}
_endpoints: set[str] = set()


def take(endpoint: str) -> None:
    """Answer calls to this endpoint, by clients of sessions that are made from now on."""
    _install()
    _endpoints.add(endpoint)


def give_back(endpoint: str) -> None:
    """Let calls to it go over HTTP."""
    _endpoints.discard(endpoint)


@cache
def _install() -> None:
    botocore.handlers.BUILTIN_HANDLERS.append(("before-send", _answer))


def _answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
    """moto's answer; None, and botocore sends the request, if the call is not for it."""
    url = urlsplit(request.url)
    if f"{url.scheme}://{url.netloc}" not in _endpoints:
        return None
    scope = _SCOPE.search(_header(request, "Authorization"))
    if scope is None or scope["service"] not in _SERVICES or _is_of_streams(request):
        return None
    # moto tells services and regions apart by their names on the internet.
    host = f"{scope['service']}.{scope['region']}.amazonaws.com"
    addressed = Request.from_primitives(
        request.method,
        url._replace(scheme="https", netloc=host).geturl(),
        request.headers,
        request.body,
    )
    method = _method(scope["service"], f"https://{host}{url.path}")
    return method and _dispatched(request.url, method, addressed)


def _dispatched(url: str, method: Method, request: Any) -> AWSResponse:
    try:
        with alone():
            status, headers, body = method(request, request.raw_url, request.headers)
    except Exception:
        # Over HTTP this would be a 500, and boto3 would try again.
        logger.exception("a call to moto failed")
        status, headers, body = 500, {}, "{}"
    return AWSResponse(url, status, headers, MockRawResponse(body))


def _method(service: str, url: str) -> Method | None:
    return next((method for pattern, method in _methods(service) if pattern.match(url)), None)


@cache
def _methods(service: str) -> list[tuple[re.Pattern[str], Method]]:
    """What answers which addresses. moto finds it anew for each call, S3's by a module's reload."""
    backend: Any = _SERVICES[service]()
    return [(re.compile(url), method) for url, method in backend.urls.items()]


def _is_of_streams(request: AWSPreparedRequest) -> bool:
    return _header(request, "X-Amz-Target").startswith("DynamoDBStreams")


def _header(request: AWSPreparedRequest, name: str) -> str:
    value = request.headers.get(name) or ""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
