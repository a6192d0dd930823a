"""The functions: settings, triggers, and the exact list of what each of them may do."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from mayfly import functions
from mayfly.functions import FUNCTIONS
from mayfly.kit.dynamodb import keys as table
from mayfly.settings import Settings
from tests.infra.conftest import ROOT, Cloud, Synthesize

pytestmark = pytest.mark.synth

ALWAYS = [each for each in FUNCTIONS if each not in (*functions.SENDING, *functions.ARCHIVING)]
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
TAKES = {
    *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "sqs:ChangeMessageVisibility",
}
READ_ROWS = {"dynamodb:GetItem", "dynamodb:BatchGetItem"}
WRITE_ROWS = {"dynamodb:UpdateItem", "dynamodb:DeleteItem"}
IDENTITIES = {
    "ses:CreateEmailIdentity",
    "ses:DeleteEmailIdentity",
    "ses:GetEmailIdentity",
    "ses:PutEmailIdentityMailFromAttributes",
    "ses:TagResource",
}
WAKES_WEBHOOKS = {
    ":schedule/Mayfly-webhooks/*": {"scheduler:CreateSchedule"},
    "role": {"iam:PassRole"},
}
MAY: dict[str, dict[str, set[str]]] = {
    "inbound_mail": {
        "table": READ_ROWS | WRITE_ROWS | {"dynamodb:PutItem"},
        "bucket": {"s3:ListBucket"},
        "raw/*": {"s3:GetObject", "s3:DeleteObject"},
        "content/*": {"s3:PutObject", "s3:DeleteObject"},
        "queue": TAKES,
        "logs": LOGS,
    },
    "http_api": {
        "table": READ_ROWS | WRITE_ROWS | {"dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan"},
        "bucket": {"s3:ListBucket"},
        "raw/*": {"s3:GetObject"},
        "raw/sample-*": {"s3:PutObject"},
        "raw/pop3-*": {"s3:PutObject", "s3:DeleteObject"},
        "content/*": {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
        "files/*": {"s3:GetObject", "s3:PutObject"},
        "outgoing/*": {"s3:DeleteObject"},
        "exports/*": {"s3:GetObject", "s3:DeleteObject"},
        "secret": {"secretsmanager:GetSecretValue"},
        "edge secret": {"secretsmanager:GetSecretValue"},
        "key": {"kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"},
        ":identity/*": IDENTITIES,
        "queue": {"sqs:GetQueueAttributes", "sqs:SendMessage"},
        **WAKES_WEBHOOKS,
        "logs": LOGS,
    },
    "websocket": {
        "table": WRITE_ROWS
        | {
            "dynamodb:GetItem",
            "dynamodb:BatchGetItem",
            "dynamodb:Query",
            "dynamodb:PutItem",
            "dynamodb:BatchWriteItem",
        },
        "secret": {"secretsmanager:GetSecretValue"},
        "live/GET/@connections/*": {"execute-api:ManageConnections"},
        "live/DELETE/@connections/*": {"execute-api:ManageConnections"},
        "logs": LOGS,
    },
    "table_events": {
        "table": READ_ROWS
        | WRITE_ROWS
        | {"dynamodb:Query", "dynamodb:BatchWriteItem", "dynamodb:PutItem"},
        "stream": {
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
        },
        "*": {"dynamodb:ListStreams"},
        "bucket": {"s3:ListBucket"},
        "raw/*": {"s3:GetObject", "s3:DeleteObject"},
        "content/*": {"s3:GetObject", "s3:DeleteObject"},
        "files/*": {"s3:DeleteObject"},
        "exports/*": {"s3:DeleteObject", "s3:AbortMultipartUpload"},
        "queue": {"sqs:SendMessage"},
        **WAKES_WEBHOOKS,
        "live/POST/@connections/*": {"execute-api:ManageConnections"},
        "logs": LOGS,
    },
    "webhooks": {
        "table": READ_ROWS | WRITE_ROWS | {"dynamodb:PutItem", "dynamodb:Query"},
        "bucket": {"s3:ListBucket"},
        "raw/*": {"s3:GetObject"},
        "content/*": {"s3:GetObject"},
        "secret": {"secretsmanager:GetSecretValue"},
        "key": {"kms:Decrypt"},
        "queue": {"sqs:SendMessage"} | TAKES,
        **WAKES_WEBHOOKS,
        "logs": LOGS,
    },
    "sweep": {
        "table": READ_ROWS | WRITE_ROWS | {"dynamodb:PutItem", "dynamodb:Query"},
        "bucket": {"s3:ListBucket"},
        "raw/*": {"s3:GetObject", "s3:DeleteObject"},
        "content/*": {"s3:DeleteObject"},
        "queue": {"sqs:SendMessage"} | TAKES,
        "stream": {
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
        },
        "*": {"dynamodb:ListStreams", "ses:DescribeActiveReceiptRuleSet", "ses:UpdateReceiptRule"},
        "stages/live": {"apigateway:GET", "apigateway:PATCH"},
        "logs": LOGS,
    },
    "export_mail": {
        "table": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"},
        "bucket": {"s3:ListBucket"},
        "raw/*": {"s3:GetObject"},
        "content/*": {"s3:GetObject"},
        "exports/*": {
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject",
            "s3:AbortMultipartUpload",
        },
        "queue": TAKES,
        "logs": LOGS,
    },
    "domain_check": {
        "table": WRITE_ROWS | {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"},
        ":identity/*": IDENTITIES,
        "live/POST/@connections/*": {"execute-api:ManageConnections"},
        "logs": LOGS,
    },
    "admin_key": {
        "table": {"dynamodb:GetItem", "dynamodb:PutItem"},
        "admin secret": {"secretsmanager:PutSecretValue"},
        "logs": LOGS,
    },
    "page_files": {
        "page bucket": {"s3:ListBucket"},
        "page bucket/*": {"s3:PutObject", "s3:DeleteObject"},
        "Distribution": {"cloudfront:CreateInvalidation"},
        "MailFrame": {"cloudfront:CreateInvalidation"},
        "logs": LOGS,
    },
    "empty_bucket": {
        "bucket": {"s3:ListBucket"},
        "*": {"s3:DeleteObject"},
        "logs": LOGS,
    },
    "rule_set": {
        "*": {"ses:DescribeActiveReceiptRuleSet", "ses:SetActiveReceiptRuleSet"},
        "this stack": {"cloudformation:DescribeStacks"},
        "logs": LOGS,
    },
}


def resource_name(cloud: Cloud, arn: Any) -> str:
    """A short name for what an ARN of the template means."""
    kinds = {
        "AWS::DynamoDB::Table": "table",
        "AWS::S3::Bucket": "bucket",
        "AWS::SQS::Queue": "queue",
        "AWS::Logs::LogGroup": "logs",
        "AWS::SecretsManager::Secret": "secret",
        "AWS::KMS::Key": "key",
        "AWS::IAM::Role": "role",
    }
    match arn:
        case {"Fn::GetAtt": [name, "StreamArn"]} if name in cloud.template["Resources"]:
            return "stream"
        case {"Ref": "AWS::StackId"}:
            return "this stack"
        case {"Ref": name} if name == cloud.secret("admin key"):
            return "admin secret"
        case {"Ref": name} if name == cloud.secret("CloudFront"):
            return "edge secret"
        case {"Fn::GetAtt": [name, "Arn"]} if "PageFilesBucket" in name:
            return "page bucket"
        case {"Fn::Join": ["", [{"Fn::GetAtt": [name, "Arn"]}, end]]} if "PageFilesBucket" in name:
            return f"page bucket{end}"
        case {"Fn::Join": ["", [*_, ":distribution/", {"Ref": name}]]}:
            return "MailFrame" if "MailFrame" in name else "Distribution"
        case {"Fn::GetAtt": [name, "Arn"]} | {"Ref": name}:
            return kinds[cloud.template["Resources"][name]["Type"]]
        case {"Fn::Join": ["", [*_, str(end)]]}:
            return end.lstrip("/")
        case _:
            return str(arn)


def allowed(cloud: Cloud, role: str) -> dict[str, set[str]]:
    """What a role may do, by the resource."""
    found: dict[str, set[str]] = {}
    for policy in cloud.resources("AWS::IAM::Policy").values():
        if {"Ref": role} not in policy["Roles"]:
            continue
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Effect"] == "Allow"
            actions, arns = statement["Action"], statement["Resource"]
            for arn in arns if isinstance(arns, list) else [arns]:
                name = resource_name(cloud, arn)
                found.setdefault(name, set()).update(
                    actions if isinstance(actions, list) else [actions]
                )
    return found


def aliases(cloud: Cloud) -> dict[str, str]:
    """The function of each alias, by the alias's logical id."""
    handlers = {
        name: each["Handler"].split(".")[1]
        for name, each in cloud.resources("AWS::Lambda::Function").items()
    }
    return {
        name: handlers[each["FunctionName"]["Ref"]]
        for name, each in cloud.resources("AWS::Lambda::Alias").items()
        if each["Name"] == "live"
    }


