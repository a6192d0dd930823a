"""What of a connection is not as aiosmtpd has it: who is half-closed is heard, AUTH lets in."""

import asyncio
import ipaddress
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult


class MailConnection(SMTP):
    """One connection: how it begins, ends, and who may use it."""

    AuthLoginUsernameChallenge = "Username:"  # as clients that look at it want it
    AuthLoginPasswordChallenge = "Password:"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A new connection, or the same after STARTTLS."""
        super().connection_made(transport)
        self._auth_require_tls = not is_here(self.session.peer if self.session else None)

    def eof_received(self) -> bool | None:
        """The client sends no more, and may well read on: what it has sent is answered.

        Within TLS that is the end of the connection, in both directions.
        """
        if self.session is not None and self.session.ssl is not None:
            ends: bool | None = super().eof_received()
            return ends
        self.event_handler.end_of_input()
        return asyncio.StreamReaderProtocol.eof_received(self)

    async def handle_exception(self, error: Exception) -> str:
        """What went wrong is answered; that nothing more comes is not."""
        if not isinstance(error, asyncio.IncompleteReadError):
            answer: str = await super().handle_exception(error)
            return answer
        self.cut_off()
        return ""

    async def _handle_client(self) -> None:
        try:
            await super()._handle_client()
        except ConnectionResetError:
            self._close()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def cut_off(self) -> None:
        """End it at once, whatever is under way: close, and obey nothing more."""
        self._close()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()  # ends where it waits next

    async def smtp_AUTH(self, arg: str | None) -> None:
        """Take any name and password, for clients that insist: mail is taken from everybody.

        From other machines only within TLS: what they send may be real.
        """
        if self.envelope is not None and self.envelope.mail_from:
            await self.push("503 5.5.1 Not within a mail")  # RFC 4954 section 4
            return
        mechanism, blank, initial = (arg or "").partition(" ")
        try:
            await super().smtp_AUTH(f"{mechanism.upper()}{blank}{initial}")
        except ValueError:  # of the reader: longer than any line may be
            # Where that line ends, and commands begin, nobody knows any more.
            await self.push("500 5.5.6 The line is too long")
            self.cut_off()


def let_in(*_: Any) -> AuthResult:
    """Any name with any password."""
    return AuthResult(success=True)


def is_here(peer: Any) -> bool:
    """Whether the client is on this machine."""
    try:
        return ipaddress.ip_address(peer[0]).is_loopback
    except (TypeError, ValueError, IndexError):
        return False
