"""Calls of this process to itself: boto3 makes them, and they never leave the process.

botocore asks its `before-send` handlers before it sends. This one answers for the endpoints that
are served here, with the same bytes as a server would: so nothing of AWS has to listen, and a call
does not cost the 4 to 7 ms of two HTTP stacks that talk to each other in one interpreter.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.handlers
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.request import Request
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodbstreams.models import dynamodbstreams_backends
from moto.kms.models import kms_backends
from moto.route53.models import route53_backends
from moto.s3.models import s3_backends
from moto.scheduler.models import scheduler_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ses.models import ses_backends
from moto.sesv2.models import sesv2_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from infra.local.account import ACCOUNT, REGION
from infra.local.moto.guard import alone, guard_moto

Answered = tuple[int, Mapping[str, Any], Any]
"""Status, headers and body."""
Answer = Callable[[AWSPreparedRequest], Answered]

_served: dict[str, Answer] = {}
Method = Callable[..., Answered]
logger = logging.getLogger(__name__)
# Credential=laptop/20261121/us-east-1/dynamodb/aws4_request
_SCOPE = re.compile(r"Credential=[^/]*/\d*/(?P<region>[^/]*)/(?P<service>[^/]*)/")
# By the name that calls are signed for: what moto calls the host, and what answers there.
_SERVICES: dict[str, tuple[str, Callable[[], tuple[Any, ...]]]] = {
    "dynamodb": ("dynamodb", lambda: (dynamodb_backends[ACCOUNT][REGION],)),
    "streams": ("streams.dynamodb", lambda: (dynamodbstreams_backends[ACCOUNT][REGION],)),
    "kms": ("kms", lambda: (kms_backends[ACCOUNT][REGION],)),
    "route53": ("route53", lambda: (route53_backends[ACCOUNT]["aws"],)),
    "s3": ("s3", lambda: (s3_backends[ACCOUNT]["aws"],)),
    "scheduler": ("scheduler", lambda: (scheduler_backends[ACCOUNT][REGION],)),
    "secretsmanager": ("secretsmanager", lambda: (secretsmanager_backends[ACCOUNT][REGION],)),
    "ses": ("email", lambda: (sesv2_backends[ACCOUNT][REGION], ses_backends[ACCOUNT][REGION])),
    "sns": ("sns", lambda: (sns_backends[ACCOUNT][REGION],)),
    "sqs": ("sqs", lambda: (sqs_backends[ACCOUNT][REGION],)),
}


@contextmanager
def serving(endpoint: str, answer: Answer) -> Iterator[None]:
    """Answer calls to this endpoint in the block, by clients of sessions made from now on."""
    install()
    before = _served.get(endpoint)
    _served[endpoint] = answer
    try:
        yield
    finally:
        del _served[endpoint]
        if before is not None:
            _served[endpoint] = before


@cache
def install() -> None:
    """Let clients of sessions that are made from now on ask here first."""
    botocore.handlers.BUILTIN_HANDLERS.append(("before-send", _answered))


def _answered(request: AWSPreparedRequest, **_: Any) -> AWSResponse | None:
    """The answer; None, and botocore sends the request, if the endpoint is none of ours."""
    url = urlsplit(request.url)
    answer = _served.get(f"{url.scheme}://{url.netloc}")
    if answer is None:
        return None
    status, headers, body = answer(request)
    return AWSResponse(request.url, status, headers, MockRawResponse(body))


@contextmanager
def answering(endpoint: str) -> Iterator[None]:
    """moto answers calls of this process to this endpoint in the block."""
    guard_moto()
    with serving(endpoint, _answer):
        yield


def answer_of(service: str, method: str, url: str, headers: Any, body: Any = None) -> Answered:
    """moto's answer to a request to this service; whatever goes wrong is a 500."""
    host, _ = _SERVICES[service]
    parts = urlsplit(url)
    # moto tells services and regions apart by their names on the internet.
    named = f"{host}.{REGION}.amazonaws.com"
    found = _method(service, f"https://{named}{parts.path}")
    if found is None:
        return _unknown(service)
    full = parts._replace(scheme="https", netloc=named).geturl()
    try:
        request: Any = Request.from_primitives(method, full, headers, body)
        with alone():
            return found(request, request.raw_url, request.headers)
    except Exception:
        # Over HTTP this would be a 500, and boto3 would try again.
        logger.exception("a call to moto failed")
        return 500, {}, "{}"


def _answer(request: AWSPreparedRequest) -> Answered:
    scope = _SCOPE.search(_header(request, "Authorization"))
    service = scope["service"] if scope else "unsigned"
    if _header(request, "X-Amz-Target").startswith("DynamoDBStreams"):
        service = "streams"
    if service not in _SERVICES:
        return _unknown(service)
    return answer_of(service, request.method, request.url, request.headers, request.body)


def _unknown(service: str) -> Answered:
    """There is no other service here, and none elsewhere is asked."""
    about = {"__type": "UnknownOperationException", "message": f"{service} is not served here"}
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(about)


def _method(service: str, url: str) -> Method | None:
    return next((method for pattern, method in _methods(service) if pattern.match(url)), None)


@cache
def _methods(service: str) -> list[tuple[re.Pattern[str], Method]]:
    """What answers which addresses. moto finds it anew for each call, S3's by a module's reload."""
    _, backends = _SERVICES[service]
    return [
        (re.compile(url), method) for backend in backends() for url, method in backend.urls.items()
    ]


def _header(request: AWSPreparedRequest, name: str) -> str:
    value = request.headers.get(name) or ""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
