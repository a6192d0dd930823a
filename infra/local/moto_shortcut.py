"""Calls of this process to its own moto, without the way over HTTP.

A call over loopback costs 4 to 7 ms, most of it for two HTTP stacks that talk to each other in one
interpreter. botocore asks its `before-send` handlers before it sends, and this one answers for
moto: the request and the answer are the same bytes. Other processes and presigned URLs use HTTP.
"""

import logging
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.handlers
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from infra.local.moto_guard import alone

logger = logging.getLogger(__name__)

# Credential=laptop/20261121/us-east-1/dynamodb/aws4_request
_SCOPE = re.compile(r"Credential=[^/]*/\d*/(?P<region>[^/]*)/(?P<service>[^/]*)/")
_stubber = BotocoreStubber()
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
    signature = request.headers.get("Authorization") or ""
    if isinstance(signature, bytes):
        signature = signature.decode("ascii")
    scope = _SCOPE.search(signature)
    if scope is None:
        return None
    host = f"{scope['service']}.{scope['region']}.amazonaws.com"
    addressed = AWSPreparedRequest(
        request.method,
        url._replace(scheme="https", netloc=host).geturl(),
        request.headers,
        request.body,
        request.stream_output,
    )
    return _dispatched(addressed)


def _dispatched(request: AWSPreparedRequest) -> AWSResponse:
    try:
        with alone():
            answer = _stubber.process_request(request)
    except Exception:
        # Over HTTP this would be a 500, and boto3 would try again.
        logger.exception("a call to moto failed")
        answer = None
    status, headers, body = answer or (500, {}, "{}")
    return AWSResponse(request.url, status, headers, MockRawResponse(body))
