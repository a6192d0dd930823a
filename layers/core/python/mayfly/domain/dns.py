"""DNS records: their types, and one record as data."""

from dataclasses import dataclass
from enum import StrEnum


class RecordType(StrEnum):
    """The types that a domain's owner may keep here, and NS, which is only asked for."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    MX = "MX"
    TXT = "TXT"
    SRV = "SRV"
    PTR = "PTR"
    NS = "NS"


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `value` is without the priority, `weight` and `port` are those of SRV.

    Names are absolute, in lower-case ASCII, without the dot at their end.
    """

    type: RecordType
    name: str
    value: str
    ttl: int = 1800
    priority: int | None = None
    weight: int | None = None
    port: int | None = None