def mapping(cloud: Cloud, function: str) -> dict[str, Any]:
    """The event source mapping that wakes the function through its alias."""
    (alias,) = [name for name, target in aliases(cloud).items() if target == function]
    (found,) = [
        each
        for each in cloud.resources("AWS::Lambda::EventSourceMapping").values()
        if alias in str(each["FunctionName"])
    ]
    return found


def test_every_declared_function_is_deployed_as_it_says(cloud: Cloud) -> None:
    deployed = {
        (name, each["Handler"], each["MemorySize"], each["Timeout"])
        for name, each in cloud.functions().items()
    }

    assert deployed == {
        (each.name, each.handler, each.memory_mb, int(each.timeout.total_seconds()))
        for each in ALWAYS
    }


def test_every_function_folder_is_declared() -> None:
    folders = {each.parent.name for each in (ROOT / "functions").glob("*/__init__.py")}

    assert folders == {each.name for each in FUNCTIONS}


def test_functions_run_on_arm_and_the_newest_python(cloud: Cloud) -> None:
    from infra.cloud.functions import vendor

    for each in cloud.functions().values():
        assert each["Architectures"] == ["arm64"]
        assert each["Runtime"] == f"python{vendor.PYTHON}"


@pytest.mark.parametrize("name", [each.name for each in ALWAYS])
def test_a_function_may_do_this_and_no_more(cloud: Cloud, name: str) -> None:
    role = cloud.functions()[name]["Role"]["Fn::GetAtt"][0]

    assert allowed(cloud, role) == MAY[name]


