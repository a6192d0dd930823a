"""The hourly function."""

from datetime import UTC, datetime

import pytest

from functions.sweep.handler import lambda_handler
from mayfly.aws.assembly import here
from mayfly.blueprint.table import budget_key
from tests.functions.conftest import Deployment


def test_the_sweep_notes_where_the_days_mails_begin(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILS_PER_DAY", "100")
    here.cache_clear()
    before = datetime.now(UTC).date()

    found = lambda_handler({}, deployment.context)

    days = {before, datetime.now(UTC).date()}
    rows = [here().table.get(budget_key(day)) for day in days]
    assert found == {"mails": 0, "recovered": 0, "cleared": 0}
    assert any(row.get("baseline") == 0 for row in rows)


def test_without_a_budget_the_sweep_writes_nothing(deployment: Deployment) -> None:
    lambda_handler({}, deployment.context)

    table = deployment.settings.table_name
    assert deployment.clients["dynamodb"].scan(TableName=table)["Count"] == 0
