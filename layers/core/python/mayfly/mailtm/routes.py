"""The operations of mail.tm on domains and accounts, over the flows of private inboxes.

An account there is a private inbox here, its token is the inbox's, and nothing else opens it.
"""

from typing import Any

from mayfly import limits
from mayfly.admission.limits import login_attempt, making, remember_login
from mayfly.errors import DomainNotFound, InvalidAddress, Unauthenticated
from mayfly.facades.facade import Facade, offer_not
from mayfly.inboxes.access import Bearer
from mayfly.kit.http.messages import Answer
from mayfly.kit.http.route import ANYONE, CREATE, LOGIN, Call, Routes
from mayfly.mail.address import Address
from mayfly.mailtm.callers import ACCOUNT, HOLDER
from mayfly.mailtm.hydra import GONE, PAGE_PARAMETERS, answer_list, answer_one, page_of
from mayfly.mailtm.message_routes import NOT_POSSIBLE
from mayfly.mailtm.message_routes import api as message_api
from mayfly.mailtm.models import FIRST_PAGE, Violation
from mayfly.mailtm.refusals import refusal
from mayfly.mailtm.schemas import Account, Domain, Token
from mayfly.mailtm.service import NO_LOGIN
from mayfly.proof_of_work.routes import PROOF_PARAMETER, check_proof
from mayfly.rate_limits.models import Client

_ACCOUNT = "/mailtm/accounts/{id}"
api = Routes("mailtm")


@api(
    "GET", "/mailtm/domains", "List domains", ANYONE, means="The active ones", query=PAGE_PARAMETERS
)
def mailtm_domains(call: Call[None, None]) -> Answer:
    """All are on the first page."""
    page, active = page_of(call.request), call.flows.domains.register.offered()
    listed = [Domain.of(each) for each in active] if page == FIRST_PAGE else []
    return answer_list(call.request, Domain, listed, len(active), page)


@api(
    "GET",
    "/mailtm/domains/{id}",
    "Show a domain",
    ANYONE,
    means="It is active",
    errors={404: "There is no such domain"},
)
def mailtm_domain(call: Call[None, None]) -> Answer:
    wanted = call.parameter("id")
    for each in call.flows.domains.register.offered():
        if each.id == wanted:
            return answer_one(call.request, Domain.of(each))
    raise DomainNotFound("no such domain")


@api(
    "POST",
    "/mailtm/accounts",
    "Create an account",
    ANYONE,
    means="The new account",
    status=201,
    errors=NOT_POSSIBLE,
    query=[PROOF_PARAMETER],
    limit=CREATE,
)
def mailtm_create_account(call: Call[None, None]) -> Answer:
    """It is a private inbox, with the name and the password that were sent."""
    sent, flows = call.request.loose_document(), call.flows
    address, password = _text(sent, "address"), _text(sent, "password")
    check_proof(call.request, flows)
    with making(flows, Client.at(call.request.client)):
        inbox = flows.mailtm.service.make(address, password)
    return answer_one(call.request, Account.of(inbox, flows.settings.quota), 201)


@api(
    "POST",
    "/mailtm/token",
    "Get a token",
    ANYONE,
    means="A token that lasts as long as the account",
    errors={401: "There is no active account of this address and password", **NOT_POSSIBLE},
    limit=LOGIN,
)
def mailtm_token(call: Call[None, None]) -> Answer:
    """Also for inboxes that an admin has generated with a password."""
    sent, flows, here = call.request.loose_document(), call.flows, Client.at(call.request.client)
    text, password = _text(sent, "address"), _text(sent, "password")
    try:
        address = Address.parse(text)
    except InvalidAddress as error:
        raise Unauthenticated(NO_LOGIN) from error
    name = str(address.untagged)  # guesses at one inbox count as such, whatever tag follows
    with login_attempt(name, flows, here):
        if len(password) > limits.MAX_PASSWORD_CHARS:
            raise Unauthenticated(NO_LOGIN)
        opened = flows.mailtm.service.login(address, password)
    remember_login(name, flows, here)
    return answer_one(call.request, Token(id=str(opened.inbox.id), token=opened.token.text))


@api("GET", "/mailtm/me", "Show the account of the token", HOLDER, means="The account is active")
def mailtm_me(call: Call[Bearer, None]) -> Answer:
    return _account(call)


@api("GET", _ACCOUNT, "Show an account", ACCOUNT, means="The account is active")
def mailtm_account(call: Call[Bearer, None]) -> Answer:
    return _account(call)


@api("DELETE", _ACCOUNT, "Delete an account", ACCOUNT, means="It is gone, with all it held")
def mailtm_delete_account(call: Call[Bearer, None]) -> Answer:
    call.flows.private_inboxes.service.close(call.caller)
    return GONE


offer_not(api, ("GET", "/mailtm/.well-known/mercure"))
facade = Facade("mailtm", "mail.tm", (*api, *message_api), refusal)


def _account(call: Call[Bearer, None]) -> Answer:
    inbox = call.flows.private_inboxes.service.show(call.caller)
    return answer_one(call.request, Account.of(inbox, call.flows.settings.quota))


def _text(sent: dict[str, Any], name: str) -> str:
    """The text in this field; Violation without one."""
    value = sent.get(name)
    if not isinstance(value, str):
        raise Violation(name, "This value should be of type string.")
    if not value.strip():
        raise Violation(name, "This value should not be blank.")
    return value
