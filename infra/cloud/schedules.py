"""Schedules: a group of EventBridge Scheduler's whose schedules put messages into one queue.

What is due later than SQS can delay it (15 minutes) waits there.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.cloud.functions.handler import Handler


@dataclass(frozen=True, slots=True)
class Schedules:
    """The group, and the role that its schedules have: to send to the queue, and nothing else."""

    group: scheduler.CfnScheduleGroup
    role: iam.Role

    @classmethod
    def of(cls, scope: Construct, name: str, queue: sqs.IQueue) -> Self:
        """Make both in the scope; `name` is the group's in the whole AWS account and region."""
        group = scheduler.CfnScheduleGroup(scope, "Schedules", name=name)
        ours = {"aws:SourceAccount": Aws.ACCOUNT_ID, "aws:SourceArn": group.attr_arn}
        role = iam.Role(
            scope,
            "ScheduleRole",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": ours}
            ),
        )
        role.add_to_principal_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[queue.queue_arn])
        )
        return cls(group, role)

    @property
    def group_name(self) -> str:
        """The name of the group."""
        return str(self.group.name)

    def allow(self, handler: Handler, actions: Sequence[str], because: str) -> None:
        """Let the function do this to schedules of the group, with their role."""
        every = Stack.of(self.group).format_arn(
            service="scheduler", resource="schedule", resource_name=f"{self.group_name}/*"
        )
        handler.may([f"scheduler:{each}" for each in actions], every, because=because)
        handler.may(
            ["iam:PassRole"],
            self.role.role_arn,
            only_if={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        )
