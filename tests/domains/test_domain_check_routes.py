"""The hourly look at domains, and all that leads to it, over moto and a real DNS server."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from functions.domain_check.handler import lambda_handler
from infra.local.dns.server import NameServer, Zone
from mayfly.assembly import Assembly, here
from mayfly.kit.aws import utc_now
from tests.deployments import Deployment
from tests.functions.http import Api, bearer
from tests.given_domains import shown_records

PASSWORD = "a phrase for the tests"
DOMAIN = "/api/v1/domains/{domainId}"


@dataclass
class Place:
    """A deployment that asks a DNS server of the test's."""

    deployment: Deployment
    zone: Zone
    later: timedelta = timedelta()

    def flows(self) -> Assembly:
        assembly = here()
        assembly.adapters.now = lambda: utc_now() + self.later
        return assembly

    def ask(self, token: str, method: str, path: str, *values: str, **more: Any) -> Any:
        reply = Api(self.flows()).call(method, path, *values, headers=bearer(token), **more)
        assert reply.status < 300, reply.content
        return reply.json

    def member(self) -> str:
        api, who = Api(self.flows()), {"email": "ann@home.example", "password": PASSWORD}
        api.call("POST", "/api/users/register", body=who)
        return str(api.call("POST", "/api/users/login", body=who).json["token"])


@pytest.fixture
def place(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    zone = Zone()
    with NameServer(zone).serving() as port:
        monkeypatch.setenv("DNS_SERVERS", f"127.0.0.1:{port}")
        here.cache_clear()
        yield Place(deployment, zone)


def test_a_domain_comes_into_being_receives_and_is_suspended(place: Place) -> None:
    token = place.member()
    domain = place.ask(token, "POST", "/api/v1/domains", body={"name": "shop.example"})
    place.zone.publish(shown_records(domain["records"]))

    verified = place.ask(token, "POST", f"{DOMAIN}/verify", domain["id"])
    place.zone.publish(
        shown_records(each for each in verified["domain"]["records"] if each["purpose"] == "dkim")
    )
    looked = place.ask(token, "GET", f"{DOMAIN}/dns", domain["id"])
    wish = {"alias": "orders", "domain": "shop.example"}
    mailbox = place.ask(token, "POST", "/api/user/mailbox/create", body=wish)
    place.zone.put("shop.example", "TXT", [])
    place.later = timedelta(hours=6)
    place.flows()
    first = lambda_handler({}, place.deployment.context)
    place.later = timedelta(hours=80)
    place.flows()
    second = lambda_handler({}, place.deployment.context)

    assert verified["verified"] is True
    assert {each["state"] for each in looked["records"]} == {"ok"}
    assert mailbox["emailAddress"] == "orders@shop.example"
    assert (first["looked_at"], first["suspended"]) == (1, 0)
    assert (second["looked_at"], second["suspended"]) == (1, 1)
    shown = place.ask(token, "GET", DOMAIN, domain["id"])
    assert (shown["status"], shown["mailService"]) == ("suspended", "verified")


def test_a_look_at_nothing_finds_nothing(place: Place) -> None:
    assert set(lambda_handler({}, place.deployment.context).values()) == {0}
