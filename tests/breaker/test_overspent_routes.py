"""What is still answered once a day has cost too much, and to whom."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.table_events.handler import follow
from functions.websocket.handler import answer, measure
from mayfly import prices
from mayfly.breaker.models import Spending, Used
from mayfly.health.models import Unit
from mayfly.health.requests import RequestMeter
from mayfly.kit.tokens.models import key_hash
from tests import samples
from tests.functions.http import Api, MemoryAssembly, bearer
from tests.memory import Memory
from tests.subscriptions.test_websocket_routes import event as frame
from tests.subscriptions.test_websocket_routes import over
from tests.watchers import watcher_over

WHO = {"email": "ann@elsewhere.example", "password": "a phrase of mine"}
ADMIN = {"X-Admin-Key": "an admin key of the tests"}
TO_MIDNIGHT = 12 * 3600
TIMES = {"since": "2026-01-01T12:00:00Z", "until": "2026-01-02T00:00:00Z"}


def spent(memory: Memory, percent: int) -> None:
    """So much of the day's 5 dollars is gone."""
    nothing = Used()
    last = memory.budgets.spent or Spending(memory.clock().date(), nothing, nothing)
    used = Used(mails=round(5 * percent / 100 / prices.MAIL) + 1)
    assert memory.budgets.keep_spending(last.update(memory.clock(), used, 5))


@pytest.fixture
def member(api: Api, memory: Memory) -> dict[str, str]:
    """The headers of an account; there is an admin key as well."""
    memory.admin_keys.replace(key_hash(ADMIN["X-Admin-Key"]), memory.clock())
    api.call("POST", "/api/users/register", body=WHO)
    return bearer(api.call("POST", "/api/users/login", body=WHO).json["token"])


@pytest.mark.parametrize(
    ("percent", "kind"),
    [(99, None), (100, "no-new-inboxes"), (150, "no-mail"), (200, "closed")],
)
def test_health_says_what_is_not_done_and_until_when_and_nothing_of_dollars(
    api: Api, memory: Memory, percent: int, kind: str | None
) -> None:
    spent(memory, percent)

    reply = api.call("GET", "/health")

    assert reply.status == 200
    assert reply.json.get("restriction") == (kind and {"kind": kind, **TIMES})
    assert b"dollar" not in reply.content.lower() and b"$" not in reply.content


def test_the_next_day_and_who_puts_it_back_end_it(api: Api, memory: Memory) -> None:
    spent(memory, 150)
    last = memory.budgets.spent
    assert last is not None

    memory.clock.advance(days=1)
    later = api.call("GET", "/health").json
    memory.clock.advance(days=-1)
    memory.budgets.keep_spending(last.reset())
    reset = api.call("GET", "/health").json

    assert "restriction" not in later and "restriction" not in reset


def test_one_process_reads_what_is_spent_once_a_minute(memory: Memory) -> None:
    flows, reads = MemoryAssembly(memory), 0
    budget = flows.rate_limits.budget

    class Counting:
        def spending(self) -> Spending | None:
            nonlocal reads
            reads += 1
            return None

    object.__setattr__(budget, "budgets", Counting())
    for _ in range(100):
        budget.restraint()
    memory.clock.advance(seconds=60)
    budget.restraint()

    assert reads == 2


def test_past_one_and_a_half_budgets_accounts_and_admins_are_answered_and_nobody_else(
    api: Api, memory: Memory, member: dict[str, str]
) -> None:
    email, _ = api.make()
    made = api.call("POST", "/v1/inboxes", body={"mode": "generated"}).json
    key = api.call(
        "POST", "/api/v1/keys", body={"name": "x", "scopes": ["domains"]}, headers=member
    )
    spent(memory, 150)
    api.flows.restart()

    strangers = [
        api.call("GET", "/api/emails/{email}/messages", email),
        api.call(
            "GET", "/v1/inboxes/{inboxId}", made["inbox_id"], headers=bearer(made["access_token"])
        ),
        api.call("POST", "/api/users/register", body=WHO),
        api.call("GET", "/metrics"),
        api.call("GET", "/api/domains", headers=bearer("no token")),
        api.call("GET", "/api/v1/domains", headers={"X-API-Key": "mfk_nothing"}),
    ]
    known = [
        api.call("POST", "/api/users/login", body=WHO),
        api.call("GET", "/api/users/me", headers=member),
        api.call("GET", "/api/v1/domains", headers={"X-API-Key": key.json["key"]}),
        api.call("GET", "/v1/admin/domains", headers=ADMIN),
        api.call("GET", "/health/ping"),
    ]

    assert [each.status for each in strangers] == [429] * 6
    assert {each.headers["Retry-After"] for each in strangers} == {str(TO_MIDNIGHT)}
    assert strangers[0].json["error"]["details"] == ["DAILY_BUDGET_USD"]
    assert [each.status for each in known] == [200] * 5


