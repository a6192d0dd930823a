"""The clock wakes functions: once at the start and every hour, as EventBridge Scheduler does."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.moto.guard import ACCOUNT, REGION
from infra.local.worker import Worker
from mayfly.functions import Function

INTERVAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Calls `handle`, which is the function's, with Scheduler's event."""

    function: Function
    handle: Callable[[dict[str, Any]], Any]
    interval: timedelta = INTERVAL

    def working(self) -> AbstractContextManager[None]:
        """Call it now and then once per interval."""
        worker = Worker(f"schedule {self.function.name}", self.step, self.interval.total_seconds())
        return worker.working(self.function.timeout.total_seconds())

    def step(self) -> bool:
        """One call; there is never more to do at once."""
        schedule = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{self.function.name}"
        self.handle(
            {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": ACCOUNT,
                "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": REGION,
                "resources": [schedule],
                "detail": "{}",
            }
        )
        return False
