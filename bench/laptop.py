"""The laptop as its user feels it: messages a second, and from the 250 to the frame.

The laptop runs in a process of its own; the senders, and the bare script that it is compared
with, in this.
"""

import asyncio
import json
import os
import smtplib
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

import aiohttp

from bench.bare_calls import BareCalls
from bench.letters import order_confirmation
from bench.unlimited import UNLIMITED
from mayfly.settings import Settings

MAILS = 300
STORED = 5000
RECIPIENTS = 100
INBOXES = 10
PUSHES = 100
PATIENCE_SECONDS = 600
_names = count()


def figures() -> Iterator[dict[str, object]]:
    """Throughput with 1 and 8 senders, empty and with 5,000 messages stored; then push latency."""
    settings = Settings()
    with running_laptop() as (where, _):
        bare = BareCalls(where["aws"], settings.table_name, settings.mail_bucket)
        inboxes = [new_address(where) for _ in range(INBOXES)]
        empty = {senders: _throughput(where, inboxes, senders, MAILS) for senders in (1, 8)}
        for senders, rate in empty.items():
            yield {
                "figure": f"mails a second, {senders} sender{'s' * (senders > 1)}",
                "ratio_to_bare_calls": round(rate / _bare_rate(bare, senders), 2),
                "mails_per_second": round(rate),
            }
        _fill(where)
        for senders, rate in empty.items():
            again = _throughput(where, inboxes, senders, MAILS)
            yield {
                "figure": f"mails a second with {STORED} stored, {senders} senders",
                "ratio_to_empty": round(again / rate, 2),
                "mails_per_second": round(again),
            }
        yield {"figure": "250 to frame", **asyncio.run(_push_latency(where))}


@contextmanager
def running_laptop() -> Iterator[tuple[dict[str, Any], "subprocess.Popen[str]"]]:
    """Where it is, and its process; no limits are in the way."""
    environment = (
        os.environ
        | UNLIMITED
        | {
            "SMTP_SERVER_PORT": "0",
            "HTTP_PORT": "0",
            "WS_PORT": "0",
            "IMAP_PORT": "0",
            "POP3_PORT": "0",
            "DNS_PORT": "0",
        }
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.laptop_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        yield json.loads(process.stdout.readline()), process
    finally:
        process.stdin.close()
        process.wait(PATIENCE_SECONDS)
        process.stdout.close()


def new_address(where: dict[str, Any]) -> str:
    """A public inbox."""
    request = urllib.request.Request(f"{where['http']}/api/emails", method="POST")
    with urllib.request.urlopen(request) as answer:
        address: str = json.load(answer)["email"]
        return address


def count_of(where: dict[str, Any], address: str) -> int:
    """How many messages the address has had."""
    with urllib.request.urlopen(f"{where['http']}/api/emails/{address}/status") as answer:
        number: int = json.load(answer)["sequence"]
        return number


def _throughput(where: dict[str, Any], inboxes: list[str], senders: int, mails: int) -> float:
    """Messages a second from the first DATA until the last one is visible in the API."""
    before = sum(count_of(where, address) for address in inboxes)
    letters = [
        (address, order_confirmation(address, f"bench-{next(_names)}"))
        for address, _ in zip(inboxes * mails, range(mails), strict=False)
    ]

    def send(mine: list[tuple[str, bytes]]) -> None:
        with smtplib.SMTP(where["smtp_host"], where["smtp_port"]) as connection:
            for address, raw in mine:
                connection.sendmail("bench@example.org", [address], raw)

    start = time.perf_counter()
    with ThreadPoolExecutor(senders) as pool:
        list(pool.map(send, [letters[n::senders] for n in range(senders)]))
    _wait_for(where, inboxes, before + mails)
    return mails / (time.perf_counter() - start)


def _fill(where: dict[str, Any]) -> None:
    """Store messages quickly: messages for a hundred recipients each."""
    addresses = [new_address(where) for _ in range(RECIPIENTS)]
    with smtplib.SMTP(where["smtp_host"], where["smtp_port"]) as connection:
        for number in range(STORED // RECIPIENTS):
            raw = order_confirmation("all@bench.example", f"fill-{number}")
            connection.sendmail("bench@example.org", addresses, raw)
    _wait_for(where, addresses, STORED)


def _wait_for(where: dict[str, Any], addresses: list[str], messages: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while sum(count_of(where, address) for address in addresses) < messages:
        if time.monotonic() > deadline:
            raise TimeoutError("accepted mail did not become visible")
        time.sleep(0.02)


def _bare_rate(bare: BareCalls, threads: int) -> float:
    letters = [(f"{next(_names)}", order_confirmation("a@b.example", str(n))) for n in range(MAILS)]
    start = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda letter: bare.one_mail(*letter), letters))
    return MAILS / (time.perf_counter() - start)


async def _push_latency(where: dict[str, Any]) -> dict[str, float]:
    """Milliseconds from the server's 250 to the client's frame, one message at a time."""
    address = await asyncio.to_thread(new_address, where)
    waits: list[float] = []
    async with aiohttp.ClientSession() as session, session.ws_connect(where["websocket"]) as ws:
        await ws.send_json({"type": "subscribe", "email": address})
        await ws.receive_json()
        smtp = await asyncio.to_thread(smtplib.SMTP, where["smtp_host"], where["smtp_port"])
        for number in range(PUSHES):
            raw = order_confirmation(address, f"push-{number}")
            await asyncio.to_thread(smtp.sendmail, "bench@example.org", [address], raw)
            accepted = time.perf_counter()
            await ws.receive_json(timeout=30)
            waits.append((time.perf_counter() - accepted) * 1000)
        await asyncio.to_thread(smtp.quit)
    return {
        "median_ms": round(statistics.median(waits), 1),
        "p95_ms": round(statistics.quantiles(waits, n=20)[-1], 1),
    }
