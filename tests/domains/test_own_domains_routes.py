"""Domains that accounts bring, over HTTP, as document 002 has them."""

from typing import Any
from uuid import uuid4

import pytest

from mayfly.domains.models import Status
from mayfly.kit.dns.records import Record, RecordType
from mayfly.kit.tokens.models import key_hash
from mayfly.settings import Settings
from tests.domains.fakes_dns import FakeHostedZones
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

DOMAINS = "/api/v1/domains"
DOMAIN = f"{DOMAINS}/{{domainId}}"
VERIFY, DNS = f"{DOMAIN}/verify", f"{DOMAIN}/dns"
PASSWORD = "a phrase for the tests"
KEY = "the admin key of the tests"


class People:
    """Accounts that call the API."""

    def __init__(self, **settings: Any) -> None:
        self.memory = Memory()
        chosen = {"domains": ("mayfly.example",), "inbound_host": "inbound-smtp.example"}
        self.flows = MemoryAssembly(self.memory, Settings(**(chosen | settings)))
        self.api = Api(self.flows)
        self.memory.admin_keys.replace(key_hash(KEY), self.memory.clock())
        self.tokens: dict[str, str] = {}

    def ask(self, who: str, method: str, path: str, *values: str, body: object = None) -> Reply:
        return self.api.call(method, path, *values, body=body, headers=bearer(self.token(who)))

    def token(self, who: str) -> str:
        if who not in self.tokens:
            named = {"email": f"{who}@elsewhere.example", "password": PASSWORD}
            self.api.call("POST", "/api/users/register", body=named)
            self.tokens[who] = self.api.call("POST", "/api/users/login", body=named).json["token"]
        return self.tokens[who]

    def brings(self, who: str = "ann", name: str = "shop.example") -> dict[str, Any]:
        reply = self.ask(who, "POST", DOMAINS, body={"name": name})
        assert reply.status == 201, reply.content
        document: dict[str, Any] = reply.json
        return document

    def publishes(self, domain: dict[str, Any]) -> None:
        told = domain["verification"]
        self.memory.resolver.publish(Record(RecordType.TXT, told["name"], told["value"]))

    def verifies(self, domain: dict[str, Any], who: str = "ann") -> Reply:
        return self.ask(who, "POST", VERIFY, domain["id"])

    def active(self, who: str = "ann", name: str = "shop.example") -> dict[str, Any]:
        domain = self.brings(who, name)
        self.publishes(domain)
        assert self.verifies(domain, who).json["verified"] is True
        return domain

    def suspends(self) -> None:
        """Every domain whose proof is gone, at two looks."""
        for hours in (6, 80):
            self.memory.clock.advance(hours=hours)
            for each in self.flows.domains.service.accounts():
                if each.status is Status.ACTIVE:
                    self.flows.domains.verification.examine(each)

    def administers(self, method: str, *values: str, body: object = None) -> Reply:
        path = "/v1/admin/domains" + ("/{domainId}" if values else "")
        return self.api.call(method, path, *values, body=body, headers={"X-Admin-Key": KEY})


@pytest.fixture
def people() -> People:
    return People()


def test_who_brings_a_domain_is_told_the_records_to_publish(people: People) -> None:
    reply = people.ask("ann", "POST", DOMAINS, body={"name": "Shop.Example."})

    told = reply.json
    token = told["verification"]["value"]
    assert (told["name"], told["status"], told["isActive"]) == ("shop.example", "pending", False)
    assert reply.headers["Location"].endswith(f"/api/v1/domains/{told['id']}")
    assert [(each["type"], each["name"], each["value"]) for each in told["records"]] == [
        ("TXT", "shop.example", token),
        ("MX", "shop.example", "inbound-smtp.example"),
        ("MX", "bounce.shop.example", "localhost"),
        ("TXT", "bounce.shop.example", "v=spf1 include:amazonses.com ~all"),
        ("TXT", "_dmarc.shop.example", "v=DMARC1; p=none"),
    ]
    assert f'shop.example. 1800 IN TXT "{token}"\n' in told["zoneFile"]
    assert "shop.example. 1800 IN MX 10 inbound-smtp.example.\n" in told["zoneFile"]
    assert token.startswith("mayfly-verify=") and len(token) > 40
    assert people.ask("ann", "GET", DOMAIN, told["id"]).json == told


