"""Keeps what moto holds in memory: every change is in the store before its call is answered.

So a 250 or a 201 is a promise also when the process is killed right after it.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from moto.kms.models import kms_backends
from moto.sqs.models import Message

from infra.local.data.sqlite import Object, Store, Waiting
from infra.local.dynamodb.stream_records import Changes, Record
from infra.local.moto.guard import ACCOUNT, REGION, alone, observed
from infra.local.moto.server import (
    EVENT_QUEUE,
    FAILED_CHANGES,
    FAILED_EVENTS,
    FAILED_NOTICES,
    FAILED_ORDERS,
    NOTICE_QUEUE,
    ORDER_QUEUE,
    buckets_inside,
    queues_inside,
    table_inside,
)
from mayfly.kit.dynamodb.keys import PARTITION_KEY, SORT_KEY
from mayfly.settings import Settings

_QUEUES = (
    *(NOTICE_QUEUE, FAILED_NOTICES, FAILED_CHANGES),
    *(ORDER_QUEUE, FAILED_ORDERS, EVENT_QUEUE, FAILED_EVENTS),
)
_ID = "00000000-0000-4000-8000-6d6179666c79"


class Persistence:
    """Moves one table, one bucket and the queues between moto and the store."""

    def __init__(self, store: Store, settings: Settings, changes: Changes) -> None:
        self._store = store
        self._settings = settings
        self._changes = changes
        self._records: list[Record] = []
        self._touched: set[str] = set()  # keys of objects
        self._waiting: dict[str, str] = {}  # ids of messages, and the queue each is in
        self._seen: list[tuple[int, int]] = []  # what the queues looked like
        self._oldest: str | None = None  # number of the oldest change that waits

    def restore(self) -> None:
        """Put what was kept into moto, which has made its table, bucket and queues already."""
        with alone():
            table = table_inside(self._settings.table_name)
            for item in self._store.items():
                table.put_item(item)
            table.stream_shard.items.clear()
            # Above all numbers that were given before.
            table.stream_shard.starting_sequence_number = time.time_ns() * 1000
            self._restore_objects()
            self._restore_queues()
            self._changes.add(list(self._store.changes()))
            self._oldest = self._changes.oldest

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Keep every change from now on."""
        with self._objects_noted(), observed(self._keep):
            yield

    def _keep(self) -> None:
        # What could not be kept is tried again: these are forgotten only once they are.
        self._records += self._changes.collect()
        seen = _looks()
        came, went = self._queues_changed() if seen != self._seen else ([], set())
        moved = self._oldest != self._changes.oldest
        if not (self._records or self._touched or came or went or moved):
            self._seen = seen
            return
        with self._store.transaction():
            self._keep_rows()
            self._keep_objects()
            for message in came:
                self._store.put_waiting(message)
            self._store.remove_waiting(went)
        self._seen = seen
        self._records.clear()
        self._touched.clear()
        self._oldest = self._changes.oldest
        self._waiting.update({message.id: message.queue for message in came})
        for each in went:
            del self._waiting[each]

    def _keep_rows(self) -> None:
        for record in self._records:
            keys = record["dynamodb"]["Keys"]
            item = record["dynamodb"].get("NewImage")
            self._store.put_item(keys[PARTITION_KEY]["S"], keys[SORT_KEY]["S"], item)
        self._store.put_changes(each for each in self._records if self._changes.wants(each))
        self._store.remove_changes(before=self._changes.oldest)

    def _keep_objects(self) -> None:
        keys = buckets_inside().get_bucket(self._settings.mail_bucket).keys
        for name in self._touched:
            kept = keys.get(name)
            if kept is None:
                self._store.remove_object(name)
            else:
                stored_at = kept.last_modified.replace(tzinfo=UTC).timestamp()
                self._store.put_object(Object(name, kept.value, stored_at))

    def _queues_changed(self) -> tuple[list[Waiting], set[str]]:
        """Messages that came into a queue, and the ids of those that are in none any more."""
        now = {
            message.id: (name, message)
            for name in _QUEUES
            for message in queues_inside().queues[name]._messages
        }
        came = [
            Waiting(each, name, message.body)
            for each, (name, message) in now.items()
            if self._waiting.get(each) != name
        ]
        return came, self._waiting.keys() - now.keys()

    @contextmanager
    def _objects_noted(self) -> Iterator[None]:
        """Note which objects are written and deleted."""
        backend = buckets_inside()
        with alone():
            backend.put_object = self._noting(backend.put_object)
            backend.delete_object = self._noting(backend.delete_object)
        try:
            yield
        finally:
            with alone():
                del backend.put_object, backend.delete_object

    def _noting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def noting(bucket_name: str, key_name: str, *arguments: Any, **named: Any) -> Any:
            if bucket_name == self._settings.mail_bucket:
                self._touched.add(key_name)
            return call(bucket_name, key_name, *arguments, **named)

        return noting

    def _restore_objects(self) -> None:
        for kept in self._store.objects():
            stored = buckets_inside().put_object(
                self._settings.mail_bucket, kept.key, kept.content, disable_notification=True
            )
            stored.last_modified = datetime.fromtimestamp(kept.stored_at, UTC).replace(tzinfo=None)

    def _restore_queues(self) -> None:
        for kept in self._store.waiting():
            message = Message(kept.id, kept.body)
            message.mark_sent()
            queues_inside().queues[kept.queue].add_message(message)
            self._waiting[kept.id] = kept.queue


def _looks() -> list[tuple[int, int]]:
    """What differs when a queue has changed: a message that comes is the last one."""
    queues = [queues_inside().queues[name]._messages for name in _QUEUES]
    return [(len(messages), id(messages[-1]) if messages else 0) for messages in queues]


def make_password_key(kms: Any, alias: str, kept: str) -> None:
    """A key under this alias; with the same kept text it opens what an earlier one sealed.

    moto draws id and material of each key anew, and what it sealed names the id. So both are put in
    their place: the id is always the same, the material is a hash of what is kept.
    """
    made = kms.create_key(Description="Seals the passwords of generated inboxes")
    with alone():
        keys = kms_backends[ACCOUNT][REGION].keys
        key = keys[_ID] = keys.pop(made["KeyMetadata"]["KeyId"])
        key.arn = key.arn.replace(key.id, _ID)
        key.id = _ID
        key.key_material = hashlib.sha256(kept.encode()).digest()
    kms.create_alias(AliasName=alias, TargetKeyId=_ID)
