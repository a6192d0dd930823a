"""Document 002's JSON of DKIM, SPF and DMARC: what is published, and what should be."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from msgspec.structs import astuple

from mayfly.domains.dns_plan import State
from mayfly.domains.dns_schemas import DnsRecord
from mayfly.domains.models import IdentityStatus
from mayfly.email_auth import dmarc, models, spf
from mayfly.email_auth.dkim import KeyState, KeyType
from mayfly.errors import InvalidInput
from mayfly.kit.clock import precise_stamp
from mayfly.kit.dns.records import Record, zone_file
from mayfly.kit.http.schemas import Body, Count, PreciseTime, View, about
from mayfly.mail.address import Address, normal_domain

_MOST = 20
DomainId = Annotated[str, about("The domain's `id`", format="uuid")]
ZoneFile = Annotated[str, about("The same, to paste into a zone (RFC 1035)")]
DnsAnswer = Annotated[
    list[str] | None, about("What DNS has in its place; null if it did not answer")
]
Compared = Annotated[
    str, about("How what is found compares; `unknown` if DNS did not answer", enum=[*State])
]
Changes = Annotated[list[str], about("What to do, for a person; empty if nothing")]
Problems = Annotated[list[str], about("What is wrong, for a person")]
ReportAddresses = Annotated[list[str], about(max_length=dmarc.MAX_REPORT_ADDRESSES)] | None


class DkimWish(Body, rename="camel"):
    """Which key is to sign a domain's mail."""

    EXAMPLE = {"rotate": False}

    key_type: Annotated[KeyType | None, about("Without it as the key before, or `rsa`")] = None
    rotate: Annotated[bool | None, about("Make another key, unless one waits to be published")] = (
        None
    )


class SpfRequest(Body):
    """Senders to add to those in the record."""

    EXAMPLE = {"includes": ["_spf.relay.example"], "addresses": ["192.0.2.7"]}

    includes: (
        Annotated[
            list[str], about("Domains whose SPF record names their senders", max_length=_MOST)
        ]
        | None
    ) = None
    addresses: (
        Annotated[list[str], about("IP addresses and networks that send", max_length=_MOST)] | None
    ) = None
    all: Annotated[
        spf.Ending | None, about("What to think of others; without it, as published, or `~all`")
    ] = None

    def request(self) -> models.SpfRequest:
        """The same, each once; InvalidInput for what is no domain."""
        includes = [_host_with_records(each) for each in _each_once(self.includes)]
        return models.SpfRequest(includes, _each_once(self.addresses), self.all or "")


class DmarcWish(Body, rename="camel"):
    """What receivers do with mail that is not proved to be the domain's."""

    EXAMPLE = {"policy": "quarantine", "reportTo": ["dmarc@yourdomain.com"]}

    policy: dmarc.Handling | None = None
    subdomain_policy: dmarc.Handling | None = None
    nonexistent_subdomain_policy: Annotated[dmarc.Handling | None, about("`np` (RFC 9091)")] = None
    percent: Annotated[int, about("`pct`: newer receivers ignore it", ge=0, le=100)] | None = None
    dkim_alignment: dmarc.Alignment | None = None
    spf_alignment: dmarc.Alignment | None = None
    report_to: Annotated[ReportAddresses, about("Where daily reports go (`rua`)")] = None
    failure_report_to: Annotated[
        ReportAddresses, about("Where reports of single messages go (`ruf`)")
    ] = None

    def choices(self) -> dmarc.Policy | None:
        """The policy that is chosen, None if nothing is."""
        if all(each is None for each in astuple(self)):
            return None
        return dmarc.Policy(
            self.policy or "none",
            self.subdomain_policy or "",
            self.nonexistent_subdomain_policy or "",
            self.percent,
            dmarc.LETTERS.get(self.dkim_alignment, ""),
            dmarc.LETTERS.get(self.spf_alignment, ""),
            _report_addresses("reportTo", self.report_to),
            _report_addresses("failureReportTo", self.failure_report_to),
        )


def _each_once(texts: Sequence[str] | None) -> list[str]:
    return list(dict.fromkeys(texts or ()))


def _host_with_records(text: str) -> str:
    """A domain as SPF names it: its labels may begin with an underscore, as `_spf.` does."""
    labels = text.strip().rstrip(".").split(".")
    checked = normal_domain(".".join(each.removeprefix("_") for each in labels)).split(".")
    marks = ["_" if each.startswith("_") else "" for each in labels]
    return ".".join(mark + each for mark, each in zip(marks, checked, strict=True))


def _report_addresses(name: str, texts: Sequence[str] | None) -> list[str]:
    found = []
    for each in _each_once(texts):
        address = Address.parse(each)
        if not _is_plain(str(address)):
            raise InvalidInput(f"{name} takes plain addresses only, not {each[:64]!r}")
        found.append(str(address))
    return found


def _is_plain(address: str) -> bool:
    """Whether it can stand in a list of URIs in a record (RFC 7489 section 6.2)."""
    return address.isascii() and not any(each in address for each in '",;!%?&# ')


class ComparedText(View, rename="camel"):
    """A record to publish, and what is found in its place."""

    record: DnsRecord
    zone_file: ZoneFile
    found: DnsAnswer
    state: Compared

    @classmethod
    def of(cls, published: models.Published, **more: Any) -> Self:
        """The record and what DNS has of it."""
        return cls(**_compared(published), **more)


def _compared(published: models.Published) -> dict[str, Any]:
    return {
        "record": DnsRecord.of_model(published.record),
        "zone_file": zone_file([published.record]),
        "found": published.found,
        "state": published.state,
    }


