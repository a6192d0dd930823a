"""How long the server's event loop was held, as seen from outside: a tiny request, over and over.

It is asked from a process of its own (`python -m bench.load.pings URL`), because that of the load
has much else to do, and would add its own waits. It ends with its input, and prints what it saw.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from bench.load.tally import spread

PERIOD_SECONDS = 0.02
_TIMEOUT = 60.0


@dataclass(slots=True)
class Pings:
    """The other process, and what it saw."""

    url: str
    figures: dict[str, float] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask until the block ends."""
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.load.pings", f"{self.url}/health/ping"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield
            told, _ = await asyncio.to_thread(process.communicate, timeout=_TIMEOUT)
            self.figures = json.loads(told) if process.returncode == 0 else {}
        finally:
            process.kill()
            process.communicate()


async def asked(url: str, until: asyncio.Event) -> list[float]:
    """Milliseconds of each answer; what came late is not made up for by asking more often."""
    delays: list[float] = []
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        while not until.is_set():
            began = time.perf_counter()
            async with session.get(url) as answer:
                answer.raise_for_status()
                await answer.read()
            took = time.perf_counter() - began
            delays.append(took * 1000)
            await asyncio.sleep(max(0.0, PERIOD_SECONDS - took))
    return delays


def figures(delays: Sequence[float]) -> dict[str, float]:
    """How many, median, 95th and 99th percentile, and the longest."""
    longest = {"max_ms": round(max(delays), 1)} if delays else {}
    return {"pings": len(delays), **spread(delays), **longest}


async def _main(url: str) -> None:
    ending = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, ending.set)
    print(json.dumps(figures(await asked(url, ending))))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
