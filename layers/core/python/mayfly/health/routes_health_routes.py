"""The paths that say how the service is (documents 000, 002 and 003)."""

from mayfly.kit.http.routing_route import Route

_SERVICE = "service"

ALWAYS_ANSWERED = frozenset({"health", "health_ping"})
"""Also when the day's budget is spent over and over: they say so, and cost hardly anything."""

HEALTH_ROUTES: tuple[Route, ...] = (
    Route("health", "GET", "/health", "Is the service up", _SERVICE),
    Route("ready", "GET", "/ready", "Can it answer requests now", _SERVICE),
    Route("health_ready", "GET", "/health/ready", "Does all answer that it needs", _SERVICE),
    Route("health_metrics", "GET", "/health/metrics", "Counters, as JSON", _SERVICE),
    Route("health_ping", "GET", "/health/ping", "Does it answer at all", _SERVICE),
    Route("metrics", "GET", "/metrics", "The same counters, as Prometheus text", _SERVICE),
)
