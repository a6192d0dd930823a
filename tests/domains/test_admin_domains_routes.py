"""Mail domains over HTTP, as document 003 has them."""

from collections import Counter
from typing import Any

import pytest

from mayfly.domains.models import MailDomain
from mayfly.kit.tokens.models import key_hash
from mayfly.settings import Settings
from tests.deployments import Deployment
from tests.functions.http import DOCUMENT, Api, MemoryAssembly, Reply
from tests.memory import Memory

KEY = {"X-Admin-Key": "the admin key of the tests, with its random bits"}
DOMAINS, DOMAIN = "/v1/admin/domains", "/v1/admin/domains/{domainId}"
TEMPBOX = {
    "domain": "tempbox.example",
    "pop3_host": "mail.tempbox.example",
    "pop3_port": 995,
    "pop3_tls": True,
}
DEPLOYED = MailDomain("mayfly.example").id


@pytest.fixture
def api() -> Api:
    memory = Memory()
    memory.admin_keys.replace(key_hash(KEY["X-Admin-Key"]), memory.clock())
    return Api(MemoryAssembly(memory, Settings(domains=("mayfly.example",))))


def asked(api: Api, method: str, *domain_id: str, body: Any = None) -> Reply:
    path = DOMAIN if domain_id else DOMAINS
    return api.call(method, path, *domain_id, body=body, headers=KEY)


def test_a_domain_is_added_as_the_document_shows_it_and_listed(api: Api) -> None:
    added = asked(api, "POST", body=TEMPBOX)

    assert added.status == 201
    assert added.json == {
        "id": MailDomain("tempbox.example").id,
        **TEMPBOX,
        "is_active": True,
        "source": "admin",
        "owner": None,
        "status": "active",
        "created_at": "2026-01-01T12:00:00.000Z",
        "updated_at": "2026-01-01T12:00:00.000Z",
    }
    listed = asked(api, "GET").json
    assert listed["count"] == 2
    assert listed["domains"][1] == added.json


def test_the_deployments_own_domain_is_listed_without_having_been_added(api: Api) -> None:
    (listed,) = asked(api, "GET").json["domains"]

    assert listed == {
        "id": DEPLOYED,
        "domain": "mayfly.example",
        "is_active": True,
        "source": "deployment",
        "owner": None,
        "status": "active",
        "pop3_host": None,
        "pop3_port": None,
        "pop3_tls": None,
        "created_at": None,
        "updated_at": None,
    }


def test_a_name_alone_is_enough_and_takes_its_one_spelling(api: Api) -> None:
    added = asked(api, "POST", body={"domain": "Bücher.Example."}).json

    assert (added["domain"], added["pop3_host"]) == ("xn--bcher-kva.example", None)


def test_without_a_port_it_is_that_of_the_protocol(api: Api) -> None:
    safe = asked(api, "POST", body={"domain": "a.example", "pop3_host": "A.example"}).json
    plain = asked(
        api, "POST", body={"domain": "b.example", "pop3_host": "b.example", "pop3_tls": False}
    ).json

    assert [safe[name] for name in ("pop3_host", "pop3_port", "pop3_tls")] == [
        "a.example",
        995,
        True,
    ]
    assert (plain["pop3_port"], plain["pop3_tls"]) == (110, False)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"domain": 7},
        {"domain": "no domain"},
        {"domain": ""},
        {"domain": "example"},
        {"domain": "192.0.2.1"},
        {"domain": "a.example", "pop3_port": 995},
        {"domain": "a.example", "pop3_tls": False},
        {"domain": "a.example", "pop3_host": "no host"},
        {"domain": "a.example", "pop3_host": 7},
        {"domain": "a.example", "pop3_host": "h.example", "pop3_port": 0},
        {"domain": "a.example", "pop3_host": "h.example", "pop3_port": 65536},
        {"domain": "a.example", "pop3_host": "h.example", "pop3_port": True},
        {"domain": "a.example", "pop3_host": "h.example", "pop3_port": "995"},
        {"domain": "a.example", "pop3_host": "h.example", "pop3_tls": "yes"},
        {"domain": "a.example", "is_active": False},
        ["a.example"],
    ],
)
def test_what_cannot_be_added_is_refused(api: Api, body: object) -> None:
    reply = asked(api, "POST", body=body)

    assert (reply.status, reply.code) == (400, "VALIDATION_ERROR")
    assert asked(api, "GET").json["count"] == 1


@pytest.mark.parametrize("name", ["mayfly.example", "MAYFLY.example", "tempbox.example"])
def test_a_domain_that_is_there_is_a_conflict(api: Api, name: str) -> None:
    asked(api, "POST", body=TEMPBOX)

    reply = asked(api, "POST", body={"domain": name})

    assert (reply.status, reply.code) == (409, "CONFLICT")


def test_an_inactive_domain_takes_no_inbox_and_can_come_back(api: Api) -> None:
    added = asked(api, "POST", body=TEMPBOX).json
    wish = {"mode": "generated", "domain": "tempbox.example"}

    changed = asked(api, "PUT", added["id"], body={"is_active": False})
    refused = api.call("POST", "/v1/inboxes", body=wish)
    asked(api, "PUT", added["id"], body={"is_active": True})

    assert changed.json == added | {
        "is_active": False,
        "updated_at": "2026-01-01T12:00:00.001Z",
    }
    assert (refused.status, refused.code) == (400, "VALIDATION_ERROR")
    made = api.call("POST", "/v1/inboxes", body=wish)
    assert made.json["email_address"].endswith("@tempbox.example")


