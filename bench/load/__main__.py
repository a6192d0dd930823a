"""The whole laptop under load: `python -m bench.load`, or with sizes, `MAILS=200 SENDERS=4`.

Every mail carries a number. At the end each inbox is read from its start, and loss, duplicates and
gaps are counted there and in what each waiting reader and each socket saw meanwhile. Any of them
makes the exit code 1. It stops by itself: nothing is sent in the last third of `SECONDS`.
"""

import asyncio
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from bench.load.clients import (
    Sender,
    Size,
    Watched,
    ended,
    new_inboxes,
    page,
    subscribe,
    wait_for_mail,
    watch,
)
from bench.load.memory import MemoryOverTime
from bench.load.pings import Pings
from bench.load.tally import Faults, Tally, faults, spread
from bench.unlimited import UNLIMITED
from tests.local.mayfly import Mayfly, mayfly

_LOOK_AGAIN_SECONDS = 0.2
_AFTERTHOUGHT_SECONDS = 1.0  # a second copy of a frame would have come by then


@dataclass(slots=True)
class Run:
    """One run, and what is known after it."""

    size: Size
    service: Mayfly
    memory: MemoryOverTime
    pings: Pings
    tally: Tally = field(default_factory=Tally)
    readers: list[Watched] = field(default_factory=list)
    sockets: list[Watched] = field(default_factory=list)
    inboxes: list[Watched] = field(default_factory=list)
    began: float = 0.0
    sent: float = 0.0
    visible: float = 0.0

    async def work(self) -> None:
        """Send everything while others read and watch; then read it all."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            count = self.size.inboxes
            addresses = await new_inboxes(session, self.service.http, count)
            self.inboxes = [Watched(each) for each in addresses]
            self.readers = [Watched(each) for each in addresses[: self.size.readers]]
            self.sockets = [Watched(each) for each in addresses[-self.size.sockets :]]
            ends_at = time.monotonic() + self.size.seconds
            async with self.pings.running(), self._watching(session), self.memory.sampling():
                await self._send(addresses)
                await self._read_all(session, ends_at)
                await self._caught_up(ends_at)

    @asynccontextmanager
    async def _watching(self, session: aiohttp.ClientSession) -> AsyncIterator[None]:
        """Sockets and readers, from before the first mail until the block ends."""
        url = self.service.websocket
        open_sockets = [await subscribe(session, url, each.address) for each in self.sockets]
        tasks = [
            asyncio.create_task(watch(socket, watched))
            for socket, watched in zip(open_sockets, self.sockets, strict=True)
        ] + [
            asyncio.create_task(wait_for_mail(session, self.service.http, each))
            for each in self.readers
        ]
        try:
            yield
        finally:
            await ended(tasks)

    async def _send(self, addresses: Sequence[str]) -> None:
        stopping, count = threading.Event(), self.size.senders
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self.size.seconds * 2 / 3, stopping.set)
        self.began = time.perf_counter()
        with ThreadPoolExecutor(count) as pool:
            senders = [
                Sender(
                    self.service.smtp_port,
                    addresses,
                    range(number, self.size.mails, count),
                    self.tally,
                    stopping,
                )
                for number in range(count)
            ]
            await asyncio.gather(*(loop.run_in_executor(pool, each.run) for each in senders))
        self.sent = time.perf_counter()
        timer.cancel()

    async def _read_all(self, session: aiohttp.ClientSession, ends_at: float) -> None:
        """Each inbox from its start, until everything that was accepted is there or time is up."""
        owed = {each.address: len(self.tally.numbers(each.address)) for each in self.inboxes}
        behind = list(self.inboxes)
        while behind and time.monotonic() < ends_at:
            for watched in behind:
                while listed := await page(session, self.service.http, watched):
                    for message in listed:
                        watched.note(message)
            behind = [each for each in behind if len(each.seen) < owed[each.address]]
            if behind:
                await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        self.visible = time.perf_counter()

    async def _caught_up(self, ends_at: float) -> None:
        """Let readers and sockets see what the lists have shown."""
        owed = {each.address: len(each.seen) for each in self.inboxes}
        clients = [*self.readers, *self.sockets]
        while time.monotonic() < ends_at:
            if all(len(each.seen) >= owed[each.address] for each in clients):
                break
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        await asyncio.sleep(_AFTERTHOUGHT_SECONDS)

    def faults(self, clients: Sequence[Watched]) -> Faults:
        """What is wrong with what these saw, all together."""
        numbers = {each.address: self.tally.numbers(each.address) for each in self.inboxes}
        found = (faults(numbers[each.address], each.seen) for each in clients)
        return sum(found, start=Faults())

    def figures(self) -> Iterator[dict[str, object]]:
        """The report."""
        accepted = len(self.tally.accepted_at)
        yield {
            "figure": "load",
            "mails": self.size.mails,
            "accepted": accepted,
            "refused": self.tally.refused,
            "not_sent_in_time": self.size.mails - accepted - self.tally.refused,
            "senders": self.size.senders,
            "inboxes": self.size.inboxes,
            "accepted_per_second": round(accepted / (self.sent - self.began), 1),
            "visible_per_second": round(accepted / (self.visible - self.began), 1),
        }
        for name, clients in (
            ("lists", self.inboxes),
            ("waiting readers", self.readers),
            ("sockets", self.sockets),
        ):
            wrong = self.faults(clients)
            yield {
                "figure": f"load in {name}",
                "clients": len(clients),
                "messages": sum(len(each.seen) for each in clients),
                "loss": wrong.loss,
                "duplicates": wrong.duplicates,
                "gaps": wrong.gaps,
            }
        yield {"figure": "250 to message visible", **self._delays(self.readers)}
        yield {"figure": "250 to frame", **self._delays(self.sockets)}
        yield {"figure": "a ping every 20 ms", **self.pings.figures}
        yield {"figure": "memory of the process", **self.memory.figures}
        whole = self.faults([*self.inboxes, *self.readers, *self.sockets])
        lost, twice = whole.loss, whole.duplicates
        yield {"figure": "whole load", "lost": lost, "twice": twice, "gaps": whole.gaps}

    def _delays(self, clients: Sequence[Watched]) -> dict[str, float]:
        seen_at = {mail: when for each in clients for mail, when in each.seen_at.items()}
        return spread(self.tally.delays(seen_at))


def under_load(size: Size) -> Run:
    """Start a laptop, load it, end it."""
    # It does not outlive the run, whatever happens to this process's loop.
    with mayfly(life_seconds=size.seconds + 120, **UNLIMITED) as service:
        run = Run(size, service, MemoryOverTime(service.process.pid), Pings(service.http))
        asyncio.run(run.work())
    return run


def main(words: Sequence[str]) -> int:
    """Run and report; 0 if nothing was lost, doubled or out of order."""
    run = under_load(Size.read(words))
    for figure in run.figures():
        print(json.dumps(figure), flush=True)
    complete = len(run.tally.accepted_at) == run.size.mails
    return int(bool(run.faults([*run.inboxes, *run.readers, *run.sockets])) or not complete)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
