"""EventBridge Scheduler: schedules that happen once, kept in the store."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.local.account import ACCOUNT, REGION
from infra.local.engine.errors import Client, Unsupported, answered, check_known, refused
from infra.local.engine.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS schedules (
    part TEXT NOT NULL, name TEXT NOT NULL, due_at TEXT NOT NULL, token TEXT NOT NULL,
    target TEXT NOT NULL, input TEXT NOT NULL, PRIMARY KEY (part, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS schedules_due ON schedules (due_at);
"""
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", re.ASCII)
_NAME = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
_FIXED = {
    "ScheduleExpressionTimezone": "UTC",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "ActionAfterCompletion": "DELETE",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What a schedule puts into which queue."""

    name: str
    queue_arn: str
    body: str

    @property
    def queue(self) -> str:
        """The queue's name."""
        return self.queue_arn.rpartition(":")[2]


class Scheduler(Client):
    """The calls of boto3's client that are used here."""

    service = "scheduler"

    def __init__(self, store: Store) -> None:
        """Groups are made at each start; schedules in one of the same name are there again."""
        self._store = store
        self._groups = {"default"}

    def due(self, now: datetime) -> list[Order]:
        """The orders whose time has come, in its order; their schedules are gone.

        In one `writing` block with what is done with them: both are kept, or neither.
        """
        text = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        with self._store.reading() as file:
            # Who asks in vain writes nothing.
            if (
                file.execute("SELECT 1 FROM schedules WHERE due_at <= ?", (text,)).fetchone()
                is None
            ):
                return []
        with self._store.writing() as file:
            rows = file.execute(
                "DELETE FROM schedules WHERE due_at <= ? RETURNING due_at, name, target, input",
                (text,),
            ).fetchall()
        return [Order(*row[1:]) for row in sorted(rows)]

    def next_due(self) -> datetime | None:
        """When `due` has something again."""
        with self._store.reading() as file:
            (text,) = file.execute("SELECT min(due_at) FROM schedules").fetchone()
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None

    def create_schedule_group(self, *, Name: str, **more: Any) -> Any:
        """A repeat is no error here."""
        check_known("create_schedule_group", more)
        self._groups.add(Name)
        arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule-group/{Name}"
        return answered(ScheduleGroupArn=arn)

    def create_schedule(
        self,
        *,
        Name: str,
        ScheduleExpression: str,
        Target: Mapping[str, str],
        GroupName: str = "default",
        ClientToken: str = "",
        **more: Any,
    ) -> Any:
        """One that happens once, in UTC, and goes then."""
        check_known("create_schedule", {k: v for k, v in more.items() if _FIXED.get(k) != v})
        check_known("create_schedule", {k: v for k, v in Target.items() if k not in _TARGET})
        match = _AT.fullmatch(ScheduleExpression)
        if match is None:
            raise Unsupported(f"create_schedule: {ScheduleExpression}")
        self._check_group(GroupName, "CreateSchedule")
        if not _NAME.fullmatch(Name) or not _is_time(match[1]):
            raise refused("ValidationException", "1 validation error detected", "CreateSchedule")
        row = (GroupName, Name, match[1], ClientToken, Target["Arn"], Target.get("Input", ""))
        with self._store.writing() as file:
            there = file.execute(
                "SELECT token FROM schedules WHERE part = ? AND name = ?", row[:2]
            ).fetchone()
            if there is None:
                file.execute("INSERT INTO schedules VALUES (?, ?, ?, ?, ?, ?)", row)
            elif not ClientToken or there != (ClientToken,):
                why = f"Schedule {Name} already exists."
                raise refused("ConflictException", why, "CreateSchedule", 409)
        arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{GroupName}/{Name}"
        return answered(ScheduleArn=arn)

    def delete_schedule(self, *, Name: str, GroupName: str = "default", **more: Any) -> Any:
        """It does not happen any more."""
        check_known("delete_schedule", more)
        with self._store.writing() as file:
            gone = file.execute(
                "DELETE FROM schedules WHERE part = ? AND name = ?", (GroupName, Name)
            ).rowcount
        if not gone:
            why = f"Schedule {Name} does not exist."
            raise refused("ResourceNotFoundException", why, "DeleteSchedule", 404)
        return answered()

    def list_schedules(self, **more: Any) -> Any:
        """All of them."""
        check_known("list_schedules", more)
        with self._store.reading() as file:
            rows = file.execute("SELECT part, name FROM schedules ORDER BY part, name").fetchall()
        return answered(Schedules=[{"GroupName": part, "Name": name} for part, name in rows])

    def _check_group(self, name: str, operation: str) -> None:
        if name not in self._groups:
            why = f"Schedule group {name} does not exist."
            raise refused("ResourceNotFoundException", why, operation, 404)


def restore(
    file: sqlite3.Connection, group: str, name: str, at: datetime, queue_arn: str, order: str
) -> None:
    """Set a schedule, in the caller's transaction; its name is its token, too."""
    due_at = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    row = (group, name, due_at, name, queue_arn, order)
    file.execute("INSERT INTO schedules VALUES (?, ?, ?, ?, ?, ?)", row)


_TARGET = {"Arn", "RoleArn", "Input"}


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
