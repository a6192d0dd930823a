"""What one invocation of a function of ours takes: metered once, and timed on another assembly."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.cost.invocations import Function, TimedAssembly, quiet
from bench.cost.metering import MeteredAssembly
from bench.cost.prices import Work
from mayfly import limits

TIMES = 20
BILLED = limits.ADDRESS_COUNTED_TOGETHER  # some requests are counted so many at a time
ASKED = TIMES + BILLED + 2
WAITING_MS = {
    "transact_write_items": 15,
    "get_object": 25,
    "put_object": 35,
    "post_to_connection": 20,
    "list_objects_v2": 100,
    "send_message": 10,
    "send_email": 150,
}
"""Assumed of AWS: how long one call of each kind keeps a function waiting."""
_METRICS = '"_aws"'  # in each line of them
OTHER_CALL_MS = 6  # DynamoDB's reads and writes


@dataclass(frozen=True, slots=True)
class Taker:
    """Calls functions on an assembly that keeps a bill, and on one without, against the clock.

    What a process does but once, or now and then, is done before and not on the bill: it reads
    keys, asks SES for its quota, adds up its answers.
    """

    assembly: MeteredAssembly
    plain: TimedAssembly

    def taken(
        self, function: Function, asked: Callable[[], dict[str, Any]], counting: float = 0
    ) -> Work:
        """One invocation; `asked` makes an event of its own for each of `ASKED`.

        `counting` is what of a write unit it has in writes for several of its kind.
        """
        with quiet(function.logger) as printed:
            answers: list[dict[str, Any]] = []
            function.call(asked(), self.assembly)
            before = len(printed.getvalue())

            def several() -> None:
                for _ in range(BILLED):
                    answers.append(function.call(asked(), self.assembly))

            bill = self.assembly.cost(several)
            lines = printed.getvalue()[before:].splitlines(keepends=True)
            metric_bytes = sum(len(each) for each in lines if _METRICS in each) // BILLED
            line_bytes = sum(map(len, lines)) // BILLED - metric_bytes
            calls = {name: number / BILLED for name, number in bill.calls.items()}
            function.call(asked(), self.plain)
            cpu_ms = min(self._cpu_ms(function, asked()) for _ in range(TIMES))
        return Work(
            function.name,
            round(cpu_ms, 1),
            round(waiting_ms(calls), 1),
            round(bill.write_units / BILLED + counting, 2),
            round(bill.read_units / BILLED, 2),
            calls.get("put_object", 0) + calls.get("list_objects_v2", 0),
            calls.get("get_object", 0),
            line_bytes,
            metric_bytes,
            _answer_bytes(answers[0]),
        )

    def _cpu_ms(self, function: Function, asked: dict[str, Any]) -> float:
        """The least of some counts: what else the machine does only makes it longer."""
        self.plain.adapters.emulator_seconds = 0.0
        began = time.process_time()
        function.call(asked, self.plain)
        return (time.process_time() - began - self.plain.adapters.emulator_seconds) * 1000


def waiting_ms(calls: Mapping[str, float]) -> float:
    """How long these calls keep a function waiting."""
    return sum(WAITING_MS.get(call, OTHER_CALL_MS) * number for call, number in calls.items())


def _answer_bytes(answer: dict[str, Any]) -> int:
    """With its headers; compressed, if the function compressed it."""
    body = len(answer.get("body") or "")
    if answer.get("isBase64Encoded"):
        body = body * 3 // 4
    return body + sum(len(name) + len(text) + 4 for name, text in answer.get("headers", {}).items())
