"""The sending side: there where mail goes out, and nowhere else."""

from typing import Any

import pytest

from infra.cloud.sending import EVENT_TYPES
from mayfly import functions, limits
from mayfly.functions import ARCHIVING, FUNCTIONS, SENDING
from tests.infra.conftest import Cloud, Synthesize
from tests.infra.test_functions import LOGS, MAY, TAKES, allowed, mapping

pytestmark = pytest.mark.synth

MORE: dict[str, dict[str, set[str]]] = {
    "http_api": {
        "outgoing/*": {"s3:PutObject"},
        "outgoing/uploads/*": {"s3:GetObject"},
        "queue": {"sqs:SendMessage", "sqs:GetQueueAttributes"},
        "*": {"ses:GetAccount"},
        ":schedule/Mayfly-mails/*": {"scheduler:CreateSchedule", "scheduler:DeleteSchedule"},
        "role": {"iam:PassRole"},
    },
    "send_mail": {
        "table": {f"dynamodb:{each}" for each in ("GetItem", "BatchGetItem")}
        | {"dynamodb:PutItem", "dynamodb:UpdateItem"},
        "bucket": {"s3:ListBucket"},
        "outgoing/*": {"s3:GetObject", "s3:PutObject"},
        "raw/*": {"s3:GetObject"},
        "content/*": {"s3:GetObject"},
        "queue": TAKES | {"sqs:SendMessage"},
        "*": {"ses:GetAccount"},
        ":identity/*": {"ses:SendEmail", "ses:SendRawEmail"},
        "key": {"kms:Decrypt"},
        ":configuration-set/Mayfly-sending": {"ses:SendEmail", "ses:SendRawEmail"},
        "logs": LOGS,
    },
    "table_events": {"queue": {"sqs:SendMessage"}},
    "mail_events": {
        "table": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
        "queue": TAKES,
        "logs": LOGS,
    },
}


@pytest.fixture(scope="module")
def sends(synthesize: Synthesize) -> Cloud:
    return synthesize({"domains": ["mail.test.org"], "sending": "true"})


def role_of(cloud: Cloud, name: str) -> str:
    role: str = cloud.functions()[name]["Role"]["Fn::GetAtt"][0]
    return role


@pytest.mark.parametrize("name", [each.name for each in FUNCTIONS if each not in ARCHIVING])
def test_a_function_may_do_this_and_no_more(sends: Cloud, name: str) -> None:
    wanted = {where: set(what) for where, what in MAY.get(name, {}).items()}
    for where, what in MORE.get(name, {}).items():
        wanted.setdefault(where, set()).update(what)

    assert allowed(sends, role_of(sends, name)) == wanted


