"""What handlers find around them in a benchmark."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

from mayfly.assembly import here
from mayfly.settings import Settings


@contextmanager
def environment(settings: Settings, *, logs: bool = False) -> Iterator[None]:
    """An environment with no real AWS in it, and handlers that log only if `logs` says so."""
    before = dict(os.environ)
    os.environ.pop("AWS_ENDPOINT_URL", None)
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "SOCKET_ENDPOINT": "http://127.0.0.1:9",
        "TABLE_NAME": settings.table_name,
        "MAIL_BUCKET": settings.mail_bucket,
    }
    here.cache_clear()
    if not logs:
        logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
        here.cache_clear()
        os.environ.clear()
        os.environ.update(before)


def context() -> SimpleNamespace:
    """What Lambda tells a handler of its invocation."""
    return SimpleNamespace(
        function_name="bench",
        memory_limit_in_mb=1024,
        invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:bench:live",
        aws_request_id="bench",
    )
