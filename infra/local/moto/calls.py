"""Calls of this process to itself: boto3 makes them, and they never leave the process.

botocore asks its `before-send` handlers before it sends. This one answers for the endpoints that
are served here, with the same bytes as a server would: so nothing of AWS has to listen, and a call
does not cost the 4 to 7 ms of two HTTP stacks that talk to each other in one interpreter.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.handlers
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse

Answered = tuple[int, Mapping[str, Any], Any]
"""Status, headers and body."""
Answer = Callable[[AWSPreparedRequest], Answered]

_served: dict[str, Answer] = {}


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
