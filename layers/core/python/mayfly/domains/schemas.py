"""Document 002's JSON of the domains that accounts bring."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mayfly.domains.admin_schemas import mail_domain_name
from mayfly.domains.dns_plan import MailHosts, plan, proof
from mayfly.domains.dns_schemas import Document, record, wanted
from mayfly.domains.models import IdentityStatus, MailDomain, Status
from mayfly.kit.dns.records import zone_file
from mayfly.kit.http.schema import array, body, flag, named, or_null, text, time
from mayfly.kit.http.schema import record as shape
from mayfly.kit.http.times import stamp

_NOT_ASKED = "unknown"


def wanted_name(sent: Mapping[str, Any]) -> str:
    """The domain that somebody brings, in its one spelling."""
    return mail_domain_name(sent, "name")


def line(domain: MailDomain) -> Document:
    """A domain as lists show it."""
    claim = domain.claim
    return {
        "id": domain.id,
        "name": domain.name,
        "status": domain.status.value,
        "isActive": domain.is_active,
        "createdAt": _stamp(domain.created_at),
        "updatedAt": _stamp(domain.updated_at),
        "verifiedAt": _stamp(claim.verified_at),
        "expiresAt": _stamp(claim.expires_at) if domain.status is Status.PENDING else None,
        "missingSince": _stamp(claim.missing_since),
    }


def listed(domains: Sequence[MailDomain]) -> Document:
    """All domains of an account: few enough for one page."""
    return {"domains": [line(each) for each in domains], "cursor": None}


def shown(domain: MailDomain, hosts: MailHosts) -> Document:
    """A domain, with all there is to publish for it."""
    claim, everything = domain.claim, plan(domain, hosts)
    needed = proof(domain)
    return line(domain) | {
        "verification": {"type": needed.type.value, "name": needed.name, "value": needed.value},
        "mailService": claim.identity.status.value if claim.identity else _NOT_ASKED,
        "records": [wanted(each) for each in everything],
        "zoneFile": zone_file(each.record for each in everything),
        "dnsRecords": [record(each) for each in claim.records],
        "checkedAt": _stamp(claim.checked_at),
        "events": [{"at": stamp(each.at), "event": each.what} for each in claim.events],
    }


def deleted(domain: MailDomain) -> Document:
    """What is answered when a domain is given up."""
    return {"id": domain.id, "name": domain.name, "deleted": True}


def _stamp(when: datetime | None) -> str | None:
    return None if when is None else stamp(when)


_ID = text("Made of the account and the name", format="uuid")
NAME = text("In ASCII (RFC 5891)", examples=["yourdomain.com"])
STATUS = text(
    "`pending` until its proof is found; `suspended` once the proof has been missing for three"
    " days; `expired` when there was none within a week",
    enum=[each.value for each in Status],
)
_LINE = {
    "id": _ID,
    "name": NAME,
    "status": STATUS,
    "isActive": flag("Whether mailboxes can be made there"),
    "createdAt": time(),
    "updatedAt": time(),
    "verifiedAt": or_null(time()),
    "expiresAt": or_null(time("Until when a pending one must be verified")),
    "missingSince": or_null(time("Since when the proof of a verified one is not found")),
}
_VERIFICATION = shape(
    {
        "type": text(enum=["TXT"]),
        "name": NAME,
        "value": text(examples=["mayfly-verify=3f0c9a…"]),
    },
    "The record that shows that the domain is yours",
)
_EVENT = shape({"at": time(), "event": text(examples=["claimed", "verified", "records-missing"])})
WANTED_SCHEMA = body(
    {"name": text("A domain of yours", maxLength=320)},
    example={"name": "yourdomain.com"},
    required=("name",),
)
LINE_SCHEMA = shape(_LINE, "A domain in a list")
LIST_SCHEMA = shape(
    {"domains": array(named("OwnDomainLine")), "cursor": or_null(text("null: this is all"))}
)
SCHEMA = shape(
    {
        **_LINE,
        "verification": _VERIFICATION,
        "mailService": text(
            "What SES says of it, which is asked once the domain is proven: it receives and sends"
            " once `verified`; `refused`, it does not take the domain for this deployment",
            enum=[*(each.value for each in IdentityStatus), _NOT_ASKED],
        ),
        "records": array(
            named("WantedRecord"),
            "What to publish in the domain's DNS; those of DKIM once it is proven",
        ),
        "zoneFile": text("The same, to paste into a zone (RFC 1035)"),
        "dnsRecords": array(named("DnsRecord"), "The owner's own, from `PUT …/dns`"),
        "checkedAt": or_null(time("When its proof was last looked for")),
        "events": array(_EVENT, "What became of it, the last twenty"),
    },
    "A domain that an account brought",
)
DELETED_SCHEMA = shape({"id": _ID, "name": NAME, "deleted": flag()})
