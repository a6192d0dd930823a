"""DKIM, SPF and DMARC of a domain: what is published, and what should be (document 002)."""

from typing import Any

import dkim
import pytest

from mayfly.email_auth import spf
from mayfly.kit.dns.records import RecordType
from tests.functions.http import Api, MemoryAssembly
from tests.functions.owner import Owner
from tests.given_domains import DOMAIN, TOKENS, given_domain
from tests.memory import Memory

DKIM = "/api/v1/smtp/domains/{domainId}/dkim"
SPF = "/api/v1/smtp/domains/{domainId}/spf"
DMARC = "/api/v1/smtp/domains/{domainId}/dmarc"
CONFIG = "/api/v1/smtp/domains/{domainId}/config"
RELAY = {"host": "smtp.relay.example", "port": 465}
FIRST, SECOND = f"mf2026011._domainkey.{DOMAIN}", f"mf2026012._domainkey.{DOMAIN}"
RAW = b"From: ann@shop.example\r\nSubject: Hi\r\n\r\nHi\r\n"


@pytest.fixture
def ses(flows: MemoryAssembly, api: Api) -> Owner:
    """Whose mail SES sends."""
    return Owner(flows, api)


@pytest.fixture
def ann(ses: Owner) -> Owner:
    """Whose mail goes through a relay."""
    ses.ask("PUT", CONFIG, RELAY)
    return ses


def publish(memory: Memory, name: str, *values: str, kind: RecordType = RecordType.TXT) -> None:
    memory.resolver.answers[name, kind.value] = values


def asked(owner: Owner, path: str, **body: object) -> Any:
    reply = owner.ask("POST", path, body)
    assert reply.status == 200, reply.content
    return reply.json


# DKIM


def test_a_relay_s_domain_gets_a_key_to_publish(ann: Owner, memory: Memory) -> None:
    told = asked(ann, DKIM)

    (key,) = told["keys"]
    assert told["signedBy"] == "relay"
    assert (key["selector"], key["keyType"], key["use"]) == ("mf2026011", "rsa", "next")
    assert (key["state"], key["found"], key["endsAt"]) == ("missing", [], None)
    assert key["record"]["name"] == FIRST
    assert key["record"]["value"].startswith("v=DKIM1; k=rsa; p=MIIB")
    assert key["zoneFile"].count('"') == 4  # two strings: one has 255 letters at most
    assert told["changes"] == [f"Publish the TXT record of {FIRST}"]


def test_asking_again_makes_no_second_key(ann: Owner) -> None:
    first, second = asked(ann, DKIM), asked(ann, DKIM)

    assert first == second


def test_a_key_signs_once_it_is_published(
    ann: Owner, memory: Memory, flows: MemoryAssembly
) -> None:
    (key,) = asked(ann, DKIM)["keys"]
    assert flows.email_auth.keys.sign(ann.domain, RAW) == RAW
    value = key["record"]["value"]

    publish(memory, FIRST, value)
    told = asked(ann, DKIM)

    assert [(each["use"], each["state"]) for each in told["keys"]] == [("current", "ok")]
    assert told["changes"] == []
    mail = flows.email_auth.keys.sign(ann.domain, RAW)
    assert dkim.verify(mail, dnsfunc=lambda name, timeout=5: value.encode())


def test_keys_follow_one_another_with_a_week_between(
    ann: Owner, memory: Memory, flows: MemoryAssembly
) -> None:
    publish(memory, FIRST, asked(ann, DKIM)["keys"][0]["record"]["value"])
    asked(ann, DKIM)

    rotated = asked(ann, DKIM, rotate=True)
    assert [(each["selector"], each["use"]) for each in rotated["keys"]] == [
        *(("mf2026011", "current"), ("mf2026012", "next")),
    ]
    assert b"s=mf2026011" in flows.email_auth.keys.sign(ann.domain, RAW)

    publish(memory, SECOND, rotated["keys"][1]["record"]["value"])
    moved = asked(ann, DKIM, rotate=True)
    assert [(each["use"], each["endsAt"]) for each in moved["keys"]] == [
        ("retired", "2026-01-08T12:00:00.000Z"),
        ("current", None),
    ]
    assert b"s=mf2026012" in flows.email_auth.keys.sign(ann.domain, RAW)
    assert "Remove" in moved["changes"][0] and FIRST in moved["changes"][0]

    memory.clock.advance(days=7)
    ann.log_in()
    assert [each["selector"] for each in asked(ann, DKIM)["keys"]] == ["mf2026012"]


