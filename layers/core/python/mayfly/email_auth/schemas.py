"""Document 002's JSON of DKIM, SPF and DMARC: what is published, and what should be."""

from collections.abc import Mapping, Sequence
from typing import Any

from mayfly.domains.dns_plan import State
from mayfly.domains.dns_schemas import record as shown_record
from mayfly.domains.models import IdentityStatus
from mayfly.email_auth import dmarc, spf
from mayfly.email_auth import dmarc as rules
from mayfly.email_auth import spf as spf_rules
from mayfly.email_auth.dkim import KeyState, KeyType
from mayfly.email_auth.models import DmarcAdvice, Signing, SpfAdvice, SpfRequest
from mayfly.errors import InvalidInput
from mayfly.kit.dns.records import Record, zone_file
from mayfly.kit.http.body import wanted_flag
from mayfly.kit.http.schema import (
    Schema,
    array,
    body,
    flag,
    named,
    number,
    or_null,
    precise_time,
    record,
    text,
)
from mayfly.kit.http.times import precise_stamp
from mayfly.mail.address import Address, normal_domain

Document = dict[str, object]

DKIM_FIELDS = ("keyType", "rotate")
SPF_FIELDS = ("includes", "addresses", "all")
DMARC_FIELDS = (
    *("policy", "subdomainPolicy", "nonexistentSubdomainPolicy", "percent"),
    *("dkimAlignment", "spfAlignment", "reportTo", "failureReportTo"),
)
_MOST = 20
_ALIGNMENTS = {word: letter for letter, word in rules.ALIGNMENTS.items()}


def wanted_key(sent: Mapping[str, Any]) -> tuple[KeyType | None, bool]:
    """What kind of key shall be made, if one is, and whether one shall be made in any case."""
    kind = _choice(sent, "keyType", [each.value for each in KeyType])
    rotate = sent.get("rotate") is not None and wanted_flag(sent, "rotate")
    return KeyType(kind) if kind else None, rotate


def wanted_senders(sent: Mapping[str, Any]) -> SpfRequest:
    """Who shall be let in beside those that are."""
    includes = [_host_with_records(each) for each in _texts(sent, "includes", _MOST)]
    networks = _texts(sent, "addresses", _MOST)
    return SpfRequest(includes, networks, _choice(sent, "all", spf_rules.ALL))


def wanted_policy(sent: Mapping[str, Any]) -> rules.Policy | None:
    """The policy that is chosen, None if nothing is."""
    if not any(value is not None for value in sent.values()):
        return None
    percent = sent.get("percent")
    if percent is not None and (type(percent) is not int or not 0 <= percent <= 100):
        raise InvalidInput("percent must be a whole number from 0 to 100")
    return rules.Policy(
        _choice(sent, "policy", rules.POLICIES) or "none",
        _choice(sent, "subdomainPolicy", rules.POLICIES),
        _choice(sent, "nonexistentSubdomainPolicy", rules.POLICIES),
        percent,
        _ALIGNMENTS.get(_choice(sent, "dkimAlignment", tuple(_ALIGNMENTS)), ""),
        _ALIGNMENTS.get(_choice(sent, "spfAlignment", tuple(_ALIGNMENTS)), ""),
        _report_addresses(sent, "reportTo"),
        _report_addresses(sent, "failureReportTo"),
    )


def _choice(sent: Mapping[str, Any], name: str, possible: Sequence[str]) -> str:
    """One of these, "" if nothing is chosen."""
    value = sent.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or value not in possible:
        raise InvalidInput(f"{name} must be one of {', '.join(possible)}")
    return value


def _texts(sent: Mapping[str, Any], name: str, most: int) -> list[str]:
    values = sent.get(name)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise InvalidInput(f"{name} must be a list of strings")
    if len(values) > most:
        raise InvalidInput(f"{name} has more than {most} items")
    return list(dict.fromkeys(values))


def _host_with_records(text: str) -> str:
    """A domain as SPF names it: its labels may begin with an underscore, as `_spf.` does."""
    labels = text.strip().rstrip(".").split(".")
    checked = normal_domain(".".join(each.removeprefix("_") for each in labels)).split(".")
    marks = ["_" if each.startswith("_") else "" for each in labels]
    return ".".join(mark + each for mark, each in zip(marks, checked, strict=True))


