"""Signing: JWTs (RFC 7519) of every kind, made and read with the same keys.

They are signed with HS256, and with nothing else (RFC 8725 section 3.1); `aud` separates the kinds
apart (section 3.9). What a token says is read whether it has expired or not: that is judged by
our clock, where it is used.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from mayfly import limits
from mayfly.errors import Unauthenticated
from mayfly.kit.clock import Entropy
from mayfly.kit.tokens.models import SigningKey
from mayfly.kit.tokens.ports import SigningKeys

ALGORITHM = "HS256"
JTI_BYTES = 12
_NO_TOKEN = "this is not an access token of this service"


def new_jti(entropy: Entropy) -> str:
    """A name for a token that no other has."""
    return base64.urlsafe_b64encode(entropy(JTI_BYTES)).decode("ascii")


def signed(keys: SigningKeys, claims: Mapping[str, Any]) -> str:
    """The claims as a token of the current key."""
    import jwt  # readers of public addresses do not need it, and it takes a while to load

    key = keys.current()
    return jwt.encode(dict(claims), key.secret, ALGORITHM, headers={"kid": key.id})


def claims_of(
    keys: SigningKeys, text: str, audience: str | Sequence[str], required: Sequence[str]
) -> dict[str, Any]:
    """What a token of ours for one of these audiences says; Unauthenticated for all else."""
    import jwt

    if len(text) > limits.MAX_TOKEN_CHARS:
        raise not_ours()
    audiences = (audience,) if isinstance(audience, str) else audience
    try:
        key = _key(keys, str(jwt.get_unverified_header(text).get("kid")))
        claims = _verified(text, key)
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError) as error:
        raise not_ours() from error
    if claims.get("aud") not in audiences or any(claims.get(name) is None for name in required):
        raise not_ours()
    return dict(claims)


@lru_cache(maxsize=16)
def _verified(text: str, key: SigningKey) -> Mapping[str, Any]:
    """What was signed with this key. A request asks several times."""
    import jwt

    options: Any = {"verify_exp": False, "verify_iat": False, "verify_aud": False}
    return MappingProxyType(jwt.decode(text, key.secret, [ALGORITHM], options=options))


def expiry(claims: Mapping[str, Any], name: str = "exp") -> datetime:
    """The instant that a claim names; ValueError, TypeError or OverflowError if it is none."""
    return datetime.fromtimestamp(int(claims[name]), UTC)


def not_ours() -> Unauthenticated:
    """What is said of anything that we did not sign."""
    return Unauthenticated(_NO_TOKEN)


def _key(keys: SigningKeys, key_id: str) -> SigningKey:
    try:
        return keys.find(key_id)
    except Unauthenticated as error:
        raise not_ours() from error
