"""Rate limits at the door: who is counted, what is answered, and that counting never fails it."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest

from functions.http_api.handler import serve
from mayfly.admission.limits import Admission, login_attempt
from mayfly.api import ROUTES
from mayfly.errors import Contended, MayflyError, RateLimited, Unauthenticated, kind_of
from mayfly.kit.http.messages import Answer, Request
from mayfly.kit.http.route import ADMIN, CONFIRM, LOGIN, UNLOCK, Route
from mayfly.limits import LOGIN_FAILURES
from mayfly.private_inboxes.tokens import AUDIENCE
from mayfly.rate_limits.service import RateLimits
from mayfly.settings import Settings
from tests.functions.http import (
    DOCUMENT,
    Api,
    MemoryAssembly,
    Reply,
    bearer,
    event,
    response_of,
    unpacked,
)
from tests.memory import Memory

LIMIT, REMAINING, RESET = "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"
DOCUMENTED = RateLimits.of(Settings())
NOON = 1767268800  # when the tests' clock stands still


@pytest.fixture
def flows(memory: Memory) -> MemoryAssembly:
    return MemoryAssembly(memory, rates=DOCUMENTED)


def from_address(flows: MemoryAssembly, address: str, method: str, path: str, **more: Any) -> Reply:
    told = event(method, path, **more)
    told["requestContext"]["identity"]["sourceIp"] = address
    return unpacked(serve(told, flows))


def rates(reply: Reply) -> tuple[str, str, str]:
    return reply.headers[LIMIT], reply.headers[REMAINING], reply.headers[RESET]


def test_every_answer_says_what_is_left_under_the_nearest_limit(api: Api) -> None:
    healthy = api.call("GET", "/health")
    made = api.call("POST", "/api/emails")
    listed = api.call("GET", "/api/emails/{email}/messages", made.json["email"])

    assert rates(healthy) == ("100", "99", str(NOON + 60))
    assert rates(made) == ("5", "4", str(NOON + 60))
    assert rates(listed) == ("30", "29", str(NOON + 60))


@pytest.mark.parametrize("route", ROUTES, ids=lambda each: f"{each.method} {each.path}")
def test_every_route_tells_its_limits_whatever_it_answers(api: Api, route: Route) -> None:
    values = ["x"] * route.path.count("{")

    reply = unpacked(serve(event(route.method, route.path, *values), api.flows))

    assert {LIMIT, REMAINING, RESET} <= set(reply.headers)
    for each in reply.headers:
        if each.startswith("X-RateLimit"):
            assert each in reply.headers["Access-Control-Expose-Headers"]


def test_errors_of_method_and_preflights_are_answered(api: Api) -> None:
    wrong = api.call("PUT", "/api/emails")
    asked = api.call("OPTIONS", "/api/emails")

    assert (wrong.status, wrong.headers[REMAINING]) == (405, "99")
    assert (asked.status, LIMIT in asked.headers) == (204, False)


def test_a_sixth_inbox_in_a_minute_is_refused_and_the_next_minute_is_fine(
    api: Api, memory: Memory
) -> None:
    memory.clock.advance(seconds=12)
    made = [api.call("POST", "/api/emails").status for _ in range(5)]

    refused = api.call("POST", "/v1/inboxes", body={"mode": "generated"})
    memory.clock.advance(seconds=48)
    later = api.call("POST", "/v1/inboxes", body={"mode": "generated"})

    assert made == [201] * 5
    assert (refused.status, refused.code) == (429, "RATE_LIMIT_EXCEEDED")
    assert "5 requests that make inboxes a minute" in refused.json["error"]["message"]
    assert refused.headers["Retry-After"] == "48"
    assert rates(refused) == ("5", "0", str(NOON + 60))
    assert (later.status, later.headers[REMAINING]) == (201, "4")
    assert len(memory.rows.inboxes) == 6


def test_a_forged_forwarding_header_changes_nothing(flows: MemoryAssembly) -> None:
    for number in range(5):
        forged = {
            "X-Forwarded-For": f"198.51.100.{number}",
            "Forwarded": f"for=198.51.100.{number}",
        }
        assert from_address(flows, "192.0.2.7", "POST", "/api/emails", headers=forged).status == 201

    refused = from_address(
        flows, "192.0.2.7", "POST", "/api/emails", headers={"X-Forwarded-For": "198.51.100.99"}
    )
    other = from_address(flows, "192.0.2.8", "POST", "/api/emails")

    assert (refused.status, other.status) == (429, 201)


def test_all_of_an_ipv6_network_is_one_client(flows: MemoryAssembly) -> None:
    for number in range(5):
        from_address(flows, f"2001:db8:1:2::{number}", "POST", "/api/emails")

    same = from_address(flows, "2001:db8:1:2:ffff::1", "POST", "/api/emails")
    other = from_address(flows, "2001:db8:1:3::1", "POST", "/api/emails")

    assert (same.status, other.status) == (429, 201)


def test_the_bearer_of_a_token_is_counted_for_the_inbox(
    flows: MemoryAssembly, memory: Memory
) -> None:
    api = Api(flows)
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    inbox, token = made["inbox_id"], bearer(made["access_token"])

    fetched = api.call("GET", "/v1/inboxes/{inboxId}/messages", inbox, headers=token)
    told = event("GET", "/v1/inboxes/{inboxId}/messages", inbox, headers=token)
    told["requestContext"]["identity"]["sourceIp"] = "198.51.100.1"
    elsewhere = unpacked(serve(told, flows))
    as_cookie = api.call(
        "GET", "/health", headers={"Cookie": f"sessionToken={made['access_token']}"}
    )
    bare = api.call("GET", "/health")

    assert [each.headers[REMAINING] for each in (fetched, elsewhere)] == ["29", "28"]
    assert as_cookie.headers[REMAINING] == "97"
    assert bare.headers[REMAINING] == "98"


@pytest.mark.parametrize("forgery", ["other key", "expired", "other audience", "no jwt"])
def test_a_token_that_is_not_good_is_counted_for_the_address(
    flows: MemoryAssembly, memory: Memory, forgery: str
) -> None:
    made = Api(flows).call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    key = memory.signing_keys.current()
    now = int(memory.clock().timestamp())
    claims = {"aud": AUDIENCE, "sub": made["inbox_id"], "ver": 0, "jti": "x", "iat": now}
    expired = now - 1 if forgery == "expired" else now + 600
    claims |= {"exp": expired, "aud": "another" if forgery == "other audience" else AUDIENCE}
    secret = "x" * 64 if forgery == "other key" else key.secret
    text = jwt.encode(claims, secret, "HS256", headers={"kid": key.id})
    forged = "a.b.c" if forgery == "no jwt" else text

    reply = Api(flows).call("GET", "/health", headers=bearer(forged))

    assert reply.headers[REMAINING] == "98"


def test_a_token_brings_no_more_inboxes(flows: MemoryAssembly) -> None:
    """Else each inbox that somebody makes would bring the right to make five more."""
    api = Api(flows)
    tokens = [
        bearer(api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json["access_token"])
        for _ in range(5)
    ]

    refused = [api.call("POST", "/api/emails", headers=token).status for token in tokens]

    assert refused == [429] * 5


def test_while_no_key_can_be_read_the_address_is_counted(
    flows: MemoryAssembly, memory: Memory
) -> None:
    made = Api(flows).call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    memory.signing_keys.keys = []

    reply = Api(flows).call("GET", "/health", headers=bearer(made["access_token"]))

    assert (reply.status, reply.headers[REMAINING]) == (200, "98")


def test_no_name_of_a_client_is_kept_or_logged(
    flows: MemoryAssembly,
    memory: Memory,
    log: io.StringIO,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from_address(flows, "203.0.113.77", "POST", "/api/emails")
    memory.request_counts.failing = RuntimeError("203.0.113.77")
    from_address(flows, "203.0.113.77", "POST", "/api/emails")

    assert memory.request_counts.rows
    assert "RuntimeError" in log.getvalue()
    for told in (repr(memory.request_counts.rows), log.getvalue(), capsys.readouterr().out):
        assert "203.0.113.77" not in told


def test_whatever_keeps_requests_from_being_counted_they_are_answered(
    flows: MemoryAssembly, memory: Memory, capsys: pytest.CaptureFixture[str]
) -> None:
    memory.request_counts.failing = TimeoutError()

    answers = [Api(flows).call("POST", "/api/emails") for _ in range(7)]

    assert [each.status for each in answers] == [201] * 7
    assert LIMIT not in answers[0].headers
    # The fifth was to be counted as one of five inboxes of the day as well.
    assert capsys.readouterr().out.count('"RateLimitUnavailable":[1.0]') == 8


def test_where_there_is_no_limit_nothing_is_counted_and_nothing_told(memory: Memory) -> None:
    reply = Api(MemoryAssembly(memory)).call("GET", "/health")

    assert LIMIT not in reply.headers
    assert memory.request_counts.calls == 0


def test_a_request_is_one_count(flows: MemoryAssembly, memory: Memory) -> None:
    for route in ROUTES:
        before = memory.request_counts.calls
        serve(event(route.method, route.path, *["x"] * route.path.count("{")), flows)
        failed_login = route.limit in (LOGIN, CONFIRM, UNLOCK, ADMIN)
        assert memory.request_counts.calls - before <= 1 + failed_login


def attempt(
    flows: MemoryAssembly,
    address: str,
    password: str,
    email: str = "ann@x.example",
    group: str = LOGIN,
) -> tuple[int, MayflyError | None]:
    """A login as the handler runs one: the status, and the error if it is one."""
    told = event("POST", "/test")
    told["requestContext"]["identity"]["sourceIp"] = address
    admission = Admission(Request.read(told), flows)
    error = None
    try:
        admission.ask(group)
        with login_attempt(email, flows):
            if password == "broken":
                raise Contended("too many at once")
            if password != "right":
                raise Unauthenticated("wrong name or password")
    except MayflyError as caught:
        error = caught
    status = kind_of(error).status if error else 200
    return admission.with_headers(Answer(status)).status, error


def statuses(*attempts: tuple[int, MayflyError | None]) -> list[int]:
    return [status for status, _ in attempts]


def test_after_five_wrong_secrets_none_is_looked_at_for_the_minute(
    flows: MemoryAssembly, memory: Memory
) -> None:
    wrong = [attempt(flows, "192.0.2.1", "wrong") for _ in range(5)]
    refused = attempt(flows, "192.0.2.1", "right", email="other@x.example")
    admin = attempt(flows, "192.0.2.1", "right", group=ADMIN)
    reading = from_address(flows, "192.0.2.1", "GET", "/health")
    memory.clock.advance(minutes=1)
    later = attempt(flows, "192.0.2.1", "right")

    assert statuses(*wrong) == [401] * 5
    assert statuses(refused, admin, later) == [429, 429, 200]
    assert reading.status == 200
    assert isinstance(refused[1], RateLimited)
    assert "5 wrong passwords or keys a minute" in str(refused[1])
    assert refused[1].retry_after == 60


@pytest.mark.parametrize("spelling", ["ann@x.example", " ANN@X.example", "Ann@x.EXAMPLE."])
def test_many_addresses_cannot_guess_one_password(
    flows: MemoryAssembly, memory: Memory, spelling: str
) -> None:
    wrong = [attempt(flows, f"192.0.2.{number}", "wrong") for number in range(LOGIN_FAILURES)]

    refused = attempt(flows, "192.0.2.200", "right", email=spelling)
    somebody = attempt(flows, "192.0.2.200", "right", email="bob@x.example")
    memory.clock.advance(minutes=15)
    later = attempt(flows, "192.0.2.200", "right")

    assert statuses(*wrong) == [401] * LOGIN_FAILURES
    assert statuses(refused, somebody, later) == [429, 200, 200]
    assert isinstance(refused[1], RateLimited)
    assert refused[1].retry_after == 900


@pytest.mark.parametrize(("password", "status"), [("right", 200), ("broken", 503)])
def test_what_is_no_wrong_password_is_not_held_against_the_name(
    flows: MemoryAssembly, password: str, status: int
) -> None:
    flows.rates = replace(DOCUMENTED, requests=0, groups={})

    answers = [attempt(flows, "192.0.2.1", password) for _ in range(3 * LOGIN_FAILURES)]

    assert set(statuses(*answers)) == {status}


def test_logins_work_while_nothing_can_be_counted(flows: MemoryAssembly, memory: Memory) -> None:
    memory.request_counts.failing = TimeoutError()

    tries = [attempt(flows, "192.0.2.1", each) for each in ("right", "wrong", "broken")]

    assert statuses(*tries) == [200, 401, 503]


@pytest.mark.parametrize("email", [None, 5, ""])
def test_a_login_without_a_name_is_for_the_operation_to_refuse(
    flows: MemoryAssembly, memory: Memory, email: object
) -> None:
    with login_attempt(email, flows):
        pass

    assert memory.request_counts.calls == 0


def test_a_refused_login_is_not_let_into_the_block(flows: MemoryAssembly) -> None:
    looked_at = 0
    for _ in range(LOGIN_FAILURES + 5):
        with pytest.raises((Unauthenticated, RateLimited)), login_attempt("a@x.example", flows):
            looked_at += 1
            raise Unauthenticated("wrong")

    assert looked_at == LOGIN_FAILURES


def test_the_daily_budget_refuses_new_inboxes_of_every_kind_and_nothing_else(
    memory: Memory, capsys: pytest.CaptureFixture[str]
) -> None:
    flows = MemoryAssembly(memory, Settings(inboxes_per_day=2))
    api = Api(flows)
    email, _ = api.make()
    private = api.call("POST", "/v1/inboxes", body={"mode": "generated"})

    refused = [
        api.call("POST", "/api/emails"),
        api.call("POST", "/v1/inboxes", body={"mode": "generated"}),
    ]
    flows.receive(b"Subject: x\r\n\r\nx", email)
    listed = api.call("GET", "/api/emails/{email}/messages", email)
    memory.clock.advance(hours=12)
    next_day = api.call("POST", "/api/emails")

    assert private.status == 201
    for each in refused:
        assert (each.status, each.code) == (429, "RATE_LIMIT_EXCEEDED")
        assert "budget of 2 new inboxes a day" in each.json["error"]["message"]
        assert "2026-01-02T00:00:00Z" in each.json["error"]["message"]
        assert each.headers["Retry-After"] == str(int(timedelta(hours=12).total_seconds()))
    assert len(listed.json) == 1
    assert next_day.status == 201
    assert capsys.readouterr().out.count('"BudgetSpent":[1.0]') == 2


def test_the_document_has_the_headers_of_every_answer() -> None:
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            for status in operation["responses"]:
                response = response_of(method, path, int(status))
                assert {LIMIT, REMAINING, RESET} <= set(response["headers"])
                assert status != "429" or "Retry-After" in response["headers"]
    assert {LIMIT, REMAINING, RESET} <= set(DOCUMENT["components"]["headers"])
