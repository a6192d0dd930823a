"""No permission is superfluous: without it, a function cannot do what it is there for.

Each action of a role's policy is taken away in turn. `PERMISSIONS=all` tries all of them; without
it, one of each function.
"""

import copy
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientError

from mayfly.functions import ARCHIVING, FUNCTIONS
from tests.cloud.exercises import Exercises
from tests.cloud.inside import Inside
from tests.cloud.target import Target

pytestmark = [
    pytest.mark.cloud,
    pytest.mark.needs("inside"),
    pytest.mark.changes_the_stack,
]

UNSEEN = {
    "logs": "the emulator writes functions' logs itself, whatever their roles may do",
    "poller": "the emulator's pollers read queues and streams with rights of their own",
    "missing": "for an object that is not there the emulator says 404 where S3 would say 403",
    "mail-from": "the emulator's SES knows no MAIL FROM domains, and a domain goes without",
    "raw": "the emulator's SES asks for `ses:SendEmail` alone, also for a mail that is raw",
    "pass-role": "the emulator's scheduler takes any role, whoever hands it over",
    "later": "what failed comes again all the same, only later",
    "taken back": "asked only where a change is refused while an update may be being taken back",
    "dropped": "for what is fetched while its inbox fills; and what drafts leave goes by its age",
    "started": "the emulator's WebSocket goes on with a process that has read the key already",
}
"""Why the emulator cannot tell. `infra/test_functions.py` has the exact list of all permissions."""

CANNOT_TELL = {
    "logs:CreateLogStream": "logs",
    "logs:PutLogEvents": "logs",
    # What Lambda asks for to poll: docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    # and …/with-ddb.html
    "sqs:ReceiveMessage": "poller",
    "sqs:DeleteMessage": "poller",
    "sqs:GetQueueAttributes": "poller",
    "sqs:ChangeMessageVisibility": "later",
    "cloudformation:DescribeStacks": "taken back",
    "dynamodb:DescribeStream": "poller",
    "dynamodb:GetRecords": "poller",
    "dynamodb:GetShardIterator": "poller",
    "dynamodb:ListStreams": "poller",
    "ses:PutEmailIdentityMailFromAttributes": "mail-from",
    "ses:SendRawEmail": "raw",
    "iam:PassRole": "pass-role",
}
CANNOT_TELL_OF = {
    # The poller sends there what the function could not digest.
    ("table_events", "sqs:SendMessage"): "poller",
    ("inbound_mail", "s3:ListBucket"): "missing",
    ("http_api", "s3:ListBucket"): "missing",
    ("send_mail", "s3:ListBucket"): "missing",
    ("http_api", "s3:DeleteObject"): "dropped",
    ("export_mail", "s3:ListBucket"): "missing",
    # An export that is removed while it is made.
    ("export_mail", "s3:AbortMultipartUpload"): "later",
    ("table_events", "s3:AbortMultipartUpload"): "later",
    ("websocket", "secretsmanager:GetSecretValue"): "started",
}
"""Actions that the emulator can tell of other functions."""
REMEMBERED = {
    ("http_api", "secretsmanager:GetSecretValue"),
    ("http_api", "dynamodb:Scan"),
    ("http_api", "ses:GetAccount"),
    ("http_api", "route53:GetHostedZone"),
    ("domain_check", "route53:GetHostedZone"),
    ("send_mail", "ses:GetAccount"),
    ("sweep", "dynamodb:BatchGetItem"),
    ("sweep", "dynamodb:UpdateItem"),
}
"""Needed when a process of the function starts; then it lives on what it read for a while."""


@dataclass(frozen=True)
class Grant:
    """An action, and the number of the statement that allows it."""

    statement: int
    action: str


@dataclass(frozen=True)
class Role:
    """The role of one function."""

    iam: Any
    name: str
    policy: str
    document: dict[str, Any]

    @classmethod
    def of(cls, function: str, inside: Inside) -> "Role":
        iam = inside.client("iam")
        name = inside.find("AWS::IAM::Role", f"Functions{function.title().replace('_', '')}Role")
        (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
        found = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        return cls(iam, name, policy, found)

    def grants(self) -> list[Grant]:
        return [
            Grant(number, action)
            for number, statement in enumerate(self.document["Statement"])
            for action in _listed(statement["Action"])
        ]

    @contextmanager
    def without(self, grant: Grant) -> Iterator[None]:
        less = copy.deepcopy(self.document)
        statement = less["Statement"][grant.statement]
        statement["Action"] = [a for a in _listed(statement["Action"]) if a != grant.action]
        less["Statement"] = [each for each in less["Statement"] if each["Action"]]
        self._put(less)
        try:
            yield
        finally:
            self._put(self.document)

    def _put(self, document: dict[str, Any]) -> None:
        self.iam.put_role_policy(
            RoleName=self.name, PolicyName=self.policy, PolicyDocument=json.dumps(document)
        )


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def _seen(exercise: Any) -> Any:
    """What the exercise saw, or how it ended."""
    try:
        return exercise()
    except (AssertionError, LookupError, ValueError, OSError, TypeError, ClientError) as error:
        return type(error).__name__


def _tried(function: str, grants: list[Grant]) -> list[Grant]:
    can_tell = [
        each
        for each in grants
        if each.action not in CANNOT_TELL and (function, each.action) not in CANNOT_TELL_OF
    ]
    return can_tell if os.environ.get("PERMISSIONS") == "all" else can_tell[:1]


NOT_EXERCISED = ARCHIVING
"""It is not in the stack that is tried."""


@pytest.mark.parametrize("function", [each.name for each in FUNCTIONS if each not in NOT_EXERCISED])
def test_a_function_misses_every_permission_that_is_taken_away(
    function: str, target: Target, inside: Inside
) -> None:
    exercise, role = Exercises(target, inside).of(function), Role.of(function, inside)
    assert exercise, f"tests/cloud/exercises.py has no exercise for {function}"
    expected = exercise()

    superfluous = []
    for grant in _tried(function, role.grants()):
        with role.without(grant):
            if (function, grant.action) in REMEMBERED:
                inside.restart(function)
            if _seen(exercise) == expected:
                superfluous.append((grant.action, role.document["Statement"][grant.statement]))
        if (function, grant.action) in REMEMBERED:
            inside.restart(function)  # one that could not read waits before it tries again

    assert superfluous == []
    assert _seen(exercise) == expected
