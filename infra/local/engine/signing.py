"""AWS's signature version 4 of S3's links and forms, without botocore.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import quote, urlsplit

from infra.local.account import REGION

ALGORITHM = "AWS4-HMAC-SHA256"
STAMP = "%Y%m%dT%H%M%SZ"
_ENDPOINT: ContextVar[str | None] = ContextVar("endpoint", default=None)


@contextmanager
def links_to(endpoint: str) -> Iterator[None]:
    """What is signed in this block leads there: its caller came in by another door."""
    before = _ENDPOINT.set(endpoint)
    try:
        yield
    finally:
        _ENDPOINT.reset(before)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with one key, for buckets behind `endpoint`, which are in its paths."""

    id: str
    secret: str = field(repr=False)
    endpoint: str = ""

    def for_caller(self) -> Self:
        """The same, for the door that `links_to` names."""
        endpoint = _ENDPOINT.get()
        return self if endpoint is None else replace(self, endpoint=endpoint)

    def scope(self, stamp: str) -> str:
        """What the key signs for, at this time."""
        return f"{self.id}/{stamp[:8]}/{REGION}/s3/aws4_request"

    def link(
        self,
        method: str,
        bucket: str,
        key: str,
        query: Mapping[str, str],
        seconds: int,
        now: datetime,
    ) -> str:
        """A URL that is good for one method and so many seconds."""
        stamp = now.strftime(STAMP)
        fields = {
            **query,
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": self.scope(stamp),
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(seconds),
            "X-Amz-SignedHeaders": "host",
        }
        path = f"/{quote(bucket)}/{quote(key, safe='/~')}"
        sent = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
        signature = self.signature_of(method, path, sent, stamp)
        return f"{self.endpoint}{path}?{sent}&X-Amz-Signature={signature}"

    def signature_of(self, method: str, path: str, query: str, stamp: str) -> str:
        """The signature of a request whose path and query are as they are sent."""
        pairs = (each.partition("=") for each in query.split("&"))
        ordered = "&".join(f"{name}={value}" for name, value in sorted((n, v) for n, _, v in pairs))
        host = f"host:{urlsplit(self.endpoint).netloc}\n"
        request = "\n".join((method, path, ordered, host, "host", "UNSIGNED-PAYLOAD"))
        hashed = hashlib.sha256(request.encode("utf-8", "surrogateescape")).hexdigest()
        scope = self.scope(stamp).partition("/")[2]
        return self.signature(f"{ALGORITHM}\n{stamp}\n{scope}\n{hashed}", stamp)

    def form(
        self, bucket: str, key: str, conditions: Sequence[Any], seconds: int, now: datetime
    ) -> dict[str, Any]:
        """Where to send a form, and its fields."""
        stamp = now.strftime(STAMP)
        fields = {
            "x-amz-algorithm": ALGORITHM,
            "x-amz-credential": self.scope(stamp),
            "x-amz-date": stamp,
        }
        until = now + timedelta(seconds=seconds)
        signed = [{name: value} for name, value in fields.items()]
        policy = {
            "expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "conditions": [*conditions, {"bucket": bucket}, {"key": key}, *signed],
        }
        text = base64.b64encode(json.dumps(policy).encode()).decode()
        whole = {"key": key, **fields, "policy": text}
        whole["x-amz-signature"] = self.signature(text, stamp)
        return {"url": f"{self.endpoint}/{quote(bucket)}", "fields": whole}

    def signature(self, text: str, stamp: str) -> str:
        """The signature of a text."""
        key = f"AWS4{self.secret}".encode()
        for part in (stamp[:8], REGION, "s3", "aws4_request", text):
            key = hmac.digest(key, part.encode(), "sha256")
        return key.hex()
