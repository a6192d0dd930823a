"""Statistics by day: what lines are made of, and which domains are counted by name."""

from datetime import date

from mayfly.kit.dynamodb.keys import COUNTERS_ROW
from mayfly.stats.models import (
    ELSEWHERE,
    MEASURES,
    Cell,
    GroupBy,
    Kind,
    Occasion,
    Period,
    Rollup,
    lines,
)
from mayfly.stats.rows import entry_from, noted
from mayfly.stats.service import StatsService
from tests.memory import FakeClock
from tests.stats.fakes import FakeRollups
from tests.stats.test_rollups_contract import DAY, entry


def by(group: GroupBy, *rollups: Rollup) -> dict[str, dict[str, int]]:
    return {each.key: dict(each.counts) for each in lines(rollups, group)}


ROLLUPS = (
    Rollup(
        date(2026, 1, 1),
        "a.example",
        {Cell("public", "stored", "FAIL"): 2, Cell("public", "stored", "PASS"): 3},
    ),
    Rollup(
        date(2026, 1, 2),
        "b.example",
        {Cell("mailbox", "dropped:inbox_full", ""): 4, Cell("sending", "sent", ""): 5},
    ),
)


def test_received_is_stored_and_dropped_and_spam_is_stored() -> None:
    assert by(GroupBy.DAY, *ROLLUPS) == {
        "2026-01-01": {"received": 5, "stored": 5, "spam": 2},
        "2026-01-02": {"received": 4, "dropped": 4, "sent": 5},
    }


def test_lines_are_about_what_is_asked_for() -> None:
    assert list(by(GroupBy.DOMAIN, *ROLLUPS)) == ["a.example", "b.example"]
    assert by(GroupBy.OUTCOME, *ROLLUPS)["dropped:inbox_full"] == {"received": 4, "dropped": 4}
    assert by(GroupBy.KIND, *ROLLUPS)["sending"] == {"sent": 5}
    assert set(by(GroupBy.VERDICT, *ROLLUPS)) == {"FAIL", "PASS", "none"}


def test_each_outcome_of_a_mail_that_goes_out_is_a_measure() -> None:
    from mayfly.sending.models import SENT

    assert {each.value for each in SENT} <= set(MEASURES)


def test_names_that_are_none_of_ours_get_no_row_each() -> None:
    rollups = FakeRollups()
    service = StatsService(rollups, lambda: {"mayfly.example"}, FakeClock())

    service.count([entry(n, domain=f"{n}.made.up", kind=Kind.NONE) for n in range(1, 9)])
    service.count([entry(9, kind=Kind.NONE), entry(10, domain="gone.example")])

    found, total = service.history("", Period(DAY, DAY), GroupBy.DOMAIN)
    assert {each.key: each.counts["stored"] for each in found} == {
        ELSEWHERE: 8,
        "mayfly.example": 1,
        "gone.example": 1,
    }
    assert total.counts["received"] == 10


def test_a_counter_tells_what_it_counted_and_nothing_when_it_did_not() -> None:
    occasion = Occasion(DAY, "mayfly.example", Kind.MAILBOX, ("stored",), "PASS", "ann-1")
    update = noted(
        {
            "UpdateExpression": "ADD #a :one",
            "ExpressionAttributeNames": {"#a": "accepted"},
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        },
        occasion,
    )
    assert update["UpdateExpression"] == "ADD #a :one, #serial :once SET #last = :last"

    kept = ["2026-01-01", "mayfly.example", "mailbox", "PASS", "ann-1", "stored"]
    new = {"pk": "counters#7", "sk": COUNTERS_ROW, "serial": 3, "last": kept}
    found = entry_from({"serial": 2}, new)
    assert found is not None
    assert (found.source, found.serial, found.occasion) == ("d7", 3, occasion)
    assert entry_from(new, new | {"failed": 1}) is None
    assert entry_from({}, {"pk": "counters#7", "sk": COUNTERS_ROW, "accepted": 1}) is None
