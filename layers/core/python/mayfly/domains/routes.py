"""The operations on the domains that accounts bring."""

from mayfly.accounts.models import Account
from mayfly.admission.callers import account_with
from mayfly.admission.limits import claim_of_a_domain
from mayfly.api_keys.models import Scope
from mayfly.domains.dns_schemas import ComparedRecords, KeptRecords, WantedRecords
from mayfly.domains.schemas import (
    DeletedOwnDomain,
    DomainVerdict,
    OwnDomain,
    OwnDomains,
    WantedOwnDomain,
    mail_domain_name,
)
from mayfly.kit.http.route import BAD_BODY, BUSY, CREATE, CROSS_SITE, FETCH, Call, Routes

_DOMAINS = "/api/v1/domains"
_DOMAIN = f"{_DOMAINS}/{{domainId}}"
_OWNER = account_with(Scope.DOMAINS)
_THERE = {404: "There is no such domain, or it is somebody else's: that looks the same"}
_BUSY = {503: f"{BUSY}; or SES, DNS or Route 53 does not answer"}
api = Routes("domains")


@api(
    "POST",
    _DOMAINS,
    "Register a domain",
    _OWNER,
    means="The domain, pending, and every record to publish",
    status=201,
    headers={"Location": "The domain's URL"},
    errors={
        400: f"{BAD_BODY}, or this is no domain name",
        403: f"{CROSS_SITE}; or accounts bring no domains here",
        409: "You have it already, or it is this service's",
        **_BUSY,
    },
    limit=CREATE,
)
def register_domain(call: Call[Account, WantedOwnDomain]) -> OwnDomain:
    """Publish `verification` at the domain, then `verify`.

    Others may register it, too: it becomes active for the first to verify it. After a week a
    pending one expires, and can be registered again.
    """
    name = mail_domain_name(call.body.name)
    with claim_of_a_domain(call.request, call.flows):
        domain = call.flows.domains.claims.claim(str(call.caller.id), name)
    call.created(f"{_DOMAINS}/{domain.id}")
    return OwnDomain.whole(domain, call.flows.domains.mail_hosts)


@api("GET", _DOMAINS, "List domains", _OWNER, means="All of them, by name")
def list_own_domains(call: Call[Account, None]) -> OwnDomains:
    return OwnDomains.of(call.flows.domains.service.listed(str(call.caller.id)))


@api(
    "GET",
    _DOMAIN,
    "Show a domain, and its records to publish",
    _OWNER,
    means="The domain",
    errors=_THERE,
)
def show_own_domain(call: Call[Account, None]) -> OwnDomain:
    domain = call.flows.domains.service.owned(str(call.caller.id), call.parameter("domainId"))
    return OwnDomain.whole(domain, call.flows.domains.mail_hosts)


@api("DELETE", _DOMAIN, "Delete a domain", _OWNER, means="It is given up", errors=_THERE | _BUSY)
def delete_own_domain(call: Call[Account, None]) -> DeletedOwnDomain:
    """Mailboxes there receive nothing more, and show what they have until they expire.

    Records that this service wrote to its hosted zone go.
    """
    gone = call.flows.domains.claims.remove(str(call.caller.id), call.parameter("domainId"))
    return DeletedOwnDomain.of_model(gone)


@api(
    "POST",
    f"{_DOMAIN}/verify",
    "Verify a domain",
    _OWNER,
    means="What DNS says, and the domain as it is now",
    errors={**_THERE, 409: "Another account has verified it, or the claim has expired", **_BUSY},
    limit=FETCH,
)
def verify_domain(call: Call[Account, None]) -> DomainVerdict:
    """An active domain stays so while the record is there.

    It is looked for again and again, and the domain is suspended once it has been missing for
    three days. What such a look changes, the owner hears of by mail and over the WebSocket
    (`domain_changed`).
    """
    call.request.document()
    verdict = call.flows.domains.verification.verify(
        str(call.caller.id), call.parameter("domainId")
    )
    return DomainVerdict.of(verdict, call.flows.domains.mail_hosts)


@api(
    "GET",
    f"{_DOMAIN}/dns",
    "Compare a domain's DNS records with what they should be",
    _OWNER,
    means="Every record, and what is found in its place",
    errors=_THERE,
    limit=FETCH,
)
def show_domain_dns(call: Call[Account, None]) -> ComparedRecords:
    found = call.flows.domains.verification.inspect(str(call.caller.id), call.parameter("domainId"))
    return ComparedRecords.of(*found)


@api(
    "PUT",
    f"{_DOMAIN}/dns",
    "Replace a domain's own DNS records",
    _OWNER,
    means="The records that are kept",
    errors={
        **_THERE,
        400: f"{BAD_BODY}, or a record cannot be",
        409: "The claim has expired",
        **_BUSY,
    },
)
def change_domain_dns(call: Call[Account, WantedRecords]) -> KeptRecords:
    """Takes the place of all records kept before.

    Where this service runs the hosted zone of an active domain, they are written there; else they
    are to be copied.
    """
    requests = [each.request() for each in call.body.records]
    kept = call.flows.domains.zone.keep(str(call.caller.id), call.parameter("domainId"), requests)
    return KeptRecords.of(kept)
