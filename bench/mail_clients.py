"""How long mail clients wait: to open an inbox over IMAP, and for the messages in it."""

import imaplib
import smtplib
import time
from collections.abc import Iterator
from typing import Any

from bench.laptop import count_of, new_address, running_laptop
from bench.letters import order_confirmation

STORED = 10_000
READ = 1000


def figures() -> Iterator[dict[str, object]]:
    """Seconds to open an inbox with its flags, and messages a second with envelopes or whole."""
    with running_laptop() as (where, _):
        address = new_address(where)
        _fill(where, address)
        with _opened(where, address) as client:
            start = time.perf_counter()
            client.select()
            selected = time.perf_counter() - start
            client.fetch("1:*", "(UID FLAGS)")
            yield {
                "figure": f"an inbox of {STORED} messages over IMAP",
                "select_seconds": round(selected, 2),
                "with_flags_seconds": round(time.perf_counter() - start, 2),
            }
            for items in ("ENVELOPE", "BODY.PEEK[]"):
                start = time.perf_counter()
                client.fetch(f"1:{READ}", f"({items})")
                seconds = time.perf_counter() - start
                yield {"figure": f"{items} over IMAP", "messages_per_second": round(READ / seconds)}


def _opened(where: dict[str, Any], address: str) -> imaplib.IMAP4:
    host, _, port = where["mail_clients"]["IMAP"].rpartition(":")
    client = imaplib.IMAP4(host, int(port))
    client.login(address, "x")
    return client


def _fill(where: dict[str, Any], address: str) -> None:
    with smtplib.SMTP(where["smtp_host"], where["smtp_port"]) as connection:
        for number in range(STORED):
            letter = order_confirmation(address, f"client-{number}")
            connection.sendmail("bench@example.org", [address], letter)
    while count_of(where, address) < STORED:
        time.sleep(0.1)
