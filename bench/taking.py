"""What one invocation of a function of ours takes: metered once, and timed on another assembly."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.cost_inputs import Taken
from bench.invocations import Function, TimedAssembly, quiet
from bench.metering import MeteredAssembly
from tests.functions.http import unpacked

TIMES = 20


@dataclass(frozen=True, slots=True)
class Taker:
    """Calls functions on an assembly that keeps a bill, and on one without, against the clock.

    What a process does but once, or now and then, is done before and not on the bill: it reads
    keys, asks SES for its quota, adds up its answers.
    """

    assembly: MeteredAssembly
    plain: TimedAssembly

    def taken(self, function: Function, asked: Callable[[], dict[str, Any]]) -> Taken:
        """One invocation; `asked` makes an event of its own for each of `TIMES` + 3."""
        with quiet(function.logger) as said:
            answers: list[dict[str, Any]] = []
            function.call(asked(), self.assembly)
            before = len(said.getvalue().encode())
            bill = self.assembly.cost(lambda: answers.append(function.call(asked(), self.assembly)))
            log_bytes = len(said.getvalue().encode()) - before
            function.call(asked(), self.plain)
            events = [asked() for _ in range(TIMES)]
            self.plain.emulator_seconds = 0.0
            began = time.process_time()
            for each in events:
                function.call(each, self.plain)
            seconds = time.process_time() - began - self.plain.emulator_seconds
        return Taken(
            dict(sorted(bill.calls.items())),
            bill.write_units,
            bill.read_units,
            round(seconds * 1000 / TIMES, 1),
            log_bytes,
            _answer_bytes(answers[0]),
        )


def _answer_bytes(answer: dict[str, Any]) -> int:
    if "headers" in answer:
        reply = unpacked(answer)
        heads = sum(len(name) + len(value) + 4 for name, value in reply.headers.items())
        return len(reply.content) + heads
    return len(answer.get("body") or "")
