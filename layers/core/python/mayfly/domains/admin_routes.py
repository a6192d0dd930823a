"""The operations of admins on mail domains."""

from mayfly.admission.callers import ADMIN_KEY
from mayfly.domains.admin_schemas import (
    DeletedDomain,
    Domain,
    DomainChange,
    Domains,
    WantedDomain,
)
from mayfly.domains.schemas import mail_domain_name
from mayfly.errors import DomainNotFound, InvalidInput
from mayfly.kit.http.route import ADMIN, BAD_BODY, Call, Routes

_DOMAINS = "/v1/admin/domains"
_DOMAIN = f"{_DOMAINS}/{{domainId}}"
_THERE = {404: "There is no such domain"}
_BUSY = {503: "Too many changed it at once; it can be tried again"}
api = Routes("admin")


@api(
    "POST",
    _DOMAINS,
    "Add a mail domain",
    ADMIN_KEY,
    means="The new domain; its mail comes once SES and DNS know it, too",
    status=201,
    errors={
        400: f"{BAD_BODY}, or this is no domain name",
        409: "The domain is there already",
        **_BUSY,
    },
    limit=ADMIN,
)
def add_domain(call: Call[None, WantedDomain]) -> Domain:
    """Inboxes can be made there within ten seconds.

    Mail comes once SES has verified the domain in the deployment's region and its MX record leads
    there: nothing here does that, or looks whether it is done.
    """
    name, server = mail_domain_name(call.body.domain), call.body.server()
    return Domain.of(call.flows.domains.register.add(name, server))


@api(
    "GET",
    _DOMAINS,
    "List mail domains",
    ADMIN_KEY,
    means="All of them: the deployment's first, then by name",
    limit=ADMIN,
)
def list_domains(call: Call[None, None]) -> Domains:
    return Domains.of(call.flows.domains.service.all())


@api(
    "PUT",
    _DOMAIN,
    "Change a mail domain",
    ADMIN_KEY,
    means="The domain as it is now",
    errors=_THERE | _BUSY,
    limit=ADMIN,
)
def change_domain(call: Call[None, DomainChange]) -> Domain:
    """At an inactive domain no inbox is made, within ten seconds; those it has go on.

    The three `pop3_` fields change together.
    """
    flows, domain_id, change = call.flows, call.parameter("domainId"), call.body
    server = change.server if change.changes_server() else None
    is_active = change.is_active if isinstance(change.is_active, bool) else None
    try:
        changed = flows.domains.register.change(domain_id, is_active, server)
    except DomainNotFound:
        theirs = flows.domains.service.found(domain_id)
        if server is not None:
            raise InvalidInput("an account's domain has no POP3 server") from None
        changed = theirs if is_active is None else flows.domains.service.switch(theirs, is_active)
    return Domain.of(changed)


@api(
    "DELETE",
    _DOMAIN,
    "Delete a mail domain",
    ADMIN_KEY,
    means="It is gone; inboxes that are there go on",
    errors={**_THERE, 409: "The deployment's settings name it"},
    limit=ADMIN,
)
def delete_domain(call: Call[None, None]) -> DeletedDomain:
    domain_id = call.parameter("domainId")
    try:
        removed = call.flows.domains.register.remove(domain_id)
    except DomainNotFound:
        owner = call.flows.domains.service.found(domain_id).owner
        removed = call.flows.domains.claims.remove(owner, domain_id)
    return DeletedDomain(id=removed.id)
