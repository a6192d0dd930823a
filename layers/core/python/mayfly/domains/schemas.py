"""The JSON of the domains that accounts bring."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Self

from mayfly.domains.dns_plan import MailHosts, State, plan, proof
from mayfly.domains.dns_schemas import ComparedRecord, DnsRecord, WantedRecord
from mayfly.domains.models import IdentityStatus, MailDomain, Status
from mayfly.errors import InvalidInput, excerpt
from mayfly.kit.clock import stamp_or_none
from mayfly.kit.dns.records import zone_file
from mayfly.kit.http.schemas import Body, Time, View, about
from mayfly.mail.address import normal_domain

if TYPE_CHECKING:
    from mayfly.domains.verify import VerificationResult

_NOT_ASKED = "unknown"
_MESSAGES = {
    State.OK: "The domain is verified",
    State.MISSING: "There is no such TXT record at the domain yet; it may take hours to be seen",
    State.DIFFERENT: "The TXT record at the domain has another token",
    State.UNKNOWN: "DNS did not answer; try again",
}
_Id = Annotated[str, about("Made of the account and the name", format="uuid")]
_Name = Annotated[str, about("In ASCII (RFC 5891)", examples=["yourdomain.com"])]


def mail_domain_name(text: str) -> str:
    """The domain of this name, in its one spelling; InvalidInput if it can be none of mail."""
    normal = normal_domain(text)
    last = normal.rpartition(".")[2]
    # No public name is a single word or ends with a number (RFC 3696 section 2): it is an IP
    # address, or a slip of the keyboard.
    if last == normal or last.isdigit():
        raise InvalidInput(
            f"not a mail domain: {excerpt(text)}; it must look like mail.example.org"
        )
    return normal


class WantedOwnDomain(Body):
    """A domain that an account brings."""

    EXAMPLE = {"name": "yourdomain.com"}

    name: Annotated[str, about("A domain of yours", maxLength=320)]


class OwnDomainLine(View, rename="camel"):
    """A domain in a list."""

    id: _Id
    name: _Name
    status: Annotated[
        str,
        about(
            "`pending` until its proof is found; `suspended` once the proof has been missing for"
            " three days; `expired` when there was none within a week",
            enum=[*Status],
        ),
    ]
    is_active: Annotated[bool, about("Whether mailboxes can be made there")]
    created_at: Time
    updated_at: Time
    verified_at: Time | None
    expires_at: Annotated[Time | None, about("Until when a pending one must be verified")]
    missing_since: Annotated[
        Time | None, about("Since when the proof of a verified one is not found")
    ]

    @classmethod
    def of(cls, domain: MailDomain, **more: Any) -> Self:
        """A domain as lists show it."""
        claim = domain.claim
        more["verified_at"] = stamp_or_none(claim.verified_at)
        more["missing_since"] = stamp_or_none(claim.missing_since)
        expires_at = claim.expires_at if domain.status is Status.PENDING else None
        return cls.of_model(domain, expires_at=stamp_or_none(expires_at), **more)


class OwnDomains(View):
    """An account's domains: few enough for one page."""

    domains: list[OwnDomainLine]
    cursor: Annotated[str | None, about("null: this is all")] = None

    @classmethod
    def of(cls, domains: Sequence[MailDomain]) -> Self:
        """All of them."""
        return cls(domains=[OwnDomainLine.of(each) for each in domains])


class DomainProof(View):
    """The record that shows that the domain is yours."""

    type: Annotated[str, about(enum=["TXT"])]
    name: _Name
    value: Annotated[str, about(examples=["mayfly-verify=3f0c9a…"])]


class DomainEvent(View):
    """Something that became of a domain."""

    at: Time
    event: Annotated[str, about(examples=["claimed", "verified", "records-missing"])]


class OwnDomain(OwnDomainLine):
    """A domain that an account brought."""

    verification: DomainProof
    mail_service: Annotated[
        str,
        about(
            "SES's verdict, which is read once the domain is proven: it receives and sends"
            " once `verified`; `refused`, it does not take the domain for this deployment",
            enum=[*IdentityStatus, _NOT_ASKED],
        ),
    ]
    records: Annotated[
        list[WantedRecord],
        about("What to publish in the domain's DNS; those of DKIM once it is proven"),
    ]
    zone_file: Annotated[str, about("The same, to paste into a zone (RFC 1035)")]
    dns_records: Annotated[list[DnsRecord], about("The owner's own, from `PUT …/dns`")]
    checked_at: Annotated[Time | None, about("When its proof was last looked for")]
    events: Annotated[list[DomainEvent], about("What became of it, the last twenty")]

    @classmethod
    def whole(cls, domain: MailDomain, hosts: MailHosts) -> Self:
        """A domain, with all there is to publish for it."""
        claim, everything = domain.claim, plan(domain, hosts)
        return cls.of(
            domain,
            verification=DomainProof.of_model(proof(domain)),
            mail_service=claim.identity.status if claim.identity else _NOT_ASKED,
            records=[WantedRecord.planned(each) for each in everything],
            zone_file=zone_file(each.record for each in everything),
            dns_records=[DnsRecord.of_model(each) for each in claim.records],
            checked_at=stamp_or_none(claim.checked_at),
            events=[DomainEvent.of_model(each, event=each.what) for each in claim.events],
        )


class DeletedOwnDomain(View):
    """What is answered when a domain is given up."""

    id: _Id
    name: _Name
    deleted: bool = True


class DomainVerdict(View):
    """What came out of looking for a domain's proof."""

    verified: Annotated[bool, about("Whether the proof was found")]
    message: Annotated[str, about(examples=[*_MESSAGES.values()])]
    check: ComparedRecord
    domain: OwnDomain

    @classmethod
    def of(cls, verdict: "VerificationResult", hosts: MailHosts) -> Self:
        """What DNS says, and the domain as it is now."""
        return cls(
            verified=verdict.is_proven,
            message=_MESSAGES[verdict.proof.state],
            check=ComparedRecord.compared(verdict.proof),
            domain=OwnDomain.whole(verdict.domain, hosts),
        )
