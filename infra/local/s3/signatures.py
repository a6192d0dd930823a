"""What clients may do with the bucket: signed requests and forms, with the access key of this run.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html and
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import hmac
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qsl

from infra.local.account import REGION
from infra.local.engine.signing import ALGORITHM, STAMP, Signer

_STAMP = re.compile(r"\d{8}T\d{6}Z")
_LONGEST = timedelta(days=7)  # S3's own bound
_SKEW = timedelta(minutes=15)
_SIGNATURE = re.compile(r"&?X-Amz-Signature=[^&]*")
_UNSIGNED_FIELDS = {"policy", "x-amz-signature"}


class NotSigned(Exception):
    """The request is none that this service has signed, or no more; the message says which."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many bytes a file may have."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class AccessKey:
    """AWS's two halves of a key. One of each run, and nothing else is signed with it."""

    id: str
    secret: str = field(repr=False)

    @classmethod
    def random(cls) -> Self:
        """A new one."""
        return cls(f"AKIA{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30))

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make AWS's libraries sign with it."""
        return {
            "AWS_ACCESS_KEY_ID": self.id,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        }

    def check_request(self, method: str, endpoint: str, target: str, now: datetime) -> None:
        """NotSigned unless this target (path and query as they were sent) was signed, for now.

        The signature covers the method, the endpoint's name and the whole target.
        """
        path, _, query = target.partition("?")
        sent = _once(parse_qsl(query, keep_blank_values=True))
        if sent.get("X-Amz-SignedHeaders") != "host":
            raise NotSigned("the signature must be of the host and nothing else")
        stamp = self._scope(sent, "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date")
        if not sent.get("X-Amz-Expires", "").isdecimal() or len(sent["X-Amz-Expires"]) > 6:
            raise NotSigned("X-Amz-Expires is missing")
        unsigned = _SIGNATURE.sub("", query)
        ours = self.signer(endpoint).signature_of(method, path, unsigned, stamp)
        _same(ours, sent.get("X-Amz-Signature", ""))
        lifetime = timedelta(seconds=int(sent["X-Amz-Expires"]))
        began = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
        if lifetime > _LONGEST or not began - _SKEW <= now < began + lifetime:
            raise NotSigned("the link has expired")

    def check_form(
        self, fields: Sequence[tuple[str, str]], bucket: str, now: datetime
    ) -> tuple[str, Sizes]:
        """The key and the sizes that a form's policy lets in; NotSigned if it does not hold."""
        sent = _once((name.lower(), value) for name, value in fields)
        stamp = self._scope(sent, "x-amz-algorithm", "x-amz-credential", "x-amz-date")
        policy = sent.get("policy", "")
        _same(self.signer().signature(policy, stamp), sent.get("x-amz-signature", ""))
        document = json.loads(base64.b64decode(policy))  # of ours, as it is signed
        until = datetime.strptime(document["expiration"], "%Y-%m-%dT%H:%M:%SZ")
        if now >= until.replace(tzinfo=UTC):
            raise NotSigned("the form has expired")
        sizes = _held(document["conditions"], sent | {"bucket": bucket})
        return sent["key"], sizes

    def signer(self, endpoint: str = "") -> Signer:
        """What signs with it for buckets behind this endpoint."""
        return Signer(self.id, self.secret, endpoint)

    def _scope(self, sent: Mapping[str, str], algorithm: str, credential: str, date: str) -> str:
        """The time of signing, if it is of this key."""
        stamp = sent.get(date, "")
        if not _STAMP.fullmatch(stamp) or sent.get(algorithm) != ALGORITHM:
            raise NotSigned("there is no signature")
        _same(self.signer().scope(stamp), sent.get(credential, ""))
        return stamp


def _held(conditions: Sequence[Any], sent: Mapping[str, str]) -> Sizes:
    """The sizes of a policy whose conditions all hold, and name all that was sent."""
    sizes, named = None, set(_UNSIGNED_FIELDS)
    for each in conditions:
        match each:
            case ["content-length-range", int(least), int(most)]:
                sizes = Sizes(least, most)
            case dict() if all(sent.get(str(name).lower()) == each[name] for name in each):
                named |= {str(name).lower() for name in each}
            case _:
                raise NotSigned("a condition of the form does not hold")
    if sizes is None or not {"key", "bucket"} <= named or set(sent) - named:
        raise NotSigned("the form has fields that were not signed")
    return sizes


def _once(pairs: Any) -> dict[str, str]:
    """Each name with its value; NotSigned if one is there twice: which one counts?"""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise NotSigned("a field is there twice")
        found[name] = value
    return found


def _same(ours: str, sent: str) -> None:
    if not hmac.compare_digest(ours.encode(), sent.encode("utf-8", "replace")):
        raise NotSigned("the signature does not match")
