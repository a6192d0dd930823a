"""The laptop in a process of its own; prints where it is and ends when its input closes."""

import asyncio
import dataclasses
import json
import os
import sys

from infra.local.configuration import Configuration
from infra.local.laptop import Laptop
from infra.local.listeners import Listeners


async def run() -> None:
    """Serve until standard input ends."""
    configuration = Configuration.read(os.environ)
    async with Laptop(configuration, Listeners.open(configuration.laptop)).running() as addresses:
        print(json.dumps(dataclasses.asdict(addresses)), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(run())