@pytest.mark.parametrize("name", ["", "shop", "10.0.0.1", "a b.example", 7, None])
def test_what_is_no_domain_is_not_taken(people: People, name: object) -> None:
    assert people.ask("ann", "POST", DOMAINS, body={"name": name}).status == 400


@pytest.mark.parametrize("name", ["mayfly.example", "sub.mayfly.example", "admins.example"])
def test_the_services_own_domains_are_nobodys(people: People, name: str) -> None:
    people.administers("POST", body={"domain": "admins.example"})

    assert people.ask("ann", "POST", DOMAINS, body={"name": name}).status == 409


def test_an_account_brings_so_many_domains_and_each_once() -> None:
    people = People(domains_per_account=2, pending_domains_per_account=2)
    people.brings(name="a.example")

    again = people.ask("ann", "POST", DOMAINS, body={"name": "a.example"})
    people.brings(name="b.example")
    third = people.ask("ann", "POST", DOMAINS, body={"name": "c.example"})

    assert (again.status, third.status) == (409, 429)
    assert "DOMAINS_PER_ACCOUNT" in third.json["error"]["message"]
    listed = people.ask("ann", "GET", DOMAINS).json
    assert [each["name"] for each in listed["domains"]] == ["a.example", "b.example"]


def test_where_accounts_bring_no_domains_none_is_taken() -> None:
    people = People(user_domains=False)

    assert people.ask("ann", "POST", DOMAINS, body={"name": "shop.example"}).status == 403


def test_a_domain_is_active_once_its_proof_is_found(people: People) -> None:
    domain = people.brings()

    before = people.verifies(domain)
    people.publishes(domain)
    after = people.verifies(domain)

    assert (before.json["verified"], before.json["check"]["state"]) == (False, "missing")
    assert before.json["domain"]["status"] == "pending"
    assert (after.json["verified"], after.json["check"]["state"]) == (True, "ok")
    shown = people.ask("ann", "GET", DOMAIN, domain["id"]).json
    assert (shown["status"], shown["isActive"], shown["expiresAt"]) == ("active", True, None)
    assert [each["event"] for each in shown["events"]] == ["claimed", "verified"]


def test_another_accounts_token_proves_nothing(people: People) -> None:
    anns, bobs = people.brings("ann"), people.brings("bob")
    people.publishes(bobs)

    reply = people.verifies(anns, "ann")

    assert (reply.json["verified"], reply.json["check"]["state"]) == (False, "different")


def test_of_two_who_claim_a_domain_one_gets_it(people: People) -> None:
    anns, bobs = people.brings("ann"), people.brings("bob")
    people.publishes(anns)
    people.publishes(bobs)

    first, second = people.verifies(anns, "ann"), people.verifies(bobs, "bob")

    assert first.json["domain"]["status"] == "active"
    assert second.status == 409
    assert "somebody else" in second.json["error"]["message"]
    assert people.ask("bob", "GET", DOMAIN, bobs["id"]).json["status"] == "pending"


def test_what_dns_does_not_say_is_not_known(people: People) -> None:
    domain = people.brings()
    people.memory.resolver.is_down = True

    verdict = people.verifies(domain)
    looked = people.ask("ann", "GET", DNS, domain["id"])

    assert (verdict.status, verdict.json["check"]["state"]) == (200, "unknown")
    assert {each["state"] for each in looked.json["records"]} == {"unknown"}
    assert {each["found"] for each in looked.json["records"]} == {None}


def test_a_claim_that_lapsed_is_not_verified_and_can_be_made_anew(people: People) -> None:
    domain = people.brings()
    people.publishes(domain)
    people.memory.clock.advance(days=6)
    people.tokens.clear()
    people.token("ann")
    people.memory.clock.advance(days=1)

    late = people.verifies(domain)
    again = people.brings()

    assert (late.status, again["status"]) == (409, "pending")
    assert again["id"] == domain["id"]
    assert again["verification"] != domain["verification"]
    assert [each["event"] for each in again["events"]] == ["claimed", "lapsed", "claimed"]


