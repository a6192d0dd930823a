"""The measures, each of one server."""

import math
import smtplib
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path

from bench.peers import client
from bench.peers.processes import Usage, running, usage
from bench.peers.readers import Frames, Requests
from bench.peers.senders import HOST, Mails, Sent
from bench.peers.server import Server
from bench.peers.servers import INBOXES

BYTES = {"3.3 KB": 2700, "1 MB": 985_000}  # of words and pictures, before they are encoded
_PATIENCE_SECONDS = 120.0
_LOOK_AGAIN_SECONDS = 0.005
_CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each measure, and for how long at most."""

    mails: int = 2000
    big: int = 80
    fill: int = 10_000
    frames: int = 100
    senders: int = 8
    seconds: int = 6
    requests: int = 3
    stored: int = 0

    @classmethod
    def names(cls) -> list[str]:
        """As they are written."""
        return [each.name.upper() for each in fields(cls)]


class NotStarted(Exception):
    """A server ended, or did not answer in time."""


@dataclass
class Measured:
    """A server that runs."""

    server: Server
    process: "subprocess.Popen[bytes]"
    start_seconds: float
    inboxes: list[str]

    @property
    def usage(self) -> Usage:
        """What it has taken so far."""
        return usage(self.process.pid)

    def take(
        self, size: str, senders: int, mails: int, seconds: float, recipients: int = 1
    ) -> "Taken":
        """Send, and wait until all of it is visible."""
        before, addresses = self.usage.cpu_seconds, self.inboxes
        if recipients > 1:
            addresses = self.server.new_addresses(recipients)
        job = Mails(self.server.smtp, senders, mails, BYTES[size], addresses, seconds, recipients)
        sent = client.sent(job)
        self.server.sent.update(sent.accepted)
        self._wait()
        ended = time.monotonic() if self.server.has_api else sent.ended
        cpu_ms = (self.usage.cpu_seconds - before) * 1000
        return Taken(sent, ended - sent.began, cpu_ms)

    def answers(self, url: str, seconds: float) -> float:
        """Requests a second."""
        return client.rate(Requests(url, _CONNECTIONS, seconds))

    def frames(self, mails: int, seconds: float) -> list[float]:
        """Milliseconds from DATA to frame; none if it tells nobody."""
        socket, address = self.server.socket(), self.inboxes[0]
        if socket is None:
            return []
        job = Frames(
            socket.url,
            socket.hello,
            socket.mark,
            self.server.smtp,
            address,
            mails,
            BYTES["3.3 KB"],
            seconds,
        )
        delays = list(client.delays(job))
        self.server.sent[address] += len(delays)
        return delays

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self.server.shows_all():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.server.name} accepted mail that is not visible")
            time.sleep(_LOOK_AGAIN_SECONDS)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a measure with mails."""

    sent: Sent
    seconds: float
    cpu_ms: float

    @property
    def rate(self) -> float:
        """Mails a second, from the first DATA to all visible."""
        return self.sent.mails / self.seconds

    @property
    def cpu_ms_a_mail(self) -> float:
        """Of the server's processes."""
        return self.cpu_ms / max(1, self.sent.mails)


@contextmanager
def started(server: Server) -> Iterator[Measured]:
    """Started, and measured until it answers both protocols; ended at the end."""
    log = server.folder / "log"
    began = time.monotonic()
    with running(server.command(), server.environment(), log, server.folder) as process:
        _first_answer(server, process, log)
        seconds = time.monotonic() - began
        yield Measured(server, process, seconds, server.new_addresses(INBOXES))


def _first_answer(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            smtplib.SMTP(HOST, server.smtp, timeout=_PATIENCE_SECONDS).close()
            if server.has_api:
                urllib.request.urlopen(server.url(server.ready), timeout=_PATIENCE_SECONDS).close()
        except OSError:
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return
    said = log.read_text(errors="replace").strip().rpartition("\n")[2]
    raise NotStarted(f"{server.name} did not start: {said}")


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that so many percent are not above."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]
