"""The paths of API keys (document 002 asks for the keys, and leaves their paths open)."""

from mayfly.kit.http.routing_route import Route

_KEYS = "/api/v1/keys"

KEY_ROUTES: tuple[Route, ...] = (
    Route("create_key", "POST", _KEYS, "Make an API key", "API keys"),
    Route("list_keys", "GET", _KEYS, "List one's API keys", "API keys"),
    Route("revoke_key", "DELETE", f"{_KEYS}/{{keyId}}", "Revoke an API key", "API keys"),
)
