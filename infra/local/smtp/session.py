"""One SMTP connection: aiosmtpd's, with a faster DATA, clear codes and a way to be ended."""

import asyncio
import logging
import re
import ssl
from collections.abc import Sequence
from typing import Any

from infra.local.smtp.data import Fault, read_mail
from infra.local.smtp.protocol import MailConnection, let_in
from mayfly.limits import MAX_LINE_BYTES
from mayfly.mail.address import MAX_ADDRESS_CHARS

TIMEOUT_SECONDS = 300.0  # for a command, and for a whole message
OWN_NAME = "mayfly.localhost"
CLOSING = "421 4.3.2 The server is shutting down"
_SIZE = re.compile(r"\sSIZE=(\d{1,20})\b", re.IGNORECASE | re.ASCII)
# RFC 1870 section 3, RFC 6531 section 3.4, RFC 4954 section 3
_MAIL_COMMAND_BYTES = 512 + 26 + 10 + 500
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})+", re.ASCII)  # RFC 3461 section 4
_REFUSAL_CHARS = 100
_GROUPED = (b"250", b"252", b"45", b"55")  # after others it may not go on as it was
_GROUP_BYTES = 1024  # of answers that wait for the rest of their group
_PLAIN = re.compile(r"<([\w+=-]+(?:\.[\w+=-]+)*@[a-z\d-]+(?:\.[a-z\d-]+)*)>(.*)", re.A | re.I)
_WORD, _OPAQUE = "=?", "=\ue000"  # a letter for private use: no address has it
_ANSWERS = {
    Fault.TOO_LARGE: "552 5.3.4 The mail is larger than {max_bytes} bytes",
    Fault.LINE_TOO_LONG: "500 5.6.0 A line is longer than {max_line_bytes} bytes",
}


# aiosmtpd's own log repeats commands, with the addresses in them.
logging.getLogger("mail.log").setLevel(logging.CRITICAL)


class MailSession(MailConnection):
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
        name: str = OWN_NAME,
    ) -> None:
        super().__init__(
            policy,
            data_size_limit=max_bytes,
            enable_SMTPUTF8=True,
            hostname=name,
            ident=banner,
            tls_context=tls,
            timeout=TIMEOUT_SECONDS,
            authenticator=let_in,
            loop=loop,
        )
        self._max_bytes = max_bytes
        self._closing = False
        self._answers = b""
        self._in_data = False

    def end(self) -> None:
        """Say goodbye: now, or after the mail that is under way."""
        self._closing = True
        if not self._in_data:
            self._answer()
            if self.transport is not None and not self.transport.is_closing():
                self._writer.write(f"{CLOSING}\r\n".encode())
            self._close()

    async def smtp_EHLO(self, hostname: str) -> None:
        """Greet; aiosmtpd lets commands be longer with each greeting."""
        await super().smtp_EHLO(hostname)
        self.command_size_limits["MAIL"] = _MAIL_COMMAND_BYTES

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """The address of a command and what follows it, None for both if there is none.

        aiosmtpd reads it with the parser of `email`, which calls itself for comments in comments.
        """
        if len(arg) > MAX_ADDRESS_CHARS or _OPAQUE in arg:
            return None, None
        if plain := _PLAIN.fullmatch(arg):  # what its parser takes 40 times as long for
            return plain[1], plain[2]
        try:
            # It would decode encoded words, and a message would go to the address in one.
            address, rest = super()._getaddr(arg.replace(_WORD, _OPAQUE))
        except Exception:  # the parser's own faults: what it cannot read is no address
            return None, None
        if address is None or rest is None:
            return None, None
        return address.replace(_OPAQUE, _WORD), rest.replace(_OPAQUE, _WORD)

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        """The parameters of a command; None for what cannot be some.

        Who a client says that it mails for (RFC 4954 section 5) changes nothing, and is left out.
        """
        if not all(map(str.isascii, params)):  # of other digits, aiosmtpd makes no number
            return None
        found: dict[str, str | bool] | None = super()._getparams(params)
        is_of_mail = self.envelope is not None and not self.envelope.mail_from
        if found and "AUTH" in found and is_of_mail:
            mailbox = found.pop("AUTH")
            if not isinstance(mailbox, str) or not _XTEXT.fullmatch(mailbox):
                return None
        return found

    async def push(self, status: str | bytes) -> None:
        """Answer; a refusal repeats no more than the beginning of what was sent.

        The answers to commands that came in one group go out in one (RFC 2920 section 3.2).
        """
        if isinstance(status, str):
            reply = status[:_REFUSAL_CHARS] if status.startswith("5") else status
            status = reply.encode("utf-8", "replace")
        self._answers += status + b"\r\n"
        has_more = b"\n" in self._reader._buffer  # type: ignore[attr-defined]  # another command has come in whole
        if has_more and status.startswith(_GROUPED) and len(self._answers) < _GROUP_BYTES:
            return
        self._answer()
        await self._writer.drain()
        if has_more:
            await asyncio.sleep(0)  # others have their turn, however much this client has sent

    def _answer(self) -> None:
        answers, self._answers = self._answers, b""
        if answers and self.transport is not None and not self.transport.is_closing():
            self._writer.write(answers)

    def _close(self) -> None:
        self._answer()
        super()._close()

    async def smtp_VRFY(self, arg: str | None) -> None:
        """Tell nobody who is here (RFC 5321 section 7.3)."""
        await self.push("252 2.5.1 Send some mail, and see" if arg else "501 5.5.4 Syntax: VRFY")

    async def smtp_MAIL(self, arg: str | None) -> None:
        """Refuse by SIZE with the code that says why (RFC 1870, RFC 3463)."""
        announced = _SIZE.search(arg or "")
        if announced and int(announced[1]) > self._max_bytes:
            await self.push(_ANSWERS[Fault.TOO_LARGE].format(max_bytes=self._max_bytes))
            return
        await super().smtp_MAIL(arg)

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
        mail = await read_mail(self._reader, self._max_bytes, self.line_length_limit)
        self._reset_timeout()  # it may wait for room now
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
