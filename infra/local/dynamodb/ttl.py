"""DynamoDB's TTL: rows go when their time is over.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html

DynamoDB takes days for it and this takes a minute: nothing may rely on either.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from infra.local.cloud import Cloud
from infra.local.pump import Pump

SWEEP_SECONDS = 60.0


def expiry(cloud: Cloud, now: Callable[[], float]) -> AbstractAsyncContextManager[None]:
    """Remove rows past their TTL, some at a time, once a minute. `now` is in epoch seconds."""

    async def step() -> bool:
        return bool(await asyncio.to_thread(cloud.expire, now()))

    return Pump("expiry", step, SWEEP_SECONDS).working(SWEEP_SECONDS)
