"""Settings that belong together, by their names."""

from dataclasses import fields

from mayfly.rate_limits.settings import RateLimitSettings
from mayfly.subscriptions.settings import SubscriptionSettings

RATE_LIMITS = tuple(
    each.name
    for each in fields(RateLimitSettings)
    if each.name.startswith("rate_limit_") and each.name != "rate_limit_window"
)
"""How often one client may ask."""
SOCKET_LIMITS = tuple(
    each.name for each in fields(SubscriptionSettings) if not each.metadata["is_made"]
)
"""How much one client may do over the WebSocket."""
