"""The WebhookWakes port on two queues of SQS, and EventBridge Scheduler for what is far ahead."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mayfly.errors import ForeignNotice
from mayfly.kit.schedules import OneTimeSchedules
from mayfly.webhooks.models import HookOwner
from mayfly.webhooks.ports import ExpiryLook, Wake


def write_job(job: Wake | ExpiryLook) -> str:
    """The job as JSON. It names the webhook, or the inbox, and has nothing of it."""
    if isinstance(job, ExpiryLook):
        return json.dumps({"expired": job.inbox})
    named = {"owner": str(job.owner), "webhook": job.webhook, "slow": job.is_slow}
    return json.dumps(named | ({"atOnce": True} if job.at_once else {}))


def read_job(body: str) -> Wake | ExpiryLook:
    """What `write_job` wrote; ForeignNotice for anything else."""
    try:
        fields = json.loads(body)
        if isinstance(fields.get("expired"), str):
            return ExpiryLook(fields["expired"])
        if not isinstance(fields["webhook"], str) or not isinstance(fields["slow"], bool):
            raise ValueError("not a wake")
        owner, at_once = HookOwner.parse(fields["owner"]), fields.get("atOnce") is True
        return Wake(owner, fields["webhook"], fields["slow"], at_once)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ForeignNotice("not a job of ours") from error


@dataclass(frozen=True, slots=True)
class SqsWebhookWakes:
    """See `mayfly.webhooks.ports.WebhookWakes`. Most processes need no schedules."""

    sqs: Any
    queue_url: str
    slow_queue_url: str
    schedules: Callable[[], OneTimeSchedules]

    def give(self, wake: Wake, delay: timedelta = timedelta()) -> None:
        """One call."""
        self._send(self.slow_queue_url if wake.is_slow else self.queue_url, wake, delay)

    def schedule(self, wake: Wake, at: datetime) -> None:
        """One call. What is scheduled comes into the queue of those that are not slow."""
        self._set(wake.webhook, wake, at)

    def look(self, look: ExpiryLook, delay: timedelta) -> None:
        """One call."""
        self._send(self.queue_url, look, delay)

    def schedule_look(self, look: ExpiryLook, at: datetime) -> None:
        """One call."""
        self._set(look.inbox, look, at)

    def _send(self, queue_url: str, job: Wake | ExpiryLook, delay: timedelta) -> None:
        seconds = max(0, -int(-delay.total_seconds() // 1))
        self.sqs.send_message(QueueUrl=queue_url, MessageBody=write_job(job), DelaySeconds=seconds)

    def _set(self, name: str, job: Wake | ExpiryLook, at: datetime) -> None:
        self.schedules().set(f"{name}-{int(at.timestamp())}", write_job(job), at)