def test_rotating_twice_makes_one_key(ann: Owner, memory: Memory) -> None:
    publish(memory, FIRST, asked(ann, DKIM)["keys"][0]["record"]["value"])
    asked(ann, DKIM)

    asked(ann, DKIM, rotate=True)
    assert len(asked(ann, DKIM, rotate=True)["keys"]) == 2


def test_a_key_of_the_other_kind_can_follow(
    ann: Owner, memory: Memory, flows: MemoryAssembly
) -> None:
    publish(memory, FIRST, asked(ann, DKIM)["keys"][0]["record"]["value"])
    asked(ann, DKIM)

    second = asked(ann, DKIM, rotate=True, keyType="ed25519")["keys"][1]
    assert second["keyType"] == "ed25519"
    publish(memory, SECOND, second["record"]["value"])
    asked(ann, DKIM)

    assert b"a=ed25519-sha256" in flows.email_auth.keys.sign(ann.domain, RAW)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        ((), "missing"),
        (("v=DKIM1; k=rsa; p=AAAA",), "different"),
        (("v=DKIM1; p=",), "different"),
        (("v=spf1 -all",), "different"),
    ],
)
def test_a_key_that_is_not_there_does_not_sign(
    ann: Owner, memory: Memory, flows: MemoryAssembly, found: tuple[str, ...], state: str
) -> None:
    asked(ann, DKIM)
    publish(memory, FIRST, *found)

    (key,) = asked(ann, DKIM)["keys"]

    assert (key["state"], key["use"], key["found"]) == (state, "next", list(found))
    assert flows.email_auth.keys.sign(ann.domain, RAW) == RAW


def test_a_record_may_be_written_in_other_words(ann: Owner, memory: Memory) -> None:
    value = asked(ann, DKIM)["keys"][0]["record"]["value"]
    middle = len(value) // 2

    publish(memory, FIRST, f"k=rsa;{value[11:middle]} {value[middle:]};")

    assert asked(ann, DKIM)["keys"][0]["use"] == "current"


def test_what_dns_does_not_say_is_unknown_and_changes_nothing(ann: Owner, memory: Memory) -> None:
    publish(memory, FIRST, asked(ann, DKIM)["keys"][0]["record"]["value"])
    memory.resolver.is_down = True

    (key,) = asked(ann, DKIM)["keys"]

    assert (key["state"], key["found"], key["use"]) == ("unknown", None, "next")


def test_private_keys_are_sealed_for_the_domain(ann: Owner, memory: Memory) -> None:
    told = ann.ask("POST", DKIM)

    ((domain, sealed), der), *_ = memory.domain_secrets.secrets.items()
    assert domain == ann.domain.id
    assert memory.keyrings.kept[ann.domain.id].keys[0].sealed == sealed
    assert der[:1] == b"\x30" and len(der) > 1000
    assert sealed not in told.content


def test_where_there_is_no_relay_ses_signs(ses: Owner, memory: Memory) -> None:
    names = [f"{token}._domainkey.{DOMAIN}" for token in TOKENS]
    publish(memory, names[0], "one.dkim.amazonses.com", kind=RecordType.CNAME)
    publish(memory, names[1], "two.elsewhere.example", kind=RecordType.CNAME)

    told = asked(ses, DKIM, rotate=True)

    assert (told["signedBy"], told["keys"], told["ses"]["status"]) == ("ses", [], "pending")
    assert [each["state"] for each in told["ses"]["records"]] == ["ok", "different", "missing"]
    assert told["changes"] == [f"Publish the CNAME record of {name}" for name in names[1:]]


# SPF


def test_a_relay_s_senders_are_added_to_those_there_are(ann: Owner, memory: Memory) -> None:
    publish(memory, DOMAIN, "v=spf1 mx include:_spf.old.example -all", "google-site=1")
    publish(memory, DOMAIN, "10 mail.shop.example", kind=RecordType.MX)
    publish(memory, "_spf.old.example", "v=spf1 ip4:192.0.2.1 -all")
    publish(memory, "_spf.relay.example", "v=spf1 include:_spf.old.example ~all")

    told = asked(
        ann, SPF, includes=["_spf.relay.example"], addresses=["192.0.2.7", "2001:db8::/32"]
    )

    assert told["record"]["name"] == DOMAIN
    assert told["record"]["value"] == (
        "v=spf1 mx include:_spf.old.example include:_spf.relay.example ip4:192.0.2.7"
        " ip6:2001:db8::/32 -all"
    )
    assert told["found"] == ["v=spf1 mx include:_spf.old.example -all"]
    assert (told["state"], told["lookups"], told["voidLookups"]) == ("different", 4, 0)
    assert (told["complete"], told["problems"]) == (True, [])