def test_where_no_domain_is_active_no_inbox_is_made(api: Api) -> None:
    asked(api, "PUT", DEPLOYED, body={"is_active": False})

    for path, body in (("/api/emails", None), ("/v1/inboxes", {"mode": "generated"})):
        reply = api.call("POST", path, body=body)
        assert (reply.status, reply.code) == (403, "AUTHORIZATION_ERROR")


def test_the_pop3_server_changes_as_a_whole_and_can_be_forgotten(api: Api) -> None:
    domain = asked(api, "POST", body=TEMPBOX).json["id"]

    other = asked(api, "PUT", domain, body={"pop3_host": "other.example", "pop3_tls": False}).json
    kept = asked(api, "PUT", domain, body={"is_active": True}).json
    none = asked(api, "PUT", domain, body={"pop3_host": None}).json

    assert (other["pop3_host"], other["pop3_port"]) == ("other.example", 110)
    assert kept["pop3_host"] == "other.example"
    assert (none["pop3_host"], none["pop3_port"], none["is_active"]) == (None, None, True)


@pytest.mark.parametrize("body", [{}, {"is_active": "no"}, {"pop3_port": 110}, {"domain": "x.y"}])
def test_what_cannot_be_changed_is_refused(api: Api, body: object) -> None:
    assert asked(api, "PUT", DEPLOYED, body=body).status == 400


def test_the_description_says_which_fields_go_together_and_that_one_is_needed() -> None:
    together = {"pop3_port": ["pop3_host"], "pop3_tls": ["pop3_host"]}
    schemas = DOCUMENT["components"]["schemas"]

    assert schemas["WantedDomain"]["dependentRequired"] == together
    assert schemas["DomainChange"]["dependentRequired"] == together
    assert schemas["DomainChange"]["minProperties"] == 1
    assert DOCUMENT["paths"][DOMAIN]["put"]["requestBody"]["required"] is True


def test_mail_for_a_removed_domain_goes_on_to_the_inboxes_it_has(api: Api) -> None:
    domain = asked(api, "POST", body=TEMPBOX).json["id"]
    made = api.call("POST", "/api/emails", body={"domain": "tempbox.example"}).json

    gone = asked(api, "DELETE", domain)
    api.flows.receive(b"Subject: Hello\r\n\r\nHello\r\n", made["email"])

    assert gone.json == {"id": domain, "deleted": True}
    assert asked(api, "DELETE", domain).status == 404
    assert asked(api, "PUT", domain, body={"is_active": True}).status == 404
    assert api.call("POST", "/api/emails", body={"domain": "tempbox.example"}).status == 400
    (message,) = api.call("GET", "/api/emails/{email}/messages", made["email"]).json
    assert message["subject"] == "Hello"


def test_the_deployments_own_domain_cannot_be_removed(api: Api) -> None:
    reply = asked(api, "DELETE", DEPLOYED)

    assert (reply.status, reply.code) == (409, "CONFLICT")
    assert "inactive" in reply.json["error"]["message"]
    assert asked(api, "GET").json["count"] == 1


def test_making_inboxes_costs_no_read_of_the_domains_each(deployment: Deployment) -> None:
    api = Api(deployment.assembly)

    for _ in range(5):
        assert api.call("POST", "/api/emails").status == 201

    # What the day has cost is looked at once in a while, too.
    assert Counter(deployment.calls) == {"Query": 1, "GetItem": 1, "PutItem": 5}


def test_real_rows_are_changed_and_removed(deployment: Deployment) -> None:
    here = deployment.assembly
    here.adapters.admin_keys.replace(key_hash(KEY["X-Admin-Key"]), here.now())
    api = Api(here)

    added = asked(api, "POST", body=TEMPBOX).json
    changed = asked(api, "PUT", added["id"], body={"is_active": False}).json
    deployed = asked(api, "PUT", DEPLOYED, body={"is_active": False}).json
    refused = api.call("POST", "/api/emails")
    gone = asked(api, "DELETE", added["id"])

    assert added["updated_at"] < changed["updated_at"]
    assert refused.status == 403
    assert gone.status == 200
    assert asked(api, "GET").json == {"domains": [deployed], "count": 1}


def test_a_field_of_the_pop3_server_that_comes_alone_changes_that_field(api: Api) -> None:
    domain = asked(api, "POST", body=TEMPBOX).json["id"]

    port = asked(api, "PUT", domain, body={"pop3_port": 1995}).json
    plain = asked(api, "PUT", domain, body={"pop3_tls": False}).json
    moved = asked(api, "PUT", domain, body={"pop3_host": "other.example"}).json
    gone = asked(api, "PUT", domain, body={"pop3_host": None}).json

    shown = [
        (each["pop3_host"], each["pop3_port"], each["pop3_tls"])
        for each in (port, plain, moved, gone)
    ]
    assert shown == [
        ("mail.tempbox.example", 1995, True),
        ("mail.tempbox.example", 1995, False),
        ("other.example", 1995, False),
        (None, None, None),
    ]
    assert asked(api, "PUT", domain, body={"pop3_port": 995}).status == 400