def test_mails_to_accounts_are_published_likewise_and_come_from_the_sender_only(
    synthesize: Synthesize,
) -> None:
    cloud = synthesize(
        {"domains": ["mail.test.org"], "sending": "true", "senderAddress": "no-reply@mail.test.org"}
    )

    for name in ("http_api", "domain_check"):
        role = role_of(cloud, name)
        assert allowed(cloud, role)[":configuration-set/Mayfly-sending"] == {"ses:SendEmail"}
        sends_as = [
            statement["Condition"]
            for policy in cloud.resources("AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
            if statement["Action"] == "ses:SendEmail"
        ]
        only = {"StringEquals": {"ses:FromAddress": "no-reply@mail.test.org"}}
        assert sends_as
        assert all(each == only for each in sends_as)


def test_who_does_not_send_has_nothing_of_it(cloud: Cloud) -> None:
    for kind in ("ConfigurationSet", "ConfigurationSetEventDestination"):
        assert cloud.resources(f"AWS::SES::{kind}") == {}
    assert cloud.only("AWS::Scheduler::ScheduleGroup")["Name"] == "Mayfly-webhooks"
    assert len(cloud.resources("AWS::SQS::Queue")) == 11
    assert not {each.name for each in SENDING} & set(cloud.functions())
    variables = cloud.functions()["http_api"]["Environment"]["Variables"]
    assert (variables["SENDING"], variables["ORDER_QUEUE_URL"]) == ("false", "")


def test_a_mail_that_runs_out_of_time_takes_no_other_along(sends: Cloud) -> None:
    found = mapping(sends, "send_mail")

    assert (found["BatchSize"], found["FunctionResponseTypes"]) == (1, ["ReportBatchItemFailures"])
    assert found["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_an_attempt_is_over_before_its_lease_and_its_order_comes_again_after_it() -> None:
    timeout = functions.SEND_MAIL.timeout

    assert timeout < limits.SENDING_LEASE < timeout * 6


def test_orders_and_events_that_fail_are_set_aside_and_an_alarm_says_so(sends: Cloud) -> None:
    queues = sends.resources("AWS::SQS::Queue")
    alarms = " ".join(sends.resources("AWS::CloudWatch::Alarm"))

    assert len([each for each in queues.values() if "RedrivePolicy" in each]) == 7
    for name in ("FailedOrders", "FailedMailEvents", "UndeliveredMailEvents"):
        assert f"{name}NotEmpty" in alarms


def test_ses_publishes_all_that_it_knows_of_a_mail(sends: Cloud) -> None:
    destination = sends.only("AWS::SES::ConfigurationSetEventDestination")

    assert destination["ConfigurationSetName"] == "Mayfly-sending"
    assert destination["EventDestination"]["MatchingEventTypes"] == list(EVENT_TYPES)


def test_only_this_configuration_set_publishes_to_the_topic(sends: Cloud) -> None:
    statements = [
        statement
        for policy in sends.resources("AWS::SNS::TopicPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if "configuration-set" in str(statement)
    ]

    (statement,) = statements
    assert statement["Action"] == "sns:Publish"
    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert set(statement["Condition"]["StringEquals"]) == {"AWS:SourceAccount", "AWS:SourceArn"}


def test_schedules_of_this_group_give_orders_and_do_nothing_else(sends: Cloud) -> None:
    group, _ = next(iter(sends.resources("AWS::Scheduler::ScheduleGroup").items()))
    roles: dict[str, Any] = sends.resources("AWS::IAM::Role")
    (role,) = [
        name for name, each in roles.items() if group in str(each["AssumeRolePolicyDocument"])
    ]

    assert allowed(sends, role) == {"queue": {"sqs:SendMessage"}}


def test_the_bucket_keeps_what_is_to_go_in_a_year_for_a_year(sends: Cloud) -> None:
    rules = sends.named("AWS::S3::Bucket", "Mail")["LifecycleConfiguration"]["Rules"]
    days = {each["Prefix"]: each["ExpirationInDays"] for each in rules if "Prefix" in each}

    assert days["outgoing/soon/"] >= 2 * limits.OUTGOING_KEPT.days
    assert days["outgoing/later/"] >= (limits.LONGEST_SCHEDULE + limits.OUTGOING_KEPT).days
    assert days["outgoing/uploads/"] == 1 > limits.UPLOAD_KEPT.total_seconds() / 86400


def test_a_page_may_read_by_links_and_send_files_to_the_bucket_and_do_nothing_else_there(
    sends: Cloud, cloud: Cloud
) -> None:
    of_both = [
        each.named("AWS::S3::Bucket", "Mail")["CorsConfiguration"]["CorsRules"]
        for each in (sends, cloud)
    ]

    methods = [[rule["AllowedMethods"] for rule in rules] for rules in of_both]
    assert methods == [[["GET", "HEAD"], ["POST"]], [["GET", "HEAD"]]]
    reading = of_both[1][0]
    assert reading["AllowedOrigins"] == ["*"]  # after a redirect the origin is `null`
    assert {"Content-Disposition", "Content-Length", "ETag"} <= set(reading["ExposedHeaders"])


def test_sess_list_of_the_whole_aws_account_is_not_asked(sends: Cloud) -> None:
    found = sends.only("AWS::SES::ConfigurationSet")

    assert found["SuppressionOptions"] == {"SuppressedReasons": []}
