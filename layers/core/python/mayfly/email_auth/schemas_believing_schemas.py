"""What the JSON of DKIM, SPF and DMARC looks like."""

from mayfly.domains.models import IdentityStatus
from mayfly.domains.records_dns_plan import State
from mayfly.email_auth import dmarc, spf
from mayfly.email_auth.dkim import KeyState, KeyType
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
