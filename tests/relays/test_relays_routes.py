"""Document 002's relays: kept for a domain, tried out, never shown with their passwords."""

from typing import Any

import pytest

from mayfly.rate_limits.service import RateLimits
from mayfly.relays.models import Relay, RelayFailure, Stage
from tests.functions.http import Api, MemoryAssembly
from tests.functions.owner import Owner
from tests.memory import Memory

CONFIG = "/api/v1/smtp/domains/{domainId}/config"
DOMAIN_SMTP = "/api/v1/domains/{domainId}/smtp"
TEST = "/api/v1/smtp/test"
WANTED: dict[str, Any] = {
    "host": "SMTP.relay.example.",
    "port": 587,
    "secure": False,
    "username": "ann@relay.example",
    "password": "an app password",
}
SHOWN = {
    "host": "smtp.relay.example",
    "port": 587,
    "secure": False,
    "username": "ann@relay.example",
    "hasPassword": True,
    "updatedAt": "2026-01-01T12:00:00.000Z",
}


@pytest.fixture
def ann(flows: MemoryAssembly, api: Api) -> Owner:
    return Owner(flows, api)


@pytest.mark.parametrize("path", [CONFIG, DOMAIN_SMTP])
def test_a_relay_is_kept_and_shown_without_its_password(ann: Owner, path: str) -> None:
    kept = ann.ask("PUT", path, WANTED)
    shown = ann.ask("GET", CONFIG)

    assert kept.status == shown.status == 200
    assert kept.json == shown.json == {"domainId": ann.domain.id} | SHOWN
    assert b"an app password" not in kept.content + shown.content


def test_what_is_kept_is_ready_to_be_used(ann: Owner, flows: MemoryAssembly) -> None:
    ann.ask("PUT", CONFIG, WANTED)

    relay = flows.relays.service.relay_of(ann.domain.id)

    assert relay == Relay("smtp.relay.example", 587, False, "ann@relay.example", "an app password")
    assert "password" not in repr(relay)


def test_a_password_is_kept_only_sealed_for_its_domain(ann: Owner, memory: Memory) -> None:
    ann.ask("PUT", CONFIG, WANTED)

    kept = memory.relay_configs.kept[ann.domain.id]
    assert memory.domain_secrets.secrets == {(ann.domain.id, kept.sealed): b"an app password"}


def test_a_password_that_is_not_told_again_stays(ann: Owner, flows: MemoryAssembly) -> None:
    ann.ask("PUT", CONFIG, WANTED)

    changed = ann.ask("PUT", CONFIG, {**WANTED, "password": None})

    assert changed.json["hasPassword"] is True
    relay = flows.relays.service.relay_of(ann.domain.id)
    assert relay and relay.password == "an app password"


@pytest.mark.parametrize(
    "change",
    [
        {"host": "evil.example"},
        {"port": 2525},
        {"secure": True},
        {"username": "eve@relay.example"},
    ],
)
def test_a_password_that_is_kept_goes_to_no_other_relay(ann: Owner, change: dict[str, Any]) -> None:
    ann.ask("PUT", CONFIG, WANTED)

    refused = ann.ask("PUT", CONFIG, {**WANTED, "password": None, **change})

    assert (refused.status, refused.code) == (400, "VALIDATION_ERROR")
    assert "password" in refused.json["error"]["message"]
    assert ann.ask("GET", CONFIG).json["host"] == "smtp.relay.example"


def test_a_relay_may_know_us_without_a_password(ann: Owner, flows: MemoryAssembly) -> None:
    kept = ann.ask("PUT", CONFIG, {"host": "smtp.relay.example", "port": 465})

    assert kept.json["hasPassword"] is False
    assert (kept.json["secure"], kept.json["username"]) == (True, None)
    relay = flows.relays.service.relay_of(ann.domain.id)
    assert relay and (relay.username, relay.password) == ("", "")


