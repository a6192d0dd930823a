"""What plays AWS for a world: the laptop's engine, or moto."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

from infra.local.account import SCHEDULE_GROUP, WEBHOOK_SCHEDULES
from infra.local.cloud import TableChanges
from infra.local.engine.clients import Engine
from infra.local.engine.scheduler import Order
from infra.local.engine.ses_sent import Sent
from infra.local.moto.cloud import MotoCloud
from infra.local.moto.server import queues_inside
from mayfly.settings import Settings
from tests.aws import client, on_moto
from tests.engine import engine_of

ENGINE, MOTO = "engine", "moto"
_LONGEST_DELAY = 15 * 60  # seconds, in SQS


class Side(Protocol):
    """The clients, and what a test sees beside them."""

    @property
    def changes(self) -> TableChanges:
        """What the stream tells."""
        ...

    def client(self, service: str) -> Any:
        """The client of a service."""
        ...

    def sent(self) -> Sequence[Sent]:
        """What SES was handed."""
        ...

    def due(self, now: datetime) -> Sequence[Order]:
        """What the schedules give whose time has come, which are gone with that."""
        ...

    def end_delays(self) -> None:
        """Let messages that are to wait be seen."""
        ...


class OnEngine:
    """One engine, whose clock can be put forward."""

    def __init__(self, engine: Engine, clock: "PutForward") -> None:
        self._engine = engine
        self._clock = clock
        self.changes = engine.dynamodb.feed

    def client(self, service: str) -> Any:
        return self._engine.client(service)

    def sent(self) -> Sequence[Sent]:
        return self._engine.ses.sent.all()

    def due(self, now: datetime) -> Sequence[Order]:
        return self._engine.scheduler.due(now)

    def end_delays(self) -> None:
        self._clock.by += _LONGEST_DELAY


class OnMoto(MotoCloud):
    """moto, as tests ask it."""

    def client(self, service: str, **options: Any) -> Any:
        return client(service)

    def sent(self, most: int | None = None) -> Sequence[Sent]:
        return super().sent(len(self._sent))

    def end_delays(self) -> None:
        for queue in queues_inside().queues.values():
            for message in queue._messages:
                message.delayed_until = 0


class PutForward:
    """The time, and some seconds more."""

    by = 0

    def __call__(self) -> float:
        return time.time() + self.by


@contextmanager
def side_of(name: str, settings: Settings) -> Iterator[Side]:
    """The one of this name, with what the blueprint has."""
    if name == MOTO:
        with on_moto(settings):
            moto = OnMoto(settings, "")
            with moto.watching():
                for group in (SCHEDULE_GROUP, WEBHOOK_SCHEDULES):
                    client("scheduler").create_schedule_group(Name=group)
                yield moto
        return
    clock = PutForward()
    with engine_of(settings, clock) as engine:
        for group in (SCHEDULE_GROUP, WEBHOOK_SCHEDULES):
            engine.scheduler.create_schedule_group(Name=group)
        yield OnEngine(engine, clock)
