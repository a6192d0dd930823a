"""What checking an SPF record costs: receivers stop at ten questions to DNS (RFC 7208 4.6.4)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from mayfly.email_auth import spf
from mayfly.email_auth.models import SpfCost
from mayfly.errors import DnsUnavailable
from mayfly.kit.clock import Clock
from mayfly.kit.dns.records import RecordType

QUESTIONS = 40
PATIENCE = timedelta(seconds=15)
"""API Gateway ends a request after 29 s, and the last question may take 3 s more."""

Ask = Callable[[str, RecordType], tuple[str, ...]]
"""`kit.dns.ports.Resolver.ask`."""


class DnsAnswer(NamedTuple):
    """What DNS said; it is not known if it did not answer, or was not asked any more."""

    values: tuple[str, ...]
    is_known: bool = True


class DnsLookups:
    """The questions of one request; what was asked once is remembered."""

    def __init__(self, ask: Ask, now: Clock) -> None:
        """It begins now."""
        self._ask = ask
        self._now = now
        self._ends_at = now() + PATIENCE
        self._known: dict[tuple[str, RecordType], DnsAnswer] = {}

    def find(self, name: str, kind: RecordType) -> DnsAnswer:
        """The records of this type."""
        question = name.lower().rstrip("."), kind
        if question not in self._known:
            self._known[question] = self._found(*question)
        return self._known[question]

    def texts(self, name: str) -> DnsAnswer:
        """The TXT records."""
        return self.find(name, RecordType.TXT)

    def _found(self, name: str, kind: RecordType) -> DnsAnswer:
        if len(self._known) >= QUESTIONS or self._now() >= self._ends_at:
            return DnsAnswer((), is_known=False)
        try:
            return DnsAnswer(self._ask(name, kind))
        except DnsUnavailable:
            return DnsAnswer((), is_known=False)


_FOLLOWED = 2 * spf.MAX_LOOKUPS
"""Lookups after which nothing is followed any more: it is far too many."""
_MOST_MX = 10


@dataclass(slots=True)
class _Count:
    dns: DnsLookups
    lookups: int = 0
    voids: int = 0
    is_complete: bool = True
    problems: list[str] = field(default_factory=list)

    def add(self, record: spf.Record, domain: str, way: tuple[str, ...]) -> None:
        """The lookups of a record that is at this domain; `way` leads there."""
        for term in record.terms:
            if not term.asks:
                continue
            self.lookups += 1
            if self.lookups > _FOLLOWED:
                self.is_complete = False
                return
            if term.has_macro:
                self.is_complete = False
            elif term.name in ("include", "redirect"):
                self._follow(term.domain.lower().rstrip("."), way)
            elif term.name != "ptr":
                self._resolve(term.name, term.domain or domain)

    def _follow(self, domain: str, way: tuple[str, ...]) -> None:
        if domain in way:
            self.problems.append(f"{domain} includes itself")
            return
        found = self.dns.texts(domain)
        if not found.is_known:
            self.is_complete = False
            return
        self.voids += not found.values
        records = list(filter(spf.is_record, found.values))
        if len(records) != 1:
            self.problems.append(
                f"{domain} has {len(records) or 'no'} SPF record{'s' if records else ''}: with it"
                " the check ends as an error"
            )
        for each in records[:1]:
            self.add(spf.read(each), domain, (*way, domain))

    def _resolve(self, name: str, domain: str) -> None:
        kinds = (RecordType.MX,) if name == "mx" else (RecordType.A, RecordType.AAAA)
        found = [self.dns.find(domain, each) for each in kinds]
        self.is_complete = self.is_complete and all(each.is_known for each in found)
        self.voids += all(each.is_known and not each.values for each in found)
        if name == "mx" and len(found[0].values) > _MOST_MX:
            self.problems.append(f"{domain} has more than {_MOST_MX} MX records")


def cost_of(record: spf.Record, domain: str, dns: DnsLookups) -> SpfCost:
    """What the record costs if it is published at this domain."""
    count = _Count(dns)
    count.add(record, domain, (domain,))
    problems = list(count.problems)
    if count.lookups > spf.MAX_LOOKUPS:
        problems.append(
            f"{count.lookups} lookups: receivers stop at {spf.MAX_LOOKUPS}, and the check ends as"
            " an error; take includes out, or put addresses in their place"
        )
    if count.voids > spf.MAX_VOID_LOOKUPS:
        problems.append(
            f"{count.voids} lookups find nothing: some receivers stop at {spf.MAX_VOID_LOOKUPS}"
        )
    return SpfCost(count.lookups, count.voids, count.is_complete, tuple(dict.fromkeys(problems)))