@pytest.mark.parametrize(
    "change",
    [
        {"host": None},
        {"host": ""},
        {"host": "not a host"},
        {"host": "a" * 300},
        {"host": "relay.example/x"},
        {"port": None},
        {"port": "587"},
        {"port": True},
        {"port": 22},
        {"port": 0},
        {"port": 70000},
        {"secure": "yes"},
        {"username": 7},
        {"username": "a\r\nb"},
        {"username": None},
        {"password": "a\0b"},
        {"password": "a" * 501},
        {"password": ["a"]},
        {"other": 1},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("PUT", CONFIG), ("POST", TEST)])
def test_what_is_no_relay_is_refused(
    ann: Owner, memory: Memory, change: dict[str, Any], method: str, path: str
) -> None:
    refused = ann.ask(method, path, {**WANTED, **change})

    assert (refused.status, refused.code) == (400, "VALIDATION_ERROR")
    assert memory.relay_configs.kept == {}
    assert memory.relays.tested == []


def test_a_domain_without_a_relay_has_none_to_show_or_to_forget(ann: Owner) -> None:
    for method in ("GET", "DELETE"):
        assert ann.ask(method, CONFIG).code == "NOT_FOUND"


def test_a_relay_that_is_forgotten_is_gone(ann: Owner, flows: MemoryAssembly) -> None:
    ann.ask("PUT", CONFIG, WANTED)

    gone = ann.ask("DELETE", CONFIG)

    assert gone.json == {"domainId": ann.domain.id, "deleted": True}
    assert ann.ask("GET", CONFIG).status == 404
    assert flows.relays.service.relay_of(ann.domain.id) is None


def test_nobody_has_a_say_in_another_s_domain(ann: Owner, flows: MemoryAssembly, api: Api) -> None:
    ann.ask("PUT", CONFIG, WANTED)
    eve = Owner(flows, api, "eve", "eve.example")

    replies = [
        eve.ask("GET", CONFIG, domain=ann.domain.id),
        eve.ask("PUT", CONFIG, {**WANTED, "host": "evil.example"}, ann.domain.id),
        eve.ask("PUT", DOMAIN_SMTP, {**WANTED, "host": "evil.example"}, ann.domain.id),
        eve.ask("DELETE", CONFIG, domain=ann.domain.id),
        eve.ask("POST", TEST, {"domainId": ann.domain.id}),
    ]

    assert [each.status for each in replies] == [404] * 5
    assert ann.ask("GET", CONFIG).json["host"] == "smtp.relay.example"


def test_a_relay_that_works_is_told_so(ann: Owner, memory: Memory) -> None:
    tried = ann.ask("POST", TEST, WANTED)

    assert tried.status == 200
    assert tried.json == {
        "success": True,
        "stage": None,
        "code": None,
        "message": "The relay took the connection",
        "tls": "TLSv1.3",
        "authentication": "PLAIN",
    }
    assert memory.relays.tested[0].password == "an app password"
    assert memory.relay_configs.kept == {}


def test_a_relay_that_does_not_work_is_told_by_the_stage(ann: Owner, memory: Memory) -> None:
    memory.relays.trouble = RelayFailure(Stage.CERTIFICATE, "certificate has expired")

    tried = ann.ask("POST", TEST, WANTED)

    assert tried.status == 200
    assert (tried.json["success"], tried.json["stage"]) == (False, "certificate")
    assert (tried.json["code"], tried.json["message"]) == (None, "certificate has expired")


def test_the_relay_that_is_kept_can_be_tried(ann: Owner, memory: Memory) -> None:
    ann.ask("PUT", CONFIG, WANTED)

    tried = ann.ask("POST", TEST, {"domainId": ann.domain.id})

    assert tried.json["success"] is True
    assert memory.relays.tested == [
        Relay("smtp.relay.example", 587, False, "ann@relay.example", "an app password")
    ]


def test_the_password_that_is_kept_is_tried_at_no_other_host(ann: Owner, memory: Memory) -> None:
    ann.ask("PUT", CONFIG, WANTED)

    refused = ann.ask("POST", TEST, {"domainId": ann.domain.id, "host": "evil.example"})

    assert refused.status == 400
    assert memory.relays.tested == []


