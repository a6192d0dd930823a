"""What each server is to the measures: an address for mail, and an API."""

import json
import os
import socket
import urllib.request
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from bench.peers.senders import HOST

_PATIENCE_SECONDS = 60.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # not through a proxy


@dataclass(frozen=True, slots=True)
class Socket:
    """Where it tells of mail, what to say and hear first, and what such a frame has in it."""

    url: str
    hello: list[list[str]]
    mark: str


@dataclass
class Server:
    """One that takes mail and shows it; what has no API shows nothing."""

    smtp: int
    http: int
    folder: Path
    others: tuple[int, ...] = ()
    sent: Counter[str] = field(default_factory=Counter)

    name: ClassVar[str] = ""
    has_api: ClassVar[bool] = True
    ready: ClassVar[str] = ""

    @property
    def total(self) -> int:
        """The messages that were accepted so far."""
        return sum(self.sent.values())

    def command(self) -> list[str]:
        """What starts it."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """In which."""
        return dict(os.environ)

    def new_addresses(self, count: int) -> list[str]:
        """Addresses that it takes mail for."""
        return [f"inbox-{number}@bench.example" for number in range(count)]

    def shows_all(self) -> bool:
        """Whether everything that was sent is visible in its API."""
        return True

    def list_url(self) -> str:
        """The newest messages."""
        raise NotImplementedError

    def read_url(self) -> str:
        """One message with its texts."""
        raise NotImplementedError

    def socket(self) -> Socket | None:
        """None if it has none."""
        return None

    def url(self, path: str) -> str:
        """Of its API."""
        return f"http://{HOST}:{self.http}{path}"

    def ask(self, path: str, method: str = "GET") -> Any:
        """The answer; HTTPError if it is an error."""
        request = urllib.request.Request(self.url(path), method=method)
        with _OPENER.open(request, timeout=_PATIENCE_SECONDS) as answer:
            return json.load(answer)


def with_free_ports(kind: type[Server], folder: Path) -> Server:
    """One that will listen on ports that nobody has just now."""
    with ExitStack() as all_of_them:
        sockets = [all_of_them.enter_context(socket.socket()) for _ in range(4)]
        for each in sockets:
            each.bind((HOST, 0))
        smtp, http, *others = [each.getsockname()[1] for each in sockets]
    return kind(smtp, http, folder, tuple(others))
