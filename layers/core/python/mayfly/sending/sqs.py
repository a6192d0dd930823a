"""The SendJobs port on SQS, and the Schedules port on EventBridge Scheduler.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mayfly.errors import ForeignNotice
from mayfly.sending.ports import SendJob


def write_job(order: SendJob) -> str:
    """The order as JSON. It names the mail and has nothing of it."""
    return json.dumps(
        {
            "account": order.account,
            "mail": order.mail,
            "round": order.round,
            "given_at": order.given_at.isoformat(),
        }
    )


def read_job(body: str) -> SendJob:
    """What `write` wrote; ForeignNotice for anything else."""
    try:
        told = json.loads(body)
        given_at = datetime.fromisoformat(told["given_at"])
        names = all(isinstance(told[name], str) for name in ("account", "mail"))
        if given_at.tzinfo is None or not names or type(told["round"]) is not int:
            raise ValueError("not an order")
        return SendJob(told["account"], told["mail"], told["round"], given_at)
    except (ValueError, TypeError, KeyError) as error:
        raise ForeignNotice("not an order of ours") from error


_WAITS_FOR_THE_ROLE = (1.0, 2.0, 4.0)
"""Seconds. A request that waits for longer is answered by API Gateway instead."""


@dataclass(frozen=True, slots=True)
class SqsSendJobs:
    """See `mayfly.sending.ports.SendJobs`."""

    sqs: Any
    queue_url: str

    def give(self, order: SendJob, delay_seconds: int = 0) -> None:
        """One call."""
        self.sqs.send_message(
            QueueUrl=self.queue_url, MessageBody=write_job(order), DelaySeconds=delay_seconds
        )


@dataclass(frozen=True, slots=True)
class SchedulerSchedules:
    """See `mayfly.sending.ports.Schedules`. A schedule goes by itself once it was carried out."""

    scheduler: Any
    group: str
    queue_arn: str
    role_arn: str
    pause: Callable[[float], None]

    def set(self, order: SendJob, at: datetime) -> None:
        """One call, and a few more while the role is new: some seconds go by until it is known."""
        for seconds in _WAITS_FOR_THE_ROLE:
            try:
                return self._create(order, at)
            except self.scheduler.exceptions.ValidationException as refused:
                if "role" not in str(refused).lower():
                    raise
                self.pause(seconds)
        return self._create(order, at)

    def _create(self, order: SendJob, at: datetime) -> None:
        try:
            self.scheduler.create_schedule(
                Name=order.mail,
                GroupName=self.group,
                ClientToken=order.mail,
                ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self.queue_arn,
                    "RoleArn": self.role_arn,
                    "Input": write_job(order),
                },
            )
        except self.scheduler.exceptions.ConflictException:
            return  # it is there already

    def clear(self, order: SendJob) -> None:
        """One call."""
        try:
            self.scheduler.delete_schedule(Name=order.mail, GroupName=self.group)
        except self.scheduler.exceptions.ResourceNotFoundException:
            return  # it was carried out, or never made