def test_with_a_sender_three_functions_may_mail_from_it_and_nothing_else_changes(
    synthesize: Synthesize,
) -> None:
    cloud = synthesize({"domains": ["mail.test.org"], "senderAddress": "No-Reply@mail.test.org"})
    roles = {name: each["Role"]["Fn::GetAtt"][0] for name, each in cloud.functions().items()}

    may = {name: allowed(cloud, role) for name, role in roles.items()}

    mailing = {
        name: MAY[name] | {":identity/*": MAY[name].get(":identity/*", set()) | {"ses:SendEmail"}}
        for name in ("http_api", "domain_check", "webhooks")
    }
    assert may == MAY | mailing
    conditions = [
        each["Condition"]
        for policy in cloud.resources("AWS::IAM::Policy").values()
        for each in policy["PolicyDocument"]["Statement"]
        if each["Action"] == "ses:SendEmail"
    ]
    assert conditions == [{"StringEquals": {"ses:FromAddress": "no-reply@mail.test.org"}}] * 3
    variables = cloud.functions()["http_api"]["Environment"]["Variables"]
    assert variables["SENDER_ADDRESS"] == "no-reply@mail.test.org"


@pytest.mark.parametrize("stack", ["Mayfly", "Another"])
def test_functions_touch_no_identity_without_the_tag_of_their_stack(
    synthesize: Synthesize, stack: str
) -> None:
    cloud = synthesize({"domains": ["mail.test.org"], "sending": True, "stackName": stack})
    asked = {"aws:RequestTag/mayfly:stack": stack}
    there = {"aws:ResourceTag/mayfly:stack": stack}
    conditions = {
        "ses:CreateEmailIdentity": {"StringEquals": asked},
        "ses:TagResource": {"StringEquals": asked, "StringEqualsIfExists": there},
        "ses:GetEmailIdentity": {"StringEquals": there},
        "ses:DeleteEmailIdentity": {"StringEquals": there},
        "ses:PutEmailIdentityMailFromAttributes": {"StringEquals": there},
    }

    found = [
        (action, each.get("Condition"))
        for policy in cloud.resources("AWS::IAM::Policy").values()
        for each in policy["PolicyDocument"]["Statement"]
        for action in (each["Action"] if isinstance(each["Action"], list) else [each["Action"]])
        if "Identity" in action or action == "ses:TagResource"
    ]

    assert sorted(found, key=str) == sorted([*conditions.items()] * 2, key=str)
    for name in ("http_api", "domain_check", "send_mail"):
        assert cloud.functions()[name]["Environment"]["Variables"]["STACK_NAME"] == stack