def test_wanted_and_found_stand_side_by_side(people: People) -> None:
    domain = people.active()
    people.memory.resolver.publish(
        Record(RecordType.MX, "shop.example", "old-mail.example", priority=5),
        Record(RecordType.TXT, "shop.example", "v=spf1 -all"),
        Record(RecordType.TXT, "_dmarc.shop.example", "v=DMARC1; p=reject"),
    )

    looked = people.ask("ann", "GET", DNS, domain["id"]).json["records"]

    states = [(each["purpose"], each["state"]) for each in looked]
    assert states == [
        ("ownership", "ok"),
        ("receiving", "different"),
        *[("dkim", "missing")] * 3,
        ("mail-from", "missing"),
        ("spf", "missing"),
        ("dmarc", "ok"),
    ]
    assert looked[1]["found"] == ["5 old-mail.example"]


def test_a_mailbox_is_made_at_ones_own_domain_and_at_nobody_elses(people: People) -> None:
    people.active("ann")
    path, wish = "/api/user/mailbox/create", {"alias": "info", "domain": "shop.example"}

    mine = people.ask("ann", "POST", path, body=wish)
    theirs = people.ask("bob", "POST", path, body=wish)
    anybodys = [
        people.api.call("POST", "/api/emails", body={"domain": "shop.example"}),
        people.api.call("POST", "/api/session", body={"domain": "shop.example"}),
    ]

    assert (mine.status, mine.json["emailAddress"]) == (201, "info@shop.example")
    assert theirs.status == 400
    assert {each.status for each in anybodys} == {400}


def test_nobody_makes_a_mailbox_at_a_domain_that_is_not_active(people: People) -> None:
    people.brings()
    wish = {"alias": "orders", "domain": "shop.example"}

    assert people.ask("ann", "POST", "/api/user/mailbox/create", body=wish).status == 400


def received(people: People, mailbox: str) -> int:
    name = f"mail-{uuid4()}"
    path = "/api/user/mailbox/{mailboxId}/messages"
    address = people.ask("ann", "GET", "/api/user/mailbox/{mailboxId}", mailbox).json
    people.flows.receive(b"Subject: Hi\r\n\r\nHello", address["emailAddress"], name=name)
    return len(people.ask("ann", "GET", path, mailbox).json["messages"])


@pytest.mark.parametrize("end", ["given up", "removed by an admin", "lost"])
def test_a_mailbox_receives_while_the_domain_is_its_accounts(people: People, end: str) -> None:
    domain = people.active()
    wish = {"alias": "orders", "domain": "shop.example"}
    mailbox = people.ask("ann", "POST", "/api/user/mailbox/create", body=wish).json["id"]
    before = received(people, mailbox)

    if end == "given up":
        assert people.ask("ann", "DELETE", DOMAIN, domain["id"]).json["deleted"] is True
    elif end == "removed by an admin":
        assert people.administers("DELETE", domain["id"]).status == 200
    else:
        people.memory.resolver.answers.clear()
        people.verifies(domain)
        people.memory.clock.advance(hours=72)
        assert people.verifies(domain).json["domain"]["status"] == "suspended"
    after = received(people, mailbox)

    assert (before, after) == (1, 1)


@pytest.mark.parametrize("days", [0, 10])
@pytest.mark.parametrize("end", ["given up", "removed by an admin", "lost", "anothers"])
def test_nobody_prolongs_a_mailbox_at_a_domain_that_is_no_longer_theirs(
    people: People, end: str, days: int
) -> None:
    domain = people.active()
    wish = {"alias": "orders", "domain": "shop.example"}
    made = people.ask("ann", "POST", "/api/user/mailbox/create", body=wish).json
    people.memory.clock.advance(days=1)

    people.memory.resolver.answers.clear()
    if end == "given up":
        people.ask("ann", "DELETE", DOMAIN, domain["id"])
    elif end == "removed by an admin":
        people.administers("DELETE", domain["id"])
    else:
        people.suspends()
    if end == "anothers":
        people.active("bob")
    people.memory.clock.advance(days=days)
    people.tokens.clear()
    extend = "/api/user/mailbox/{mailboxId}/extend"
    reply = people.ask("ann", "POST", extend, made["id"])

    assert reply.status == 409
    assert "shop.example" in reply.json["error"]["message"]
    shown = people.ask("ann", "GET", "/api/user/mailbox").json["mailboxes"]
    assert {each["expiresAt"] for each in shown} <= {made["expiresAt"]}


