"""The WebhookWakes port on two queues of SQS, and EventBridge Scheduler for what is far ahead."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mayfly.errors import ForeignNotice
from mayfly.kit.schedules import OneTimeSchedules
from mayfly.webhooks.models import HookOwner
from mayfly.webhooks.ports import Wake


def write_wake(wake: Wake) -> str:
    """The wake as JSON. It names the webhook and has nothing of it."""
    return json.dumps({"owner": str(wake.owner), "webhook": wake.webhook, "slow": wake.is_slow})


def read_wake(body: str) -> Wake:
    """What `write_wake` wrote; ForeignNotice for anything else."""
    try:
        fields = json.loads(body)
        if not isinstance(fields["webhook"], str) or not isinstance(fields["slow"], bool):
            raise ValueError("not a wake")
        return Wake(HookOwner.parse(fields["owner"]), fields["webhook"], fields["slow"])
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ForeignNotice("not a wake of ours") from error


@dataclass(frozen=True, slots=True)
class SqsWebhookWakes:
    """See `mayfly.webhooks.ports.WebhookWakes`. Most processes need no schedules."""

    sqs: Any
    queue_url: str
    slow_queue_url: str
    schedules: Callable[[], OneTimeSchedules]

    def give(self, wake: Wake, delay: timedelta = timedelta()) -> None:
        """One call."""
        self.sqs.send_message(
            QueueUrl=self.slow_queue_url if wake.is_slow else self.queue_url,
            MessageBody=write_wake(wake),
            DelaySeconds=-int(-delay.total_seconds() // 1),
        )

    def schedule(self, wake: Wake, at: datetime) -> None:
        """One call. What is scheduled comes into the queue of those that are not slow."""
        name = f"{wake.webhook}-{int(at.timestamp())}"
        self.schedules().set(name, write_wake(wake), at)