def test_past_two_budgets_admins_alone_are_answered(
    api: Api, memory: Memory, member: dict[str, str]
) -> None:
    spent(memory, 200)
    api.flows.restart()

    statuses = [
        api.call("GET", "/api/users/me", headers=member).status,
        api.call("POST", "/api/users/login", body=WHO).status,
        api.call("GET", "/v1/admin/domains", headers=ADMIN).status,
        api.call("GET", "/health").status,
    ]

    assert statuses == [429, 429, 200, 200]


def test_a_refusal_counts_no_request_and_asks_no_table(api: Api, memory: Memory) -> None:
    email, _ = api.make()
    spent(memory, 150)
    before = memory.request_counts.calls

    api.call("GET", "/api/emails/{email}", email)

    assert memory.request_counts.calls == before


def test_what_is_spent_cannot_be_read_and_all_is_answered(
    api: Api, memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    email, _ = api.make()
    monkeypatch.setattr(memory.budgets, "spending", lambda: 1 // 0)

    assert api.call("GET", "/api/emails/{email}", email).status == 200


def test_sockets_are_refused_when_no_mail_comes(memory: Memory) -> None:
    flows = over(watcher_over(memory), memory)
    spent(memory, 150)

    connected = answer(frame("$connect"), flows)

    assert (connected["statusCode"], connected["headers"]["Retry-After"]) == (429, str(TO_MIDNIGHT))
    assert json.loads(connected["body"])["error"]["details"] == ["DAILY_BUDGET_USD"]


def test_bytes_of_answers_and_of_what_links_lead_to_are_counted(
    api: Api, flows: MemoryAssembly, memory: Memory
) -> None:
    email, _ = api.make()
    for name, size in (("small", 3_000_000), ("large", 5_000_000)):
        raw = b"Subject: " + name.encode() + b"\r\n\r\n"
        flows.receive(raw + b"x" * (size - len(raw)), email, name=name)
    (large, small) = api.call("GET", "/api/emails/{email}/messages", email).json

    def downloaded(message: dict[str, Any]) -> int:
        memory.clock.advance(seconds=10)
        before = memory.request_tally.total().get(Unit.SENT_BYTES, 0)
        api.call("GET", "/api/messages/{id}/raw", message["id"])
        return memory.request_tally.total()[Unit.SENT_BYTES] - before

    assert 3_000_000 <= downloaded(small) < 4_100_000  # in base64, until API Gateway has it
    assert downloaded(large) == 5_000_000


def test_frames_connections_and_their_time_are_counted(memory: Memory) -> None:
    meter = RequestMeter(memory.request_tally, memory.clock)
    took = samples.NOW - datetime(2026, 1, 1, 11, 59, 59, tzinfo=UTC)

    for route, status in (("$connect", 200), ("$default", 200), ("$connect", 429)):
        measure(frame(route), {"statusCode": status}, took, meter)
        memory.clock.advance(seconds=10)

    assert memory.request_tally.total() == {
        Unit.CONNECTIONS: 1,
        Unit.FRAMES: 2,
        Unit.SOCKET_MS: 3000,
    }


def test_pushes_that_cannot_be_counted_keep_no_change_from_being_followed(memory: Memory) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError(name)

    flows: Any = Broken()

    assert follow({"Records": []}, flows) == {"batchItemFailures": []}
