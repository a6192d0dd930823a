"""Who counts as the caller of a request that CloudFront passes on, and of one that says so."""

import io
from typing import Any

import pytest

from functions.http_api.handler import serve
from mayfly.page.edge import HOST_HEADER, SECRET_HEADER, VIEWER_HEADER, EdgeSecret
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.deployments import Deployment
from tests.functions.http import MemoryAssembly, Reply, event, unpacked
from tests.memory import FakeSigningKeys, Memory

SECRET = "what the deployment gave CloudFront, with its random bits"
PAGE = "d1234.cloudfront.net"


@pytest.fixture
def keys() -> FakeSigningKeys:
    keys = FakeSigningKeys()
    keys.change(SECRET)
    return keys


@pytest.fixture
def flows(memory: Memory, keys: FakeSigningKeys) -> MemoryAssembly:
    memory.edge_keys = keys
    return MemoryAssembly(memory, rates=RateLimits.of(Settings()))


def ask(
    flows: MemoryAssembly,
    secret: str,
    viewer: str,
    method: str = "POST",
    path: str = "/api/emails",
    headers: dict[str, str] | None = None,
    body: Any = None,
) -> Reply:
    """A request with what CloudFront adds, or what somebody adds who is not CloudFront."""
    told = {SECRET_HEADER: secret, VIEWER_HEADER: viewer, HOST_HEADER: PAGE}
    asked = event(method, path, headers={**told, **(headers or {})}, body=body)
    return unpacked(serve(asked, flows))


def test_each_viewer_of_the_page_has_limits_of_their_own(flows: MemoryAssembly) -> None:
    first = [ask(flows, SECRET, "198.51.100.1").status for _ in range(6)]
    another = ask(flows, SECRET, "198.51.100.2").status
    by_ipv6 = [ask(flows, SECRET, f"2001:db8::{number}").status for number in range(1, 7)]

    assert first == [201] * 5 + [429]
    assert another == 201
    assert by_ipv6 == [201] * 5 + [429]


@pytest.mark.parametrize("secret", ["", "a guess", SECRET[:-1], SECRET + "x", "\udcff", "ü"])
def test_who_says_without_the_secret_that_they_are_others_is_counted_as_one(
    flows: MemoryAssembly, secret: str
) -> None:
    made = [ask(flows, secret, f"198.51.100.{number}").status for number in range(6)]

    assert made == [201] * 5 + [429]


def test_a_deployment_without_cloudfront_believes_nobody(memory: Memory) -> None:
    flows = MemoryAssembly(memory, rates=RateLimits.of(Settings()))

    made = [ask(flows, SECRET, f"198.51.100.{number}").status for number in range(6)]

    assert made == [201] * 5 + [429]


def test_the_secret_before_counts_until_cloudfront_has_the_new_one(
    flows: MemoryAssembly, keys: FakeSigningKeys
) -> None:
    keys.change("the next secret, which CloudFront gets when it is deployed")

    replaced = ask(flows, SECRET, "198.51.100.1")
    keys.change("and the one after that")
    forgotten = ask(flows, SECRET, "198.51.100.1")

    assert replaced.headers["Location"].startswith(f"https://{PAGE}/")
    assert PAGE not in forgotten.headers["Location"]


def test_links_lead_to_where_the_viewer_asked(flows: MemoryAssembly) -> None:
    through = ask(flows, SECRET, "198.51.100.1")
    direct = ask(flows, "a guess", "198.51.100.1")

    assert through.headers["Location"].startswith(f"https://{PAGE}/api/emails/")
    assert direct.headers["Location"].startswith("https://api.example/live/api/emails/")


def test_a_cookie_of_the_page_may_write_from_the_page_only(flows: MemoryAssembly) -> None:
    who = {"email": "ann@shop.example", "password": "a phrase for the tests"}
    ask(flows, SECRET, "198.51.100.1", path="/api/users/register", body=who)
    logged_in = ask(flows, SECRET, "198.51.100.1", path="/api/users/login", body=who)
    cookie = logged_in.cookies[0].partition(";")[0]

    def made_from(origin: str) -> Reply:
        headers = {"Cookie": cookie, "Origin": origin}
        path = "/api/user/mailbox/create"
        return ask(flows, SECRET, "198.51.100.1", path=path, headers=headers, body={"alias": "ann"})

    assert logged_in.cookies[0].endswith("; Secure")
    assert made_from("https://elsewhere.example").status == 403
    assert made_from(f"https://{PAGE}").status == 201


def test_a_secret_that_cannot_be_read_fails_no_request(
    flows: MemoryAssembly, keys: FakeSigningKeys, log: io.StringIO
) -> None:
    keys.keys.clear()

    reply = ask(flows, SECRET, "198.51.100.1")

    assert reply.status == 201
    assert "SigningKeysUnavailable" in log.getvalue()
    assert SECRET not in log.getvalue()


def test_a_deployment_finds_the_secret_where_its_settings_say(deployment: Deployment) -> None:
    name = "the secret of CloudFront"
    deployment.clients["secretsmanager"].create_secret(Name=name, SecretString=SECRET)

    edge = EdgeSecret(deployment.adapters(Settings(edge_secret=name)).edge_keys)
    assert edge.matches(SECRET)
    assert not edge.matches("a guess")
    assert not deployment.assembly.page.edge.matches(SECRET)
