"""The JSON of API keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from mayfly import limits
from mayfly.api_keys import models
from mayfly.api_keys.models import Scope
from mayfly.errors import InvalidInput
from mayfly.kit.clock import instant
from mayfly.kit.http.schemas import Body, Count, Time, View, about

_MOST = limits.MAX_KEY_NAME_CHARS
_NAME = f"a string of 1 to {_MOST} characters on one line"
_SCOPES = "What it may be used for: an operation names the scope that it needs"
Id = Annotated[str, about("Names the key, and opens nothing", format="uuid")]


class ApiKeyRequest(Body, rename="camel"):
    """A key that an account asks for."""

    EXAMPLE = {"name": "nightly tests", "scopes": ["emails:send"]}

    name: Annotated[
        str,
        about(
            "To know it again",
            must=_NAME,
            min_length=1,
            maxLength=_MOST,
            examples=["nightly tests"],
        ),
    ]
    scopes: Annotated[
        list[Scope],
        about(_SCOPES, must=f"a list of some of: {', '.join(Scope)}", min_length=1),
    ]
    expires_at: (
        Annotated[
            str,
            about(
                "In the future, with a zone; without it, the key does not end", format="date-time"
            ),
        ]
        | None
    ) = None

    def key(self) -> models.ApiKeyRequest:
        """The requested key; InvalidInput names the field that cannot be."""
        name = self.name.strip()
        if not name or len(name) > _MOST or not name.isprintable():
            raise InvalidInput(f"name must be {_NAME}")
        return models.ApiKeyRequest(
            name, frozenset(self.scopes), instant("expiresAt", self.expires_at)
        )


class ApiKey(View, rename="camel"):
    """An API key, without what it opens by."""

    id: Id
    name: Annotated[str, about("To know it again", maxLength=_MOST, examples=["nightly tests"])]
    scopes: Annotated[list[Scope], about(_SCOPES)]
    created_at: Time
    expires_at: Annotated[
        Time | None, about("From then on it opens nothing; null: it does not end by itself")
    ]
    last_used_at: Annotated[Time | None, about("Up to an hour behind; null: it has not been used")]
    is_expired: Annotated[bool, about("Expired keys are listed for a month at most")]

    @classmethod
    def of(cls, found: models.ApiKey, now: datetime, **more: Any) -> Self:
        """A key as its account sees it."""
        more |= {"scopes": sorted(found.scopes), "is_expired": found.has_expired(now)}
        return cls.of_model(found, **more)


class NewKey(ApiKey, rename="camel"):
    """A new key: the only document that has the key itself."""

    key: Annotated[
        str,
        about(
            "To send as `X-API-Key`. It is here and never again: only its hash is kept",
            pattern="^mfk_[0-9A-Za-z]{49}$",
        ),
    ]


class ApiKeys(View):
    """An account's keys."""

    keys: Annotated[list[ApiKey], about("Oldest first")]
    count: Annotated[Count, about("How many of them work")]
    limit: Annotated[Count, about("How many may")]

    @classmethod
    def of(cls, keys: Sequence[models.ApiKey], now: datetime) -> Self:
        """`count` is of those that work, which `limit` limits."""
        return cls(
            keys=[ApiKey.of(each, now) for each in keys],
            count=sum(not each.has_expired(now) for each in keys),
            limit=limits.KEYS_PER_ACCOUNT,
        )


class RevokedKey(View):
    """What is answered when a key opens nothing any more."""

    id: Id
    revoked: bool = True
