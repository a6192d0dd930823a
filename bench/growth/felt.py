"""What the laptop's user feels of stored messages: list, receive and push, over the network.

Two laptops stand side by side, and in one of them more and more is stored. The same clients do the
same things with both, turn by turn, so that a slow moment of the machine meets both.
"""

import asyncio
import json
import smtplib
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from typing import Any

import aiohttp

from bench.laptop import new_address, running_laptop
from bench.letters import order_confirmation
from bench.load.clients import subscribe
from bench.load.memory import resident_mb
from bench.load.tally import spread

STORED = (0, 10_000, 100_000)
TIMES = 100


def figures() -> Iterator[dict[str, object]]:
    """A line an operation and number of messages."""
    with running_laptop() as (empty, _), running_laptop() as (full, process):
        addresses = [new_address(where) for where in (empty, full)]
        _received(full, addresses[1], "first")
        _received(empty, addresses[0], "first")
        there = 0
        for stored in STORED:
            _store(process, _newest(full, addresses[1]), stored - there)
            there = stored
            before, after = asyncio.run(_felt([(empty, addresses[0]), (full, addresses[1])]))
            for name in before:
                ratio = statistics.median(after[name]) / statistics.median(before[name])
                yield {
                    "figure": f"{name} with {stored} stored",
                    "median_to_empty": round(ratio, 2),
                    **spread(after[name]),
                }
            yield {
                "figure": f"memory with {stored} stored",
                "resident_mb": round(resident_mb(process.pid)),
            }


async def _felt(laptops: Sequence[tuple[dict[str, Any], str]]) -> list[dict[str, list[float]]]:
    """Milliseconds of each turn of each operation, by laptop; the laptops take turns."""
    waits: list[dict[str, list[float]]] = [
        {"receive": [], "250 to frame": [], "list": []} for _ in laptops
    ]
    async with aiohttp.ClientSession() as session:
        sockets = [
            await subscribe(session, where["websocket"], address) for where, address in laptops
        ]
        for number in range(TIMES):
            for socket, (where, address), felt in zip(sockets, laptops, waits, strict=True):
                await _turn(session, socket, where, address, f"felt-{number}", felt)
    return waits


async def _turn(
    session: aiohttp.ClientSession,
    socket: aiohttp.ClientWebSocketResponse,
    where: dict[str, Any],
    address: str,
    name: str,
    felt: dict[str, list[float]],
) -> None:
    began = time.perf_counter()
    await asyncio.to_thread(_received, where, address, name)
    accepted = time.perf_counter()
    await socket.receive_json(timeout=60)
    pushed = time.perf_counter()
    async with session.get(f"{where['http']}/api/emails/{address}/messages?limit=20") as answer:
        await answer.read()
    ended = time.perf_counter()
    for operation, seconds in zip(
        felt, (accepted - began, pushed - accepted, ended - pushed), strict=True
    ):
        felt[operation].append(seconds * 1000)


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
