"""One POP3 connection (RFC 1939, RFC 2449, RFC 2595, RFC 5034)."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from mayfly_client.bridge import limits
from mayfly_client.bridge.boxes import Line
from mayfly_client.bridge.errors import BridgeError, Busy, Gone, LoginRefused, Unreachable
from mayfly_client.bridge.hub import Hub
from mayfly_client.bridge.pop3.dots import stuffed, top
from mayfly_client.bridge.pop3.drop import Drop
from mayfly_client.bridge.stream import Ended, LineTooLong, Stream
from mayfly_client.bridge.tls import Tls

_CODES: dict[type[BridgeError], str] = {
    LoginRefused: "[AUTH] ",  # RFC 3206
    Unreachable: "[SYS/TEMP] ",
    Busy: "[SYS/TEMP] ",
}


class No(Exception):
    """The answer is -ERR, with this text."""


@dataclass(slots=True)
class Pop3Session:
    """What a connection is at; `drop` is there once somebody has logged in."""

    stream: Stream
    hub: Hub
    tls: Tls
    drop: Drop | None = None
    user: bytes | None = None
    is_over: bool = False
    failed_logins: int = 0

    async def run(self) -> None:
        """Until the client or the bridge has had enough."""
        try:
            await self.say(b"+OK Mayfly is ready")
            await self._answer_all()
        except LineTooLong:
            await self.say(b"-ERR the line is too long")
        except Ended:
            pass

    async def _answer_all(self) -> None:
        before_login = bad = 0
        while not self.is_over:
            if self.drop is None:
                before_login += 1
                if before_login > limits.COMMANDS_BEFORE_LOGIN:
                    return await self.say(b"-ERR too many commands without a login")
            seconds = limits.POP3_IDLE_SECONDS if self.drop else limits.LOGIN_SECONDS
            word, _, rest = (await self.stream.line(seconds)).partition(b" ")
            if len(word) + len(rest) > limits.POP3_LINE_BYTES * 4:
                raise LineTooLong
            found = self._commands().get(word.upper())
            bad = bad + 1 if found is None else 0
            if bad >= limits.BAD_COMMANDS:
                return await self.say(b"-ERR too many commands that make no sense")
            # A secret may begin and end with blanks (RFC 1939 section 7).
            rest = rest if word.upper() == b"PASS" else rest.strip()
            await self._answer(found or self._unknown, rest)

    async def _answer(self, command: Callable[[bytes], Awaitable[None]], rest: bytes) -> None:
        try:
            await command(rest)
        except No as error:
            await self._refuse(str(error))
        except BridgeError as error:
            await self._refuse(_CODES.get(type(error), "") + str(error))

    async def _refuse(self, text: str) -> None:
        await self.say(b"-ERR " + text.encode("ascii", "replace"))

    def _commands(self) -> dict[bytes, Callable[[bytes], Awaitable[None]]]:
        always = {b"CAPA": self._capa, b"QUIT": self._quit}
        if self.drop is None:
            login = {b"USER": self._user, b"PASS": self._pass, b"AUTH": self._auth}
            return {**always, **login, b"STLS": self._stls}
        return {
            **always,
            b"STAT": self._stat,
            b"LIST": self._list,
            b"UIDL": self._uidl,
            b"RETR": self._retr,
            b"TOP": self._top,
            b"DELE": self._dele,
            b"NOOP": self._noop,
            b"RSET": self._rset,
        }

    async def say(self, line: bytes) -> None:
        """Send one line."""
        await self.stream.send(line + b"\r\n")

    async def _unknown(self, rest: bytes) -> None:
        raise No("there is no such command, or not now")

    async def _capa(self, rest: bytes) -> None:
        words = [b"TOP", b"UIDL", b"PIPELINING", b"RESP-CODES", b"AUTH-RESP-CODE"]
        if self.drop is None:
            if self.tls.may_log_in(self.stream):
                words += [b"USER", b"SASL PLAIN"]
            if self.tls.is_offered and not self.stream.is_secure:
                words.append(b"STLS")
        words.append(b"IMPLEMENTATION Mayfly")
        await self.stream.send(b"\r\n".join([b"+OK", *words, b".", b""]))

    async def _quit(self, rest: bytes) -> None:
        self.is_over = True
        if self.drop is not None:
            try:
                await self.drop.empty()
            except BridgeError as error:
                raise No(f"some messages were not deleted: {error}") from error
        await self.say(b"+OK until next time")

    async def _stls(self, rest: bytes) -> None:
        context = self.tls.context
        if context is None or self.stream.is_secure:
            raise No("there is no STLS")
        await self.say(b"+OK begin")
        await self.stream.secure(context())
        self.user = None

    async def _user(self, rest: bytes) -> None:
        self._check_privacy()
        if not rest:
            raise No("a name is expected")
        self.user = rest
        await self.say(b"+OK and the password")

    async def _pass(self, rest: bytes) -> None:
        if self.user is None:
            raise No("USER comes first")
        user, self.user = self.user, None
        await self._log_in(user, rest)

    async def _auth(self, rest: bytes) -> None:
        self._check_privacy()
        mechanism, _, answer = rest.partition(b" ")
        if mechanism.upper() != b"PLAIN":
            raise No("only PLAIN is known")
        if not answer:
            await self.say(b"+ ")
            answer = await self.stream.line(limits.LOGIN_SECONDS)
        try:
            _, name, secret = base64.b64decode(answer, validate=True).split(b"\x00")
        except (binascii.Error, ValueError) as error:
            raise No("this is not as PLAIN has it") from error
        await self._log_in(name, secret)

    def _check_privacy(self) -> None:
        if not self.tls.may_log_in(self.stream):
            raise No("secrets are taken within TLS only")

    async def _log_in(self, name: bytes, secret: bytes) -> None:
        try:
            words = name.decode(), secret.decode()
            opened = await self.hub.log_in(*words, self.stream.peer)
        except (LoginRefused, UnicodeDecodeError) as error:
            self.failed_logins += 1
            self.is_over = self.failed_logins >= limits.FAILED_LOGINS
            text = str(error) if isinstance(error, LoginRefused) else "what was sent is no UTF-8"
            raise No(f"[AUTH] {text}") from error
        self.drop = await Drop.opened(opened.inbox(opened.login.boxes[0]))
        self.stream.be_patient()
        await self.say(b"+OK %d messages" % len(self.drop.lines))

    def _there(self) -> Drop:
        if self.drop is None:
            raise No("log in first")
        return self.drop

    def _message(self, text: bytes) -> tuple[int, Line]:
        place = int(text) if text.isdigit() and len(text) <= 10 else 0
        line = self._there().at(place)
        if line is None:
            raise No("there is no such message")
        return place, line

    async def _stat(self, rest: bytes) -> None:
        kept = self._there().kept()
        await self.say(b"+OK %d %d" % (len(kept), sum(line.size for _, line in kept)))

    async def _list(self, rest: bytes) -> None:
        await self._listing(rest, lambda line: str(line.size))

    async def _uidl(self, rest: bytes) -> None:
        await self._listing(rest, self._there().name)

    async def _listing(self, rest: bytes, told: Callable[[Line], str]) -> None:
        if rest:
            place, line = self._message(rest)
            return await self.say(f"+OK {place} {told(line)}".encode())
        lines = [f"{place} {told(line)}\r\n" for place, line in self._there().kept()]
        await self.stream.send("".join(["+OK\r\n", *lines, ".\r\n"]).encode())

    async def _retr(self, rest: bytes) -> None:
        _, line = self._message(rest)
        await self._send(await self._raw(line))

    async def _top(self, rest: bytes) -> None:
        place, _, lines = rest.partition(b" ")
        _, line = self._message(place)
        if not (lines.strip().isdigit() and len(lines) <= 10):
            raise No("a number of lines is expected")
        await self._send(top(await self._raw(line), int(lines)))

    async def _raw(self, line: Line) -> bytes:
        try:
            return (await self._there().inbox.raw(line.number)).octets
        except Gone as error:
            raise No("the message is not there any more") from error

    async def _send(self, raw: bytes) -> None:
        await self.stream.send(b"+OK %d octets\r\n" % len(raw), stuffed(raw))

    async def _dele(self, rest: bytes) -> None:
        _, line = self._message(rest)
        self._there().marked.add(line.number)
        await self.say(b"+OK marked")

    async def _noop(self, rest: bytes) -> None:
        await self.say(b"+OK")

    async def _rset(self, rest: bytes) -> None:
        self._there().marked.clear()
        await self.say(b"+OK")
