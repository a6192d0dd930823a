"""What a person is told of."""

import pytest

from infra.cloud.functions.environment import METRICS_NAMESPACE, STACK_DIMENSION
from mayfly import prices
from mayfly.functions import EXPORT_MAIL, LONGEST_RETRY, OF_THE_DEPLOYMENT
from mayfly.kit import log
from tests.infra.conftest import Cloud, Synthesize

pytestmark = pytest.mark.synth


def test_every_way_of_losing_mail_has_an_alarm(cloud: Cloud) -> None:
    alarms = cloud.resources("AWS::CloudWatch::Alarm").values()

    watched = {each["MetricName"] for each in alarms}
    assert {
        "ApproximateNumberOfMessagesVisible",
        "ApproximateAgeOfOldestMessage",
        "PublishFailure",
        "PublishExpired",
        "Errors",
        "Throttles",
        "IteratorAge",
        "5XXError",
        "MailFailed",
        "ArrivalFailed",
        "SweepBehind",
        "ReceivingOff",
        "BudgetSpent",
        "BudgetPercent",
        "BreakerTripped",
        "NumberOfMessagesSent",
    } == watched


@pytest.mark.parametrize(
    ("metric", "function"),
    [
        ("MailFailed", "inbound_mail"),
        ("ArrivalFailed", "sweep"),
        ("BudgetSpent", "http_api"),
        ("SweepBehind", "sweep"),
        ("ReceivingOff", "sweep"),
        ("BreakerTripped", "sweep"),
    ],
)
def test_an_alarm_of_ours_watches_what_its_function_counts(
    cloud: Cloud, metric: str, function: str
) -> None:
    (alarm,) = [
        each
        for each in cloud.resources("AWS::CloudWatch::Alarm").values()
        if each["MetricName"] == metric
    ]

    variables = cloud.functions()[function]["Environment"]["Variables"]
    assert alarm["Namespace"] == variables["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["Dimensions"] == [
        {"Name": "service", "Value": variables["POWERTOOLS_SERVICE_NAME"]},
        {"Name": "stack", "Value": variables["STACK_NAME"]},
    ]


@pytest.mark.parametrize("metric", ["SweepBehind", "ReceivingOff"])
def test_what_is_told_once_an_hour_rings_until_it_is_mended(cloud: Cloud, metric: str) -> None:
    (alarm,) = [
        each
        for each in cloud.resources("AWS::CloudWatch::Alarm").values()
        if each["MetricName"] == metric
    ]

    assert (alarm["Period"], alarm["TreatMissingData"]) == (3600, "notBreaching")


def test_a_notice_that_keeps_failing_rings_within_an_hour_and_one_failure_does_not(
    cloud: Cloud,
) -> None:
    (alarm,) = [
        each
        for each in cloud.resources("AWS::CloudWatch::Alarm").values()
        if each["MetricName"] == "MailFailed"
    ]

    assert (alarm["EvaluationPeriods"], alarm["Threshold"]) == (2, 1)
    # In each period there is an attempt, also once the notice waits the longest.
    assert LONGEST_RETRY.total_seconds() < alarm["Period"] <= 30 * 60


def test_alarms_and_dashboard_of_two_stacks_look_at_nothing_of_each_other(
    cloud: Cloud, synthesize: Synthesize
) -> None:
    other = synthesize({"stackName": "Mayfly-test"})

    def watched(stack: Cloud) -> set[str]:
        alarms = stack.resources("AWS::CloudWatch::Alarm").values()
        return {
            f"{each['Namespace']} {each['MetricName']} {each['Dimensions']}"
            for each in alarms
            if "Fn::GetAtt" not in str(each["Dimensions"]) and "Ref" not in str(each["Dimensions"])
        }

    assert watched(cloud) and not watched(cloud) & watched(other)
    board = str(other.only("AWS::CloudWatch::Dashboard")["DashboardBody"]).replace("\\", "")
    assert '{Mayfly,service,stack} stack="Mayfly-test"' in board


def test_functions_count_under_the_names_that_are_watched() -> None:
    assert (log.NAMESPACE, log.STACK) == (METRICS_NAMESPACE, STACK_DIMENSION)