def test_a_domain_that_is_given_up_leaves_nothing_behind(people: People) -> None:
    domain = people.active()

    people.ask("ann", "DELETE", DOMAIN, domain["id"])

    assert people.ask("ann", "GET", DOMAIN, domain["id"]).status == 404
    assert (people.memory.claims.kept, people.memory.claims.holders) == ({}, {})
    assert people.memory.identities.kept == {}


def test_an_identity_stays_while_somebody_else_holds_its_name(people: People) -> None:
    anns = people.active("ann")
    people.memory.resolver.answers.clear()
    people.suspends()
    bobs = people.active("bob")

    people.ask("ann", "DELETE", DOMAIN, anns["id"])

    assert list(people.memory.identities.kept) == ["shop.example"]
    people.ask("bob", "DELETE", DOMAIN, bobs["id"])
    assert people.memory.identities.kept == {}


def test_a_claim_alone_keeps_no_identity(people: People) -> None:
    anns = people.active("ann")
    people.brings("bob")

    people.ask("ann", "DELETE", DOMAIN, anns["id"])

    assert people.memory.identities.kept == {}


def test_ses_hears_nothing_of_a_name_before_it_is_proven(people: People) -> None:
    """Claimed, looked for, given up, and lapsed: SES's other users have names, too."""
    removed, lapsing = people.brings(), people.brings("bob")

    people.verifies(removed)
    people.ask("ann", "GET", DNS, removed["id"])
    people.ask("ann", "DELETE", DOMAIN, removed["id"])
    people.memory.clock.advance(days=7)
    people.flows.domains.claims.lapse(people.flows.domains.service.found(lapsing["id"]))
    people.ask("bob", "POST", DOMAINS, body={"name": "shop.example"})
    people.administers("DELETE", lapsing["id"])

    assert people.memory.identities.asked == []


def test_dkim_records_are_wanted_once_the_domain_is_proven(people: People) -> None:
    domain = people.brings()
    people.publishes(domain)

    proven = people.verifies(domain).json["domain"]

    wanted = [each for each in proven["records"] if each["purpose"] == "dkim"]
    assert [(each["type"], each["name"], each["value"]) for each in wanted] == [
        (
            "CNAME",
            f"shopexample{number}._domainkey.shop.example",
            f"shopexample{number}.dkim.amazonses.com",
        )
        for number in range(3)
    ]
    assert "shopexample0._domainkey.shop.example. 1800 IN CNAME" in proven["zoneFile"]
    assert (domain["mailService"], proven["mailService"]) == ("unknown", "pending")
    assert people.ask("ann", "GET", DOMAIN, domain["id"]).json == proven


def test_a_name_that_ses_has_for_others_is_refused_without_a_word_on_them(people: People) -> None:
    people.memory.identities.foreign.add("shop.example")
    domain = people.brings()
    people.publishes(domain)

    proven = people.verifies(domain).json["domain"]
    people.ask("ann", "DELETE", DOMAIN, domain["id"])

    assert (proven["status"], proven["mailService"]) == ("active", "refused")
    assert "dkim" not in {each["purpose"] for each in proven["records"]}
    assert people.memory.identities.foreign == {"shop.example"}


def test_the_domains_of_an_account_end_with_it(people: People) -> None:
    people.active()

    path = "/api/users/me"
    left = people.ask("ann", "DELETE", path, body={"password": PASSWORD})

    assert left.status == 200
    assert (people.memory.claims.kept, people.memory.claims.holders) == ({}, {})


