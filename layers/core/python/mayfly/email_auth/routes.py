"""The operations of what makes a domain's mail believed: DKIM, SPF and DMARC (document 002)."""

from mayfly.accounts.models import Account
from mayfly.admission.callers import account_with
from mayfly.api_keys.models import Scope
from mayfly.email_auth.schemas import DkimWish, DmarcWish, MailPolicy, Senders, Signing, SpfRequest
from mayfly.kit.http.route import LOGIN, Call, Routes

_DOMAIN = "/api/v1/smtp/domains/{domainId}"
_NO_DOMAIN = {404: "There is no such domain of yours"}
_RECORD = "The record, and what is published"
_ACCOUNT = account_with(Scope.SMTP)
api = Routes("relays")


# What looks something up is limited as logins are: with many requests it would ask others' servers.
@api(
    "POST",
    f"{_DOMAIN}/dkim",
    "Get or rotate a domain's DKIM keys",
    _ACCOUNT,
    means="The keys, and whether they are published",
    errors=_NO_DOMAIN,
    limit=LOGIN,
)
def make_dkim(call: Call[Account, DkimWish]) -> Signing:
    """For a domain with a relay: makes a key if there is none, or with `rotate` another.

    A key signs once its record is found, which each call looks for, and every few hours the service
    itself; the one before it stays published for seven days. Without a relay SES signs, with the
    records shown here.
    """
    sent, domain_id = call.body, call.parameter("domainId")
    return Signing.of(
        call.flows.email_auth.keys.look(
            str(call.caller.id), domain_id, sent.key_type, bool(sent.rotate)
        )
    )


@api(
    "POST",
    f"{_DOMAIN}/spf",
    "Make a domain's SPF record",
    _ACCOUNT,
    means=_RECORD,
    errors=_NO_DOMAIN,
    limit=LOGIN,
)
def make_spf(call: Call[Account, SpfRequest]) -> Senders:
    """One record with the senders of the published one, and those of the domain.

    It is for the name that bounces go to: the domain where it has a relay, else the subdomain that
    SES uses. Nothing is published.
    """
    account, domain_id = str(call.caller.id), call.parameter("domainId")
    return Senders.of(call.flows.email_auth.service.spf(account, domain_id, call.body.request()))


@api(
    "POST",
    f"{_DOMAIN}/dmarc",
    "Make a domain's DMARC record",
    _ACCOUNT,
    means=_RECORD,
    errors=_NO_DOMAIN,
    limit=LOGIN,
)
def make_dmarc(call: Call[Account, DmarcWish]) -> MailPolicy:
    """Without choices, the published policy is explained. Nothing is published."""
    account, domain_id = str(call.caller.id), call.parameter("domainId")
    return MailPolicy.of(
        call.flows.email_auth.service.dmarc(account, domain_id, call.body.choices())
    )