def test_what_is_published_already_needs_no_change(ann: Owner, memory: Memory) -> None:
    publish(memory, DOMAIN, "v=spf1 include:_SPF.relay.example ip4:192.0.2.7 -all")
    publish(memory, "_spf.relay.example", "v=spf1 -all")

    told = asked(ann, SPF, includes=["_spf.relay.example"], addresses=["192.0.2.7"])

    assert (told["state"], told["changes"]) == ("ok", [])


def test_ses_sends_from_a_subdomain_of_its_own(ses: Owner, memory: Memory) -> None:
    publish(memory, "amazonses.com", "v=spf1 ip4:192.0.2.0/24 -all")

    told = asked(ses, SPF)

    assert told["record"]["name"] == f"bounce.{DOMAIN}"
    assert told["record"]["value"] == "v=spf1 include:amazonses.com ~all"
    assert (told["state"], told["lookups"], told["problems"]) == ("missing", 1, [])


def test_who_sends_for_a_relay_has_to_be_told(ann: Owner) -> None:
    (problem,) = asked(ann, SPF)["problems"]

    assert "includes" in problem


def test_two_records_become_one(ann: Owner, memory: Memory) -> None:
    publish(memory, DOMAIN, "v=spf1 ip4:192.0.2.1 ~all", "v=spf1 ip4:192.0.2.2 -all")

    told = asked(ann, SPF, addresses=["192.0.2.3"])

    assert told["record"]["value"] == "v=spf1 ip4:192.0.2.1 ip4:192.0.2.2 ip4:192.0.2.3 ~all"
    assert told["state"] == "different"
    assert "2 SPF records" in told["problems"][0]


@pytest.mark.parametrize(
    ("published", "wish", "value"),
    [
        ("v=spf1", {}, "v=spf1 ip4:192.0.2.3 ~all"),
        ("v=spf1 a -all", {"all": "~all"}, "v=spf1 a ip4:192.0.2.3 ~all"),
        ("v=spf1 redirect=x.example", {}, "v=spf1 ip4:192.0.2.3 redirect=x.example"),
        (
            "v=spf1 redirect=x.example",
            {"all": "-all"},
            "v=spf1 include:x.example ip4:192.0.2.3 -all",
        ),
        ("v=spf1 redirect=x.example -all", {}, "v=spf1 ip4:192.0.2.3 -all"),
        ("v=spf1 -all exp=why.example", {}, "v=spf1 ip4:192.0.2.3 -all exp=why.example"),
        ("V=SPF1 IP4:192.0.2.3 ?all", {}, "v=spf1 IP4:192.0.2.3 ?all"),
        ("v=spf1 ip4:nonsense a -all", {}, "v=spf1 a ip4:192.0.2.3 -all"),
    ],
)
def test_a_record_keeps_what_it_says(
    ann: Owner, memory: Memory, published: str, wish: dict[str, Any], value: str
) -> None:
    publish(memory, DOMAIN, published)

    told = asked(ann, SPF, addresses=["192.0.2.3"], **wish)

    assert told["record"]["value"] == value


@pytest.mark.parametrize(
    ("published", "problem"),
    [
        ("v=spf1 +all", "everybody"),
        ("v=spf1 ptr -all", "ptr"),
        ("v=spf1 ipv4:192.0.2.1 -all", "ipv4:192.0.2.1"),
        ("v=spf1 " + " ".join(f"ip4:192.0.2.{n}" for n in range(40)), "characters"),
    ],
)
def test_what_is_wrong_with_a_record_is_said(
    ann: Owner, memory: Memory, published: str, problem: str
) -> None:
    publish(memory, DOMAIN, published)

    problems = asked(ann, SPF, addresses=["192.0.2.200"])["problems"]

    assert any(problem in each for each in problems)


def test_too_many_lookups_are_counted_through_includes(ann: Owner, memory: Memory) -> None:
    for number in range(3):
        name = f"spf{number}.example"
        publish(memory, name, "v=spf1 a:a.example mx:a.example include:deep.example -all")
    publish(memory, "deep.example", "v=spf1 exists:a.example -all")
    publish(memory, "a.example", "192.0.2.1", kind=RecordType.A)
    publish(memory, "a.example", "10 a.example", kind=RecordType.MX)

    told = asked(ann, SPF, includes=[f"spf{number}.example" for number in range(3)])

    assert (told["lookups"], told["voidLookups"]) == (15, 0)
    assert "15 lookups" in told["problems"][0]


