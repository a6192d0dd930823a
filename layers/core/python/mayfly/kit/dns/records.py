"""DNS records: one as data, and as a line of a zone file (RFC 1035 section 5)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

TXT_CHUNK = 255  # RFC 1035 section 3.3: the length of a character-string is one octet
DEFAULT_TTL = 1800
"""Seconds."""


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


_TO_HOSTS = frozenset({RecordType.CNAME, RecordType.MX, RecordType.SRV, RecordType.PTR})
Place = tuple[str, str]
"""The name and the type of a set of records."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `value` is without the priority, `weight` and `port` are those of SRV.

    Names are absolute, in lower-case ASCII, without the dot at their end; "." is the root. `ttl`
    is in seconds.
    """

    type: RecordType
    name: str
    value: str
    ttl: int = DEFAULT_TTL
    priority: int | None = None
    weight: int | None = None
    port: int | None = None

    @property
    def place(self) -> Place:
        """The set it belongs to."""
        return self.name, self.type.value

    @property
    def answer(self) -> str:
        """What a resolver answers for it, in the words of `kit.dns.ports.Resolver`."""
        numbers = (self.priority, self.weight, self.port)
        return " ".join(str(each) for each in (*numbers, self.value) if each is not None)

    @property
    def rdata(self) -> str:
        """What follows the type in a zone file; Route 53 takes the same."""
        if self.type is RecordType.TXT:
            return " ".join(_quoted(chunk) for chunk in _chunks(self.value))
        if self.type in _TO_HOSTS and self.value != ".":
            return f"{self.answer}."
        return self.answer

    @property
    def line(self) -> str:
        """Its line of a zone file."""
        return f"{self.name}. {self.ttl} IN {self.type} {self.rdata}"


def zone_file(records: Iterable[Record]) -> str:
    """The records as they are pasted into a zone."""
    return "".join(f"{each.line}\n" for each in records)


def _chunks(text: str) -> Iterable[str]:
    return (text[start : start + TXT_CHUNK] for start in range(0, len(text), TXT_CHUNK))


def _quoted(text: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'
