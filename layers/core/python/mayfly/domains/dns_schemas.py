"""Document 002's JSON of DNS records, and of looking for them."""

from collections.abc import Mapping, Sequence
from typing import Any

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
from mayfly.errors import InvalidInput
from mayfly.kit.dns.records import Record, RecordType, zone_file
from mayfly.kit.http.schema import array, body, flag, named, number, or_null, text
from mayfly.kit.http.schema import record as shape

Document = dict[str, object]

_NUMBERS = ("priority", "weight", "port")
_FIELDS = {"type", "name", "value", "ttl", *_NUMBERS}


def wanted_records(sent: Mapping[str, Any]) -> list[RecordRequest]:
    """The records that somebody wants to keep; InvalidInput for what cannot be read as such."""
    records = sent.get("records")
    if not isinstance(records, list):
        raise InvalidInput("records must be a list")
    return [_wish(each, f"records[{count}]") for count, each in enumerate(records)]


def _wish(sent: object, where: str) -> RecordRequest:
    if not isinstance(sent, dict):
        raise InvalidInput(f"{where} must be an object")
    unknown = sorted(set(sent) - _FIELDS)
    if unknown:
        raise InvalidInput(f"{where} has no field {unknown[0][:40]!r}")
    texts: dict[str, Any] = {name: sent.get(name) for name in ("type", "name", "value")}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise InvalidInput(f"{where}: {name} must be a string")
    whole = {name: sent[name] for name in ("ttl", *_NUMBERS) if sent.get(name) is not None}
    for name, value in whole.items():
        if type(value) is not int:
            raise InvalidInput(f"{where}: {name} must be a whole number")
    return RecordRequest(**texts, ttl=whole.pop("ttl", None), numbers=whole)


def record(each: Record) -> Document:
    """One record."""
    return {
        "type": each.type.value,
        "name": each.name,
        "value": each.value,
        "ttl": each.ttl,
        "priority": each.priority,
        "weight": each.weight,
        "port": each.port,
    }


def wanted(each: PlannedRecord) -> Document:
    """One record to publish."""
    return record(each.record) | {"purpose": each.purpose.value, "required": each.is_required}


def compared(each: Comparison) -> Document:
    """One record to publish, and what is found in its place."""
    found = None if each.found is None else list(each.found)
    return wanted(each.wanted) | {"found": found, "state": each.state.value}


def comparisons(domain: MailDomain, found: Sequence[Comparison]) -> Document:
    """All records of a domain, wanted and found."""
    return _of(domain) | {"records": [compared(each) for each in found]}


def kept(domain: MailDomain) -> Document:
    """The owner's records, and whether they are written to a zone or are to be copied."""
    records = domain.claim.records
    return _of(domain) | {
        "dnsRecords": [record(each) for each in records],
        "applied": bool(domain.claim.zone),
        "zoneFile": zone_file(records),
    }


def _of(domain: MailDomain) -> Document:
    return {"domainId": domain.id, "name": domain.name, "status": domain.status.value}


_MESSAGES = {
    State.OK: "The domain is verified",
    State.MISSING: "There is no such TXT record at the domain yet; it may take hours to be seen",
    State.DIFFERENT: "The TXT record at the domain has another token",
    State.UNKNOWN: "DNS did not answer; try again",
}


def judged(state: State) -> str:
    """What came out, in words."""
    return _MESSAGES[state]


_TYPES = [each.value for each in RecordType if each is not RecordType.NS]
_NUMBER = number(minimum=0, maximum=MAX_NUMBER)
_RECORD = {
    "type": text(enum=_TYPES),
    "name": text("Absolute, without the dot at the end", examples=["www.yourdomain.com"]),
    "value": text("Of TXT, whole: the strings of 255 bytes are in `zoneFile`"),
    "ttl": number("Seconds"),
    "priority": or_null(_NUMBER | {"description": "Of MX and SRV"}),
    "weight": or_null(_NUMBER | {"description": "Of SRV"}),
    "port": or_null(_NUMBER | {"description": "Of SRV"}),
}
_WANTED = {
    **_RECORD,
    "purpose": text(enum=[each.value for each in Purpose]),
    "required": flag("Without it the domain does not receive or cannot be verified"),
}
_OF = {
    "domainId": text("The domain's `id`", format="uuid"),
    "name": text(),
    "status": text(),
}
RECORD_SCHEMA = shape(_RECORD, "A DNS record")
WANTED_SCHEMA = shape(_WANTED, "A DNS record to publish")
COMPARED_SCHEMA = shape(
    {
        **_WANTED,
        "found": {
            **or_null(array(text())),
            "description": "What DNS has in its place, as `20 mail.example.com` for an MX record;"
            " null if it did not answer",
        },
        "state": text(enum=[each.value for each in State]),
    },
    "A DNS record to publish, and what is found in its place",
)
COMPARISONS_SCHEMA = shape({**_OF, "records": array(named("ComparedRecord"))})
KEPT_SCHEMA = shape(
    {
        **_OF,
        "dnsRecords": array(named("DnsRecord")),
        "applied": flag("Whether they are written to the domain's hosted zone"),
        "zoneFile": text("Where they are not: to paste into a zone (RFC 1035)"),
    },
    "The owner's own records",
)
_WISH = body(
    {
        **_RECORD,
        "name": text("`@` for the domain itself, or a name under it", maxLength=255),
        "value": text(minLength=1, maxLength=MAX_TXT_CHARS),
        "ttl": or_null(number("Seconds; without it, 1800", minimum=MIN_TTL, maximum=MAX_TTL)),
    },
    example={"type": "A", "name": "www.yourdomain.com", "value": "192.0.2.1"},
    required=("type", "name", "value"),
)
WISHES_SCHEMA = body(
    {"records": array(_WISH) | {"maxItems": MAX_RECORDS}},
    example={"records": [{"type": "A", "name": "www.yourdomain.com", "value": "192.0.2.1"}]},
    required=("records",),
)
VERDICT_SCHEMA = shape(
    {
        "verified": flag("Whether the proof was found"),
        "message": text(examples=list(_MESSAGES.values())),
        "check": named("ComparedRecord"),
        "domain": named("OwnDomain"),
    }
)
