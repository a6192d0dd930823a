"""One SMTP connection: aiosmtpd's, with a faster DATA, clear codes and a way to be ended."""

import asyncio
import logging
import re
import ssl
from typing import Any

from aiosmtpd.smtp import SMTP

from infra.local.mail_data import Fault, read_mail
from mayfly.blueprint.limits import MAX_LINE_BYTES

CLOSING = "421 4.3.2 The server is shutting down"
_SIZE = re.compile(r"\sSIZE=(\d{1,20})\b", re.IGNORECASE)
_ANSWERS = {
    Fault.TOO_LARGE: "552 5.3.4 The mail is larger than {max_bytes} bytes",
    Fault.LINE_TOO_LONG: "500 5.6.0 A line is longer than {max_line_bytes} bytes",
}
IDLE_SECONDS = 300.0  # RFC 5321 section 4.5.3.2.7

# aiosmtpd's own log repeats commands, with the addresses in them.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class MailSession(SMTP):
    """Reads commands and asks `policy` (its hooks are `handle_…`) what to answer."""

    # Real mail breaks the 998 bytes of RFC 5322; this is also what the reader buffers.
    line_length_limit = MAX_LINE_BYTES

    def __init__(
        self,
        policy: Any,
        *,
        max_bytes: int,
        banner: str,
        tls: ssl.SSLContext | None,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(
            policy,
            data_size_limit=max_bytes,
            enable_SMTPUTF8=True,
            hostname="mayfly.localhost",
            ident=banner,
            tls_context=tls,
            timeout=IDLE_SECONDS,
            loop=loop,
        )
        self._max_bytes = max_bytes
        self._closing = False
        self._in_data = False

    def end(self) -> None:
        """Say goodbye: now, or after the mail that is under way."""
        self._closing = True
        transport = self.transport
        if not self._in_data and transport is not None and not transport.is_closing():
            self._writer.write(f"{CLOSING}\r\n".encode())
            transport.close()

    def cut_off(self) -> None:
        """End it at once, whatever is under way."""
        if self.transport is not None:
            self.transport.close()
        if self._handler_coroutine is not None:
            self._handler_coroutine.cancel()

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Refuse by SIZE with the code that says why (RFC 1870, RFC 3463)."""
        announced = _SIZE.search(arg or "")
        if announced and int(announced[1]) > self._max_bytes:
            await self.push(_ANSWERS[Fault.TOO_LARGE].format(max_bytes=self._max_bytes))
            return
        await super().smtp_MAIL(arg)

    async def smtp_AUTH(self, arg: str | None) -> None:
        """Mail is taken from everybody: there is nobody to be."""
        await self.push("502 5.5.1 AUTH is not offered")

    async def smtp_DATA(self, arg: str | None) -> None:
        """Read the mail and let the policy answer for it."""
        if await self.check_helo_needed():
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 No valid recipients")
            return
        self._in_data = True
        try:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self.push(await self._answer_to_data())
        finally:
            self._in_data = False
        if self._closing:
            self.end()

    async def _answer_to_data(self) -> str:
        mail = await read_mail(
            self._reader, self._max_bytes, self.line_length_limit, self._reset_timeout
        )
        envelope, self.envelope = self.envelope, self._create_envelope()
        if isinstance(mail, Fault):
            return _ANSWERS[mail].format(
                max_bytes=self._max_bytes, max_line_bytes=self.line_length_limit
            )
        answer: str = await self.event_handler.handle_DATA(self, self.session, envelope, mail)
        return answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A new connection, or the same after STARTTLS."""
        again = self.transport is not None
        super().connection_made(transport)
        if not again:
            self.event_handler.opened(self)

    def connection_lost(self, error: Exception | None) -> None:
        """The end of it."""
        super().connection_lost(error)
        self.event_handler.closed(self)
