"""What handlers find around them in a benchmark."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import SimpleNamespace
from typing import Any

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


class NoSuchKey(Exception):
    """Raised by nobody: all that is asked for is there."""


class Memory:
    """A client of DynamoDB, S3 and SNS, for the calls that a mail needs and no other."""

    exceptions = type("exceptions", (), {"NoSuchKey": NoSuchKey})

    def __init__(self) -> None:
        """Hold nothing."""
        self.inbox: Any = None
        self.objects: dict[str, bytes] = {}
        self.notice = ""
        self.written: Any = ()

    def put_item(self, *, Item: Any, **_: Any) -> None:
        """Keep the row of the inbox."""
        if "generation" in Item:
            self.inbox = Item

    def update_item(self, **_: Any) -> None:
        """Forget it: it counts, as of a day."""

    def get_item(self, **_: Any) -> Any:
        """The inbox."""
        return {"Item": self.inbox}

    def query(self, **_: Any) -> Any:
        """Nobody watches."""
        return {"Items": []}

    def batch_get_item(self, **_: Any) -> Any:
        """Nobody has webhooks."""
        return {"Responses": {}}

    def transact_write_items(self, *, TransactItems: Any) -> None:
        """Keep the items for who looks at them."""
        self.written = TransactItems

    def put_object(self, *, Key: str, Body: bytes, **_: Any) -> None:
        """Keep the bytes."""
        self.objects[Key] = Body

    def get_object(self, *, Key: str, **_: Any) -> Any:
        """The bytes."""
        return {"ContentLength": len(self.objects[Key]), "Body": BytesIO(self.objects[Key])}

    def publish(self, *, Message: str, **_: Any) -> None:
        """Keep the notice."""
        self.notice = Message