def test_passwords_cannot_be_tried_out_without_end(
    flows: MemoryAssembly, api: Api, memory: Memory
) -> None:
    ann = Owner(flows, api)
    memory.relays.password = "another"
    flows.rates = RateLimits(0, {}, 100)

    tried = [ann.ask("POST", TEST, {**WANTED, "password": str(n)}) for n in range(11)]

    assert [each.status for each in tried] == [200] * 10 + [429]
    assert tried[0].json["code"] == 535


def test_strangers_who_try_a_relays_user_keep_nobody_from_it_who_had_it_right_before(
    flows: MemoryAssembly, api: Api, memory: Memory
) -> None:
    ann, eve = Owner(flows, api), Owner(flows, api, "eve", "eve.example")
    flows.rates = RateLimits(0, {}, 1000)
    assert ann.ask("POST", TEST, WANTED).json["success"]
    memory.relays.password = "another"
    for number in range(12):
        eve.ask("POST", TEST, {**WANTED, "password": str(number)})
    memory.relays.password = WANTED["password"]

    anns = ann.ask("POST", TEST, WANTED)
    eves = eve.ask("POST", TEST, WANTED)

    assert (anns.status, eves.status) == (200, 429)


def test_right_passwords_are_not_counted(ann: Owner, flows: MemoryAssembly) -> None:
    flows.rates = RateLimits(0, {}, 100)

    tried = [ann.ask("POST", TEST, WANTED) for _ in range(11)]

    assert {each.status for each in tried} == {200}


def test_trying_is_limited_as_logins_are(flows: MemoryAssembly, api: Api) -> None:
    ann = Owner(flows, api)
    flows.rates = RateLimits(0, {"login": 3}, 0)

    tried = [ann.ask("POST", TEST, WANTED).status for _ in range(5)]

    assert tried == [200, 200, 200, 429, 429]


def test_on_the_laptop_a_relay_may_listen_anywhere(flows: MemoryAssembly, api: Api) -> None:
    ann = Owner(flows, api)
    flows.restart(type(flows.settings)(relay_to_private_addresses=True))

    assert ann.ask("PUT", CONFIG, {**WANTED, "host": "127.0.0.1", "port": 10025}).status == 200


@pytest.mark.parametrize(("method", "path"), [("PUT", CONFIG), ("POST", TEST)])
def test_a_relay_at_port_25_is_refused_where_nobody_gets_there(
    ann: Owner, flows: MemoryAssembly, method: str, path: str
) -> None:
    taken = ann.ask(method, path, {**WANTED, "port": 25})
    flows.restart(type(flows.settings)(relay_port_25=False, relay_to_private_addresses=True))

    refused = ann.ask(method, path, {**WANTED, "port": 25})

    assert (taken.status, refused.status) == (200, 400)
    assert "port must not be 25" in refused.json["error"]["message"]
    assert "465, 587, 2525" in refused.json["error"]["message"]


def test_a_relay_at_port_25_that_was_kept_before_is_not_waited_for(
    ann: Owner, flows: MemoryAssembly
) -> None:
    ann.ask("PUT", CONFIG, {**WANTED, "port": 25})
    flows.restart(type(flows.settings)(relay_port_25=False))

    refused = ann.ask("POST", TEST, {"domainId": ann.domain.id})

    assert "port must not be 25" in refused.json["error"]["message"]


def test_without_its_key_no_password_is_kept(ann: Owner, memory: Memory) -> None:
    memory.domain_secrets.is_down = True

    assert ann.ask("PUT", CONFIG, WANTED).status == 503
    assert memory.relay_configs.kept == {}


def test_a_domain_that_is_given_up_leaves_no_secrets(ann: Owner, memory: Memory) -> None:
    ann.ask("PUT", CONFIG, WANTED)
    ann.ask("POST", "/api/v1/smtp/domains/{domainId}/dkim")
    assert memory.relay_configs.kept and memory.keyrings.kept

    gone = ann.ask("DELETE", "/api/v1/domains/{domainId}")

    assert gone.status == 200
    assert not memory.relay_configs.kept
    assert not memory.keyrings.kept
