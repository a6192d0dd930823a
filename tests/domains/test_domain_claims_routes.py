"""How many domains may be claimed, of whom and from where."""

from typing import Any

from functions.http_api.handler import serve
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.domains.test_own_domains_routes import DOMAINS, People
from tests.functions.http import Reply, bearer, event, unpacked


class Street(People):
    """Accounts that call from addresses of their own, counted as a deployment counts domains."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(registrations_per_day=0, **settings)
        claims = Settings(**settings).domain_claims_per_day
        self.flows.rates = RateLimits(0, {}, 0, claims_a_day=claims)

    def claims(self, who: str, name: str, address: str) -> Reply:
        headers = bearer(self.token(who))
        told = event("POST", DOMAINS, body={"name": name}, headers=headers)
        told["requestContext"]["identity"]["sourceIp"] = address
        return unpacked(serve(told, self.flows))


def test_pending_claims_of_strangers_refuse_no_honest_one() -> None:
    street = Street()
    taken = 0
    for number in range(60):
        who, address = f"stranger{number // 3}", f"198.51.100.{number // 10}"
        taken += street.claims(who, f"s{number}.example", address).status == 201

    honest = street.claims("ann", "shop.example", "192.0.2.7")

    assert (taken, honest.status) == (60, 201)
    street.publishes(honest.json)
    assert street.verifies(honest.json).json["verified"] is True


def test_an_account_has_few_pending_domains() -> None:
    street = Street(pending_domains_per_account=2)
    first = street.claims("ann", "a.example", "192.0.2.1").json
    street.claims("ann", "b.example", "192.0.2.2")

    refused = street.claims("ann", "c.example", "192.0.2.3")
    street.publishes(first)
    street.verifies(first)
    taken = street.claims("ann", "c.example", "192.0.2.3")

    assert (refused.status, taken.status) == (429, 201)
    assert "PENDING_DOMAINS_PER_ACCOUNT" in refused.json["error"]["message"]


def test_one_address_brings_so_many_domains_a_day_whoever_calls() -> None:
    street = Street(domain_claims_per_day=3)
    statuses = [
        street.claims(f"person{number}", f"d{number}.example", "192.0.2.1").status
        for number in range(4)
    ]

    refused = street.claims("ann", "shop.example", "192.0.2.1")
    elsewhere = street.claims("ann", "shop.example", "192.0.2.2")
    street.memory.clock.advance(days=1)
    tomorrow = street.claims("bob", "bob.example", "192.0.2.1")

    assert statuses == [201, 201, 201, 429]
    assert "DOMAIN_CLAIMS_PER_DAY" in refused.json["error"]["message"]
    assert int(refused.headers["Retry-After"]) <= 24 * 3600
    assert (elsewhere.status, tomorrow.status) == (201, 201)


def test_a_claim_that_is_refused_is_not_counted() -> None:
    street = Street(domain_claims_per_day=2)
    street.claims("ann", "shop.example", "192.0.2.1")
    for _ in range(5):
        again = street.claims("ann", "shop.example", "192.0.2.1")

    assert again.status == 409
    assert street.claims("ann", "more.example", "192.0.2.1").status == 201


def test_where_claims_cannot_be_counted_domains_are_brought_all_the_same() -> None:
    street = Street()
    street.token("ann")
    street.memory.request_counts.failing = TimeoutError()

    assert street.claims("ann", "a.example", "192.0.2.1").status == 201
