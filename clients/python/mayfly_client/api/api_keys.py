"""API keys: for programs of an account: each opens what is in its scopes.

Written by `make pages`; what is wrong here is wrong in `mayfly/` or in `bench/pages/client.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from mayfly_client.flows import M, Sent, operation
from mayfly_client.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A new key: the only document that has the key itself."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    is_expired: bool
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """An API key, without what it opens by."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    is_expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeys:
    """An account's keys."""

    keys: "list[ApiKey]"
    count: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokedKey:
    """What is answered when a key opens nothing any more."""

    id: str
    revoked: bool


class APIKeysApi(Subject[M]):
    """For programs of an account: each opens what is in its scopes."""

    @operation("POST", "/api/v1/keys", NewKey, ("token",))
    def create_key(
        self,
        *,
        name: str,
        scopes: Sequence[
            Literal[
                "domains",
                "emails:read",
                "emails:send",
                "mailboxes",
                "smtp",
                "templates",
                "webhooks",
            ]
        ],
        expires_at: datetime | str | None = None,
    ) -> Sent:
        """Create an API key.

        The answer is the only one with the key in it. It works at once, until it expires,
        is revoked or its account is deleted. Logging out and changing the password do not
        end it. Only a logged-in account manages keys: a key makes and revokes none.
        """
        return Sent(body={"name": name, "scopes": scopes, "expiresAt": expires_at})

    @operation("GET", "/api/v1/keys", ApiKeys, ("token",))
    def list_keys(self) -> Sent:
        """List API keys."""
        return Sent()

    @operation("DELETE", "/api/v1/keys/{keyId}", RevokedKey, ("token",))
    def revoke_key(self, key_id: str) -> Sent:
        """Revoke an API key."""
        return Sent((key_id,))
