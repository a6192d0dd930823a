"""The JSON of DNS records, and of looking for them."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from mayfly.domains.dns_plan import Comparison, PlannedRecord, Purpose, State
from mayfly.domains.models import MailDomain
from mayfly.domains.records import (
    MAX_NUMBER,
    MAX_RECORDS,
    MAX_TTL,
    MAX_TXT_CHARS,
    MIN_TTL,
    RecordRequest,
)
from mayfly.kit.dns.records import DEFAULT_TTL, RecordType, zone_file
from mayfly.kit.http.schemas import Body, Count, View, about

_TYPES = [each for each in RecordType if each is not RecordType.NS]
_Ttl = Annotated[
    int,
    about(
        f"Seconds; without it, {DEFAULT_TTL}",
        must=f"{MIN_TTL} to {MAX_TTL} seconds",
        ge=MIN_TTL,
        le=MAX_TTL,
    ),
]
_Priority = Annotated[int, about("Of MX and SRV", ge=0, le=MAX_NUMBER)] | None
_OfSrv = Annotated[int, about("Of SRV", ge=0, le=MAX_NUMBER)] | None


class OwnRecord(Body):
    """A record as the domain's owner wants it."""

    EXAMPLE = {"type": "A", "name": "www.yourdomain.com", "value": "192.0.2.1"}

    type: Annotated[str, about(enum=_TYPES)]
    name: Annotated[str, about("`@` for the domain itself, or a name under it", maxLength=255)]
    value: Annotated[str, about(minLength=1, maxLength=MAX_TXT_CHARS)]
    ttl: _Ttl | None = None
    priority: _Priority = None
    weight: _OfSrv = None
    port: _OfSrv = None

    def request(self) -> RecordRequest:
        """The requested records. Whether the domain can have them is not checked here."""
        given = {"priority": self.priority, "weight": self.weight, "port": self.port}
        numbers = {name: number for name, number in given.items() if number is not None}
        return RecordRequest(self.type, self.name, self.value, self.ttl, numbers)


class WantedRecords(Body):
    """All records that the domain's owner wants."""

    EXAMPLE = {"records": [OwnRecord.EXAMPLE]}

    records: Annotated[list[OwnRecord], about(max_length=MAX_RECORDS)]


class DnsRecord(View):
    """A DNS record."""

    type: Annotated[str, about(enum=_TYPES)]
    name: Annotated[
        str, about("Absolute, without the dot at the end", examples=["www.yourdomain.com"])
    ]
    value: Annotated[str, about("Of TXT, whole: the strings of 255 bytes are in `zoneFile`")]
    ttl: Annotated[Count, about("Seconds")]
    priority: _Priority
    weight: _OfSrv
    port: _OfSrv


class WantedRecord(DnsRecord):
    """A DNS record to publish."""

    purpose: Annotated[str, about(enum=[*Purpose])]
    required: Annotated[bool, about("Without it the domain does not receive or cannot be verified")]

    @classmethod
    def planned(cls, each: PlannedRecord, **more: Any) -> Self:
        """One record to publish."""
        return cls.of_model(each.record, purpose=each.purpose, required=each.is_required, **more)


class ComparedRecord(WantedRecord):
    """A DNS record to publish, and what is found in its place."""

    found: Annotated[
        list[str] | None,
        about(
            "What DNS has in its place, as `20 mail.example.com` for an MX record; null if it did"
            " not answer"
        ),
    ]
    state: Annotated[str, about(enum=[*State])]

    @classmethod
    def compared(cls, each: Comparison) -> Self:
        """One record to publish, beside what is found."""
        return cls.planned(each.planned, found=each.found, state=each.state)


class _OfDomain(View, rename="camel"):
    domain_id: Annotated[str, about("The domain's `id`", format="uuid")]
    name: str
    status: str


class ComparedRecords(_OfDomain):
    """All records of a domain, required and found."""

    records: list[ComparedRecord]

    @classmethod
    def of(cls, domain: MailDomain, found: Sequence[Comparison]) -> Self:
        """The records required in the domain's DNS, and those found there."""
        records = [ComparedRecord.compared(each) for each in found]
        return cls.of_model(domain, domain_id=domain.id, records=records)


class KeptRecords(_OfDomain):
    """The owner's own records."""

    dns_records: list[DnsRecord]
    applied: Annotated[bool, about("Whether they are written to the domain's hosted zone")]
    zone_file: Annotated[str, about("Where they are not: to paste into a zone (RFC 1035)")]

    @classmethod
    def of(cls, domain: MailDomain) -> Self:
        """The records that are kept, and whether they are written to a zone or to be copied."""
        records = domain.claim.records
        return cls.of_model(
            domain,
            domain_id=domain.id,
            dns_records=[DnsRecord.of_model(each) for each in records],
            applied=bool(domain.claim.zone),
            zone_file=zone_file(records),
        )
