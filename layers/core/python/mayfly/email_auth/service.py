"""What a domain says of its mail in DNS: its senders (SPF), and what receivers do with the rest.

Nothing is changed: this reads what is published, and says what should be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mayfly.domains.dns_plan import MAIL_FROM
from mayfly.email_auth import dmarc, spf
from mayfly.email_auth.models import DmarcAdvice, Published, Reporter, SpfAdvice, SpfRequest, Texts
from mayfly.email_auth.spf_lookups import Ask, DnsAnswer, DnsLookups, cost_of
from mayfly.kit.clock import Clock
from mayfly.kit.dns.records import Record, RecordType
from mayfly.relays.ports import RelayConfigs
from mayfly.relays.service import Owned

_SES = "amazonses.com"
_MOST_CHARS = 450  # RFC 7208 section 3.4: with its name and other texts, it fits one packet
_MOST_PARENTS = 8


@dataclass(frozen=True, slots=True)
class EmailAuthService:
    """Reads what is published and says what to change."""

    owned: Owned
    configs: RelayConfigs
    ask: Ask
    now: Clock

    def spf(self, account: str, domain_id: str, request: SpfRequest) -> SpfAdvice:
        """One record with the senders of the published one, and those of the domain.

        It is for the name that bounces go to: the domain where it has a relay, and otherwise the
        subdomain that SES uses. InvalidInput if the wish cannot be read.
        """
        domain = self.owned(account, domain_id)
        dns = DnsLookups(self.ask, self.now)
        has_relay = self.configs.get(domain.id) is not None
        name = domain.name if has_relay else f"{MAIL_FROM}.{domain.name}"
        needed = spf.ours([*([] if has_relay else [_SES]), *request.includes], request.networks)
        found = _records(dns.texts(name), spf.is_record)
        published = [spf.read(each) for each in found or ()]
        value = spf.merge(published, needed, request.ending)
        cost = cost_of(spf.read(value), name, dns)
        problems = [*_spf_problems(published, needed, value), *cost.problems]
        record = Record(RecordType.TXT, name, value)
        is_right = [each.lower() for each in found or ()] == [value.lower()]
        return SpfAdvice(domain, Published.of(record, found, is_right), cost, tuple(problems))

    def dmarc(self, account: str, domain_id: str, policy: dmarc.Policy | None) -> DmarcAdvice:
        """The record of this policy; without one, that which is published, or `p=none`."""
        domain = self.owned(account, domain_id)
        dns = DnsLookups(self.ask, self.now)
        name = f"_dmarc.{domain.name}"
        found = _records(dns.texts(name), dmarc.is_record)
        problems = [] if found is None else _dmarc_problems(found)
        value = (policy or dmarc.Policy()).value
        if policy is None and found and not problems:
            value = found[0]
        is_right = len(found or ()) == 1 and dmarc.same((found or ("",))[0], value)
        return DmarcAdvice(
            domain,
            Published.of(Record(RecordType.TXT, name, value), found, is_right),
            _inherited(domain.name, dns) if found == () else None,
            tuple(_reporter(each, domain.name, dns) for each in _foreign(value, domain.name)),
            tuple(problems),
        )


def _records(found: DnsAnswer, is_record: Callable[[str], bool]) -> Texts:
    return tuple(filter(is_record, found.values)) if found.is_known else None


def _spf_problems(
    published: Sequence[spf.Record], needed: Sequence[spf.Term], value: str
) -> list[str]:
    problems = []
    if len(published) > 1:
        problems.append(
            f"{len(published)} SPF records are published, so that none counts: publish this one,"
            " and remove the others"
        )
    broken = [each for record in published for each in record.broken]
    problems += [f"left out, as it is no SPF term: {each[:64]}" for each in broken]
    if any(record.ending in ("all", "+all") for record in published):
        problems.append("`+all` lets everybody send for the domain")
    if any(each.name == "ptr" for record in published for each in record.terms):
        problems.append("`ptr` is not to be used any more (RFC 7208 section 5.5)")
    if not needed:
        problems.append(
            "who the relay sends from is not known here: name its record (`includes`) or its"
            " addresses (`addresses`), as its operator says"
        )
    if len(value) > _MOST_CHARS:
        problems.append(f"{len(value)} characters are many: over {_MOST_CHARS}, some see none")
    return problems


def _dmarc_problems(found: Sequence[str]) -> list[str]:
    if len(found) > 1:
        return [
            f"{len(found)} DMARC records are published, so that none counts: leave one (RFC 7489"
            " section 6.6.3)"
        ]
    return [f"published: {each}" for record in found for each in dmarc.find_faults(record)]


def _inherited(domain: str, dns: DnsLookups) -> Record | None:
    """The nearest parent's policy. Which parent is an organisation's, no list here says."""
    labels = domain.split(".")
    for count in range(1, min(len(labels) - 1, _MOST_PARENTS) + 1):
        name = "_dmarc." + ".".join(labels[count:])
        found = _records(dns.texts(name), dmarc.is_record)
        if found:
            return Record(RecordType.TXT, name, found[0])
    return None


def _foreign(value: str, domain: str) -> list[str]:
    """The domains that reports go to which are not, by their names, the same organisation's."""
    return [
        each
        for each in dmarc.report_domains(value)[: dmarc.MAX_REPORT_ADDRESSES]
        if each != domain and not each.endswith(f".{domain}") and not domain.endswith(f".{each}")
    ]


def _reporter(foreign: str, domain: str, dns: DnsLookups) -> Reporter:
    name = f"{domain}._report._dmarc.{foreign}"
    found = dns.texts(name)
    values = found.values if found.is_known else None
    record = Record(RecordType.TXT, name, f"v={dmarc.VERSION}")
    return Reporter(foreign, Published.of(record, values, any(map(dmarc.is_record, values or ()))))
