"""What the laptop's user feels of stored messages: list, receive and push, over the network.

The same clients do the same things with 0, 10,000 and 100,000 messages stored, in one process.
"""

import asyncio
import json
import smtplib
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import aiohttp

from bench.laptop import new_address, running_laptop
from bench.letters import order_confirmation
from bench.memory import resident_mb
from bench.tally import spread

STORED = (0, 10_000, 100_000)
TIMES = 100


def figures() -> Iterator[dict[str, object]]:
    """A line an operation and number of messages."""
    with running_laptop() as (where, process):
        address = new_address(where)
        _received(where, address, "first")
        there = 0
        empty: dict[str, float] = {}
        for stored in STORED:
            _store(process, _newest(where, address), stored - there)
            there = stored
            for name, waits in asyncio.run(_felt(where, address)).items():
                milliseconds = spread(waits)
                empty.setdefault(name, milliseconds["median_ms"])
                yield {
                    "figure": f"{name} with {stored} stored",
                    "median_to_empty": round(milliseconds["median_ms"] / empty[name], 2),
                    **milliseconds,
                }
            yield {
                "figure": f"memory with {stored} stored",
                "resident_mb": round(resident_mb(process.pid)),
            }


async def _felt(where: dict[str, Any], address: str) -> dict[str, list[float]]:
    """Milliseconds of each turn of each operation, one after the other."""
    waits: dict[str, list[float]] = {"receive": [], "250 to frame": [], "list": []}
    async with aiohttp.ClientSession() as session, session.ws_connect(where["websocket"]) as ws:
        await ws.send_json({"type": "subscribe", "email": address})
        await ws.receive_json()
        for number in range(TIMES):
            began = time.perf_counter()
            await asyncio.to_thread(_received, where, address, f"felt-{number}")
            accepted = time.perf_counter()
            await ws.receive_json(timeout=60)
            pushed = time.perf_counter()
            url = f"{where['http']}/api/emails/{address}/messages?limit=20"
            async with session.get(url) as answer:
                await answer.read()
            ended = time.perf_counter()
            for name, seconds in zip(
                waits, (accepted - began, pushed - accepted, ended - pushed), strict=True
            ):
                waits[name].append(seconds * 1000)
    return waits


def _received(where: dict[str, Any], address: str, name: str) -> None:
    with smtplib.SMTP(where["smtp_host"], where["smtp_port"]) as connection:
        raw = order_confirmation(address, name)
        connection.sendmail("bench@example.org", [address], raw)


def _newest(where: dict[str, Any], address: str) -> str:
    url = f"{where['http']}/api/emails/{address}/messages?after=0&limit=1&wait=20"
    with urllib.request.urlopen(url) as answer:
        newest: str = json.load(answer)[0]["id"]
        return newest


def _store(process: "subprocess.Popen[str]", message: str, number: int) -> None:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{message} {number}\n")
    process.stdin.flush()
    process.stdout.readline()
