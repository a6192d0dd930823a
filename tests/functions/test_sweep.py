"""The hourly function."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from functions.sweep.handler import lambda_handler
from mayfly.aws.assembly import here
from mayfly.blueprint import limits
from mayfly.blueprint.table import SWEEP_PARTITION, budget_key, counters_key
from mayfly.domain import prices
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


def test_without_a_budget_the_sweep_writes_down_its_place_and_no_more(
    deployment: Deployment,
) -> None:
    lambda_handler({}, deployment.context)

    table = deployment.settings.table_name
    (row,) = deployment.clients["dynamodb"].scan(TableName=table)["Items"]
    assert row["pk"] == {"S": SWEEP_PARTITION}


def test_the_sweep_tells_how_far_it_is_behind(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    lambda_handler({}, deployment.context)

    (told,) = [line for line in capsys.readouterr().out.splitlines() if "SweepBehind" in line]
    (seconds,) = json.loads(told)["SweepBehind"]
    on_time = limits.SWEEP_AFTER + limits.SWEEP_AGAIN
    assert on_time.total_seconds() <= seconds < limits.SWEEP_BEHIND.total_seconds()


def test_the_sweep_says_that_no_mail_is_taken_and_says_nothing_otherwise(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECEIPT_RULE", "Mayfly-receive")
    here.cache_clear()
    ses = boto3.client("ses")
    rule = {"Name": "Mayfly-receive", "Enabled": True, "Actions": []}
    ses.create_receipt_rule_set(RuleSetName="Mayfly")
    ses.create_receipt_rule(RuleSetName="Mayfly", Rule=rule)
    ses.create_receipt_rule_set(RuleSetName="theirs")

    told = []
    for active in ("", "theirs", "Mayfly"):
        if active:
            ses.set_active_receipt_rule_set(RuleSetName=active)
        lambda_handler({}, deployment.context)
        told.append("ReceivingOff" in capsys.readouterr().out)
    ses.update_receipt_rule(RuleSetName="Mayfly", Rule={**rule, "Enabled": False})
    lambda_handler({}, deployment.context)
    told.append("ReceivingOff" in capsys.readouterr().out)

    assert told == [True, True, False, True]


def test_what_is_counted_says_of_which_stack_it_is(
    deployment: Deployment, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        lambda_handler({}, deployment.context)

    lines = [line for line in capsys.readouterr().out.splitlines() if "SweepBehind" in line]
    assert len(lines) == 2
    for told in map(json.loads, lines):
        (metrics,) = told["_aws"]["CloudWatchMetrics"]
        assert [sorted(each) for each in metrics["Dimensions"]] == [["service", "stack"]]
        assert (told["service"], told["stack"]) == ("sweep", "Mayfly")


def test_past_the_budget_our_rule_alone_is_out_of_service_until_a_person_puts_it_back(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECEIPT_RULE", "Mayfly-receive")
    here.cache_clear()
    ses = boto3.client("ses")
    ses.create_receipt_rule_set(RuleSetName="Mayfly")
    for name in ("theirs", "Mayfly-receive"):
        ses.create_receipt_rule(
            RuleSetName="Mayfly", Rule={"Name": name, "Enabled": True, "Actions": []}
        )
    ses.set_active_receipt_rule_set(RuleSetName="Mayfly")

    def enabled() -> dict[str, bool]:
        rules = ses.describe_active_receipt_rule_set()["Rules"]
        return {each["Name"]: each["Enabled"] for each in rules}

    assert not lambda_handler({"breaker": "look"}, deployment.context)["tripped"]
    here().table.update(
        counters_key(0),
        UpdateExpression="ADD #accepted :many",
        ExpressionAttributeNames={"#accepted": "accepted"},
        ExpressionAttributeValues={":many": 100_000},
    )
    looked = lambda_handler({"breaker": "look"}, deployment.context)
    told = capsys.readouterr().out

    dollars = 100_000 * prices.MAIL
    assert (looked["tripped"], looked["dollars"]) == (True, pytest.approx(dollars))
    assert looked["percent"] == pytest.approx(dollars / 5 * 100, abs=1)
    assert "BreakerTripped" in told
    assert enabled() == {"theirs": True, "Mayfly-receive": False}

    lambda_handler({}, deployment.context)
    assert "ReceivingOff" not in capsys.readouterr().out
    assert lambda_handler({"breaker": "status"}, deployment.context)["tripped"]

    assert not lambda_handler({"breaker": "reset"}, deployment.context)["tripped"]
    assert not lambda_handler({"breaker": "look"}, deployment.context)["tripped"]
    assert enabled() == {"theirs": True, "Mayfly-receive": True}
