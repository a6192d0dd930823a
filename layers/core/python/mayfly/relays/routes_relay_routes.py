"""The paths of relays, and of what makes a domain's mail believed (document 002)."""

from mayfly.kit.http.routing_route import LOGIN, Route

_TAG = "relays"
_DOMAIN = "/api/v1/smtp/domains/{domainId}"

# What looks something up or connects to somebody is limited as logins are: with many requests it
# would try out passwords or ports of others.
RELAY_ROUTES: tuple[Route, ...] = (
    Route("test_relay", "POST", "/api/v1/smtp/test", "Try a relay", _TAG, LOGIN),
    Route("show_relay", "GET", f"{_DOMAIN}/config", "Show a domain's relay", _TAG),
    Route("keep_relay", "PUT", f"{_DOMAIN}/config", "Send through a relay", _TAG),
    Route("forget_relay", "DELETE", f"{_DOMAIN}/config", "Send by SES again", _TAG),
    Route(
        "keep_domain_relay", "PUT", "/api/v1/domains/{domainId}/smtp", "Send through a relay", _TAG
    ),
    Route("make_dkim", "POST", f"{_DOMAIN}/dkim", "Keys that sign its mail", _TAG, LOGIN),
    Route("make_spf", "POST", f"{_DOMAIN}/spf", "Who may send for it", _TAG, LOGIN),
    Route("make_dmarc", "POST", f"{_DOMAIN}/dmarc", "What to do with other mail", _TAG, LOGIN),
)
