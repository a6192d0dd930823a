"""The Receivers port over HTTP/1.1 (RFC 9112): one request, one connection, one bounded answer.

A host is looked up once; what is connected to are the addresses that were judged, as for relays
(docs/decisions/0035). Nothing that an answer says leads anywhere else.
"""

import http.client
import io
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address

from mayfly import limits
from mayfly.errors import HostNotFound, InvalidInput
from mayfly.kit.clock import Clock
from mayfly.kit.hosts import Lookup, reachable
from mayfly.webhooks.models import Reply
from mayfly.webhooks.targets import Target

_ADDRESSES_TRIED = 4
_BODY_SECONDS = 2.0
_LOCALHOST = ("127.0.0.1", "::1")  # RFC 6761 section 6.3
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\U0010ffff\n]+")
_AGENT = "Mayfly-Webhooks/1"


class _Failed(Exception):
    """No answer; the message says why, in words for the owner."""


@dataclass(frozen=True, slots=True)
class HttpReceivers:
    """See `mayfly.webhooks.ports.Receivers`.

    `with_private` lets it reach this machine's own network. `trust` gives the certificates that
    count: without one of the caller's, the system's.
    """

    lookup: Lookup
    now: Clock
    with_private: bool = False
    seconds: float = limits.WEBHOOK_TIME.total_seconds()
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """One connection."""
        began = time.monotonic()

        def taken() -> int:
            return round((time.monotonic() - began) * 1000)

        try:
            target = Target.read(url, with_private=self.with_private)
            with self._connected(target, began + self.seconds) as line:
                line.send(_request(target, headers, body))
                answer = http.client.HTTPResponse(line, method="POST")  # type: ignore[arg-type]
                answer.begin()
                excerpt = _printable(_beginning(answer, line))
                asked = self._retry_after(answer.getheader("Retry-After"))
                return Reply(answer.status, taken(), excerpt, retry_after=asked)
        except (InvalidInput, _Failed) as error:
            return Reply(0, taken(), trouble=str(error))
        except ssl.SSLCertVerificationError as error:
            why = f"the certificate is not good: {error.verify_message}"
            return Reply(0, taken(), trouble=_printable(why.encode()))
        except TimeoutError:
            return Reply(0, taken(), trouble=f"no answer within {self.seconds:g} seconds")
        except (OSError, ssl.SSLError):
            return Reply(0, taken(), trouble="the connection broke off")
        except (http.client.HTTPException, ValueError):
            return Reply(0, taken(), trouble="what answers does not speak HTTP")

    def _connected(self, target: Target, ends_at: float) -> "_Line":
        connection = _connect(self._addresses(target.host), target.port, ends_at)
        try:
            if target.scheme == "https":
                connection.settimeout(_left(ends_at))
                connection = self.trust().wrap_socket(connection, server_hostname=target.host)
        except BaseException:
            connection.close()
            raise
        return _Line(connection, ends_at)

    def _addresses(self, host: str) -> Sequence[str]:
        """The addresses to connect to; a host with one that is not to be reached has none."""
        try:
            found = _literal(host) or self.lookup(host)
        except HostNotFound as error:
            raise _Failed(f"the host was not found: {error}") from error
        if not found or not all(reachable(each, self.with_private) for each in found):
            raise _Failed("not a public address: it is never connected to")
        return sorted(found, key=lambda each: ":" in each)[:_ADDRESSES_TRIED]

    def _retry_after(self, text: str | None) -> timedelta | None:
        """Seconds or a date (RFC 9110 section 10.2.3); None for what is neither."""
        if text is None:
            return None
        if text.strip().isascii() and text.strip().isdigit():
            return timedelta(seconds=min(int(text.strip()[:9]), 10**8))
        try:
            when = parsedate_to_datetime(text)
            if when.tzinfo is None:
                when = when.replace(tzinfo=UTC)
            return max(when.astimezone(UTC) - self.now(), timedelta())
        except (ValueError, TypeError, OverflowError):  # also of dates that no calendar has
            return None


class _Line(io.RawIOBase):
    """A connection whose time limit is for all of it, however little is sent at a time.

    It is what `HTTPResponse` takes for a socket, and for the file that it reads from.
    """

    def __init__(self, connection: socket.socket, ends_at: float) -> None:
        self._connection = connection
        self._ends_at = ends_at

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        self._connection.settimeout(_left(self._ends_at))
        return self._connection.recv_into(buffer)

    def hurry(self, seconds: float) -> None:
        """It ends so soon, if not sooner."""
        self._ends_at = min(self._ends_at, time.monotonic() + seconds)

    def send(self, content: bytes) -> None:
        self._connection.settimeout(_left(self._ends_at))
        self._connection.sendall(content)

    def close(self) -> None:
        self._connection.close()
        super().close()


def _beginning(answer: http.client.HTTPResponse, line: _Line) -> bytes:
    """The first bytes of the answer. Its status is what counts, so little is waited for them."""
    line.hurry(_BODY_SECONDS)
    found = b""
    with suppress(OSError, http.client.HTTPException, ValueError):
        while len(found) < limits.WEBHOOK_ANSWER_BYTES:
            more = answer.read1(limits.WEBHOOK_ANSWER_BYTES - len(found))
            if not more:
                break
            found += more
    return found


def _connect(addresses: Sequence[str], port: int, ends_at: float) -> socket.socket:
    why = "no address"
    for address in addresses:
        try:
            return socket.create_connection((address, port), _left(ends_at))
        except ConnectionRefusedError:
            why = "refused"
        except TimeoutError:
            raise
        except OSError:
            why = "unreachable"
    raise _Failed(f"no connection: {why}")


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _literal(host: str) -> Sequence[str]:
    if host == "localhost" or host.endswith(".localhost"):
        return _LOCALHOST
    try:
        return [str(ip_address(host))]
    except ValueError:
        return []


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    fields = {
        "Host": target.authority,
        "User-Agent": _AGENT,
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    if any(re.search(r"[\r\n]", f"{name}{value}") for name, value in fields.items()):
        raise ValueError("a header of two lines")
    lines = [f"POST {target.path} HTTP/1.1", *(f"{n}: {v}" for n, v in fields.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def _printable(octets: bytes) -> str:
    return _UNPRINTABLE.sub(" ", octets.decode("utf-8", "replace"))
