"""The operations of document 002 on the domains that accounts bring."""

from collections.abc import Callable

from mayfly.admission.callers import caller_of
from mayfly.admission.limits import claim_of_a_domain
from mayfly.api_keys.models import Scope
from mayfly.assembly import Assembly
from mayfly.domains import dns_schemas as dns
from mayfly.domains import schemas as hosting
from mayfly.kit.http.cookies import TOKEN
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.routing import (
    BAD_BODY,
    CREATE,
    FETCH,
    LARGE_BODY,
    NO_KEYS,
    Good,
    Operation,
    Route,
)


def _owner(request: Request, flows: Assembly) -> str:
    return str(caller_of(request, flows, Scope.DOMAINS).id)


def register_domain(request: Request, flows: Assembly) -> Answer:
    owner = _owner(request, flows)
    name = hosting.wanted_name(request.document("name"))
    with claim_of_a_domain(request, flows):
        domain = flows.domains.claims.claim(owner, name)
    location = f"{request.base_url}/api/v1/domains/{domain.id}"
    return json_answer(hosting.shown(domain, flows.domains.mail_hosts), 201, {"Location": location})


def list_own_domains(request: Request, flows: Assembly) -> Answer:
    return json_answer(hosting.listed(flows.domains.service.listed(_owner(request, flows))))


def show_own_domain(request: Request, flows: Assembly) -> Answer:
    domain = flows.domains.service.owned(_owner(request, flows), request.parameters["domainId"])
    return json_answer(hosting.shown(domain, flows.domains.mail_hosts))


def delete_own_domain(request: Request, flows: Assembly) -> Answer:
    owner = _owner(request, flows)
    return json_answer(
        hosting.deleted(flows.domains.claims.remove(owner, request.parameters["domainId"]))
    )


def verify_domain(request: Request, flows: Assembly) -> Answer:
    owner = _owner(request, flows)
    request.document()
    verdict = flows.domains.verification.verify(owner, request.parameters["domainId"])
    return json_answer(
        {
            "verified": verdict.is_proven,
            "message": dns.judged(verdict.proof.state),
            "check": dns.compared(verdict.proof),
            "domain": hosting.shown(verdict.domain, flows.domains.mail_hosts),
        }
    )


def show_domain_dns(request: Request, flows: Assembly) -> Answer:
    owner = _owner(request, flows)
    domain, found = flows.domains.verification.inspect(owner, request.parameters["domainId"])
    return json_answer(dns.comparisons(domain, found))


def change_domain_dns(request: Request, flows: Assembly) -> Answer:
    owner = _owner(request, flows)
    wishes = dns.wanted_records(request.document("records"))
    kept = flows.domains.zone.keep(owner, request.parameters["domainId"], wishes)
    return json_answer(dns.kept(kept))


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "register_domain": register_domain,
    "list_own_domains": list_own_domains,
    "show_own_domain": show_own_domain,
    "delete_own_domain": delete_own_domain,
    "verify_domain": verify_domain,
    "show_domain_dns": show_domain_dns,
    "change_domain_dns": change_domain_dns,
}

_NO_ACCOUNT = "Nobody is logged in, or the session has ended"
_CROSS_SITE = "A page of another site sent this with the reader's cookie"
_NO_DOMAIN = "There is no such domain, or it is somebody else's: that looks the same"
_BUSY = f"{NO_KEYS}; or SES, DNS or Route 53 does not answer"
_READ_ERRORS = {401: _NO_ACCOUNT, 404: _NO_DOMAIN, 503: NO_KEYS}
_WRITE_ERRORS = {401: _NO_ACCOUNT, 403: _CROSS_SITE, 404: _NO_DOMAIN, 503: _BUSY}

DOMAIN_OPERATIONS: dict[str, Operation] = {
    "register_domain": Operation(
        [
            Good(
                201,
                "The domain, pending, and every record to publish",
                "OwnDomain",
                headers={"Location": "The domain's URL"},
            )
        ],
        {
            400: f"{BAD_BODY}, or this is no domain name",
            401: _NO_ACCOUNT,
            403: f"{_CROSS_SITE}; or accounts bring no domains here",
            409: "You have it already, or it is this service's",
            413: LARGE_BODY,
            503: _BUSY,
        },
        about=(
            "Publish `verification` at the domain, then `verify`. Others may register it, too: it"
            " becomes active for who verifies it first. After a week a pending one expires, and"
            " can be registered again."
        ),
        body="WantedOwnDomain",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "list_own_domains": Operation(
        [Good(200, "All of them, by name", "OwnDomains")],
        {401: _NO_ACCOUNT, 503: NO_KEYS},
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "show_own_domain": Operation(
        [Good(200, "The domain", "OwnDomain")],
        _READ_ERRORS,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "delete_own_domain": Operation(
        [Good(200, "It is given up", "DeletedOwnDomain")],
        _WRITE_ERRORS,
        about=(
            "Mailboxes there receive nothing more, and show what they have until they expire."
            " Records that this service wrote to its hosted zone go."
        ),
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "verify_domain": Operation(
        [Good(200, "What DNS says, and the domain as it is now", "DomainVerdict")],
        {
            **_WRITE_ERRORS,
            409: "Somebody else has verified it, or the claim has expired",
        },
        about=(
            "An active domain stays so while the record is there: it is looked for again and again,"
            " and the domain is suspended once it has been missing for three days. What such a look"
            " changes, the owner hears of by mail and over the WebSocket (`domain_changed`)."
        ),
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "show_domain_dns": Operation(
        [Good(200, "Every record, and what is found in its place", "ComparedRecords")],
        _READ_ERRORS,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
    "change_domain_dns": Operation(
        [Good(200, "The records that are kept", "KeptRecords")],
        {
            **_WRITE_ERRORS,
            400: f"{BAD_BODY}, or a record cannot be",
            409: "The claim has expired",
            413: LARGE_BODY,
        },
        about=(
            "Takes the place of all records kept before. Where this service runs the hosted zone of"
            " an active domain, they are written there; else they are to be copied."
        ),
        body="WantedRecords",
        body_required=True,
        needs_token=True,
        cookies=[TOKEN],
        scope=Scope.DOMAINS,
    ),
}

_TAG = "domains"
_DOMAINS = "/api/v1/domains"
_DOMAIN = "/api/v1/domains/{domainId}"

DOMAIN_ROUTES: tuple[Route, ...] = (
    Route("register_domain", "POST", _DOMAINS, "Add a domain", _TAG, CREATE),
    Route("list_own_domains", "GET", _DOMAINS, "List domains", _TAG),
    Route("show_own_domain", "GET", _DOMAIN, "Get a domain", _TAG),
    Route("delete_own_domain", "DELETE", _DOMAIN, "Delete a domain", _TAG),
    Route("verify_domain", "POST", f"{_DOMAIN}/verify", "Verify a domain", _TAG, FETCH),
    Route("show_domain_dns", "GET", f"{_DOMAIN}/dns", "Get a domain's DNS records", _TAG, FETCH),
    Route("change_domain_dns", "PUT", f"{_DOMAIN}/dns", "Update a domain's DNS records", _TAG),
)
