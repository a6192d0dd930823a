"""What was measured, as it is committed beside the code; see `bench.cost_measuring`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cost_assumptions import OTHER_CALL_MS, VCPU_MB, WAITING_MS
from mayfly.blueprint.functions import Function

MEASURED = Path(__file__).parent / "cost_measured.json"


@dataclass(frozen=True, slots=True)
class Taken:
    """What one invocation takes; see `bench.cost_measuring`."""

    calls: Mapping[str, int]
    write_units: float
    read_units: float
    cpu_ms: float
    log_bytes: int
    answer_bytes: int

    def seconds(self, function: Function) -> float:
        """How long it lasts: its CPU on the share that its memory buys, and its waiting."""
        waiting = sum(WAITING_MS.get(call, OTHER_CALL_MS) * n for call, n in self.calls.items())
        share = min(1.0, function.memory_mb / VCPU_MB)
        return (self.cpu_ms / share + waiting) / 1000


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of one size, and what is done with it."""

    raw_bytes: int
    receive: Taken
    push: Taken
    list: Taken
    read: Taken
    stored: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that an account sends: accepted, handed over, and one word of SES's about it."""

    raw_bytes: int
    row_bytes: int
    files: int
    accept: Taken
    send: Taken
    note: Taken
    announce: Taken | None = None


@dataclass(frozen=True, slots=True)
class Web:
    """What opening the page takes; see `bench.web_measuring`."""

    requests: int
    first_bytes: int
    later_bytes: int
    files: int


@dataclass(frozen=True, slots=True)
class Measured:
    """All that was measured."""

    mails: Mapping[str, Mail]
    create: Taken
    connect: Taken
    subscribe: Taken
    disconnect: Taken
    sweep: Taken
    page: Taken
    sent: Mapping[str, SentMail]
    web: Web


def measured(text: str | None = None) -> Measured:
    """What is committed beside the code."""
    found = json.loads(MEASURED.read_text() if text is None else text)
    mails = {
        size: Mail(
            raw_bytes=mail["raw_bytes"],
            stored=mail["stored"],
            **{name: Taken(**mail[name]) for name in ("receive", "push", "list", "read")},
        )
        for size, mail in sorted(found["sizes"].items(), key=lambda each: each[1]["raw_bytes"])
    }
    names = ("create", "connect", "subscribe", "disconnect", "sweep", "page")
    return Measured(
        mails,
        **{name: Taken(**found[name]) for name in names},
        sent={
            name: _sent(mail)
            for name, mail in sorted(found["sent"].items(), key=lambda each: each[1]["raw_bytes"])
        },
        web=Web(**found["web"]),
    )


def _sent(mail: Mapping[str, Any]) -> SentMail:
    values: dict[str, Any] = {
        name: Taken(**each) if isinstance(each, dict) else each for name, each in mail.items()
    }
    return SentMail(**values)
