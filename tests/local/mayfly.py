"""The whole laptop in a process of its own, as `make run` starts it."""

import json
import os
import re
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from tests.local.conftest import DEADLINE

ROOT = Path(__file__).parents[2]
START_SECONDS = 120.0
LIFE_SECONDS = 1800.0  # no file needs one for longer, however busy the machine is
DOMAIN = "mayfly.example"


class Mayfly:
    """A running laptop and its clients."""

    def __init__(self, process: "subprocess.Popen[str]", announced: str, log: TextIO) -> None:
        self.process = process
        self._log = log
        self.announced = announced
        self.http = self._found(r"API +(http://[\d.:]+)/api")
        self.websocket = self._found(r"WebSocket +(ws://\S+)")
        self.smtp_port = int(self._found(r"mail +127\.0\.0\.1:(\d+)"))
        self.imap_port = int(self._found(r"IMAP +127\.0\.0\.1:(\d+)"))
        self.pop3_port = int(self._found(r"POP3 +127\.0\.0\.1:(\d+)"))
        self.first_address = self._found(r"An address to try: (\S+)|no address to try") or ""

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        """The parsed answer; urllib's HTTPError if it is an error."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with self._open(method, path, body, headers) as response:
            return json.load(response)

    def administer(self, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        """The same for admins, with the announced key unless another is given."""
        key = self._found(r"admin key +(\S+)") if key is None else key
        with self._open(method, path, body, {"X-Admin-Key": key}) as response:
            return json.load(response)

    def fetch(self, path: str, key: str = "") -> bytes:
        """The bytes at this path; with the admin key if there is one."""
        with self._open("GET", path, headers={"X-Admin-Key": key} if key else None) as response:
            content: bytes = response.read()
            return content

    def new_address(self) -> dict[str, Any]:
        made: dict[str, Any] = self.ask("POST", "/api/emails")
        return made

    def send(self, address: str, *mails: bytes) -> None:
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=DEADLINE) as connection:
            for mail in mails:
                connection.sendmail("sender@example.org", [address], mail)

    def messages(self, address: str, at_least: int = 1) -> list[dict[str, Any]]:
        """The list, once it is so long."""
        waiting = threading.Event()
        for _ in range(int(DEADLINE / 0.05)):
            listed: list[dict[str, Any]] = self.ask(
                "GET", f"/api/emails/{address}/messages?limit=100"
            )
            if len(listed) >= at_least:
                return listed
            waiting.wait(0.05)
        raise AssertionError(f"{address} has fewer than {at_least} messages")

    def said(self) -> str:
        """Its log so far."""
        self._log.seek(0)
        return self._log.read()

    def end(self, how: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(START_SECONDS)

    def _found(self, pattern: str) -> str:
        found = re.search(pattern, self.announced)
        assert found, f"{pattern!r} was not announced:\n{self.announced}"
        return found[1]

    def _open(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Any:
        data = None if body is None else json.dumps(body).encode()
        url = path if path.startswith("http") else self.http + path
        request = urllib.request.Request(url, data, headers or {}, method=method)
        return urllib.request.urlopen(request, timeout=DEADLINE)


def environment(**settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ports = ("SMTP_SERVER_PORT", "HTTP_PORT", "WS_PORT", "DNS_PORT", "IMAP_PORT", "POP3_PORT")
    return clean | dict.fromkeys(ports, "0") | {"DOMAINS": DOMAIN} | settings


@contextmanager
def mayfly(life_seconds: float = LIFE_SECONDS, **settings: str) -> Iterator[Mayfly]:
    """Started and announced; ended at the end, whatever happened."""
    with started([sys.executable, "-m", "infra.local"], ROOT, settings, life_seconds) as laptop:
        yield laptop


@contextmanager
def started(
    command: Sequence[str],
    folder: Path,
    settings: Mapping[str, str],
    life_seconds: float = LIFE_SECONDS,
) -> Iterator[Mayfly]:
    """The same of any command, in any folder."""
    with tempfile.TemporaryFile("w+") as log:  # a pipe that nobody reads would stop it
        process = subprocess.Popen(
            command,
            env=environment(**settings),
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        with _ended(process, life_seconds):
            yield Mayfly(process, _announced(process), log)


@contextmanager
def _ended(process: "subprocess.Popen[str]", life_seconds: float) -> Iterator[None]:
    watchdog = threading.Timer(life_seconds, process.kill)
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


def _announced(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "/messages" in line or "no address to try" in line:
            break
    return "".join(lines)


def command(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "infra.local", *arguments],
        env=environment(**settings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
