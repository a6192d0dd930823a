"""How often deliveries conflict on the rows of counters, and the write units that they take.

A simulation with DynamoDB's documented rule: a transaction that meets another one under way on any
of its rows is cancelled, and has consumed its units all the same.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from mayfly import limits

RATES = (1, 10, 100, 1000)  # messages a second
MAILS = 20_000  # of each run
UNITS = 8  # of one attempt: four rows below 1 KB, twice each in a transaction
HANDLING = 0.060  # seconds that a function takes for one message, its transaction last
TRANSACTION = 0.015
SECONDS_OF_A_PROCESS = 1800.0  # Lambda gives a function up now and then; the next one knows nothing

Choice = Callable[[random.Random], int]


@dataclass(slots=True)
class Process:
    """One function that runs; it handles one message at a time."""

    shard: int
    ends_at: float


@dataclass(slots=True)
class Scheme:
    """Which row a message is counted in: one by the mail itself, or the process's own."""

    rows: int
    is_own: bool

    def shard(self, process: Process, mail: int) -> int:
        """Of this message."""
        return process.shard if self.is_own else mail % self.rows

    def met(self, process: Process, chance: random.Random) -> None:
        """Somebody was there."""
        if self.is_own:
            process.shard = (process.shard + 1 + chance.randrange(self.rows - 1)) % self.rows


BY_MAIL = Scheme(16, is_own=False)
"""As it was."""
OWN = Scheme(limits.COUNTER_SHARDS, is_own=True)
"""As `mayfly.receiving.dynamodb_counts` does it."""


@dataclass(slots=True)
class Run:
    """Messages that come by chance at a rate, each to an inbox of its own."""

    scheme: Scheme
    rate: float
    chance: random.Random
    busy_until: dict[int, float] = field(default_factory=dict)
    idle: list[Process] = field(default_factory=list)
    attempts: int = 0
    most_at_once: int = 0

    def conflicts(self, mails: int) -> float:
        """How many attempts of a hundred were cancelled."""
        events: list[tuple[float, int, str, Any]] = []
        at, running = 0.0, 0
        for mail in range(mails):
            at += self.chance.expovariate(self.rate)
            heapq.heappush(events, (at, mail, "comes", self.chance.getrandbits(30)))
        order = mails
        while events:
            now, _, what, whose = heapq.heappop(events)
            order += 1
            if what == "comes":
                running += 1
                self.most_at_once = max(running, self.most_at_once)
                process = self._free(now)
                ready = now + HANDLING - TRANSACTION
                heapq.heappush(events, (ready, order, "writes", (process, whose, 0)))
            elif what == "writes":
                process, mail, attempt = whose
                retry = self._write(now, process, mail, attempt)
                if retry:
                    heapq.heappush(events, (retry, order, "writes", (process, mail, attempt + 1)))
                else:
                    heapq.heappush(events, (now + TRANSACTION, order, "ends", process))
            else:
                running -= 1
                self.idle.append(whose)
        return 100 * (self.attempts - mails) / self.attempts

    def _write(self, now: float, process: Process, mail: int, attempt: int) -> float:
        """When to try again; 0 if nobody was in the way."""
        shard = self.scheme.shard(process, mail)
        self.attempts += 1
        if self.busy_until.get(shard, 0.0) > now:
            self.scheme.met(process, self.chance)
            return now + TRANSACTION + self.chance.uniform(0, min(1.0, 0.01 * 2**attempt))
        self.busy_until[shard] = now + TRANSACTION
        return 0.0

    def _free(self, now: float) -> Process:
        """A process that has nothing to do; a new one if there is none."""
        while self.idle:
            process = self.idle.pop(self.chance.randrange(len(self.idle)))
            if process.ends_at > now:
                return process
        ends_at = now + self.chance.expovariate(1 / SECONDS_OF_A_PROCESS)
        return Process(self.chance.randrange(self.scheme.rows), ends_at)


def figures() -> Iterator[dict[str, Any]]:
    """One line a scheme and rate; the same numbers each time."""
    for name, scheme in (("16 rows by mail (before)", BY_MAIL), ("a row of one's own", OWN)):
        for rate in RATES:
            run = Run(scheme, rate, random.Random(rate))
            conflicts = run.conflicts(MAILS)
            yield {
                "figure": f"deliveries that conflict, {rate} mails a second, {name}",
                "percent": round(conflicts, 2),
                "write_units_per_mail": round(UNITS * run.attempts / MAILS, 2),
                "write_units_per_second": round(UNITS * run.attempts / MAILS * rate),
                "functions_at_once": run.most_at_once,
            }
