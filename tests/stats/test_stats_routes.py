"""Statistics by day over HTTP, and from a mail to its line on the real adapters."""

import csv
import io
from datetime import date

import pytest

from functions.sweep.handler import lambda_handler
from infra.local.dynamodb.stream_filters import matches_any
from mayfly.assembly import here
from mayfly.kit.dynamodb.keys import COUNT_FILTERS
from mayfly.kit.tokens.models import key_hash
from mayfly.stats.models import MEASURES, Kind
from tests import samples
from tests.deployments import Deployment
from tests.functions.http import Api, MemoryAssembly, Reply
from tests.functions.owner import Owner
from tests.memory import Memory
from tests.stats.test_rollups_contract import DAY, entry

KEY = {"X-Admin-Key": "the admin key of the tests, with its random bits"}
OWN, ALL = "/api/v1/stats", "/v1/admin/stats/history"


@pytest.fixture
def ann(flows: MemoryAssembly, api: Api) -> Owner:
    return Owner(flows, api)


@pytest.fixture(autouse=True)
def _admin(memory: Memory) -> None:
    memory.admin_keys.replace(key_hash(KEY["X-Admin-Key"]), memory.clock())


def own(ann: Owner, **query: str) -> Reply:
    return ann.api.call("GET", OWN, headers=ann.headers, **query)


def everybodys(api: Api, **query: str) -> Reply:
    return api.call("GET", ALL, headers=KEY, **query)


def counted(reply: Reply, measure: str = "received") -> dict[str, int]:
    assert reply.status == 200, reply.content
    return {each["key"]: each["counts"][measure] for each in reply.json["lines"]}


def test_an_account_sees_what_is_its_own_and_admins_see_all(
    ann: Owner, api: Api, memory: Memory
) -> None:
    memory.rollups.add([entry(1, owner=ann.id, kind=Kind.MAILBOX), entry(2)])

    assert own(ann).json == {
        "firstDay": "2025-12-03",
        "lastDay": "2026-01-01",
        "groupBy": "day",
        "lines": [
            {
                "key": "2026-01-01",
                "counts": dict.fromkeys(MEASURES, 0) | {"received": 1, "stored": 1},
            }
        ],
        "totals": dict.fromkeys(MEASURES, 0) | {"received": 1, "stored": 1},
    }
    assert counted(everybodys(api, groupBy="kind")) == {"mailbox": 1, "public": 1}


def test_days_outside_are_left_out(api: Api, memory: Memory) -> None:
    days = (date(2025, 12, 30), date(2025, 12, 31), DAY)
    memory.rollups.add([entry(n, day=day) for n, day in enumerate(days, 1)])

    assert counted(everybodys(api, **{"from": "2025-12-31", "to": "2025-12-31"})) == {
        "2025-12-31": 1
    }
    assert set(counted(everybodys(api, to="2025-12-31"))) == {"2025-12-30", "2025-12-31"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "yesterday"}, "from must be a day"),
        ({"to": "20260101"}, "to must be a day"),
        ({"to": "2026-02-30"}, "to must be a day"),
        ({"from": "2026-01-02", "to": "2026-01-01"}, "from must be"),
        ({"from": "2020-01-01"}, "396 days"),
        ({"groupBy": "sender"}, "groupBy must be one of: day, domain, verdict, outcome, kind"),
        ({"format": "xml"}, "format must be one of"),
        ({"from": "0001-01-01", "to": "0001-01-01"}, "to must be a day"),
        ({"from": "2000-01-01", "to": "2000-01-01"}, ""),
    ],
)
def test_what_cannot_be_asked_is_named(api: Api, query: dict[str, str], said: str) -> None:
    reply = everybodys(api, **query)

    assert reply.status == (400 if said else 200)
    assert said in reply.content.decode()


def test_csv_has_the_lines_and_no_formulas(api: Api, memory: Memory) -> None:
    memory.rollups.add([entry(1, domain="=cmd()"), entry(2)])

    reply = everybodys(api, groupBy="domain", format="csv")

    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="mayfly-stats.csv"'
    header, *rows = csv.reader(io.StringIO(reply.content.decode()))
    assert header == ["domain", *MEASURES]
    assert [row[:3] for row in rows] == [["'=cmd()", "1", "1"], ["mayfly.example", "1", "1"]]


def test_an_api_key_reads_with_its_scope_only(ann: Owner, api: Api) -> None:
    for scope, status in (("emails:read", 200), ("domains", 403)):
        made = ann.api.call(
            "POST", "/api/v1/keys", body={"name": scope, "scopes": [scope]}, headers=ann.headers
        )
        assert api.call("GET", OWN, headers={"X-API-Key": made.json["key"]}).status == status


def test_from_a_mail_to_its_line(deployment: Deployment) -> None:
    here().adapters.admin_keys.replace(key_hash(KEY["X-Admin-Key"]), here().now())
    api = Api(here())
    email, _ = api.make()
    for name in ("one", "two"):
        deployment.put_raw(f"raw/{name}", b"Subject: x\r\n\r\n")
        notice = samples.notice(name, email, "nobody@mayfly.example", received_at=here().now())
        here().receiving.receiver.receive(notice)
    told = [each for each in deployment.changes.first(100) if matches_any(COUNT_FILTERS, each)]
    assert len(told) == 4

    for _ in range(2):  # Lambda may come again with the same
        assert not lambda_handler({"Records": told}, deployment.context)["batchItemFailures"]

    reply = everybodys(api, groupBy="outcome")
    assert counted(reply) == {"stored": 2, "dropped:unknown_recipient": 2}
    assert counted(everybodys(api, groupBy="kind")) == {"public": 2, "none": 2}
    assert reply.json["totals"]["received"] == 4
    # The one count that there is of deliveries, and what was made of it.
    assert here().adapters.deliveries.tally().accepted == 4
