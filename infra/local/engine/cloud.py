"""The engine as the laptop's parts see it: what the template names, made and kept in one store."""

import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.account import (
    DEAD_LETTERS,
    FAILED_CHANGES,
    NOTICE_QUEUE,
    SCHEDULE_GROUP,
    TOPIC,
    WEBHOOK_SCHEDULES,
    queue_arn,
)
from infra.local.cloud import Cloud
from infra.local.engine.clients import Engine
from infra.local.engine.dynamodb.feed import Feed
from infra.local.engine.first_version import convert_v1
from infra.local.engine.scheduler import Order
from infra.local.engine.ses_sent import Sent
from infra.local.engine.signing import Signer
from infra.local.engine.store import synchronise
from mayfly.functions import NOTICE_ATTEMPTS
from mayfly.settings import Settings

INLINE_BYTES = 64 * 1024
"""Larger messages hold the event loop too long, and are files of their own."""
_RETENTION = timedelta(days=14)


class EngineCloud:
    """See `infra.local.cloud.Cloud`."""

    inline_bytes: int | None = INLINE_BYTES

    def __init__(
        self,
        folder: Path | None,
        settings: Settings,
        signer: Signer,
        clock: Callable[[], float] = time.time,
        synchronise: Callable[[int], None] = synchronise,
    ) -> None:
        """Open what is kept in the folder; InvalidInput if it cannot be used."""

        def convert(file: sqlite3.Connection) -> None:
            convert_v1(file, settings.mail_bucket, int(clock() * 1000))

        self.engine = Engine(folder, settings.table_name, signer, clock, synchronise, convert)
        self._passing = self.engine.dynamodb.passing()
        self._bucket = settings.mail_bucket

    def make(self, settings: Settings, token_key: str, password_key: str) -> None:
        """Make what the template names; what is kept of it is there again."""
        engine = self.engine
        engine.s3.create_bucket(Bucket=settings.mail_bucket)
        engine.secrets.create_secret(Name=settings.token_secret, SecretString=token_key)
        engine.kms.make_key(settings.password_key, password_key)
        if settings.sender_address:
            engine.ses.create_email_identity(EmailIdentity=settings.sender_address)
        retention = {"MessageRetentionPeriod": str(int(_RETENTION.total_seconds()))}
        for name in {*DEAD_LETTERS.values(), FAILED_CHANGES}:
            engine.sqs.create_queue(QueueName=name, Attributes=retention)
        for name, failed in DEAD_LETTERS.items():
            arn = queue_arn(failed)
            redrive = f'{{"deadLetterTargetArn": "{arn}", "maxReceiveCount": {NOTICE_ATTEMPTS}}}'
            engine.sqs.create_queue(
                QueueName=name, Attributes=retention | {"RedrivePolicy": redrive}
            )
        for group in (SCHEDULE_GROUP, WEBHOOK_SCHEDULES):
            engine.scheduler.create_schedule_group(Name=group)
        topic = engine.sns.create_topic(Name=TOPIC)["TopicArn"]
        engine.sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=queue_arn(NOTICE_QUEUE),
            Attributes={"RawMessageDelivery": "true"},
        )

    @property
    def changes(self) -> Feed:
        """The table's feed."""
        return self.engine.dynamodb.feed

    def client(self, service: str, **options: Any) -> Any:
        """The engine's; `lasting=False` is for rows that nobody relies on."""
        found = self.engine.client(service)
        return found if options.get("lasting", True) else self._passing

    def size(self, key: str) -> int | None:
        """One look."""
        found = self.engine.s3.objects.find(self._bucket, key)
        return found.size if found else None

    def waiting(self, queue: str) -> int:
        """One look."""
        return self.engine.sqs.waiting(queue)

    def when_queued(self, queue: str, call: Callable[[], None]) -> None:
        """After the commit."""
        self.engine.sqs.when_arrived(queue, call)

    def sent(self, most: int) -> Sequence[Sent]:
        """One look."""
        return self.engine.ses.sent.all(most)

    def carried(self, mail: Sent) -> None:
        """One write."""
        self.engine.ses.sent.remove(mail.id)

    def when_sent(self, call: Callable[[], None]) -> None:
        """After the commit."""
        self.engine.ses.sent.when_added(call)

    def together(self) -> AbstractContextManager[object]:
        """In one turn."""
        return self.engine.store.writing()

    def due(self, now: datetime) -> Sequence[Order]:
        """One look, mostly."""
        return self.engine.scheduler.due(now)

    def expire(self, now: float) -> int:
        """Up to a hundred."""
        return self.engine.dynamodb.expire(now)

    def object_answer(
        self, method: str, target: str, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        """As `s3_http` has it."""
        return self.engine.s3.read(method, target, headers)

    def when_undone(self, call: Callable[[], None]) -> None:
        """After each turn that was rolled back."""
        self.engine.store.when_forgotten(call)

    def settled(self) -> Awaitable[None]:
        """See `Store.settled`."""
        return self.engine.store.settled()

    def close(self) -> None:
        """Let go of the file."""
        self.engine.close()


@contextmanager
def engine_cloud(
    folder: Path | None, settings: Settings, signer: Signer, token_key: str, password_key: str
) -> Iterator[Cloud]:
    """The engine for the running loop, until the block ends."""
    with closing(EngineCloud(folder, settings, signer)) as cloud:
        cloud.make(settings, token_key, password_key)
        with cloud.engine.store.grouped():
            yield cloud
