"""Which DNS records a domain's owner may keep: each by its type, and all of them together."""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mayfly.errors import InvalidInput, excerpt
from mayfly.kit.dns.records import DEFAULT_TTL, Place, Record, RecordType
from mayfly.mail.address import MAX_DOMAIN_BYTES

MIN_TTL, MAX_TTL = 60, 86_400
MAX_RECORDS = 50
MAX_TXT_CHARS = 2048
MAX_NUMBER = 65_535
_KEPT = tuple(each for each in RecordType if each is not RecordType.NS)
_NUMBERS: Mapping[RecordType, tuple[str, ...]] = {
    RecordType.MX: ("priority",),
    RecordType.SRV: ("priority", "weight", "port"),
}
_EVERY_NUMBER = ("priority", "weight", "port")
# Names of records may have underscores (RFC 8552), those of hosts may not (RFC 1123 section 2.1).
_NAME_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_HOST_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """A record as the owner sent it, before anything is checked. `name` may be `@`."""

    type: str
    name: str
    value: str
    ttl: int | None = None
    numbers: Mapping[str, int] | None = None


def kept_records(requests: Sequence[RecordRequest], domain: str) -> tuple[Record, ...]:
    """The records, in their one spelling; InvalidInput says which cannot be, and why."""
    if len(requests) > MAX_RECORDS:
        raise InvalidInput(f"{MAX_RECORDS} records are possible")
    records = []
    for number, request in enumerate(requests):
        try:
            records.append(_record(request, domain))
        except InvalidInput as error:
            raise InvalidInput(f"records[{number}]: {error}") from error
    _check_together(records, domain)
    return tuple(records)


def _record(request: RecordRequest, domain: str) -> Record:
    if request.type not in {each.value for each in _KEPT}:
        raise InvalidInput(f"type must be one of {', '.join(_KEPT)}")
    kind = RecordType(request.type)
    ttl = DEFAULT_TTL if request.ttl is None else request.ttl
    if not MIN_TTL <= ttl <= MAX_TTL:
        raise InvalidInput(f"ttl must be {MIN_TTL} to {MAX_TTL} seconds")
    name, numbers = _name(request.name, domain), _numbers(kind, request.numbers or {})
    return Record(kind, name, _VALUES[kind](request.value), ttl, **numbers)


def _name(text: str, domain: str) -> str:
    name = text.strip().rstrip(".").lower()
    if name == "@":
        return domain
    labels = name.removeprefix("*.").split(".")
    if len(name) > MAX_DOMAIN_BYTES or not all(map(_NAME_LABEL.fullmatch, labels)):
        raise InvalidInput(f"not a name: {excerpt(text)}")
    if name != domain and not name.endswith(f".{domain}"):
        raise InvalidInput(f"name must be {domain} (or @) or end with .{domain}")
    return name


def _numbers(kind: RecordType, given: Mapping[str, int]) -> dict[str, int]:
    needed = _NUMBERS.get(kind, ())
    for name in _EVERY_NUMBER:
        if name in needed and not 0 <= given.get(name, -1) <= MAX_NUMBER:
            raise InvalidInput(f"{kind} needs {name}, 0 to {MAX_NUMBER}")
        if name in given and name not in needed:
            raise InvalidInput(f"{kind} has no {name}")
    return {name: given[name] for name in needed}


def _ipv4(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text.strip()))
    except ValueError as error:
        raise InvalidInput("value must be an IPv4 address") from error


def _ipv6(text: str) -> str:
    try:
        address = ipaddress.IPv6Address(text.strip())
    except ValueError as error:
        raise InvalidInput("value must be an IPv6 address") from error
    if address.scope_id is not None:
        raise InvalidInput("value must be an IPv6 address without a zone")
    return str(address)


def _target(label: re.Pattern[str], may_be_root: bool = False) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip() == "." and may_be_root:  # "none": RFC 7505, RFC 2782
            return "."
        host = text.strip().rstrip(".").lower()
        labels = host.split(".")
        if len(host) > MAX_DOMAIN_BYTES or not all(map(label.fullmatch, labels)):
            raise InvalidInput("value must be the name of a host")
        return host

    return read


def _text(text: str) -> str:
    if not 0 < len(text) <= MAX_TXT_CHARS or not all(" " <= letter <= "~" for letter in text):
        raise InvalidInput(f"value must be 1 to {MAX_TXT_CHARS} printable ASCII characters")
    return text


_VALUES: Mapping[RecordType, Callable[[str], str]] = {
    RecordType.A: _ipv4,
    RecordType.AAAA: _ipv6,
    RecordType.CNAME: _target(_NAME_LABEL),
    RecordType.MX: _target(_HOST_LABEL, may_be_root=True),
    RecordType.TXT: _text,
    RecordType.SRV: _target(_HOST_LABEL, may_be_root=True),
    RecordType.PTR: _target(_HOST_LABEL),
}


def _check_together(records: Sequence[Record], domain: str) -> None:
    lifetimes: dict[Place, int] = {}
    seen = set()
    for each in records:
        if (each.place, each.answer) in seen:
            raise InvalidInput(f"{each.type} of {each.name} is there twice with one value")
        seen.add((each.place, each.answer))
        # RFC 2181 section 5.2: the records of a set have one TTL.
        if lifetimes.setdefault(each.place, each.ttl) != each.ttl:
            raise InvalidInput(f"{each.type} records of {each.name} must have one ttl")
    for name, kind in lifetimes:
        if kind == RecordType.CNAME:
            _check_alias(name, domain, records)


def _check_alias(name: str, domain: str, records: Sequence[Record]) -> None:
    """RFC 1034 section 3.6.2: a CNAME is alone at its name, and a zone's top has SOA and NS."""
    if name == domain:
        raise InvalidInput(f"CNAME cannot be at {domain} itself")
    if sum(each.name == name for each in records) > 1:
        raise InvalidInput(f"CNAME must be alone at {name}")