def test_the_stacks_own_identities_have_no_tag_of_accounts_ones(synthesize: Synthesize) -> None:
    cloud = synthesize({"domains": ["mail.test.org"]})

    for each in cloud.resources("AWS::SES::EmailIdentity").values():
        assert "mayfly:stack" not in str(each)


def test_records_are_written_to_the_zones_that_are_given_and_no_others(
    synthesize: Synthesize,
) -> None:
    cloud = synthesize({"domains": ["mail.test.org"], "hostedZones": ["Z1A", "Z2B"]})
    roles = {name: each["Role"]["Fn::GetAtt"][0] for name, each in cloud.functions().items()}

    may = {name: allowed(cloud, role) for name, role in roles.items()}

    writing = {
        "route53:ChangeResourceRecordSets",
        "route53:GetHostedZone",
        "route53:ListResourceRecordSets",
    }
    zones = {f":route53:::hostedzone/{zone}": writing for zone in ("Z1A", "Z2B")}
    assert may == MAY | {name: MAY[name] | zones for name in ("http_api", "domain_check")}
    variables = cloud.functions()["http_api"]["Environment"]["Variables"]
    assert variables["HOSTED_ZONES"] == "Z1A,Z2B"


def test_the_hosts_that_mail_goes_to_are_those_of_the_region(cloud: Cloud) -> None:
    variables = cloud.functions()["http_api"]["Environment"]["Variables"]

    region = {"Ref": "AWS::Region"}
    assert variables["INBOUND_HOST"] == {
        "Fn::Join": ["", ["inbound-smtp.", region, ".amazonaws.com"]]
    }
    assert variables["FEEDBACK_HOST"] == {
        "Fn::Join": ["", ["feedback-smtp.", region, ".amazonses.com"]]
    }


