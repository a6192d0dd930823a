"""The operations of document 002: a domain's relay, and what makes its mail believed."""

from collections.abc import Callable, Mapping

from mayfly.admission.callers import caller_of
from mayfly.admission.limits import known, login_attempt
from mayfly.api_keys.models import Scope
from mayfly.assembly import Assembly
from mayfly.email_auth import schemas as believing
from mayfly.errors import Unauthenticated
from mayfly.kit.http.cookies import TOKEN
from mayfly.kit.http.messages import Answer, Request, json_answer
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, LOGIN, Good, Operation, Route
from mayfly.rate_limits.models import Client
from mayfly.relays import schemas as relays
from mayfly.relays.models import RelayTest, Stage


class _WrongPassword(Unauthenticated):
    """A relay did not take the password."""

    def __init__(self, result: RelayTest) -> None:
        super().__init__("the relay did not take the password")
        self.result = result


def test_relay(request: Request, flows: Assembly) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    sent = request.document(*relays.TEST_FIELDS)
    domain_id = relays.wanted_domain_id(sent)
    if domain_id is not None:
        tested = flows.relays.service.test_kept(str(account.id), domain_id)
        return json_answer(relays.tested(tested))
    wanted = relays.wanted(sent)
    name = f"{wanted.username}@relay:{wanted.host}" if wanted.username else ""
    who = Client("account", str(account.id))
    tested = _tried(name, flows, who, lambda: flows.relays.service.test(wanted))
    return json_answer(relays.tested(tested))


def _tried(name: str, flows: Assembly, who: Client, test: Callable[[], RelayTest]) -> RelayTest:
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


def show_relay(request: Request, flows: Assembly) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    found = flows.relays.service.show(str(account.id), request.parameters["domainId"])
    return json_answer(relays.shown(found))


def keep_relay(request: Request, flows: Assembly) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    wanted = relays.wanted(request.document(*relays.CONFIG_FIELDS))
    kept = flows.relays.service.keep(str(account.id), request.parameters["domainId"], wanted)
    return json_answer(relays.shown(kept))


def forget_relay(request: Request, flows: Assembly) -> Answer:
    account, domain_id = caller_of(request, flows, Scope.SMTP), request.parameters["domainId"]
    flows.relays.service.forget(str(account.id), domain_id)
    return json_answer(relays.forgotten(domain_id))


def make_dkim(request: Request, flows: Assembly) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    kind, rotate = believing.wanted_key(request.document(*believing.DKIM_FIELDS))
    domain_id = request.parameters["domainId"]
    seen = flows.email_auth.keys.look(str(account.id), domain_id, kind, rotate)
    return json_answer(believing.signing(seen))


def make_spf(request: Request, flows: Assembly) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    wish = believing.wanted_senders(request.document(*believing.SPF_FIELDS))
    advice = flows.email_auth.service.spf(str(account.id), request.parameters["domainId"], wish)
    return json_answer(believing.senders(advice))


def make_dmarc(request: Request, flows: Assembly) -> Answer:
    account = caller_of(request, flows, Scope.SMTP)
    policy = believing.wanted_policy(request.document(*believing.DMARC_FIELDS))
    advice = flows.email_auth.service.dmarc(str(account.id), request.parameters["domainId"], policy)
    return json_answer(believing.policy(advice))


OPERATIONS: dict[str, Callable[[Request, Assembly], Answer]] = {
    "test_relay": test_relay,
    "show_relay": show_relay,
    "keep_relay": keep_relay,
    "keep_domain_relay": keep_relay,
    "forget_relay": forget_relay,
    "make_dkim": make_dkim,
    "make_spf": make_spf,
    "make_dmarc": make_dmarc,
}

_NOBODY = "There is no token or cookie of an account, or its session has ended"
_BUSY = "A key cannot be had, or too many wrote at once; it can be tried again"
_NO_DOMAIN = "There is no such domain of yours"
_CROSS_SITE = "A page of another site sent this"
_READS = {401: _NOBODY, 503: _BUSY}
_WRITES = {**_READS, 400: BAD_BODY, 403: _CROSS_SITE, 413: LARGE_BODY}
_ADVICE = {**_WRITES, 404: _NO_DOMAIN}


