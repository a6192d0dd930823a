"""A POP3 server that answers each command as the test says, kind or hostile."""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"
GREETING = "greeting"
HANG_UP: tuple[()] = ()
"""In the place of an answer."""
Answer = bytes | tuple[()]
KIND: Mapping[str, Answer] = {
    GREETING: b"+OK ready\r\n",
    "CAPA": b"+OK\r\nUSER\r\nUIDL\r\nSTLS\r\n.\r\n",
    "STLS": b"+OK begin\r\n",
    "USER": b"+OK\r\n",
    "PASS": b"+OK in\r\n",
    "UIDL": b"+OK\r\n1 one\r\n2 two\r\n.\r\n",
    "LIST 1": b"+OK 1 20\r\n",
    "LIST 2": b"+OK 2 20\r\n",
    "RETR 1": b"+OK\r\nSubject: 1\r\n\r\n1\r\n.\r\n",
    "RETR 2": b"+OK\r\nSubject: 2\r\n\r\n2\r\n.\r\n",
    "DELE": b"+OK\r\n",
    "QUIT": b"+OK bye\r\n",
}


@dataclass
class Heard:
    """What clients have said."""

    port: int
    commands: list[str] = field(default_factory=list)


@contextmanager
def scripted(
    answers: Mapping[str, Answer] = KIND, tls: ssl.SSLContext | None = None
) -> Iterator[Heard]:
    """A running one; with `tls`, TLS is there after STLS."""
    listening = socket.create_server((HOST, 0))
    heard = Heard(listening.getsockname()[1])
    threads = [threading.Thread(target=_accept, args=(listening, answers, tls, heard))]
    threads[0].start()
    try:
        yield heard
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        threads[0].join()


def _accept(
    listening: socket.socket,
    answers: Mapping[str, Answer],
    tls: ssl.SSLContext | None,
    heard: Heard,
) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        with suppress(OSError):
            _serve(client, answers, tls, heard)
        client.close()


def _serve(
    client: socket.socket, answers: Mapping[str, Answer], tls: ssl.SSLContext | None, heard: Heard
) -> None:
    client.settimeout(10)
    lines = client.makefile("rb")
    command = GREETING
    while True:
        answer = answers.get(command, answers.get(command.split(" ")[0], b"-ERR what?\r\n"))
        if isinstance(answer, tuple):
            break
        client.sendall(answer)
        if command == "STLS" and tls is not None:
            lines.detach()
            client = tls.wrap_socket(client, server_side=True)
            lines = client.makefile("rb")
        if command == "QUIT":
            break
        line = lines.readline()
        if not line:
            break
        command = line.decode().rstrip("\r\n")
        heard.commands.append(command)
    client.close()