def test_lookups_that_find_nothing_are_counted(ann: Owner, memory: Memory) -> None:
    publish(memory, DOMAIN, "v=spf1 a:no1.example mx:no2.example exists:no3.example -all")

    told = asked(ann, SPF, addresses=["192.0.2.1"])

    assert told["voidLookups"] == 3
    assert "find nothing" in told["problems"][-1]


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        ((), "no SPF record"),
        (("v=spf1 -all", "v=spf1 ~all"), "2 SPF records"),
        (("v=spf1 include:spf.example -all",), "includes itself"),
        (("v=spf1 include:shop.example -all",), "includes itself"),
    ],
)
def test_an_include_that_cannot_be_is_said(
    ann: Owner, memory: Memory, texts: tuple[str, ...], problem: str
) -> None:
    publish(memory, "spf.example", *texts)

    problems = asked(ann, SPF, includes=["spf.example"])["problems"]

    assert any(problem in each for each in problems)


def test_includes_without_end_are_not_followed_to_it(ann: Owner, memory: Memory) -> None:
    questions = []

    def ask(name: str, kind: RecordType) -> tuple[str, ...]:
        questions.append(name)
        number = len(questions)
        return (f"v=spf1 include:{number}a.example include:{number}b.example -all",)

    memory.resolver.ask = ask  # type: ignore[method-assign]

    told = asked(ann, SPF, includes=["spf.example"])

    assert told["lookups"] > spf.MAX_LOOKUPS and told["complete"] is False
    assert len(questions) <= 40


def test_a_slow_dns_is_not_asked_for_long(ann: Owner, memory: Memory) -> None:
    def ask(name: str, kind: RecordType) -> tuple[str, ...]:
        memory.clock.advance(seconds=3)
        return (f"v=spf1 include:a.{name} -all",)

    memory.resolver.ask = ask  # type: ignore[method-assign]
    began = memory.clock()

    told = asked(ann, SPF, includes=["spf.example"])

    assert (memory.clock() - began).total_seconds() <= 18
    assert told["complete"] is False


def test_what_depends_on_the_mail_is_not_asked(ann: Owner, memory: Memory) -> None:
    publish(memory, DOMAIN, "v=spf1 exists:%{i}._spf.example -all")

    told = asked(ann, SPF, addresses=["192.0.2.1"])

    assert (told["lookups"], told["complete"]) == (1, False)


def test_where_dns_is_silent_nothing_should_be_changed(ann: Owner, memory: Memory) -> None:
    memory.resolver.is_down = True

    for path in (SPF, DMARC):
        told = asked(ann, path)
        assert (told["state"], told["found"]) == ("unknown", None)
        assert "ask again" in told["changes"][0]


# DMARC


def test_a_policy_is_made_of_choices_and_explained(ann: Owner, memory: Memory) -> None:
    publish(memory, f"{DOMAIN}._report._dmarc.reports.example", "v=DMARC1")
    wish = {
        "policy": "quarantine",
        "subdomainPolicy": "reject",
        "nonexistentSubdomainPolicy": "reject",
        "percent": 50,
        "dkimAlignment": "strict",
        "spfAlignment": "relaxed",
        "reportTo": ["a@reports.example", "b@mail.shop.example"],
    }

    told = asked(ann, DMARC, **wish)

    assert told["record"]["name"] == f"_dmarc.{DOMAIN}"
    assert told["record"]["value"] == (
        "v=DMARC1; p=quarantine; sp=reject; np=reject; pct=50; adkim=s; aspf=r;"
        " rua=mailto:a@reports.example,mailto:b@mail.shop.example"
    )
    assert set(told["explanation"]) == {"v", "p", "sp", "np", "pct", "adkim", "aspf", "rua"}
    assert "suspicious" in told["explanation"]["p"]
    assert told["state"] == "missing"
    assert [(each["domain"], each["state"]) for each in told["reporters"]] == [
        ("reports.example", "ok")
    ]
    assert told["changes"] == [f"Publish the TXT record of _dmarc.{DOMAIN}"]


def test_reports_to_strangers_need_their_consent(ann: Owner) -> None:
    told = asked(ann, DMARC, reportTo=["a@reports.example"])

    (reporter,) = told["reporters"]
    assert reporter["state"] == "missing"
    assert reporter["record"]["name"] == f"{DOMAIN}._report._dmarc.reports.example"
    assert "Ask reports.example" in told["changes"][-1]