class SigningKey(View, rename="camel"):
    """A key that signs a domain's mail, or did, or will."""

    selector: Annotated[str, about(examples=["mf2026011"])]
    key_type: Annotated[str, about(enum=[*KeyType])]
    use: Annotated[
        str,
        about(
            "`next`: it signs as soon as its record is found; `current`: it signs; `retired`: it"
            " signed, and stays published until `endsAt`",
            enum=[*KeyState],
        ),
    ]
    ends_at: PreciseTime | None
    record: DnsRecord
    zone_file: ZoneFile
    found: DnsAnswer
    state: Compared

    @classmethod
    def of(cls, seen: models.PublishedKey) -> Self:
        """A key and its record."""
        key = seen.key
        return cls.of_model(key, key_type=key.type, use=key.state, **_compared(seen.published))


class SesSigning(View):
    """How SES signs a domain's mail."""

    status: Annotated[
        str | None,
        about("What SES says; null if it was not asked yet", enum=[*IdentityStatus, None]),
    ]
    records: list[ComparedText]


class Signing(View, rename="camel"):
    """What signs a domain's mail (DKIM, RFC 6376)."""

    domain_id: DomainId
    domain: str
    signed_by: Annotated[
        str, about("`relay`: with the keys here; `ses`: SES signs", enum=["relay", "ses"])
    ]
    keys: list[SigningKey]
    ses: SesSigning
    changes: Changes

    @classmethod
    def of(cls, seen: models.Signing) -> Self:
        """What signs, and what to do so that it does."""
        return cls(
            domain_id=seen.domain.id,
            domain=seen.domain.name,
            signed_by="relay" if seen.by_relay else "ses",
            keys=[SigningKey.of(each) for each in seen.keys],
            ses=SesSigning(
                status=seen.identity.status if seen.identity else None,
                records=[ComparedText.of(each) for each in seen.tokens],
            ),
            changes=_key_changes(seen),
        )


def _key_changes(seen: models.Signing) -> list[str]:
    if not seen.by_relay:
        return [_publish(each.record) for each in seen.tokens if each.state is not State.OK]
    changes = []
    for each in seen.keys:
        record = each.published.record
        if each.key.state is KeyState.RETIRED and each.key.ends_at:
            changes.append(
                f"Remove the TXT record of {record.name} after"
                f" {precise_stamp(each.key.ends_at)}: until then mails that it signed may arrive"
            )
        elif each.published.state is not State.OK:
            changes.append(_publish(record))
    return changes


def _publish(record: Record) -> str:
    return f"Publish the {record.type.value} record of {record.name}"


class _Advice(View, rename="camel"):
    """A record of a domain, and what is found in its place."""

    domain_id: DomainId
    domain: str
    record: DnsRecord
    zone_file: ZoneFile
    found: DnsAnswer
    state: Compared


def _advised(advice: models.SpfAdvice | models.DmarcAdvice) -> dict[str, Any]:
    return {
        "domain_id": advice.domain.id,
        "domain": advice.domain.name,
        **_compared(advice.published),
        "problems": list(advice.problems),
    }


class Senders(_Advice, rename="camel"):
    """The senders of a domain (SPF, RFC 7208)."""

    lookups: Annotated[Count, about("Questions to DNS that checking it takes")]
    lookup_limit: Annotated[
        Count, about("Over that it counts for nothing (RFC 7208 section 4.6.4)")
    ]
    void_lookups: Annotated[Count, about("Of these, those that find nothing")]
    void_lookup_limit: Count
    complete: Annotated[bool, about("Whether all were counted")]
    problems: Problems
    changes: Changes

    @classmethod
    def of(cls, advice: models.SpfAdvice) -> Self:
        """The record, and what checking it costs."""
        return cls(
            **_advised(advice),
            lookups=advice.cost.lookups,
            lookup_limit=spf.MAX_LOOKUPS,
            void_lookups=advice.cost.voids,
            void_lookup_limit=spf.MAX_VOID_LOOKUPS,
            complete=advice.cost.is_complete,
            changes=_changes(advice.published),
        )


class ReportReceiver(ComparedText, rename="camel"):
    """A domain that reports go to, and the record by which it says that it takes them."""

    domain: Annotated[str, about("Not this organisation's, by its name")]


class MailPolicy(_Advice, rename="camel"):
    """What receivers do with mail that is not proved to be the domain's (DMARC, RFC 7489)."""

    explanation: Annotated[dict[str, str], about("Each tag of the record, in words")]
    inherited: Annotated[
        DnsRecord | None, about("A parent domain's policy, which holds while this one has none")
    ]
    reporters: list[ReportReceiver]
    problems: Problems
    changes: Changes

    @classmethod
    def of(cls, advice: models.DmarcAdvice) -> Self:
        """The record in words, and whose consent it needs."""
        changes = _changes(advice.published)
        changes += [
            f"Ask {each.domain} to publish the TXT record of {each.published.record.name}: without"
            " it nobody sends reports there"
            for each in advice.reporters
            if each.published.state is not State.OK
        ]
        return cls(
            **_advised(advice),
            explanation=dmarc.explain(advice.published.record.value),
            inherited=DnsRecord.of_model(advice.inherited) if advice.inherited else None,
            reporters=[
                ReportReceiver.of(each.published, domain=each.domain) for each in advice.reporters
            ],
            changes=changes,
        )


def _changes(published: models.Published) -> list[str]:
    if published.state is State.OK:
        return []
    if published.state is State.UNKNOWN:
        return ["DNS did not answer: ask again before anything is changed"]
    if not published.found:
        return [_publish(published.record)]
    return [f"Put this record of {published.record.name} in the place of what is found"]
