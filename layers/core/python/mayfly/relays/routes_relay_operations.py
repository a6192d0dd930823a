"""What the operations of relays take and give."""

from collections.abc import Mapping

from mayfly.api_keys.models import Scope
from mayfly.kit.http.cookies import TOKEN
from mayfly.kit.http.routing import BAD_BODY, LARGE_BODY, Good, Operation

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