def test_admins_see_switch_and_remove_every_domain(people: People) -> None:
    domain = people.active()

    listed = people.administers("GET").json["domains"]
    off = people.administers("PUT", domain["id"], body={"is_active": False}).json
    shown = people.ask("ann", "GET", DOMAIN, domain["id"]).json
    gone = people.administers("DELETE", domain["id"])

    assert [each["source"] for each in listed] == ["deployment", "account"]
    assert listed[0]["owner"] is None and listed[1]["owner"]
    assert (off["is_active"], off["status"]) == (False, "active")
    assert (shown["isActive"], shown["status"]) == (False, "active")
    assert gone.json == {"id": domain["id"], "deleted": True}
    assert people.ask("ann", "GET", DOMAINS).json["domains"] == []


def test_an_admins_domain_is_active_at_once_and_an_accounts_name_is_not_given_away(
    people: People,
) -> None:
    people.active()

    taken = people.administers("POST", body={"domain": "shop.example"})
    free = people.administers("POST", body={"domain": "free.example"})

    assert taken.status == 409
    assert (free.json["status"], free.json["is_active"], free.json["owner"]) == (
        "active",
        True,
        None,
    )


def test_admins_make_no_inboxes_at_an_accounts_domain(people: People) -> None:
    domain = people.active()
    body = {"count": 1, "domain_ids": [domain["id"]]}

    headers = {"X-Admin-Key": KEY}
    assert people.api.call("POST", "/v1/admin/generate", body=body, headers=headers).status == 400


RECORDS: list[dict[str, Any]] = [
    {"type": "A", "name": "www.shop.example", "value": "192.0.2.1", "ttl": 300},
    {"type": "MX", "name": "@", "value": "Mail.Other.Example.", "priority": 20},
    {"type": "TXT", "name": "@", "value": 'a "text"'},
]


def test_records_of_ones_own_are_kept_and_shown_for_copying(people: People) -> None:
    domain = people.brings()

    kept = people.ask("ann", "PUT", DNS, domain["id"], body={"records": RECORDS}).json

    assert kept["applied"] is False
    assert [each["name"] for each in kept["dnsRecords"]][1:] == ["shop.example"] * 2
    assert kept["zoneFile"] == (
        "www.shop.example. 300 IN A 192.0.2.1\n"
        "shop.example. 1800 IN MX 20 mail.other.example.\n"
        'shop.example. 1800 IN TXT "a \\"text\\""\n'
    )
    looked = people.ask("ann", "GET", DNS, domain["id"]).json["records"]
    assert [each["state"] for each in looked if each["purpose"] == "own"] == ["missing"] * 3
    assert people.ask("ann", "GET", DOMAIN, domain["id"]).json["dnsRecords"] == kept["dnsRecords"]


@pytest.mark.parametrize(
    "record",
    [
        {"type": "NS", "name": "@", "value": "ns.example"},
        {"type": "SOA", "name": "@", "value": "ns.example"},
        {"type": "A", "name": "www.other.example", "value": "192.0.2.1"},
        {"type": "A", "name": "www", "value": "192.0.2.1", "extra": 1},
        {"type": "A", "name": "@"},
        {"type": "MX", "name": "@", "value": "mail.example", "priority": "10"},
        "no object",
    ],
)
def test_records_that_cannot_be_are_refused_whole(people: People, record: object) -> None:
    domain = people.brings()

    reply = people.ask("ann", "PUT", DNS, domain["id"], body={"records": [*RECORDS, record]})

    assert reply.status == 400
    assert "records[3]" in reply.json["error"]["message"]
    assert people.ask("ann", "GET", DOMAIN, domain["id"]).json["dnsRecords"] == []


@pytest.mark.parametrize(
    ("records", "message"),
    [
        (None, "records must be a list of up to 50 entries"),
        ("all", "records must be a list of up to 50 entries"),
        ([RECORDS[0]] * 51, "records must be a list of up to 50 entries"),
        ([{"type": "A", "name": "@"}], "records[0].value is needed: a string"),
        ([RECORDS[0] | {"ttl": 59}], "records[0].ttl must be 60 to 86400 seconds"),
        (
            [RECORDS[1] | {"priority": -1}],
            "records[0].priority must be a whole number from 0 to 65535",
        ),
        (
            [RECORDS[0] | {"extra": 1}],
            "records[0] has no field 'extra'; possible: type, name, value, ttl, priority, weight,"
            " port",
        ),
        ([RECORDS[0] | {"type": "NS"}], "records[0]: type must be one of A, AAAA, CNAME, MX"),
    ],
)
def test_the_error_says_which_record_and_field_cannot_be(
    people: People, records: object, message: str
) -> None:
    domain = people.brings()

    reply = people.ask("ann", "PUT", DNS, domain["id"], body={"records": records})

    assert reply.status == 400
    assert reply.json["error"]["message"].startswith(message)


