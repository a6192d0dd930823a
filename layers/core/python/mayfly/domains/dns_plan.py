"""What a domain's DNS should say for its mail to come and go, beside what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from mayfly.domains.models import PROOF, MailDomain
from mayfly.kit.dns.records import Record, RecordType

MAIL_FROM = "bounce"
"""The subdomain that bounces go to, which SES wants for nothing else."""
_SPF = "v=spf1"
_DMARC = "v=DMARC1"
_INCLUDED = "include:amazonses.com"


class Purpose(StrEnum):
    """What a record is for."""

    OWNERSHIP = "ownership"
    RECEIVING = "receiving"
    DKIM = "dkim"
    MAIL_FROM = "mail-from"
    SPF = "spf"
    DMARC = "dmarc"
    OWN = "own"


class State(StrEnum):
    """How the records found compare with the required ones."""

    OK = "ok"
    MISSING = "missing"
    DIFFERENT = "different"
    UNKNOWN = "unknown"  # DNS did not answer


@dataclass(frozen=True, slots=True)
class MailHosts:
    """The hosts of the deployment's region: where mail goes, and where bounces go."""

    inbound: str
    feedback: str


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """A record to publish; without a required one the domain does not do all it could."""

    record: Record
    purpose: Purpose
    is_required: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A required record, and what DNS has in its place; None where it did not answer."""

    planned: PlannedRecord
    found: tuple[str, ...] | None

    @property
    def state(self) -> State:
        """How they compare."""
        if self.found is None:
            return State.UNKNOWN
        relevant = [each for each in self.found if _is_meant(self.planned, each)]
        if any(_fits(self.planned, each) for each in relevant):
            return State.OK
        return State.DIFFERENT if relevant else State.MISSING


def plan(domain: MailDomain, hosts: MailHosts) -> tuple[PlannedRecord, ...]:
    """Every record that the service wants, those of DKIM once SES has said them."""
    name, text = domain.name, RecordType.TXT
    bounces = f"{MAIL_FROM}.{name}"
    identity = domain.claim.identity
    dkim = [
        Record(RecordType.CNAME, f"{token}._domainkey.{name}", f"{token}.{identity.zone}")
        for token in (identity.tokens if identity else ())
        if identity
    ]
    mail = Record(RecordType.MX, name, hosts.inbound, priority=10)
    feedback = Record(RecordType.MX, bounces, hosts.feedback, priority=10)
    return (
        PlannedRecord(proof(domain), Purpose.OWNERSHIP, True),
        PlannedRecord(mail, Purpose.RECEIVING, True),
        *(PlannedRecord(each, Purpose.DKIM, True) for each in dkim),
        PlannedRecord(feedback, Purpose.MAIL_FROM, False),
        PlannedRecord(Record(text, bounces, f"{_SPF} {_INCLUDED} ~all"), Purpose.SPF, False),
        PlannedRecord(Record(text, f"_dmarc.{name}", f"{_DMARC}; p=none"), Purpose.DMARC, False),
    )


def proof(domain: MailDomain) -> Record:
    """The record that shows whose the domain is."""
    return Record(RecordType.TXT, domain.name, domain.claim.proof)


def own(records: Sequence[Record]) -> tuple[PlannedRecord, ...]:
    """The owner's own records, as required ones."""
    return tuple(PlannedRecord(each, Purpose.OWN, False) for each in records)


def _is_meant(planned: PlannedRecord, answer: str) -> bool:
    """Whether the answer stands where the required one should: a name has texts of many kinds."""
    if planned.record.type is not RecordType.TXT:
        return True
    tags = {Purpose.OWNERSHIP: PROOF, Purpose.SPF: _SPF, Purpose.DMARC: _DMARC}
    return answer.lower().startswith(tags.get(planned.purpose, "").lower())


def _fits(planned: PlannedRecord, answer: str) -> bool:
    if planned.purpose is Purpose.DMARC:
        return True  # which policy is for the owner to say
    if planned.purpose is Purpose.SPF:
        return _INCLUDED in answer.lower().split()
    if planned.record.type is RecordType.TXT:
        return answer.strip() == planned.record.value
    return answer.lower() == planned.record.answer
