"""The memory of another process over time."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bench.load.clients import ended

SAMPLES = 12  # shown


@dataclass(slots=True)
class MemoryOverTime:
    """What a process holds in memory (resident set), sampled every few seconds."""

    pid: int
    seconds: float = 2.0
    samples: list[tuple[float, float]] = field(default_factory=list)

    @asynccontextmanager
    async def sampling(self) -> AsyncIterator[None]:
        """Sample until the block ends, then once more."""
        began = time.monotonic()
        task = asyncio.create_task(self._sampled(began))
        try:
            yield
        finally:
            await ended([task])
            self._sample(began)

    async def _sampled(self, began: float) -> None:
        while True:
            self._sample(began)
            await asyncio.sleep(self.seconds)

    def _sample(self, began: float) -> None:
        self.samples.append((time.monotonic() - began, resident_mb(self.pid)))

    @property
    def figures(self) -> dict[str, object]:
        """The first, the highest, and some of those between."""
        step = max(1, -(-len(self.samples) // SAMPLES))
        samples = [*self.samples[:-1:step], self.samples[-1]]
        return {
            "first_mb": round(self.samples[0][1]),
            "highest_mb": round(max(mb for _, mb in self.samples)),
            "mb_after_seconds": {str(round(at)): round(mb) for at, mb in samples},
        }


def resident_mb(pid: int) -> float:
    """Megabytes, as `ps` of Linux and macOS tells them; a few milliseconds."""
    asked = ["ps", "-o", "rss=", "-p", str(pid)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True)
    return int(answer.stdout) / 1024