def test_records_are_written_to_the_zone_of_an_active_domain(people: People) -> None:
    people.memory.zones = FakeHostedZones(Z1="example")
    domain = people.active()

    kept = people.ask("ann", "PUT", DNS, domain["id"], body={"records": RECORDS}).json
    texts = people.memory.zones.kept["Z1"]["shop.example", "TXT"]
    fewer = people.ask("ann", "PUT", DNS, domain["id"], body={"records": RECORDS[:1]}).json
    left = list(people.memory.zones.kept["Z1"])
    people.ask("ann", "DELETE", DOMAIN, domain["id"])

    assert kept["applied"] is fewer["applied"] is True
    # A set is written whole: the proof stays in it.
    assert domain["verification"]["value"] in [each.value for each in texts]
    assert left == [("www.shop.example", "A")]
    assert people.memory.zones.kept["Z1"] == {}


def test_records_of_others_in_the_zone_stay_whatever_an_owner_asks_for(people: People) -> None:
    people.memory.zones = FakeHostedZones(Z1="example")
    theirs = Record(RecordType.A, "www.shop.example", "192.0.2.9")
    people.memory.zones.write("Z1", [theirs], [])
    domain = people.active()
    mine = {"type": "A", "name": "www.shop.example", "value": "192.0.2.1"}

    for _ in range(2):  # what was refused is not taken for one's own
        refused = people.ask("ann", "PUT", DNS, domain["id"], body={"records": [mine]})
        assert refused.status == 400
    people.ask("ann", "PUT", DNS, domain["id"], body={"records": []})
    people.ask("ann", "DELETE", DOMAIN, domain["id"])

    assert people.memory.zones.kept["Z1"] == {theirs.place: [theirs]}


def test_nobody_proves_a_name_in_our_zone_by_us(people: People) -> None:
    people.memory.zones = FakeHostedZones(Z1="example")
    domain = people.brings()
    proof = domain["verification"] | {}

    kept = people.ask("ann", "PUT", DNS, domain["id"], body={"records": [proof]}).json

    assert kept["applied"] is False
    assert people.memory.zones.kept["Z1"] == {}


def test_a_zone_that_cannot_be_written_is_told_and_tried_again(people: People) -> None:
    people.memory.zones = FakeHostedZones(Z1="example")
    domain = people.active()
    people.memory.zones.is_down = True

    failed = people.ask("ann", "PUT", DNS, domain["id"], body={"records": RECORDS})
    people.memory.zones.is_down = False
    again = people.ask("ann", "PUT", DNS, domain["id"], body={"records": RECORDS[:1]})

    assert (failed.status, again.status) == (503, 200)
    assert list(people.memory.zones.kept["Z1"]) == [("www.shop.example", "A")]


def test_without_ses_a_domain_is_verified_and_has_its_records_later(people: People) -> None:
    people.memory.identities.is_down = True
    domain = people.brings()
    people.publishes(domain)

    first = people.verifies(domain).json
    people.memory.identities.is_down = False
    verified = people.verifies(domain).json["domain"]

    assert (first["verified"], first["domain"]["mailService"]) == (True, "unknown")
    assert "dkim" not in {each["purpose"] for each in first["domain"]["records"]}
    assert verified["mailService"] == "pending"
    assert "dkim" in {each["purpose"] for each in verified["records"]}


def test_a_deployed_name_is_no_accounts_any_more() -> None:
    people = People()
    people.active()
    people.flows.restart(Settings(domains=("shop.example",)))

    wish = {"alias": "orders", "domain": "shop.example"}
    made = people.ask("ann", "POST", "/api/user/mailbox/create", body=wish)

    assert made.status == 201
    (inbox,) = people.memory.rows.inboxes.values()
    assert inbox.domain_id == ""  # a mailbox as everybody may make one there
