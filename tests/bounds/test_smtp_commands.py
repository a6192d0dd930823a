"""Every command of SMTP with arguments that are known to bring parsers down, over loopback."""

import asyncio
import socket

import pytest

from infra.local.smtp.policy import Post
from infra.local.smtp.server import MailServer
from infra.local.smtp.session import MailSession
from tests.bounds.pumps import PUMPS

COMMANDS = sorted(name.removeprefix("smtp_") for name in dir(MailSession) if "smtp_" in name[:5])
BEGINNINGS = {
    "MAIL": ("FROM:", "FROM:<", "FROM:<a@", "FROM:<a@b.example> ", "FROM:<a@b.example> SIZE="),
    "RCPT": ("TO:", "TO:<", "TO:<a@", "TO:<a@b.example> "),
}
REPLY_BYTES = 512  # RFC 5321 section 4.5.3.1.5
SECONDS = 60
ARGUMENT_BYTES, LINE_BYTES = 480, 510


class Client:
    """One connection after another: some commands end theirs."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, *lines: bytes) -> str:
        """What the last of these lines is answered."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            await _reply(self._streams[0])
            lines = (b"EHLO me", *lines)
        reader, writer = self._streams
        said = ""
        for each in (b"RSET", *lines):
            writer.write(each + b"\r\n")
            said = await _reply(reader)
        if said[:3] in ("221", "354", "502"):
            await self.leave()
        return said

    async def leave(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


async def conversation(port: int, command: str) -> list[str]:
    """What each argument is answered."""
    client, answers = Client(port), []
    before = [b"MAIL FROM:<a@b.example>"] if command == "RCPT" else []
    for beginning in ("", *BEGINNINGS.get(command, ())):
        for pump in PUMPS.values():
            line = f"{command} {beginning}{pump(ARGUMENT_BYTES)}".encode("utf-8", "replace")
            line = line.replace(b"\r", b"").replace(b"\n", b"")[:LINE_BYTES]
            answers.append(await client.ask(*before, line))
        answers.append(
            await client.ask(*before, f"{command} {beginning}".encode() + b"(" * 200_000)
        )
    await client.leave()
    return answers


async def _reply(reader: asyncio.StreamReader) -> str:
    while (line := await reader.readline())[3:4] == b"-":
        pass
    assert len(line) <= REPLY_BYTES
    return line.decode()


@pytest.mark.parametrize("command", [*COMMANDS, "NONESUCH"])
def test_no_argument_is_answered_with_a_failure_of_ours(command: str) -> None:
    server = MailServer(["b.example"], Post(lambda _: True, lambda _: "id"), 1_000_000, "Mayfly")

    async def talk() -> list[str]:
        listener = socket.create_server(("127.0.0.1", 0))
        async with server.serving(listener, drain_seconds=0):
            port = listener.getsockname()[1]
            return await asyncio.wait_for(conversation(port, command), SECONDS)

    answers = asyncio.run(talk())

    ours = {answer for answer in answers if answer[:1] == "4" and "454 TLS" not in answer}
    assert not ours
    assert all(answer[:1] in ("2", "3", "4", "5") for answer in answers)
    assert all(len(answer) < 120 for answer in answers if answer.startswith("5"))


def test_greetings_make_no_command_longer() -> None:
    server = MailServer(["b.example"], Post(lambda _: True, lambda _: "id"), 1_000_000, "Mayfly")

    async def talk() -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        async with server.serving(listener, drain_seconds=0):
            reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
            await _reply(reader)
            for _ in range(30):
                writer.write(b"EHLO me\r\n")
                await _reply(reader)
            writer.write(b"MAIL FROM:<" + b"a" * 2000 + b"@b.example>\r\n")
            said = await _reply(reader)
            writer.close()
            return said

    assert asyncio.run(talk()).startswith("500")
