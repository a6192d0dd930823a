"""What is said to a POP3 server (RFC 1939, 2449, 2595, 5034), step by step.

The standard library's `poplib` ends at lines of 2,048 bytes, sends what has a CRLF in it as two
commands, and has no time limit for a whole step.
"""

import base64
import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from mayfly import limits
from mayfly.kit.line import Broken, Line, TooMuch
from mayfly.pop3.models import (
    Credentials,
    Entry,
    MailTooLarge,
    Pop3Failed,
    Stage,
    Trouble,
    entries_of,
)

_WORDS = 200  # of a server's that are kept
_REPLY_BYTES = 2048  # RFC 2449 section 4 has 512
_CAPABILITIES_BYTES = 16 * 1024
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_CODE = re.compile(r"\[([A-Za-z0-9/_-]{1,40})\] ?")
_UNSAYABLE = re.compile(r"[\r\n\0]")
_SCAN = re.compile(rb"\+OK +([0-9]{1,10}) +([0-9]{1,12})\b")
_QUIT_SECONDS = 5.0


class Dialogue:
    """See `mayfly.pop3.ports.Session`."""

    def __init__(self, line: Line, seconds: float) -> None:
        """Each reply has so many seconds."""
        self._line = line
        self._seconds = seconds
        self._secrets: tuple[str, ...] = ()
        self._capabilities: dict[str, str] = {}
        self.login_delay = timedelta()

    def begin(
        self,
        host: str,
        credentials: Credentials,
        context: ssl.SSLContext | None,
        *,
        is_secure: bool,
    ) -> None:
        """Greet, encrypt and log in; `is_secure` is TLS from the first byte, else STLS.

        Without a `context` it stays in clear text.
        """
        if is_secure and context is not None:
            self._encrypt(host, context)
        self._reply(Stage.CONNECT)
        self._ask_capabilities(Stage.CONNECT)
        if not is_secure and context is not None:
            if "STLS" not in self._capabilities:
                words = "the server offers no STLS: the password is not sent in clear text"
                raise Pop3Failed(Trouble(Stage.TLS, words))
            self._say(Stage.TLS, "STLS")
            self._encrypt(host, context)
            self._ask_capabilities(Stage.TLS)  # what was offered before counts no more
        self._log_in(credentials)
        if "USER" in self._capabilities.get("LOGIN-DELAY", ""):  # it is another one for each user
            self._ask_capabilities(Stage.LOGIN)

    def listing(self, newest: int) -> Sequence[Entry]:
        """One command, whatever the mailbox holds."""
        self._say(Stage.UIDL, "UIDL", without="the server has no UIDL, which is needed: ")
        block = self._block(Stage.UIDL, limits.POP3_LIST_BYTES)
        try:
            return entries_of(block, newest)
        except ValueError as error:
            raise Pop3Failed(Trouble(Stage.UIDL, "the server's list is none")) from error

    def size(self, entry: Entry) -> int:
        """One command."""
        found = _SCAN.match(self._say(Stage.RETRIEVE, f"LIST {entry.number}"))
        if found is None or int(found[1]) != entry.number:
            raise Pop3Failed(Trouble(Stage.RETRIEVE, "the server tells no size"))
        return int(found[2])

    def retrieve(self, entry: Entry, most_bytes: int, seconds: float) -> bytes:
        """One command."""
        self._say(Stage.RETRIEVE, f"RETR {entry.number}")
        try:
            return self._block(Stage.RETRIEVE, most_bytes, seconds)
        except Pop3Failed as failed:
            if isinstance(failed.__cause__, TooMuch):
                raise MailTooLarge from failed
            raise

    def delete(self, entry: Entry) -> None:
        """One command."""
        self._say(Stage.RETRIEVE, f"DELE {entry.number}")

    def quit(self) -> None:
        """One command."""
        self._say(Stage.RETRIEVE, "QUIT", seconds=_QUIT_SECONDS)

    def _encrypt(self, host: str, context: ssl.SSLContext) -> None:
        self._line.begin_step(self._seconds)
        try:
            self._line.encrypt(context, host)
        except ssl.SSLCertVerificationError as error:
            words = _printable(error.verify_message or "the certificate is not good")
            raise Pop3Failed(Trouble(Stage.TLS, words)) from error
        except Broken as broken:
            raise Pop3Failed(Trouble(Stage.TLS, str(broken))) from broken

    def _ask_capabilities(self, stage: Stage) -> None:
        """What the server offers; nothing if it does not know the command (RFC 2449)."""
        self._capabilities = {}
        with suppress(_Refused):
            self._say(stage, "CAPA")
            block = self._block(stage, _CAPABILITIES_BYTES)
            for line in block.decode("ascii", "replace").upper().split("\r\n"):
                name, _, parameters = line.strip().partition(" ")
                self._capabilities[name] = parameters
        seconds = self._capabilities.get("LOGIN-DELAY", "").split(" ")[0]
        if seconds.isascii() and seconds.isdigit():
            told = timedelta(seconds=int(seconds[:9]))
            self.login_delay = max(self.login_delay, min(told, limits.POP3_LONGEST_DELAY))

    def _log_in(self, credentials: Credentials) -> None:
        name, password = credentials.username, credentials.password
        whole = base64.b64encode(f"\0{name}\0{password}".encode()).decode("ascii")
        self._secrets = (password, whole)
        offered = self._capabilities
        if "USER" not in offered and "PLAIN" in offered.get("SASL", "").split(" "):
            self._say(Stage.LOGIN, f"AUTH PLAIN {whole}")  # RFC 5034
        else:
            self._say(Stage.LOGIN, f"USER {name}")
            self._say(Stage.LOGIN, f"PASS {password}")

    def _say(
        self, stage: Stage, command: str, *, without: str = "", seconds: float | None = None
    ) -> bytes:
        """Its reply, if that is positive; `without` begins the words of one that is not."""
        if _UNSAYABLE.search(command):
            raise Pop3Failed(Trouble(stage, "this cannot be said in one line"))
        if self._line.has_unread:
            raise Pop3Failed(Trouble(stage, "the server answers what it was not asked"))
        self._line.begin_step(seconds or self._seconds)
        try:
            self._line.sendall(command.encode() + b"\r\n")
        except Broken as broken:
            raise Pop3Failed(Trouble(stage, str(broken))) from broken
        return self._read_reply(stage, without)

    def _reply(self, stage: Stage) -> bytes:
        self._line.begin_step(self._seconds)
        return self._read_reply(stage)

    def _read_reply(self, stage: Stage, without: str = "") -> bytes:
        try:
            reply = self._line.readline(_REPLY_BYTES)
        except Broken as broken:
            raise Pop3Failed(Trouble(stage, str(broken))) from broken
        if reply.startswith(b"+OK"):
            return reply
        if not reply.startswith(b"-ERR"):
            raise Pop3Failed(Trouble(stage, "what answers is no POP3 server"))
        words = reply[4:].decode("utf-8", "replace").strip()
        words = self._without_secrets(words)
        code = _CODE.match(words)
        words = words[code.end() :] if code else words
        raise _Refused(
            Trouble(stage, f"{without}{words}"[:_WORDS], code[1].upper() if code else "")
        )

    def _block(self, stage: Stage, most: int, seconds: float | None = None) -> bytes:
        self._line.begin_step(seconds or self._seconds)
        try:
            return self._line.read_block(most)
        except Broken as broken:
            raise Pop3Failed(Trouble(stage, str(broken))) from broken

    def _without_secrets(self, words: str) -> str:
        """What the server said, if it does not repeat a secret."""
        if any(secret in words for secret in self._secrets if secret):
            return "(not shown: the server repeats what is secret)"
        return _printable(words)


class _Refused(Pop3Failed):
    """The server said no."""


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text).strip()[:_WORDS]
