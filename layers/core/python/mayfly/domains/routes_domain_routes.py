"""The paths of domains that accounts bring (document 002)."""

from mayfly.kit.http.routing_route import CREATE, FETCH, Route

_TAG = "domains"
_DOMAINS = "/api/v1/domains"
_DOMAIN = "/api/v1/domains/{domainId}"

DOMAIN_ROUTES: tuple[Route, ...] = (
    Route("register_domain", "POST", _DOMAINS, "Bring a domain", _TAG, CREATE),
    Route("list_own_domains", "GET", _DOMAINS, "List one's domains", _TAG),
    Route("show_own_domain", "GET", _DOMAIN, "Show a domain, and its records to publish", _TAG),
    Route("delete_own_domain", "DELETE", _DOMAIN, "Give a domain up", _TAG),
    Route("verify_domain", "POST", f"{_DOMAIN}/verify", "Look for its proof in DNS", _TAG, FETCH),
    Route("show_domain_dns", "GET", f"{_DOMAIN}/dns", "What DNS should say, and says", _TAG, FETCH),
    Route("change_domain_dns", "PUT", f"{_DOMAIN}/dns", "Keep records of one's own", _TAG),
)
