"""The operations of document 002: a domain's relay, and what makes its mail believed."""

from collections.abc import Callable

from functions.http_api.flows import Flows
from mayfly.admission.callers import caller_of
from mayfly.admission.limits import known, login_attempt
from mayfly.api_keys.models import Scope
from mayfly.email_auth import schemas as believing
from mayfly.errors import Unauthenticated
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.rate_limits.models import Client
from mayfly.relays import schemas as relays
from mayfly.relays.models import RelayTest, Stage


class _WrongPassword(Unauthenticated):
    """A relay did not take the password."""

    def __init__(self, result: RelayTest) -> None:
        super().__init__("the relay did not take the password")
        self.result = result


def test_relay(request: Request, flows: Flows) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    sent = request.document(*relays.TEST_FIELDS)
    domain_id = relays.wanted_domain_id(sent)
    if domain_id is not None:
        tested = flows.relay_desk.test_kept(str(account.id), domain_id)
        return json_answer(relays.tested(tested))
    wanted = relays.wanted(sent)
    name = f"{wanted.username}@relay:{wanted.host}" if wanted.username else ""
    who = Client("account", str(account.id))
    tested = _tried(name, flows, who, lambda: flows.relay_desk.test(wanted))
    return json_answer(relays.tested(tested))


def _tried(name: str, flows: Flows, who: Client, test: Callable[[], RelayTest]) -> RelayTest:
    """The result; wrong passwords for one user of a relay are counted as ours are.

    An account that had the right one before is known there, as an address is for a login.
    """
    try:
        with login_attempt(name, flows, who):
            result = test()
            if result.trouble and result.trouble.stage is Stage.AUTH:
                raise _WrongPassword(result)
    except _WrongPassword as wrong:
        return wrong.result
    if name and not result.trouble:
        known(name, flows, who)
    return result


def show_relay(request: Request, flows: Flows) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    found = flows.relay_desk.show(str(account.id), request.parameters["domainId"])
    return json_answer(relays.shown(found))


def keep_relay(request: Request, flows: Flows) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    wanted = relays.wanted(request.document(*relays.CONFIG_FIELDS))
    kept = flows.relay_desk.keep(str(account.id), request.parameters["domainId"], wanted)
    return json_answer(relays.shown(kept))


def forget_relay(request: Request, flows: Flows) -> Answer:
    account, domain_id = caller_of(request, flows, Scope.SMTP), request.parameters["domainId"]
    flows.relay_desk.forget(str(account.id), domain_id)
    return json_answer(relays.forgotten(domain_id))


def make_dkim(request: Request, flows: Flows) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    kind, rotate = believing.wanted_key(request.document(*believing.DKIM_FIELDS))
    domain_id = request.parameters["domainId"]
    seen = flows.key_keeper.look(str(account.id), domain_id, kind, rotate)
    return json_answer(believing.signing(seen))


def make_spf(request: Request, flows: Flows) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    wish = believing.wanted_senders(request.document(*believing.SPF_FIELDS))
    advice = flows.adviser.spf(str(account.id), request.parameters["domainId"], wish)
    return json_answer(believing.senders(advice))


def make_dmarc(request: Request, flows: Flows) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    policy = believing.wanted_policy(request.document(*believing.DMARC_FIELDS))
    advice = flows.adviser.dmarc(str(account.id), request.parameters["domainId"], policy)
    return json_answer(believing.policy(advice))


OPERATIONS: dict[str, Callable[[Request, Flows], Answer]] = {
    "test_relay": test_relay,
    "show_relay": show_relay,
    "keep_relay": keep_relay,
    "keep_domain_relay": keep_relay,
    "forget_relay": forget_relay,
    "make_dkim": make_dkim,
    "make_spf": make_spf,
    "make_dmarc": make_dmarc,
}
