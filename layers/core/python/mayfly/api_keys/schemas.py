"""The JSON of API keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mayfly import limits
from mayfly.api_keys.models import ApiKey, Scope
from mayfly.errors import InvalidInput
from mayfly.kit.http.schema import array, body, flag, named, number, or_null, record, text, time
from mayfly.kit.http.times import stamp, wanted_time

Document = dict[str, object]
FIELDS = ("name", "scopes", "expiresAt")


def wanted_name(sent: Mapping[str, Any]) -> str:
    """What the key shall be called, to know it again in the list."""
    value = sent.get("name")
    name = value.strip() if isinstance(value, str) else ""
    if not name or len(name) > limits.MAX_KEY_NAME_CHARS or not name.isprintable():
        raise InvalidInput(
            f"name must be a string of 1 to {limits.MAX_KEY_NAME_CHARS} characters on one line"
        )
    return name


def wanted_scopes(sent: Mapping[str, Any]) -> frozenset[Scope]:
    """What the key shall be for: one thing at least."""
    value = sent.get("scopes")
    known = {each.value: each for each in Scope}
    if (
        not isinstance(value, list)
        or not value
        or not all(isinstance(each, str) and each in known for each in value)
    ):
        raise InvalidInput(f"scopes must be a list of some of: {', '.join(known)}")
    return frozenset(known[each] for each in value)


def wanted_end(sent: Mapping[str, Any]) -> datetime | None:
    """When the key shall stop working, None for never."""
    return wanted_time(sent, "expiresAt")


def key(shown: ApiKey, now: datetime) -> Document:
    """A key as its account sees it."""
    return {
        "id": shown.id,
        "name": shown.name,
        "scopes": sorted(shown.scopes),
        "createdAt": stamp(shown.created_at),
        "expiresAt": stamp(shown.expires_at) if shown.expires_at else None,
        "lastUsedAt": stamp(shown.last_used_at) if shown.last_used_at else None,
        "isExpired": shown.has_expired(now),
    }


def created(shown: ApiKey, secret: str, now: datetime) -> Document:
    """A new key: the only document that has the key itself."""
    return {**key(shown, now), "key": secret}


def listed(keys: Sequence[ApiKey], now: datetime) -> Document:
    """The account's keys; `count` is of those that work, which `limit` limits."""
    return {
        "keys": [key(each, now) for each in keys],
        "count": sum(not each.has_expired(now) for each in keys),
        "limit": limits.KEYS_PER_ACCOUNT,
    }


def revoked(key_id: str) -> Document:
    """What is answered when a key opens nothing any more."""
    return {"id": key_id, "revoked": True}


_ID = text("Names the key, and opens nothing", format="uuid")
_SCOPES: dict[str, object] = {
    "type": "array",
    "items": text(enum=sorted(Scope)),
    "description": "What it may be used for: an operation names the scope that it needs",
}
_NAME = text("To know it again", maxLength=limits.MAX_KEY_NAME_CHARS, examples=["nightly tests"])
_KEY: dict[str, dict[str, object]] = {
    "id": _ID,
    "name": _NAME,
    "scopes": _SCOPES,
    "createdAt": time(),
    "expiresAt": or_null(time("From then on it opens nothing; null: it does not end by itself")),
    "lastUsedAt": or_null(time("Up to an hour behind; null: it has not been used")),
    "isExpired": flag("Expired keys are listed for a month at most"),
}
WANTED_SCHEMA = body(
    {
        "name": {**_NAME, "minLength": 1},
        "scopes": {**_SCOPES, "minItems": 1},
        "expiresAt": or_null(time("In the future, with a zone; without it, the key does not end")),
    },
    example={"name": "nightly tests", "scopes": ["emails:send"]},
    required=("name", "scopes"),
)
SCHEMA = record(_KEY, "An API key, without what it opens by")
CREATED_SCHEMA = record(
    {
        **_KEY,
        "key": text(
            "To be sent as `X-API-Key`. It is shown here and never again: only its hash is kept",
            pattern="^mfk_[0-9A-Za-z]{49}$",
        ),
    }
)
LIST_SCHEMA = record(
    {
        "keys": array(named("ApiKey"), "Oldest first"),
        "count": number("How many of them work"),
        "limit": number("How many may"),
    }
)
REVOKED_SCHEMA = record({"id": _ID, "revoked": flag()})
