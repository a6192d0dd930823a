"""One IMAP connection: commands in, answers out, and what it may do before it has logged in."""

import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from mayfly_client.bridge import limits
from mayfly_client.bridge.errors import BridgeError
from mayfly_client.bridge.hub import Hub
from mayfly_client.bridge.hub import Session as Opened
from mayfly_client.bridge.imap.answers import Bad, No, refusal
from mayfly_client.bridge.imap.commands import COMMANDS, State
from mayfly_client.bridge.imap.reading import Command, TooLarge, read_command
from mayfly_client.bridge.imap.scanner import Malformed
from mayfly_client.bridge.imap.view import View
from mayfly_client.bridge.stream import Ended, LineTooLong, Octets, Stream
from mayfly_client.bridge.tls import Tls

logger = logging.getLogger("mayfly.bridge")

_EXPUNGES_WAIT = frozenset({"FETCH", "STORE", "SEARCH"})


@dataclass(slots=True)
class ImapSession:
    """What a connection is at. `is_over` ends it after the answer, `is_silent` is that one answer
    was given already.
    """

    stream: Stream
    hub: Hub
    tls: Tls
    opened: Opened | None = None
    view: View | None = None
    is_over: bool = False
    is_silent: bool = False
    failed_logins: int = 0
    watching: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def capabilities(self) -> bytes:
        """What the client may use now."""
        words = [b"IMAP4rev1 LITERAL- SASL-IR ID ENABLE"]
        if self.opened is not None:
            words.append(b"IDLE NAMESPACE UIDPLUS MOVE UNSELECT CHILDREN SPECIAL-USE")
        else:
            if self.tls.is_offered and not self.stream.is_secure:
                words.append(b"STARTTLS")
            may = self.tls.may_log_in(self.stream)
            words.append(b"AUTH=PLAIN" if may else b"LOGINDISABLED")
        return b" ".join(words)

    @property
    def state(self) -> State:
        """Which commands there are now."""
        if self.opened is None:
            return State.NOBODY
        return State.LOGGED_IN if self.view is None else State.SELECTED

    async def run(self) -> None:
        """Until the client or the bridge has had enough."""
        try:
            await self.say(b"* OK [CAPABILITY %b] Mayfly is ready\r\n" % self.capabilities)
            await self._answer_all()
        except LineTooLong:
            await self._bye("a line is too long")
        except Ended:
            pass
        finally:
            await self.leave()

    async def _answer_all(self) -> None:
        before_login = bad = 0
        while not self.is_over:
            if self.opened is None:
                before_login += 1
                if before_login > limits.COMMANDS_BEFORE_LOGIN:
                    return await self._bye("too many commands without a login")
            try:
                command = await read_command(self.stream, is_known=self.opened is not None)
            except TooLarge as error:
                await self.say(b"%b BAD %b\r\n" % (error.tag, str(error).encode()))
                bad += 1
            else:
                bad = 0 if await self._answer(command) else bad + 1
            if bad >= limits.BAD_COMMANDS:
                return await self._bye("too many commands that make no sense")

    async def _answer(self, command: Command) -> bool:
        """Do it and say how it ended; whether it made sense."""
        try:
            done = await self._do(command)
        except BridgeError as error:
            await self._end(command, refusal(error))
        except No as error:
            await self._end(command, error)
        except (Bad, Malformed) as error:
            await self.say(b"%b BAD %b\r\n" % (command.tag, str(error).encode("ascii", "replace")))
            return False
        else:
            await self._tell(command)
            if not self.is_silent:
                await self.say(b"%b OK %b\r\n" % (command.tag, done or b"done"))
            self.is_silent = False
        return True

    async def _do(self, command: Command) -> bytes | None:
        found = COMMANDS.get(command.name)
        if found is None:
            raise Bad("there is no such command")
        if self.state not in found.states:
            raise Bad("not now: log in, or select a mailbox, first")
        return await found.run(self, command.scanner)

    async def _end(self, command: Command, error: No) -> None:
        await self._tell(command)
        code = f"[{error.code}] " if error.code else ""
        text = f"{code}{error}".encode("ascii", "replace")
        await self.say(b"%b NO %b\r\n" % (command.tag, text))

    async def _tell(self, command: Command) -> None:
        """What has changed meanwhile; places stay as they are while commands name them."""
        if self.view is not None:
            may_expunge = command.name not in _EXPUNGES_WAIT
            await self.say(*self.view.changes(may_expunge=may_expunge))

    async def say(self, *parts: Octets) -> None:
        """Send this."""
        if parts:
            await self.stream.send(*parts)

    async def _bye(self, text: str) -> None:
        self.is_over = True
        await self.say(b"* BYE %b\r\n" % text.encode())

    async def leave(self) -> None:
        """Leave the mailbox that is selected."""
        self.view = None
        await self.watching.aclose()
