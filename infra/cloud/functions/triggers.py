"""What wakes the functions: the queue, the table's stream, the clock."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from infra.cloud.functions.handler import Handler
from infra.cloud.receiving.queues import dead_letter_queue, duration
from mayfly import functions
from mayfly.kit.dynamodb import keys as table

# With more, Lambda keeps the order of each row only, and pushes of one inbox would overtake.
STREAM_PARALLELIZATION = 1
STREAM_BATCH = 100
ARRIVAL_CONCURRENCY = 2
"""SQS's smallest: a look takes milliseconds, and may come late."""
INTERVAL = timedelta(hours=1)
BREAKER_INTERVAL = timedelta(minutes=1)
QUEUE_ACTIONS = (
    *("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "sqs:ChangeMessageVisibility",  # what failed comes again soon
)
"""What Lambda does to a queue that wakes a function, and the function to what it could not do."""


def wake(
    scope: Construct,
    name: str,
    queue: sqs.Queue,
    handler: Handler,
    batch: int,
    concurrency: int,
    window: timedelta | None = None,
) -> None:
    """Have the queue wake the handler, which says of each record whether it is done."""
    handler.may(QUEUE_ACTIONS, queue.queue_arn)
    lambda_.EventSourceMapping(
        scope,
        name,
        target=handler.alias,
        event_source_arn=queue.queue_arn,
        batch_size=batch,
        max_batching_window=duration(window) if window else None,
        max_concurrency=concurrency,
        report_batch_item_failures=True,
    )


class StreamTrigger(Construct):
    """Changes of the table wake the handler; `failed` takes what it could not digest.

    What TTL removes and what counters count wakes `expiry` instead, many changes at once: nobody
    waits for that. Two readers are what a stream has room for.
    """

    def __init__(
        self, scope: Construct, *, stream_arn: str, handler: Handler, expiry: Handler
    ) -> None:
        super().__init__(scope, "StreamTrigger")
        self.failed = dead_letter_queue(self, "Failed")
        self._stream_arn = stream_arn
        self._follow(
            handler,
            "Mapping",
            table.STREAM_FILTERS,
            batch_size=STREAM_BATCH,
            parallelization_factor=STREAM_PARALLELIZATION,
            function_response_types=["ReportBatchItemFailures"],
        )
        self._follow(
            expiry,
            "Expiry",
            (*table.EXPIRY_FILTERS, *table.COUNT_FILTERS),
            batch_size=functions.EXPIRY_BATCH,
            maximum_batching_window_in_seconds=int(functions.ARRIVAL_WINDOW.total_seconds()),
        )

    def _follow(
        self, handler: Handler, name: str, filters: Sequence[dict[str, object]], **how: Any
    ) -> None:
        handler.may(
            ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
            self._stream_arn,
        )
        handler.may(
            ["dynamodb:ListStreams"], "*", because="dynamodb:ListStreams takes no resource."
        )
        handler.may(["sqs:SendMessage"], self.failed.queue_arn)
        mapping = lambda_.CfnEventSourceMapping(
            self,
            name,
            function_name=handler.alias.function_arn,
            event_source_arn=self._stream_arn,
            # LATEST may miss what happens while the mapping is being made.
            starting_position="TRIM_HORIZON",
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=functions.STREAM_ATTEMPTS - 1,  # after the first attempt
            filter_criteria={"filters": _patterns(filters)},
            destination_config={"onFailure": {"destination": self.failed.queue_arn}},
            **how,
        )
        mapping.node.add_dependency(handler.role)


class Schedule(Construct):
    """The clock wakes the handler, every hour unless something else is said."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        handler: Handler,
        purpose: str,
        after: Sequence[IConstruct],
        every: timedelta = INTERVAL,
        event: str | None = None,
    ) -> None:
        super().__init__(scope, f"{name}Schedule")
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            ),
        )
        role.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[handler.alias.function_arn]
            )
        )
        schedule = scheduler.CfnSchedule(
            self,
            "Hourly",
            description=f"Mayfly: {purpose}",
            schedule_expression=_rate(every),
            flexible_time_window={"mode": "OFF"},
            target={
                "arn": handler.alias.function_arn,
                "roleArn": role.role_arn,
                "input": event,
                # The next one comes soon enough.
                "retryPolicy": {"maximumRetryAttempts": 1, "maximumEventAgeInSeconds": 600},
            },
        )
        # A role is known to the scheduler only after some seconds: this comes late.
        schedule.node.add_dependency(role, *after)


def _rate(every: timedelta) -> str:
    minutes = every // timedelta(minutes=1)
    return {1: "rate(1 minute)", 60: "rate(1 hour)"}.get(minutes, f"rate({minutes} minutes)")


def _patterns(filters: Sequence[dict[str, object]]) -> list[dict[str, str]]:
    return [{"pattern": json.dumps(each, separators=(",", ":"))} for each in filters]
