"""The operations of admins (document 003): each lets in who has the admin key, and nobody else."""

from collections.abc import Callable
from functools import partial

from functions.http_api.flows import Flows
from mayfly.accounts import schemas as users
from mayfly.admin import schemas as stats
from mayfly.domains import admin_schemas as domains
from mayfly.errors import DomainNotFound, InvalidInput
from mayfly.kit.http.messages import Answer, Request, json_answer


def admitted(request: Request, flows: Flows) -> None:
    """Unauthenticated unless the admin key was sent. Comes first: nothing else is read before."""
    flows.admin_gate.admit(request.admin_key)


def add_domain(request: Request, flows: Flows) -> Answer:
    admitted(request, flows)
    sent = request.document(*domains.ADD_FIELDS)
    added = flows.domains.add(domains.wanted_name(sent), domains.wanted_server(sent))
    return json_answer(domains.shown(added), 201)


def list_domains(request: Request, flows: Flows) -> Answer:
    admitted(request, flows)
    return json_answer(domains.listed(flows.host.all()))


def change_domain(request: Request, flows: Flows) -> Answer:
    admitted(request, flows)
    sent = request.document(*domains.CHANGE_FIELDS)
    server = partial(domains.wanted_server, sent) if domains.changes_server(sent) else None
    domain_id = request.parameters["domainId"]
    is_active = domains.wanted_activity(sent)
    try:
        changed = flows.domains.change(domain_id, is_active, server)
    except DomainNotFound:
        theirs = flows.host.found(domain_id)
        if server is not None:
            raise InvalidInput("an account's domain has no POP3 server") from None
        changed = theirs if is_active is None else flows.host.switch(theirs, is_active)
    return json_answer(domains.shown(changed))


def delete_domain(request: Request, flows: Flows) -> Answer:
    admitted(request, flows)
    domain_id = request.parameters["domainId"]
    try:
        removed = flows.domains.remove(domain_id)
    except DomainNotFound:
        removed = flows.claimer.remove(flows.host.found(domain_id).owner, domain_id)
    return json_answer(domains.deleted(removed))


def hand_out_reset(request: Request, flows: Flows) -> Answer:
    admitted(request, flows)
    email = users.required_text(request.document("email"), "email")
    return json_answer(users.handed_out(flows.recovery.hand_out(email)), 201)


def show_stats(request: Request, flows: Flows) -> Answer:
    admitted(request, flows)
    return json_answer(stats.shown(flows.surveyor.survey()))


OPERATIONS: dict[str, Callable[[Request, Flows], Answer]] = {
    "add_domain": add_domain,
    "list_domains": list_domains,
    "change_domain": change_domain,
    "delete_domain": delete_domain,
    "hand_out_reset": hand_out_reset,
    "show_stats": show_stats,
}
