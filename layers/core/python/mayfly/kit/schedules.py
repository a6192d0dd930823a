"""Schedules of EventBridge that happen once, and put something into a queue.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#one-time
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mayfly.kit.clock import Pause

_WAITS_FOR_THE_ROLE = (1.0, 2.0, 4.0)
"""Seconds. A request that waits for longer is answered by API Gateway instead."""


@dataclass(frozen=True, slots=True)
class OneTimeSchedules:
    """The schedules of a group. One goes by itself once it was carried out."""

    scheduler: Any
    group: str
    queue_arn: str
    role_arn: str
    pause: Pause

    def set(self, name: str, body: str, at: datetime) -> None:
        """Put the body into the queue then; one of the name that is there already stays.

        One call, and a few more while the role is new: some seconds go by until it is known.
        """
        for seconds in _WAITS_FOR_THE_ROLE:
            try:
                return self._create(name, body, at)
            except self.scheduler.exceptions.ValidationException as refused:
                if "role" not in str(refused).lower():
                    raise
                self.pause(seconds)
        return self._create(name, body, at)

    def _create(self, name: str, body: str, at: datetime) -> None:
        try:
            self.scheduler.create_schedule(
                Name=name,
                GroupName=self.group,
                ClientToken=name,
                ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={"Arn": self.queue_arn, "RoleArn": self.role_arn, "Input": body},
            )
        except self.scheduler.exceptions.ConflictException:
            return  # it is there already

    def clear(self, name: str) -> None:
        """One call; one that was carried out, or never made, is no error."""
        try:
            self.scheduler.delete_schedule(Name=name, GroupName=self.group)
        except self.scheduler.exceptions.ResourceNotFoundException:
            return