def _report_addresses(sent: Mapping[str, Any], name: str) -> list[str]:
    found = []
    for each in _texts(sent, name, rules.MAX_REPORT_ADDRESSES):
        address = Address.parse(each)
        if not _is_plain(str(address)):
            raise InvalidInput(f"{name} takes plain addresses only, not {each[:64]!r}")
        found.append(str(address))
    return found


def _is_plain(address: str) -> bool:
    """Whether it can stand in a list of URIs in a record (RFC 7489 section 6.2)."""
    return address.isascii() and not any(each in address for each in '",;!%?&# ')


def signing(seen: Signing) -> Document:
    """What signs a domain's mail."""
    identity = seen.identity
    return {
        "domainId": seen.domain.id,
        "domain": seen.domain.name,
        "signedBy": "relay" if seen.by_relay else "ses",
        "keys": [
            {
                "selector": each.key.selector,
                "keyType": each.key.type.value,
                "use": each.key.state.value,
                "endsAt": precise_stamp(each.key.ends_at) if each.key.ends_at else None,
                **_compared(each.record, each.found, each.state),
            }
            for each in seen.keys
        ],
        "ses": {
            "status": identity.status.value if identity else None,
            "records": [_compared(each.record, each.found, each.state) for each in seen.tokens],
        },
        "changes": _key_changes(seen),
    }


def _key_changes(seen: Signing) -> list[str]:
    if not seen.by_relay:
        return [_publish(each.record) for each in seen.tokens if each.state is not State.OK]
    changes = []
    for each in seen.keys:
        if each.key.state is KeyState.RETIRED and each.key.ends_at:
            changes.append(
                f"Remove the TXT record of {each.record.name} after"
                f" {precise_stamp(each.key.ends_at)}: until then mails that it signed may arrive"
            )
        elif each.state is not State.OK:
            changes.append(_publish(each.record))
    return changes


def _publish(record: Record) -> str:
    return f"Publish the {record.type.value} record of {record.name}"


def _compared(record: Record, found: Sequence[str] | None, state: State) -> Document:
    return {
        "record": shown_record(record),
        "zoneFile": zone_file([record]),
        "found": None if found is None else list(found),
        "state": state.value,
    }


def senders(advice: SpfAdvice) -> Document:
    """Who may send for a domain."""
    cost = advice.cost
    return {
        "domainId": advice.domain.id,
        "domain": advice.domain.name,
        **_compared(advice.record, advice.found, advice.state),
        "lookups": cost.lookups,
        "lookupLimit": spf_rules.MAX_LOOKUPS,
        "voidLookups": cost.voids,
        "voidLookupLimit": spf_rules.MAX_VOID_LOOKUPS,
        "complete": cost.is_complete,
        "problems": list(advice.problems),
        "changes": _changes(advice.record, advice.found, advice.state),
    }


def policy(advice: DmarcAdvice) -> Document:
    """What is to be done with mail that is not proved to be the domain's."""
    inherited = advice.inherited
    reporters = [
        _compared(each.record, each.found, each.state) | {"domain": each.domain}
        for each in advice.reporters
    ]
    changes = _changes(advice.record, advice.found, advice.state)
    changes += [
        f"Ask {each.domain} to publish the TXT record of {each.record.name}: without it nobody"
        " sends reports there"
        for each in advice.reporters
        if each.state is not State.OK
    ]
    return {
        "domainId": advice.domain.id,
        "domain": advice.domain.name,
        **_compared(advice.record, advice.found, advice.state),
        "explanation": rules.explained(advice.record.value),
        "inherited": None if inherited is None else shown_record(inherited),
        "reporters": reporters,
        "problems": list(advice.problems),
        "changes": changes,
    }


def _changes(record: Record, found: Sequence[str] | None, state: State) -> list[str]:
    if state is State.OK:
        return []
    if state is State.UNKNOWN:
        return ["DNS did not answer: ask again before anything is changed"]
    if not found:
        return [_publish(record)]
    return [f"Put this record of {record.name} in the place of what is found"]


_DOMAIN: dict[str, Schema] = {
    "domainId": text("The domain's `id`", format="uuid"),
    "domain": text(),
}
_STATE = text(
    "How what is found compares; `unknown` if DNS did not answer",
    enum=[each.value for each in State],
)
_COMPARED: dict[str, Schema] = {
    "record": named("DnsRecord"),
    "zoneFile": text("The same, to paste into a zone (RFC 1035)"),
    "found": {
        **or_null(array(text())),
        "description": "What DNS has in its place; null if it did not answer",
    },
    "state": _STATE,
}
_CHANGES = array(text(), "What to do, for a person; empty if nothing")
_PROBLEMS = array(text(), "What is wrong, for a person")
_POLICY = text(enum=list(dmarc.POLICIES))
_ALIGNMENT = or_null(text(enum=list(dmarc.ALIGNMENTS.values())))

