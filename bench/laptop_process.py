"""The laptop in a process of its own; prints where it is and ends when its input closes.

A line of input, `<message id> <number>`, stores so many copies of that message; it is answered with
an empty line.
"""

import asyncio
import dataclasses
import json
import os
import sys

from bench.growth.called import CalledCopies
from infra.local.configuration import Configuration
from infra.local.laptop import Laptop
from infra.local.listeners import Listeners
from mayfly.assembly import here
from mayfly.inboxes.ids import MessageId

_TURN_SECONDS = 0.0005  # as in `infra.local.__main__`


async def run() -> None:
    """Serve until standard input ends."""
    sys.setswitchinterval(_TURN_SECONDS)
    configuration = Configuration.read(os.environ)
    async with Laptop(configuration, Listeners.open(configuration.laptop)).running() as addresses:
        print(json.dumps(dataclasses.asdict(addresses), default=str), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            message, number = line.split()
            client = here().adapters.client
            copies = CalledCopies(
                configuration.functions, MessageId.parse(message), client("dynamodb"), client("s3")
            )
            await asyncio.to_thread(copies.store, int(number))
            print(flush=True)


if __name__ == "__main__":
    asyncio.run(run())
