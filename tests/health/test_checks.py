"""Looking after what the service needs, within its time."""

import threading
import time
from datetime import timedelta

from mayfly.health.models import CheckStatus
from mayfly.health.service import HealthChecks


def test_each_is_found_up_or_down_whatever_its_neighbours_are() -> None:
    examiner = HealthChecks({"good": lambda: None, "bad": lambda: 1 // 0, "false": lambda: False})

    found = {name: each.condition for name, each in examiner.examine().items()}

    assert found == {"good": CheckStatus.UP, "bad": CheckStatus.DOWN, "false": CheckStatus.UP}


def test_only_what_is_asked_for_is_looked_after() -> None:
    examiner = HealthChecks({"good": lambda: None, "bad": lambda: 1 // 0})

    assert list(examiner.examine("good")) == ["good"]


def test_what_hangs_is_late_and_keeps_nobody_waiting() -> None:
    end = threading.Event()
    examiner = HealthChecks(
        {"hangs": end.wait, "hangs too": end.wait, "good": lambda: None},
        timedelta(milliseconds=100),
    )
    began = time.monotonic()

    try:
        found = examiner.examine()
    finally:
        took = time.monotonic() - began
        end.set()

    conditions = {name: each.condition for name, each in found.items()}
    assert conditions == {
        "hangs": CheckStatus.LATE,
        "hangs too": CheckStatus.LATE,
        "good": CheckStatus.UP,
    }
    assert found["hangs"].time == timedelta(milliseconds=100)
    assert 0.09 < took < 2


def test_all_are_asked_at_once() -> None:
    both = threading.Barrier(2, timeout=5)

    found = HealthChecks({"one": both.wait, "other": both.wait}).examine()

    assert {each.condition for each in found.values()} == {CheckStatus.UP}
