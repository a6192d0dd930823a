"""Every admin route without the admin key: 401, nothing read, nothing changed."""

from typing import Any

import pytest

from mayfly.accounts.models import Account, AccountId
from mayfly.api import ROUTES
from mayfly.domains.models import MailDomain
from mayfly.inboxes.ids import GENERATION_BYTES
from mayfly.kit.http.route import ADMIN
from mayfly.kit.tokens.models import key_hash
from mayfly.mail.address import Address
from tests import samples
from tests.functions.http import Api, MemoryAssembly, Reply, bearer
from tests.memory import Memory

KEY = "the admin key of the tests, with its random bits"
ADDED = MailDomain("hidden.example", samples.NOW, samples.NOW)
ANN = Account(
    AccountId.make(Address.parse("ann@hidden.example"), bytes(GENERATION_BYTES)),
    Address.parse("ann@hidden.example"),
    "",
    "a-hash-of-the-tests",
    samples.NOW,
)
ACCOUNT = str(ANN.id)
# Path values, and a body that would be taken. A route of /v1/admin that is not here fails.
ADMINS: dict[tuple[str, str], tuple[tuple[str, ...], object]] = {
    ("POST", "/v1/admin/domains"): ((), {"domain": "tempbox.example"}),
    ("GET", "/v1/admin/domains"): ((), None),
    ("PUT", "/v1/admin/domains/{domainId}"): ((ADDED.id,), {"is_active": False}),
    ("DELETE", "/v1/admin/domains/{domainId}"): ((ADDED.id,), None),
    ("POST", "/v1/admin/accounts/password-reset"): ((), {"email": "ann@hidden.example"}),
    ("GET", "/v1/admin/accounts/sending"): ((), None),
    ("GET", "/v1/admin/accounts/{accountId}/sending"): ((ACCOUNT,), None),
    ("PUT", "/v1/admin/accounts/{accountId}/sending"): ((ACCOUNT,), {"approved": True}),
    ("POST", "/v1/admin/generate"): ((), {"count": 1}),
    ("GET", "/v1/admin/export"): ((), None),
    ("GET", "/v1/admin/stats"): ((), None),
    ("GET", "/v1/admin/stats/history"): ((), None),
}
ELSEWHERE = "/webhooks"
"""These are the same for all their owners: `test_every_caller` has them."""
STRANGERS: dict[str, dict[str, str]] = {
    "nobody": {},
    "an empty key": {"X-Admin-Key": ""},
    "another key": {"X-Admin-Key": f"{KEY}."},
    "a key cut short": {"X-Admin-Key": KEY[:-1]},
    "its hash": {"X-Admin-Key": key_hash(KEY)},
    "no text": {"X-Admin-Key": "\ud800é"},
    "the key as a bearer": bearer("the-admin-key"),
}


@pytest.fixture
def memory() -> Memory:
    memory = Memory()
    memory.admin_keys.replace(key_hash(KEY), memory.clock())
    memory.domains.add(ADDED)
    memory.accounts.add(ANN)
    return memory


def called(memory: Memory, route: tuple[str, str], headers: dict[str, str], **more: Any) -> Reply:
    (method, path), (values, body) = route, ADMINS[route]
    wish: dict[str, Any] = {"body": body, "headers": headers} | more
    return Api(MemoryAssembly(memory)).call(method, path, *values, **wish)


def test_every_route_of_admins_is_in_the_table_and_in_the_group_of_their_limit() -> None:
    of_admins = [each for each in ROUTES if "/admin/" in each.path]

    routes = {(each.method, each.path) for each in of_admins if ELSEWHERE not in each.path}
    assert routes == ADMINS.keys()
    assert {each.limit for each in of_admins} == {ADMIN}


@pytest.mark.parametrize("route", ADMINS, ids=" ".join)
def test_the_admin_key_opens_it(memory: Memory, route: tuple[str, str]) -> None:
    assert called(memory, route, {"x-admin-KEY": KEY}).status < 300


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("route", ADMINS, ids=" ".join)
def test_nothing_else_does(memory: Memory, route: tuple[str, str], stranger: str) -> None:
    before = dict(memory.domains.kept)

    reply = called(memory, route, STRANGERS[stranger])

    assert (reply.status, reply.code) == (401, "AUTHENTICATION_ERROR")
    assert b"hidden" not in reply.content
    assert memory.domains.kept == before
    assert (memory.domains.reads, memory.census.counts) == (0, 0)


@pytest.mark.parametrize("route", ADMINS, ids=" ".join)
def test_nobody_is_an_admin_before_a_key_is_made(memory: Memory, route: tuple[str, str]) -> None:
    memory.admin_keys.kept.clear()

    for key in (KEY, "", key_hash(""), "None"):
        assert called(memory, route, {"X-Admin-Key": key}).status == 401


@pytest.mark.parametrize("route", [each for each in ADMINS if each[0] in ("POST", "PUT")])
def test_a_strangers_body_is_not_read(memory: Memory, route: tuple[str, str]) -> None:
    assert called(memory, route, {}, body="{not JSON").status == 401
    assert called(memory, route, {"X-Admin-Key": KEY}, body="{not JSON").status == 400


@pytest.mark.parametrize("route", ADMINS, ids=" ".join)
def test_the_description_says_that_the_key_is_needed(route: tuple[str, str]) -> None:
    from tests.functions.http import DOCUMENT

    method, path = route

    assert DOCUMENT["paths"][path][method.lower()]["security"] == [{"adminKey": []}]