DKIM_WISH_SCHEMA = body(
    {
        "keyType": or_null(text("Without it as the key before, or `rsa`"))
        | {"enum": [*(each.value for each in KeyType), None]},
        "rotate": or_null(flag("Make another key, unless one waits to be published")),
    },
    example={"rotate": False},
)
SIGNING_SCHEMA = record(
    {
        **_DOMAIN,
        "signedBy": text("`relay`: with the keys here; `ses`: SES signs", enum=["relay", "ses"]),
        "keys": array(
            record(
                {
                    "selector": text(examples=["mf2026011"]),
                    "keyType": text(enum=[each.value for each in KeyType]),
                    "use": text(
                        "`next`: it signs as soon as its record is found; `current`: it signs;"
                        " `retired`: it signed, and stays published until `endsAt`",
                        enum=[each.value for each in KeyState],
                    ),
                    "endsAt": or_null(precise_time()),
                    **_COMPARED,
                }
            )
        ),
        "ses": record(
            {
                "status": {
                    "type": ["string", "null"],
                    "enum": [*(each.value for each in IdentityStatus), None],
                    "description": "What SES says; null if it was not asked yet",
                },
                "records": array(record(_COMPARED)),
            }
        ),
        "changes": _CHANGES,
    },
    "What signs a domain's mail (DKIM, RFC 6376)",
)
SPF_WISH_SCHEMA = body(
    {
        "includes": or_null(array(text(), "Domains whose SPF record names who sends for them")),
        "addresses": or_null(array(text(), "IP addresses and networks that send")),
        "all": or_null(text("What to think of others; without it, as published, or `~all`"))
        | {"enum": [*spf.ALL, None]},
    },
    example={"includes": ["_spf.relay.example"], "addresses": ["192.0.2.7"]},
)
SENDERS_SCHEMA = record(
    {
        **_DOMAIN,
        **_COMPARED,
        "lookups": number("Questions to DNS that checking it takes"),
        "lookupLimit": number("Over that it counts for nothing (RFC 7208 section 4.6.4)"),
        "voidLookups": number("Of these, those that find nothing"),
        "voidLookupLimit": number(),
        "complete": flag("Whether all were counted"),
        "problems": _PROBLEMS,
        "changes": _CHANGES,
    },
    "Who may send for a domain (SPF, RFC 7208)",
)
DMARC_WISH_SCHEMA = body(
    {
        "policy": or_null(_POLICY) | {"enum": [*dmarc.POLICIES, None]},
        "subdomainPolicy": or_null(_POLICY) | {"enum": [*dmarc.POLICIES, None]},
        "nonexistentSubdomainPolicy": or_null(_POLICY)
        | {"enum": [*dmarc.POLICIES, None], "description": "`np` (RFC 9091)"},
        "percent": {
            "type": ["integer", "null"],
            "minimum": 0,
            "maximum": 100,
            "description": "`pct`: newer receivers ignore it",
        },
        "dkimAlignment": _ALIGNMENT | {"enum": [*dmarc.ALIGNMENTS.values(), None]},
        "spfAlignment": _ALIGNMENT | {"enum": [*dmarc.ALIGNMENTS.values(), None]},
        "reportTo": or_null(array(text(), "Where daily reports go (`rua`)")),
        "failureReportTo": or_null(array(text(), "Where reports of single mails go (`ruf`)")),
    },
    example={"policy": "quarantine", "reportTo": ["dmarc@yourdomain.com"]},
)
POLICY_SCHEMA = record(
    {
        **_DOMAIN,
        **_COMPARED,
        "explanation": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Each tag of the record, in words",
        },
        "inherited": {
            "anyOf": [named("DnsRecord"), {"type": "null"}],
            "description": "A parent domain's policy, which holds while this one has none",
        },
        "reporters": array(
            record({"domain": text("Not this organisation's, by its name"), **_COMPARED})
        ),
        "problems": _PROBLEMS,
        "changes": _CHANGES,
    },
    "What is to be done with mail that is not proved to be the domain's (DMARC, RFC 7489)",
)