def test_with_a_sender_mails_that_were_not_sent_have_an_alarm(
    cloud: Cloud, synthesize: Synthesize
) -> None:
    sending = synthesize({"senderAddress": "no-reply@mail.test.org"})

    here, there = (
        {each["MetricName"]: each for each in each.resources("AWS::CloudWatch::Alarm").values()}
        for each in (cloud, sending)
    )
    assert there.keys() - here.keys() == {"MailNotSent", "ServiceMailsSpent"}
    for field in ("Namespace", "Dimensions"):
        assert there["MailNotSent"][field] == there["BudgetSpent"][field]
        assert there["ServiceMailsSpent"][field] == there["BudgetSpent"][field]


def test_every_dead_letter_queue_has_an_alarm(cloud: Cloud) -> None:
    dead_letters = {
        name
        for name, each in cloud.resources("AWS::SQS::Queue").items()
        if "RedrivePolicy" not in each
    }

    watched = {
        each["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for each in cloud.resources("AWS::CloudWatch::Alarm").values()
        if each["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    assert watched == dead_letters
    assert len(dead_letters) == 6


def test_errors_and_throttles_of_what_serves_people_have_an_alarm(cloud: Cloud) -> None:
    alarms = cloud.resources("AWS::CloudWatch::Alarm").values()

    for metric in ("Errors", "Throttles"):
        watched = sum(each["MetricName"] == metric for each in alarms)
        assert watched == len(cloud.functions()) - len((*OF_THE_DEPLOYMENT, EXPORT_MAIL))


def test_ses_alarms_watch_our_rule(cloud: Cloud) -> None:
    rule = cloud.only("AWS::SES::ReceiptRule")["Rule"]["Name"]

    for each in cloud.resources("AWS::CloudWatch::Alarm").values():
        if each["Namespace"] == "AWS/SES":
            assert each["Dimensions"] == [{"Name": "RuleName", "Value": rule}]


def test_every_alarm_goes_to_the_alarm_mail(synthesize: Synthesize) -> None:
    cloud = synthesize({"alarmMail": "ops@test.org"})

    (subscription,) = [
        each
        for each in cloud.resources("AWS::SNS::Subscription").values()
        if each["Protocol"] == "email"
    ]
    assert subscription["Endpoint"] == "ops@test.org"
    for each in cloud.resources("AWS::CloudWatch::Alarm").values():
        assert each["AlarmActions"] == [subscription["TopicArn"]]


def test_cloudwatch_may_publish_alarms_of_this_account(cloud: Cloud) -> None:
    policies = cloud.resources("AWS::SNS::TopicPolicy").values()

    statements = [
        statement
        for each in policies
        for statement in each["PolicyDocument"]["Statement"]
        if statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    ]
    (statement,) = statements
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_there_is_a_dashboard(cloud: Cloud) -> None:
    body = str(cloud.only("AWS::CloudWatch::Dashboard")["DashboardBody"])

    assert "SEARCH(" in body
    assert "Received" in body


def test_mail_at_a_rate_that_spends_the_day_in_an_hour_rings_within_two_minutes(
    synthesize: Synthesize,
) -> None:
    def flood(cloud: Cloud) -> list[tuple[int, int, float]]:
        return [
            (each["Period"], each["EvaluationPeriods"], each["Threshold"])
            for each in cloud.resources("AWS::CloudWatch::Alarm").values()
            if each["MetricName"] == "NumberOfMessagesSent"
        ]

    assert flood(synthesize({"dailyBudgetUsd": 5})) == [(60, 1, int(5 / prices.MAIL / 60))]
    assert flood(synthesize({"dailyBudgetUsd": 0})) == []


def test_aws_counts_the_month_too_where_it_knows_whom_to_mail(synthesize: Synthesize) -> None:
    watched = synthesize({"alarmMail": "ops@example.org"})

    assert watched.only("AWS::Budgets::Budget")["Budget"]["BudgetLimit"]["Amount"] == 155
    assert not synthesize({}).resources("AWS::Budgets::Budget")
