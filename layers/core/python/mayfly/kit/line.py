"""A connection to an unknown server: bounded in time and in bytes."""

import socket
import ssl
import time
from collections.abc import Sequence

_READ_BYTES = 4096
_BLOCK_READ_BYTES = 64 * 1024
_END_OF_BLOCK = b"\r\n.\r\n"
REPLIES_BYTES = 256 * 1024
"""What a server may say in all: replies are lines of 512 bytes (RFC 5321 section 4.5.3.1.5)."""


class Broken(Exception):
    """The connection cannot be gone on with; the message says why, in words for the user."""


class TooMuch(Broken):
    """The server says more than it may."""


class Line:
    """What `smtplib.SMTP` takes for its socket, and for the file it reads from.

    Unlike a socket's, its time limits are for a whole step, however little the server sends at a
    time. Nothing but Broken is raised, which smtplib lets through.
    """

    def __init__(
        self, connected: socket.socket, ends_at: float, most_bytes: int = REPLIES_BYTES
    ) -> None:
        """`ends_at` is when all must be over, as `time.monotonic` has it.

        `most_bytes` is what the server may say in all.
        """
        self._socket = connected
        self._ends_at = self._step_ends_at = ends_at
        self._most_bytes = most_bytes
        self._unread = bytearray()
        self._read = 0

    @classmethod
    def to(
        cls,
        addresses: Sequence[str],
        port: int,
        seconds: float,
        ends_at: float,
        most_bytes: int = REPLIES_BYTES,
    ) -> "Line":
        """Connect to the first of these addresses that answers; Broken if none does in time."""
        step_ends_at = min(time.monotonic() + seconds, ends_at)
        why = "no address"
        for address in addresses:
            left = step_ends_at - time.monotonic()
            if left <= 0:
                raise Broken("no answer in time")
            try:
                return cls(socket.create_connection((address, port), left), ends_at, most_bytes)
            except TimeoutError:
                why = "no answer in time"
            except OSError as error:
                why = "refused" if isinstance(error, ConnectionRefusedError) else "unreachable"
        raise Broken(why)

    @property
    def has_unread(self) -> bool:
        """Whether the server has said something that nobody has asked for yet."""
        return bool(self._unread)

    def begin_step(self, seconds: float) -> None:
        """From now, what is read and sent has so long together."""
        self._step_ends_at = min(time.monotonic() + seconds, self._ends_at)

    def encrypt(self, context: ssl.SSLContext, name: str) -> str:
        """Begin TLS and check the certificate for this name; the version of TLS.

        Broken if the server has said something already that TLS would hide the origin of
        (RFC 3207 section 4.2); ssl.SSLCertVerificationError if the certificate is not good.
        """
        if self._unread:
            raise Broken("the server went on in clear text after STARTTLS")
        self._socket.settimeout(self._left())
        try:
            self._socket = encrypted = context.wrap_socket(self._socket, server_hostname=name)
        except ssl.SSLCertVerificationError:
            raise
        except TimeoutError as error:
            raise Broken("no answer in time") from error
        except (OSError, ValueError) as error:
            raise Broken("TLS could not be agreed on") from error
        return encrypted.version() or ""

    def makefile(self, mode: str) -> "Line":
        """Itself."""
        return self

    def readline(self, most: int) -> bytes:
        """A line with its end; TooMuch if it is longer than `most`."""
        while b"\n" not in self._unread:
            if len(self._unread) >= most or self._read >= self._most_bytes:
                raise TooMuch("the server says too much")
            self._fill(_READ_BYTES)
        end = self._unread.index(b"\n") + 1
        line = bytes(self._unread[:end])
        del self._unread[:end]
        return line

    def read_block(self, most: int) -> bytes:
        """The lines up to one that is a dot, without it; TooMuch if they are more than `most`.

        Lines end with CRLF, and with nothing else: a bare LF is part of one. A dot that was put
        before another one is taken away (RFC 1939 section 3).
        """
        looked_at = 0
        while not self._unread.startswith(_END_OF_BLOCK[2:]):
            end = self._unread.find(_END_OF_BLOCK, looked_at)
            if 0 <= end <= most:
                block = bytes(self._unread[: end + 2])
                del self._unread[: end + len(_END_OF_BLOCK)]
                return block.removeprefix(b".").replace(b"\r\n.", b"\r\n")
            looked_at = max(0, len(self._unread) - len(_END_OF_BLOCK) + 1)
            if looked_at > most or self._read >= self._most_bytes:
                raise TooMuch("the server says too much")
            self._fill(_BLOCK_READ_BYTES)
        del self._unread[: len(_END_OF_BLOCK) - 2]
        return b""

    def sendall(self, sent: bytes) -> None:
        """Send all of it."""
        self._socket.settimeout(self._left())
        try:
            self._socket.sendall(sent)
        except TimeoutError as error:
            raise Broken("no answer in time") from error
        except OSError as error:
            raise Broken("the server closed the connection") from error

    def close(self) -> None:
        """Close it; a farewell that the server does not take is nobody's loss."""
        self._socket.close()

    def _fill(self, most: int) -> None:
        self._socket.settimeout(self._left())
        try:
            more = self._socket.recv(most)
        except TimeoutError as error:
            raise Broken("no answer in time") from error
        except OSError as error:
            raise Broken("the server closed the connection") from error
        if not more:
            raise Broken("the server closed the connection")
        self._read += len(more)
        self._unread += more

    def _left(self) -> float:
        left = self._step_ends_at - time.monotonic()
        if left <= 0:
            raise Broken("no answer in time")
        return left