def test_a_published_policy_is_explained(ann: Owner, memory: Memory) -> None:
    publish(memory, f"_dmarc.{DOMAIN}", "v=DMARC1;p=reject;fo=1:d;t=y", "something else")

    told = asked(ann, DMARC)

    assert (told["state"], told["changes"], told["problems"]) == ("ok", [], [])
    assert told["found"] == ["v=DMARC1;p=reject;fo=1:d;t=y"]
    assert "refused" in told["explanation"]["p"]
    assert "tested" in told["explanation"]["t"]


def test_the_same_in_other_words_is_the_same(ann: Owner, memory: Memory) -> None:
    publish(memory, f"_dmarc.{DOMAIN}", "v=DMARC1 ; aspf=s;  p = reject ;")

    assert asked(ann, DMARC, policy="reject", spfAlignment="strict")["state"] == "ok"
    assert asked(ann, DMARC, policy="none")["state"] == "different"


def test_without_one_of_its_own_a_parent_s_policy_holds(
    ann: Owner, memory: Memory, flows: MemoryAssembly
) -> None:
    under = given_domain(flows.domains.service, ann.id, f"news.{DOMAIN}")
    alone = ann.ask("POST", DMARC, {}, under.id).json

    publish(memory, f"_dmarc.{DOMAIN}", "v=DMARC1; p=reject")
    told = ann.ask("POST", DMARC, {}, under.id).json

    assert alone["inherited"] is None
    assert told["inherited"]["value"] == "v=DMARC1; p=reject"
    assert told["state"] == "missing"


@pytest.mark.parametrize(
    ("published", "problem"),
    [
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), "2 DMARC records"),
        (("v=DMARC1; rua=mailto:a@shop.example",), "`p`"),
        (("v=DMARC1; p=refuse",), "`p` must be one of"),
        (("v=DMARC1; p=none; pct=200",), "`pct`"),
        (("v=DMARC1; p=none; adkim=x",), "`adkim`"),
    ],
)
def test_what_is_wrong_with_a_policy_is_said(
    ann: Owner, memory: Memory, published: tuple[str, ...], problem: str
) -> None:
    publish(memory, f"_dmarc.{DOMAIN}", *published)

    told = asked(ann, DMARC)

    assert any(problem in each for each in told["problems"])
    assert told["record"]["value"] == "v=DMARC1; p=none"
    assert told["state"] == "different"


# What is sent


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (DKIM, {"keyType": "dsa"}),
        (DKIM, {"rotate": "yes"}),
        (DKIM, {"bits": 512}),
        (SPF, {"includes": "x.example"}),
        (SPF, {"includes": ["x.example ip4:0.0.0.0/0"]}),
        (SPF, {"includes": ["%{i}.x.example"]}),
        (SPF, {"includes": [7]}),
        (SPF, {"includes": [f"x{n}.example" for n in range(21)]}),
        (SPF, {"addresses": ["0.0.0.0/0"]}),
        (SPF, {"addresses": ["::/0"]}),
        (SPF, {"addresses": ["192.0.2.1/24"]}),
        (SPF, {"addresses": ["not one"]}),
        (SPF, {"all": "+all"}),
        (SPF, {"all": True}),
        (DMARC, {"policy": "refuse"}),
        (DMARC, {"policy": ["none"]}),
        (DMARC, {"percent": 101}),
        (DMARC, {"percent": "5"}),
        (DMARC, {"percent": True}),
        (DMARC, {"dkimAlignment": "s"}),
        (DMARC, {"reportTo": "a@x.example"}),
        (DMARC, {"reportTo": ["mailto:a@x.example; p=none"]}),
        (DMARC, {"reportTo": ["a!10m@x.example"]}),
        (DMARC, {"reportTo": ["nobody"]}),
        (DMARC, {"reportTo": [f"a{n}@x.example" for n in range(11)]}),
    ],
)
def test_what_cannot_be_is_refused(ann: Owner, path: str, body: dict[str, Any]) -> None:
    refused = ann.ask("POST", path, body)

    assert (refused.status, refused.code) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("path", [DKIM, SPF, DMARC])
def test_another_s_domain_is_nobody_s(
    ann: Owner, flows: MemoryAssembly, api: Api, path: str
) -> None:
    eve = Owner(flows, api, "eve", "eve.example")

    assert eve.ask("POST", path, {}, ann.domain.id).status == 404
