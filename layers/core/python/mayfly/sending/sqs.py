"""The SendJobs port on SQS, and the Schedules port on EventBridge Scheduler."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mayfly.errors import ForeignNotice
from mayfly.kit.schedules import OneTimeSchedules
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
    """See `mayfly.sending.ports.Schedules`. Each has the name of its mail."""

    schedules: OneTimeSchedules

    def set(self, job: SendJob, at: datetime) -> None:
        """One call, mostly."""
        self.schedules.set(job.mail, write_job(job), at)

    def clear(self, job: SendJob) -> None:
        """One call."""
        self.schedules.clear(job.mail)
