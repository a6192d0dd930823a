"""API keys: what programs of an account prove themselves with.

A key is `mfk_`, 43 characters that stand for 256 random bits, and six of a checksum, in the digits
and letters of ASCII. What looks for keys that got into public knows one by its beginning and its
checksum, and a slip of the keyboard is noticed without a look at the table.
"""

import hashlib
import re
import uuid
import zlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mayfly.accounts.models import AccountId
from mayfly.errors import CONFLICT, MayflyError, NotFound, Unauthenticated

PREFIX = "mfk_"
SECRET_BYTES = 32
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SECRET_CHARS = 43  # of 62 kinds: more than 256 bits
_CHECKSUM_CHARS = 6  # likewise more than 32
_FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_SECRET_CHARS + _CHECKSUM_CHARS}}}")


class Scope(StrEnum):
    """What a key may be used for."""

    DOMAINS = "domains"
    SMTP = "smtp"
    SEND = "emails:send"
    READ = "emails:read"
    TEMPLATES = "templates"
    WEBHOOKS = "webhooks"
    MAILBOXES = "mailboxes"


def new_key(entropy: bytes) -> str:
    """The key of 32 random bytes."""
    if len(entropy) != SECRET_BYTES:
        raise ValueError(f"{SECRET_BYTES} random bytes make a key")
    secret = _written(int.from_bytes(entropy, "big"), _SECRET_CHARS)
    return PREFIX + secret + _checksum(secret)


@dataclass(frozen=True, slots=True)
class KeyProof:
    """What is kept of a key: enough to find it and to know it again, not to use it.

    It has 256 random bits, so a plain hash is enough: ASVS 5.0 requirement 6.5.2 asks for a slow
    one only below 112 bits. `id`, which its account sees, is made of the hash's first half.
    """

    hash: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "KeyProof":
        """The proof of a key that was sent; Unauthenticated for what cannot be one of ours."""
        if not _FORM.fullmatch(text):
            raise Unauthenticated("this is no API key of this service")
        secret, checksum = text[len(PREFIX) : -_CHECKSUM_CHARS], text[-_CHECKSUM_CHARS:]
        if _checksum(secret) != checksum:
            raise Unauthenticated("the API key is mistyped or incomplete: its checksum is wrong")
        return cls(hashlib.sha256(text.encode("ascii")).hexdigest())

    @property
    def id(self) -> str:
        """A UUID (RFC 9562 version 8), by which the key is found, listed and revoked."""
        octets = bytearray(bytes.fromhex(self.hash)[:16])
        octets[6] = octets[6] & 0x0F | 0x80
        octets[8] = octets[8] & 0x3F | 0x80
        return str(uuid.UUID(bytes=bytes(octets)))


def key_id(text: str) -> str:
    """The id of a key in its one spelling; KeyNotFound for what cannot be one."""
    try:
        return str(uuid.UUID(text))
    except ValueError as error:
        raise KeyNotFound("no such API key") from error


@dataclass(frozen=True, slots=True)
class ApiKey:
    """One key of an account. `last_used_at` is up to an hour behind, None while it is unused."""

    proof: KeyProof
    account: AccountId
    name: str = field(repr=False)
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def id(self) -> str:
        """See `KeyProof.id`."""
        return self.proof.id

    def has_expired(self, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class ApiKeyRequest:
    """A key that an account asks for."""

    name: str = field(repr=False)
    scopes: frozenset[Scope]
    expires_at: datetime | None = None


def _checksum(secret: str) -> str:
    return _written(zlib.crc32(secret.encode("ascii")), _CHECKSUM_CHARS)


def _written(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))


class KeyNotFound(NotFound):
    """The account has no API key with this id."""


class KeysFull(MayflyError):
    """The account has as many API keys as it may have; the message says how many."""

    kind = CONFLICT
