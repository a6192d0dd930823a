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


def write_job(job: SendJob) -> str:
    """The order as JSON. It names the message and has nothing of it."""
    return json.dumps(
        {
            "account": job.account,
            "mail": job.mail,
            "round": job.round,
            "given_at": job.given_at.isoformat(),
        }
    )


def read_job(body: str) -> SendJob:
    """What `write` wrote; ForeignNotice for anything else."""
    try:
        fields = json.loads(body)
        given_at = datetime.fromisoformat(fields["given_at"])
        names = all(isinstance(fields[name], str) for name in ("account", "mail"))
        if given_at.tzinfo is None or not names or type(fields["round"]) is not int:
            raise ValueError("not an order")
        return SendJob(fields["account"], fields["mail"], fields["round"], given_at)
    except (ValueError, TypeError, KeyError) as error:
        raise ForeignNotice("not an order of ours") from error


_WAITS_FOR_THE_ROLE = (1.0, 2.0, 4.0)
"""Seconds. A request that waits for longer is answered by API Gateway instead."""


@dataclass(frozen=True, slots=True)
class SqsSendJobs:
    """See `mayfly.sending.ports.SendJobs`."""

    sqs: Any
    queue_url: str

    def give(self, job: SendJob, delay_seconds: int = 0) -> None:
        """One call."""
        self.sqs.send_message(
            QueueUrl=self.queue_url, MessageBody=write_job(job), DelaySeconds=delay_seconds
        )


@dataclass(frozen=True, slots=True)
class SchedulerSchedules:
    """See `mayfly.sending.ports.Schedules`. A schedule goes by itself once it was carried out."""

    scheduler: Any
    group: str
    queue_arn: str
    role_arn: str
    pause: Callable[[float], None]

    def set(self, job: SendJob, at: datetime) -> None:
        """One call, and a few more while the role is new: some seconds go by until it is known."""
        for seconds in _WAITS_FOR_THE_ROLE:
            try:
                return self._create(job, at)
            except self.scheduler.exceptions.ValidationException as refused:
                if "role" not in str(refused).lower():
                    raise
                self.pause(seconds)
        return self._create(job, at)

    def _create(self, job: SendJob, at: datetime) -> None:
        try:
            self.scheduler.create_schedule(
                Name=job.mail,
                GroupName=self.group,
                ClientToken=job.mail,
                ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self.queue_arn,
                    "RoleArn": self.role_arn,
                    "Input": write_job(job),
                },
            )
        except self.scheduler.exceptions.ConflictException:
            return  # it is there already

    def clear(self, job: SendJob) -> None:
        """One call."""
        try:
            self.scheduler.delete_schedule(Name=job.mail, GroupName=self.group)
        except self.scheduler.exceptions.ResourceNotFoundException:
            return  # it was carried out, or never made
