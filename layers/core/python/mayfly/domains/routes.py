"""The operations of document 002 on the domains that accounts bring."""

from collections.abc import Callable

from functions.http_api.flows import Flows
from mayfly.admission.callers import caller_of
from mayfly.admission.limits import claim_of_a_domain
from mayfly.api_keys.models import Scope
from mayfly.domains import schemas as dns
from mayfly.domains import schemas_hosting as hosting
from mayfly.kit.http.messages import Answer, Request, json_answer


def _owner(request: Request, flows: Flows) -> str:
    return str(caller_of(request, flows, Scope.DOMAINS).id)


def register_domain(request: Request, flows: Flows) -> Answer:
    owner = _owner(request, flows)
    name = hosting.wanted_name(request.document("name"))
    with claim_of_a_domain(request, flows):
        domain = flows.claimer.claim(owner, name)
    location = f"{request.base_url}/api/v1/domains/{domain.id}"
    return json_answer(hosting.shown(domain, flows.mail_hosts), 201, {"Location": location})


def list_own_domains(request: Request, flows: Flows) -> Answer:
    return json_answer(hosting.listed(flows.host.listed(_owner(request, flows))))


def show_own_domain(request: Request, flows: Flows) -> Answer:
    domain = flows.host.owned(_owner(request, flows), request.parameters["domainId"])
    return json_answer(hosting.shown(domain, flows.mail_hosts))


def delete_own_domain(request: Request, flows: Flows) -> Answer:
    owner = _owner(request, flows)
    return json_answer(hosting.deleted(flows.claimer.remove(owner, request.parameters["domainId"])))


def verify_domain(request: Request, flows: Flows) -> Answer:
    owner = _owner(request, flows)
    request.document()
    verdict = flows.prover.verify(owner, request.parameters["domainId"])
    return json_answer(
        {
            "verified": verdict.is_proven,
            "message": dns.judged(verdict.proof.state),
            "check": dns.compared(verdict.proof),
            "domain": hosting.shown(verdict.domain, flows.mail_hosts),
        }
    )


def show_domain_dns(request: Request, flows: Flows) -> Answer:
    owner = _owner(request, flows)
    domain, found = flows.prover.inspect(owner, request.parameters["domainId"])
    return json_answer(dns.comparisons(domain, found))


def change_domain_dns(request: Request, flows: Flows) -> Answer:
    owner = _owner(request, flows)
    wishes = dns.wanted_records(request.document("records"))
    kept = flows.zone_keeper.keep(owner, request.parameters["domainId"], wishes)
    return json_answer(dns.kept(kept))


OPERATIONS: dict[str, Callable[[Request, Flows], Answer]] = {
    "register_domain": register_domain,
    "list_own_domains": list_own_domains,
    "show_own_domain": show_own_domain,
    "delete_own_domain": delete_own_domain,
    "verify_domain": verify_domain,
    "show_domain_dns": show_domain_dns,
    "change_domain_dns": change_domain_dns,
}
