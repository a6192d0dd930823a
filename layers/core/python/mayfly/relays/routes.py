"""The operations of a domain's relay (document 002)."""

from collections.abc import Callable

from mayfly.accounts.models import Account
from mayfly.admission.callers import account_with
from mayfly.admission.limits import login_attempt, remember_login
from mayfly.api_keys.models import Scope
from mayfly.assembly import Assembly
from mayfly.errors import Unauthenticated
from mayfly.kit.http.route import LOGIN, Call, Routes
from mayfly.rate_limits.models import Client
from mayfly.relays.models import RelayTest, Stage
from mayfly.relays.schemas import ForgottenRelay, Relay, RelayRequest, RelayTrial, RelayTried

_CONFIG = "/api/v1/smtp/domains/{domainId}/config"
_NO_DOMAIN = "There is no such domain of yours"
_NO_RELAY = {404: f"{_NO_DOMAIN}, or it has no relay"}
_ACCOUNT = account_with(Scope.SMTP)
api = Routes("relays")


class _WrongPassword(Unauthenticated):
    """A relay did not take the password."""

    def __init__(self, result: RelayTest) -> None:
        super().__init__("the relay did not take the password")
        self.result = result


# What connects to somebody is limited as logins are: with many requests it would try out passwords
# or ports of others.
@api(
    "POST",
    "/api/v1/smtp/test",
    "Test a relay",
    _ACCOUNT,
    means="What came of it",
    errors=_NO_RELAY,
    limit=LOGIN,
)
def test_relay(call: Call[Account, RelayTrial]) -> RelayTried:
    """Connects, agrees on TLS, checks the certificate, logs in, and leaves without an email.

    Ports 25, 465, 587 and 2525 only, and no address but public ones. Limited as logins are.
    """
    flows, account = call.flows, str(call.caller.id)
    domain_id = call.body.kept()
    if domain_id is not None:
        return RelayTried.of(flows.relays.service.test_kept(account, domain_id))
    relay = call.body.relay()
    name = f"{relay.username}@relay:{relay.host}" if relay.username else ""
    who = Client("account", account)
    return RelayTried.of(_tried(name, flows, who, lambda: flows.relays.service.test(relay)))


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
        remember_login(name, flows, who)
    return result


@api(
    "GET",
    _CONFIG,
    "Get a domain's relay",
    _ACCOUNT,
    means="The relay, without its password",
    errors=_NO_RELAY,
)
def show_relay(call: Call[Account, None]) -> Relay:
    return Relay.of(call.flows.relays.service.show(str(call.caller.id), call.parameter("domainId")))


@api(
    "PUT",
    _CONFIG,
    "Set a domain's relay",
    _ACCOUNT,
    means="What is kept now",
    errors={404: _NO_DOMAIN},
)
@api(
    "PUT",
    "/api/v1/domains/{domainId}/smtp",
    "Set a domain's relay",
    _ACCOUNT,
    means="What is kept now",
    errors={404: _NO_DOMAIN},
    operation="keep_domain_relay",
)
def keep_relay(call: Call[Account, RelayRequest]) -> Relay:
    """The password is sealed with KMS for this domain, and shown by nothing.

    One that is kept stays if host, port, `secure` and username do, and is asked for again
    otherwise. Nothing is connected to: `POST /api/v1/smtp/test` does.
    """
    account, domain_id = str(call.caller.id), call.parameter("domainId")
    return Relay.of(call.flows.relays.service.keep(account, domain_id, call.body.relay()))


@api(
    "DELETE",
    _CONFIG,
    "Remove a domain's relay",
    _ACCOUNT,
    means="SES sends for the domain again",
    errors=_NO_RELAY,
)
def forget_relay(call: Call[Account, None]) -> ForgottenRelay:
    domain_id = call.parameter("domainId")
    call.flows.relays.service.forget(str(call.caller.id), domain_id)
    return ForgottenRelay(domain_id=domain_id)