def test_who_makes_the_admin_key_touches_no_other_row(cloud: Cloud) -> None:
    role = cloud.functions()["admin_key"]["Role"]["Fn::GetAtt"][0]
    (policy,) = [
        each
        for each in cloud.resources("AWS::IAM::Policy").values()
        if {"Ref": role} in each["Roles"]
    ]

    conditions = [
        each["Condition"]
        for each in policy["PolicyDocument"]["Statement"]
        if "dynamodb:PutItem" in each["Action"]
    ]
    assert conditions == [
        {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": table.ADMIN_PARTITION}}
    ]


def conditions_of(cloud: Cloud, action: str) -> list[Any]:
    """Those under which anybody may do this."""
    return [
        each.get("Condition")
        for policy in cloud.resources("AWS::IAM::Policy").values()
        for each in policy["PolicyDocument"]["Statement"]
        if action in (each["Action"] if isinstance(each["Action"], list) else [each["Action"]])
    ]


def test_who_reads_the_whole_table_sees_nothing_that_opens_an_inbox(cloud: Cloud) -> None:
    (condition,) = conditions_of(cloud, "dynamodb:Scan")

    attributes = condition["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert set(attributes) == {
        *("pk", "sk", "access", "expires_at", "message_lifetime", "deleted_at"),
        *("held_messages", "token_version"),
    }
    assert condition["StringEqualsIfExists"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}


def test_who_sends_mail_opens_secrets_of_domains_and_no_passwords_of_inboxes(
    synthesize: Synthesize,
) -> None:
    cloud = synthesize({"domains": ["mail.test.org"], "sending": "true"})

    of_domains, of_webhooks = (
        {"Null": {f"kms:EncryptionContext:{kind}": "false"}} for kind in ("domain", "webhook")
    )
    found = sorted(conditions_of(cloud, "kms:Decrypt"), key=str)
    assert found == [None, of_domains, of_webhooks]


def test_no_two_functions_share_a_role(cloud: Cloud) -> None:
    roles = [each["Role"]["Fn::GetAtt"][0] for each in cloud.functions().values()]

    assert len(set(roles)) == len(ALWAYS)


def test_no_function_has_a_policy_of_aws(cloud: Cloud) -> None:
    for each in cloud.functions().values():
        role = cloud.resources("AWS::IAM::Role")[each["Role"]["Fn::GetAtt"][0]]
        assert "ManagedPolicyArns" not in role


@pytest.mark.parametrize("name", ["inbound_mail", "http_api", "table_events", "sweep"])
def test_who_asks_for_objects_that_may_be_gone_is_told_so(cloud: Cloud, name: str) -> None:
    role = cloud.functions()[name]["Role"]["Fn::GetAtt"][0]
    (policy,) = [
        each
        for each in cloud.resources("AWS::IAM::Policy").values()
        if {"Ref": role} in each["Roles"]
    ]

    (listing,) = [
        each for each in policy["PolicyDocument"]["Statement"] if each["Action"] == "s3:ListBucket"
    ]
    # S3 answers 403 in place of 404 if the condition is on a prefix: a GET has none.
    assert "Condition" not in listing


def test_every_variable_of_a_function_is_a_setting(cloud: Cloud) -> None:
    settings = {each.name.upper() for each in fields(Settings)}

    for name, each in cloud.functions().items():
        variables = set(each["Environment"]["Variables"])
        ours = {each for each in variables if not each.startswith("POWERTOOLS_")}
        of_the_deployment = {each.name for each in functions.OF_THE_DEPLOYMENT}
        assert ours == (set() if name in of_the_deployment else settings)


def test_chosen_settings_reach_the_functions(synthesize: Synthesize) -> None:
    cloud = synthesize(
        {
            "domains": ["a.test.org", "b.test.org"],
            "publicInboxes": "false",
            "messageLifetimeSeconds": "100000",
        }
    )

    variables = cloud.functions()["http_api"]["Environment"]["Variables"]
    read = Settings.from_environment({k: v for k, v in variables.items() if isinstance(v, str)})
    assert read.domains == ("a.test.org", "b.test.org")
    assert read.public_inboxes is False
    assert read.message_lifetime_seconds == 100_000


def test_logs_and_metrics_say_whose_they_are(cloud: Cloud) -> None:
    for name, each in cloud.functions().items():
        variables = each["Environment"]["Variables"]
        assert variables["POWERTOOLS_SERVICE_NAME"] == name
        assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Mayfly"


def test_what_went_well_is_logged_of_one_invocation_in_ten(cloud: Cloud) -> None:
    for each in cloud.functions().values():
        variables = each["Environment"]["Variables"]
        assert variables["POWERTOOLS_LOG_LEVEL"] == "WARNING"
        assert variables["POWERTOOLS_LOGGER_SAMPLE_RATE"] == "0.1"
        assert each["LoggingConfig"]["LogFormat"] == "JSON"
        assert each["LoggingConfig"]["SystemLogLevel"] == "WARN"


def test_all_is_logged_where_that_is_asked_for(synthesize: Synthesize) -> None:
    for each in synthesize({"logSample": 100}).functions().values():
        variables = each["Environment"]["Variables"]
        assert variables["POWERTOOLS_LOG_LEVEL"] == "INFO"
        assert variables["POWERTOOLS_LOGGER_SAMPLE_RATE"] == "0"
        assert set(each["LoggingConfig"]) == {"LogGroup"}


def test_every_log_group_forgets(synthesize: Synthesize) -> None:
    cloud = synthesize({"logDays": 14})

    groups = cloud.resources("AWS::Logs::LogGroup").values()
    assert len(groups) == len(ALWAYS) + 2
    assert {each["RetentionInDays"] for each in groups} == {14}


def test_every_trigger_points_at_an_alias(cloud: Cloud) -> None:
    known = aliases(cloud)
    targets = [
        *(
            each["FunctionName"]
            for kind in ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission")
            for each in cloud.resources(kind).values()
        ),
        *(each["Target"]["Arn"] for each in cloud.resources("AWS::Scheduler::Schedule").values()),
        cloud.only("Custom::ActiveReceiptRuleSet")["ServiceToken"],
        cloud.only("Custom::AdminKey")["ServiceToken"],
        cloud.only("Custom::PageFiles")["ServiceToken"],
        cloud.only("Custom::DeploymentGuard")["ServiceToken"],
        cloud.only("Custom::EmptyBucket")["ServiceToken"],
        cloud.only("AWS::ApiGatewayV2::Integration")["IntegrationUri"],
    ]

    reached = [name for target in targets for name in known if f"'{name}'" in str(target)]
    assert len(reached) == len(targets)
    assert {known[name] for name in reached} == {each.name for each in ALWAYS}


def test_a_failing_notice_takes_no_neighbour_along(cloud: Cloud) -> None:
    found = mapping(cloud, "inbound_mail")

    assert found["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert found["BatchSize"] == functions.NOTICE_BATCH
    assert found["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_changes_of_an_inbox_are_told_in_order_and_given_up_to_a_queue(cloud: Cloud) -> None:
    found = mapping(cloud, "table_events")

    failed = found["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
    assert failed in cloud.resources("AWS::SQS::Queue")
    assert found["ParallelizationFactor"] == 1
    assert found["StartingPosition"] == "TRIM_HORIZON"
    assert found["BisectBatchOnFunctionError"] is True
    assert found["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert found["MaximumRetryAttempts"] == functions.STREAM_ATTEMPTS - 1


def test_the_stream_invokes_what_declares_it_as_its_trigger(cloud: Cloud) -> None:
    import json

    found = mapping(cloud, "table_events")["FilterCriteria"]["Filters"]

    assert tuple(json.loads(each["Pattern"]) for each in found) == table.STREAM_FILTERS


def test_every_trigger_has_no_more_and_no_longer_filters_than_lambda_takes(cloud: Cloud) -> None:
    mappings = cloud.resources("AWS::Lambda::EventSourceMapping").values()
    filtered = [each["FilterCriteria"]["Filters"] for each in mappings if "FilterCriteria" in each]

    assert len(filtered) == 2
    # https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
    assert all(len(filters) <= 5 for filters in filtered)
    assert all(len(each["Pattern"]) <= 4096 for filters in filtered for each in filters)


def test_what_ttl_removes_wakes_the_sweep_with_many_at_once(cloud: Cloud) -> None:
    import json

    stream = mapping(cloud, "table_events")
    (expiry,) = [
        each
        for each in cloud.resources("AWS::Lambda::EventSourceMapping").values()
        if each["EventSourceArn"] == stream["EventSourceArn"] and each != stream
    ]

    filters = expiry["FilterCriteria"]["Filters"]
    assert tuple(json.loads(each["Pattern"]) for each in filters) == (
        *table.EXPIRY_FILTERS,
        *table.COUNT_FILTERS,
    )
    assert expiry["DestinationConfig"] == stream["DestinationConfig"]
    assert (expiry["BatchSize"], expiry["MaximumBatchingWindowInSeconds"]) == (1000, 300)
    (alias,) = [name for name, target in aliases(cloud).items() if target == "sweep"]
    assert alias in str(expiry["FunctionName"])


def test_the_sweep_and_the_look_at_domains_come_every_hour_and_the_breaker_more_often(
    cloud: Cloud,
) -> None:
    schedules = cloud.resources("AWS::Scheduler::Schedule").values()

    rates = sorted(each["ScheduleExpression"] for each in schedules)
    assert rates == ["rate(1 hour)", "rate(1 hour)", "rate(1 minute)"]
    (often,) = [each for each in schedules if each["ScheduleExpression"] == "rate(1 minute)"]
    assert often["Target"]["Input"] == '{"breaker":"look"}'
    woken = {str(each["Target"]["Arn"]) for each in schedules}
    assert {
        function for name, function in aliases(cloud).items() if any(name in each for each in woken)
    } == {"sweep", "domain_check"}


@pytest.mark.parametrize(
    ("account", "at_once", "reserved"),
    [
        (10, {"inbound_mail": 3, "send_mail": 2, "mail_events": 2}, {}),
        (120, {"inbound_mail": 36, "send_mail": 5, "mail_events": 5}, {}),
        (1000, {"inbound_mail": 50, "send_mail": 5, "mail_events": 5}, {"inbound_mail": 50}),
    ],
)
def test_queues_wake_no_more_functions_than_their_part_of_the_account(
    synthesize: Synthesize, account: int, at_once: dict[str, int], reserved: dict[str, int]
) -> None:
    cloud = synthesize({"concurrency": account, "sending": "true"})

    name = "ReservedConcurrentExecutions"
    most = {each: mapping(cloud, each)["ScalingConfig"]["MaximumConcurrency"] for each in at_once}
    assert most == at_once
    assert sum(most.values()) < account
    assert {k: v[name] for k, v in cloud.functions().items() if name in v} == reserved
    assert account - sum(reserved.values()) >= min(account, 100)


def test_without_a_word_of_it_the_account_is_a_new_one(cloud: Cloud) -> None:
    assert mapping(cloud, "inbound_mail")["ScalingConfig"] == {"MaximumConcurrency": 3}
    assert all("ReservedConcurrentExecutions" not in each for each in cloud.functions().values())


def test_snap_start_is_a_choice(cloud: Cloud, synthesize: Synthesize) -> None:
    chosen = synthesize({"snapStart": True})

    assert all("SnapStart" not in each for each in cloud.functions().values())
    assert all(
        each["SnapStart"] == {"ApplyOn": "PublishedVersions"}
        for each in chosen.functions().values()
    )


def test_the_handlers_zip_has_every_function_and_nothing_else(cloud: Cloud) -> None:
    functions = cloud.functions()
    carries_the_page = functions.pop("page_files")["Code"]["S3Key"]
    (key,) = {each["Code"]["S3Key"] for each in functions.values()}

    asset = cloud.asset_of(key)
    assert {each.name for each in cloud.asset_of(carries_the_page).iterdir()} <= {
        "functions",
        "web",
    }
    folders = {each.name for each in (asset / "functions").iterdir() if each.is_dir()}
    assert [each.name for each in asset.iterdir()] == ["functions"]
    assert folders == {each.name for each in FUNCTIONS}
    assert {each.suffix for each in files_of(asset)} == {".py"}


def test_the_core_layer_is_the_package_without_tests_or_bytecode(cloud: Cloud) -> None:
    layers = cloud.resources("AWS::Lambda::LayerVersion").values()
    (core,) = [each for each in layers if "mayfly" in each["Description"]]

    asset = cloud.asset_of(core["Content"]["S3Key"])
    source = ROOT / "layers" / "core" / "python"
    shipped = {str(each.relative_to(asset / "python")) for each in files_of(asset)}
    assert "mayfly/kit/dynamodb/keys.py" in shipped
    assert shipped == {
        str(each.relative_to(source))
        for each in files_of(source)
        if "__pycache__" not in each.parts
    }
    assert not [each for each in shipped if Path(each).name.startswith("test")]


def test_the_vendor_layer_is_what_was_built(cloud: Cloud) -> None:
    layers = cloud.resources("AWS::Lambda::LayerVersion").values()
    (vendor,) = [each for each in layers if "lock file" in each["Description"]]

    asset = cloud.asset_of(vendor["Content"]["S3Key"])
    assert (asset / "python" / "somebody" / "__init__.py").is_file()
    for each in layers:
        assert each["CompatibleArchitectures"] == ["arm64"]


def files_of(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


def test_the_command_that_puts_the_breaker_back_finds_its_function(cloud: Cloud) -> None:
    from infra.breaker import is_its_function

    found = [
        each["Properties"]["Handler"]
        for name, each in cloud.template["Resources"].items()
        if is_its_function(each["Type"], name)
    ]
    assert found == [functions.SWEEP.handler]
