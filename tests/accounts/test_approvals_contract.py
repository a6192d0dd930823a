"""What every Approvals must do."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from mayfly.accounts.dynamodb import DynamoApprovals
from mayfly.accounts.models import Approval, ApprovalStatus
from mayfly.accounts.ports import Approvals
from tests import samples
from tests.accounts.fake_approvals import FakeApprovals
from tests.aws import SIDES

ANN, BOB = "0a000000-0000-0000-0000-000000000000", "0b000000-0000-0000-0000-000000000000"
ASKED = Approval(ANN, ApprovalStatus.ASKED, "Orders of my shop", samples.NOW)


@pytest.fixture(params=SIDES)
def kept(request: pytest.FixtureRequest) -> Iterator[Approvals]:
    if request.param == "fake":
        yield FakeApprovals()
    else:
        yield DynamoApprovals(request.getfixturevalue("table"))


def test_who_has_not_asked_stands_so(kept: Approvals) -> None:
    assert kept.get(ANN) == Approval(ANN, ApprovalStatus.NOT_ASKED)


def test_what_is_kept_reads_back(kept: Approvals) -> None:
    decided = replace(ASKED, status=ApprovalStatus.APPROVED, decided_at=samples.NOW)
    kept.add(ASKED)
    assert kept.get(ANN) == ASKED

    kept.put(decided)

    assert kept.get(ANN) == decided
    assert kept.get(BOB).status is ApprovalStatus.NOT_ASKED


def test_asking_again_changes_nothing(kept: Approvals) -> None:
    first = kept.add(ASKED)
    second = kept.add(replace(ASKED, purpose="Something else"))

    assert (first, second) == (True, False)
    assert kept.get(ANN) == ASKED


def test_what_is_removed_is_gone_and_may_go_twice(kept: Approvals) -> None:
    kept.add(ASKED)

    kept.remove(ANN)
    kept.remove(ANN)

    assert kept.get(ANN).status is ApprovalStatus.NOT_ASKED


def test_pages_meet_without_gap_or_repeat(kept: Approvals) -> None:
    accounts = [f"{number:08x}-0000-0000-0000-000000000000" for number in range(7)]
    for each in accounts:
        kept.add(replace(ASKED, account=each))
    seen: list[str] = []
    after, pages = "", 0

    while pages == 0 or after:
        found, after = kept.page(3, after)
        seen += [each.account for each in found]
        pages += 1

    assert seen == accounts
    assert pages == 3
    assert kept.page(7) == kept.page(8)