def _operation(good: Good, errors: Mapping[int, str], about: str = "", body: str = "") -> Operation:
    return Operation(
        [good],
        errors,
        about=about,
        body=body,
        body_required=body in ("WantedRelay", "RelayTrial"),
        needs_token=True,
        cookies=(TOKEN,),
        scope=Scope.SMTP,
    )


_KEEP = _operation(
    Good(200, "What is kept now", "Relay"),
    {**_WRITES, 404: _NO_DOMAIN},
    "The password is sealed with KMS for this domain, and shown by nothing. One that is kept stays"
    " if host, port, `secure` and username do, and is asked for again otherwise. Nothing is"
    " connected to: `POST /api/v1/smtp/test` does.",
    "WantedRelay",
)
RELAY_OPERATIONS: dict[str, Operation] = {
    "test_relay": _operation(
        Good(200, "What came of it", "RelayTried"),
        {**_WRITES, 404: "There is no such domain of yours, or it has no relay"},
        "Connects, agrees on TLS, checks the certificate, logs in, and leaves without a mail."
        " Ports 25, 465, 587 and 2525 only, and no address but public ones. Limited as logins are.",
        "RelayTrial",
    ),
    "show_relay": _operation(
        Good(200, "The relay, without its password", "Relay"),
        {**_READS, 404: "There is no such domain of yours, or it has no relay"},
    ),
    "keep_relay": _KEEP,
    "keep_domain_relay": _KEEP,
    "forget_relay": _operation(
        Good(200, "SES sends for the domain again", "ForgottenRelay"),
        {
            **_READS,
            403: _CROSS_SITE,
            404: "There is no such domain of yours, or it has no relay",
        },
    ),
    "make_dkim": _operation(
        Good(200, "The keys, and whether they are published", "Signing"),
        _ADVICE,
        "For a domain with a relay: makes a key if there is none, or with `rotate` another. A key"
        " signs once its record is found, which each call looks for, and every few hours the"
        " service itself; the one before it stays published for seven days. Without a relay SES"
        " signs, with the records shown here.",
        "DkimWish",
    ),
    "make_spf": _operation(
        Good(200, "The record, and what is published", "Senders"),
        _ADVICE,
        "One record that lets in whom the published one does and who sends for the domain. It is"
        " for the name that bounces go to: the domain where it has a relay, else the subdomain that"
        " SES uses. Nothing is published.",
        "SpfWish",
    ),
    "make_dmarc": _operation(
        Good(200, "The record, and what is published", "MailPolicy"),
        _ADVICE,
        "Without choices, the published policy is explained. Nothing is published.",
        "DmarcWish",
    ),
}

_TAG = "relays"
_DOMAIN = "/api/v1/smtp/domains/{domainId}"

# What looks something up or connects to somebody is limited as logins are: with many requests it
# would try out passwords or ports of others.
RELAY_ROUTES: tuple[Route, ...] = (
    Route("test_relay", "POST", "/api/v1/smtp/test", "Test a relay", _TAG, LOGIN),
    Route("show_relay", "GET", f"{_DOMAIN}/config", "Get a domain's relay", _TAG),
    Route("keep_relay", "PUT", f"{_DOMAIN}/config", "Set a domain's relay", _TAG),
    Route("forget_relay", "DELETE", f"{_DOMAIN}/config", "Delete a domain's relay", _TAG),
    Route(
        "keep_domain_relay", "PUT", "/api/v1/domains/{domainId}/smtp", "Set a domain's relay", _TAG
    ),
    Route("make_dkim", "POST", f"{_DOMAIN}/dkim", "Create DKIM keys", _TAG, LOGIN),
    Route("make_spf", "POST", f"{_DOMAIN}/spf", "Create an SPF record", _TAG, LOGIN),
    Route("make_dmarc", "POST", f"{_DOMAIN}/dmarc", "Create a DMARC record", _TAG, LOGIN),
)
