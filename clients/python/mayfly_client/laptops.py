"""A laptop of one's own: the whole service in a process that ends with whoever started it."""

import os
import re
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mayfly_client.cli.serving import laptop_command
from mayfly_client.errors import MayflyError

START_SECONDS = 120.0
_END_SECONDS = 30.0
_PORTS = ("SMTP_SERVER_PORT", "HTTP_PORT", "WS_PORT", "DNS_PORT", "IMAP_PORT", "POP3_PORT")
_HTTP = re.compile(r"API +(http://[\d.:]+)/api")
_SMTP = re.compile(r"mail +([\d.]+):(\d+)")
_SAID_CHARS = 500


@dataclass(frozen=True, slots=True)
class Laptop:
    """Where it is. `announced` is what it said when it began, the admin key included."""

    url: str
    smtp_host: str
    smtp_port: int
    announced: str


@contextmanager
def laptop(start_seconds: float = START_SECONDS) -> Iterator[Laptop]:
    """One on free ports, with its data in memory, until the block ends.

    The settings are those of the environment, but for ports and AWS. MayflyError if it does not
    begin in time.
    """
    command = laptop_command()
    kept = {name: each for name, each in os.environ.items() if not name.startswith("AWS_")}
    with tempfile.TemporaryFile("w+") as log:  # a pipe that nobody reads would stop it
        process = subprocess.Popen(
            command,
            env=kept | dict.fromkeys(_PORTS, "0"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,  # Ctrl-C is for the tests: they end it after their own end
        )
        watchdog = threading.Timer(start_seconds, process.kill)
        watchdog.start()
        try:
            announced = _announced(process)
            watchdog.cancel()
            found, mail = _HTTP.search(announced), _SMTP.search(announced)
            if found is None or mail is None:
                log.seek(0)
                raise MayflyError(f"the laptop did not start: {log.read()[-_SAID_CHARS:].strip()}")
            yield Laptop(found[1], mail[1], int(mail[2]), announced)
        finally:
            watchdog.cancel()
            _ended(process)


def _announced(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "/messages" in line or "no address to try" in line:
            break
    return "".join(lines)


def _ended(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    process.stdout.close()
